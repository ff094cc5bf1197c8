"""Putting a question to several authorities."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.events import emit
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.decisions.kinds import kind_of
from portal.decisions.models import Matter, MatterParty
from portal.decisions.notifications import tell_matter_put, tell_matter_settled, tell_matter_withdrawn
from portal.decisions.queries.decisions import matter_about, matter_of, was_refused
from portal.decisions.queries.parties import parties_of

Party = tuple[UUID, str]
Part = tuple[str, str]


def raise_matter(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    system_id: UUID,
    subject_id: UUID,
    subject_label: str,
    question: str,
    answer_by: date,
    parties: Sequence[Party],
    facts: dict[str, Any],
    again_because: str = "",
    minimum: int | None = None,
    parts: Sequence[Part] = (),
) -> Matter:
    """Put one question to the parties and tell them. `facts`: plain values of the slice above, among them what may be restricted
    (`providers`: id and name; `grounds`: slug, title, text) and `demonstration`. `minimum`: how many councils must say yes, where the
    kind's rule is a stated minimum. `parts`: what can be answered apart, as (slug, title).

    A question that was answered with no stays on the record as it was; it is asked again by a matter of its own, which names the
    earlier one and says why (`again_because`).

    Raises NotPermitted for anybody but an officer of the lead, Invalid for a day that has passed, nobody to ask, or no reason to
    ask again (`again_because`), or a minimum that fits neither the rule nor the councils (`minimum`), Refused while the question is open or when it was not answered with no.
    """
    what = kind_of(kind)
    if not actor.may("decisions:matter:raise") or not actor.leads(system_id):
        raise NotPermitted(
            "Only a procurement or commissioning officer of the lead authority can put a joint decision."
        )
    if answer_by < clock.today():
        raise Invalid(answer_by="The day to answer by has passed. Enter a later one.")
    if not parties:
        raise Invalid(parties="There is no authority to put this to.")
    _check_minimum(what.rule, minimum, len(parties))
    earlier = matter_about(session, kind=kind, subject_id=subject_id)
    reason = again_because.strip() if earlier else ""
    if earlier and not was_refused(session, earlier):
        raise Refused("This question has already been put. One joint decision is open on a question at a time.")
    if earlier and not reason:
        raise Invalid(again_because="Say why the question is asked again, and what is different now.")
    matter = Matter(
        id=uuid4(),
        kind=kind,
        rule=what.rule,
        minimum=minimum,
        late=what.late_rule,
        before_commencement=what.before_commencement,
        parts=[{"slug": slug, "title": title} for slug, title in parts],
        system_id=system_id,
        subject_id=subject_id,
        subject_label=subject_label,
        question=question,
        raised_by_id=actor.organisation_id,
        raised_by=actor.organisation_name,
        raised_at=clock.now(),
        answer_by=answer_by,
        facts=facts,
        asked_after_id=earlier.id if earlier else None,
        asked_again_because=reason,
    )
    try:
        with session.begin_nested():
            session.add(matter)
            session.flush()
    except IntegrityError:
        raise Refused("A colleague has just put this question. Look again.") from None
    session.add_all(
        MatterParty(
            matter_id=matter.id,
            system_id=system_id,
            raised_by_id=actor.organisation_id,
            authority_id=authority_id,
            authority_name=name,
        )
        for authority_id, name in parties
    )
    session.flush()
    record(
        session,
        "decisions.matter.raise",
        f"Put the joint decision “{what.title}: {subject_label}” to {_count(len(parties))}{' again' if earlier else ''}, to be "
        f"answered by {say_day(answer_by)}."
        + (
            f" The earlier question was settled with no on {_settled_on(earlier)}. Asked again because: {reason}"
            if earlier
            else ""
        ),
        system=system_id,
        matter=matter.id,
        kind=kind,
        rule=what.rule,
        minimum=minimum,
        late=what.late_rule,
        answer_by=answer_by,
        parties=[authority_id for authority_id, _name in parties],
        **({"asked_after": earlier.id} if earlier else {}),
    )
    if earlier:
        session.refresh(earlier)
    for authority_id, _name in parties:
        tell_matter_put(session, matter, authority_id)
    return matter


def withdraw_matter(session: Session, actor: Actor, *, matter_id: UUID, because: str) -> Matter:
    """Take back a question that nobody has answered, because what it is about has changed; those who were asked are told.

    It stays on record with `because`. Raises Missing, NotPermitted for anybody but an officer of the lead; the database refuses
    (409) once a council has answered.
    """
    matter = matter_of(session, matter_id)
    if not actor.may("decisions:matter:raise") or not actor.leads(matter.system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can withdraw it.")
    session.execute(text("SELECT app.withdraw_matter(:matter, :because)"), {"matter": matter_id, "because": because})
    session.refresh(matter)
    record(
        session,
        "decisions.matter.withdraw",
        f"Withdrew the joint decision “{kind_of(matter.kind).title}: {matter.subject_label}”, which nobody had answered: {because}",
        system=matter.system_id,
        matter=matter.id,
    )
    for party in parties_of(session, matter_id):
        tell_matter_withdrawn(session, matter, party.authority_id)
    return matter


def _settled_on(matter: Matter) -> str:
    return say_day(clock.local_day(matter.settled_at)) if matter.settled_at else "an earlier day"


def _count(parties: int) -> str:
    return "one council" if parties == 1 else f"{parties} councils"


def _check_minimum(rule: str, minimum: int | None, parties: int) -> None:
    if rule != "minimum":
        if minimum is not None:
            raise Invalid(minimum="This question is not settled by a number of councils.")
    elif minimum is None or not 1 <= minimum <= parties:
        raise Invalid(minimum=f"Enter how many of the {parties} councils must say yes, from 1 to {parties}.")


def excuse_party(session: Session, actor: Actor, *, matter_id: UUID, authority_id: UUID, because: str) -> None:
    """No longer wait for an authority that left, or was suspended, while the question stood open.

    Its answers stay on the record, without effect. Raises Missing, NotPermitted, Invalid (`because`); the database refuses (409) for the lead
    itself and once the question is settled.
    """
    matter = matter_of(session, matter_id)
    if not actor.may("decisions:matter:raise") or not actor.leads(matter.system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    if not because.strip():
        raise Invalid(because="Say why this council is no longer waited for.")
    party = next((p for p in parties_of(session, matter_id) if p.authority_id == authority_id), None)
    if party is None:
        raise Missing
    session.execute(
        text("SELECT app.excuse_party(:matter, :authority, :because)"),
        {"matter": matter_id, "authority": authority_id, "because": because.strip()},
    )
    record(
        session,
        "decisions.matter.excuse",
        f"No longer waits for {party.authority_name} on “{kind_of(matter.kind).title}: {matter.subject_label}”: {because.strip()}",
        about=authority_id,
        system=matter.system_id,
        matter=matter.id,
        authority=authority_id,
    )
    settle(session, matter)


def add_party(session: Session, actor: Actor, *, matter_id: UUID, authority_id: UUID) -> None:
    """Ask a council that joined while the question stood open, and tell it.

    Raises Missing, NotPermitted for anybody but an officer of the lead; the database refuses (409) one that takes no part or was asked
    already, and once the question is settled or is the lead's alone.
    """
    matter = matter_of(session, matter_id)
    if not actor.may("decisions:matter:raise") or not actor.leads(matter.system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    session.execute(text("SELECT app.add_party(:matter, :authority)"), {"matter": matter_id, "authority": authority_id})
    name = next(p.authority_name for p in parties_of(session, matter_id) if p.authority_id == authority_id)
    record(
        session,
        "decisions.matter.ask_another",
        f"Put “{kind_of(matter.kind).title}: {matter.subject_label}” to {name} as well.",
        about=authority_id,
        system=matter.system_id,
        matter=matter.id,
    )
    tell_matter_put(session, matter, authority_id)


def close_matter(session: Session, actor: Actor, *, matter_id: UUID) -> Matter:
    """Settle a question whose day has passed and on which a later answer does not count.

    Raises NotPermitted, Refused while answers can still come in.
    """
    matter = matter_of(session, matter_id)
    if not actor.may("decisions:matter:raise") or not actor.leads(matter.system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    if matter.status != "open" or not settle(session, matter):
        raise Refused("Answers to this joint decision can still come in, so it is not settled.")
    return matter


def settle(session: Session, matter: Matter) -> bool:
    """Settle the question if nothing more is awaited, exactly once; tell the lead and the slices above. Whether it was this call."""
    if not session.execute(text("SELECT app.settle_matter(:matter)"), {"matter": matter.id}).scalar():
        return False
    session.refresh(matter)
    record(
        session,
        "decisions.matter.settle",
        f"Settled “{kind_of(matter.kind).title}: {matter.subject_label}”: no further answer is awaited.",
        about=matter.raised_by_id,
        system=matter.system_id,
        matter=matter.id,
    )
    tell_matter_settled(session, matter)
    emit(session, "decisions.matter.settled", matter_id=matter.id, kind=matter.kind, subject_id=matter.subject_id)
    return True
