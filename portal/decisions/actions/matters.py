"""Putting a question to several authorities."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.kinds import kind_of
from portal.decisions.models import Matter, MatterParty
from portal.decisions.notifications import tell_matter_put
from portal.decisions.queries.decisions import matter_about

Party = tuple[UUID, str]


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
) -> Matter:
    """Put one question to the parties and tell them. `facts`: plain values of the slice above, among them what may be restricted
    (`providers`: id and name; `grounds`: slug, title, text) and `demonstration`.

    Raises NotPermitted for anybody but an officer of the lead, Invalid for a day that has passed or nobody to ask, Refused when
    the question has already been put.
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
    if matter_about(session, kind=kind, subject_id=subject_id):
        raise Refused("This question has already been put. One joint decision is open on a question at a time.")
    matter = Matter(
        id=uuid4(),
        kind=kind,
        rule=what.rule,
        system_id=system_id,
        subject_id=subject_id,
        subject_label=subject_label,
        question=question,
        raised_by_id=actor.organisation_id,
        raised_by=actor.organisation_name,
        raised_at=clock.now(),
        answer_by=answer_by,
        facts=facts,
    )
    session.add(matter)
    session.flush()
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
        f"Put the joint decision “{what.title}: {subject_label}” to {_count(len(parties))}, to be answered by "
        f"{answer_by.day} {answer_by:%B %Y}.",
        system=system_id,
        matter=matter.id,
        kind=kind,
    )
    for authority_id, _name in parties:
        tell_matter_put(session, matter, authority_id)
    return matter


def _count(parties: int) -> str:
    return "one council" if parties == 1 else f"{parties} councils"
