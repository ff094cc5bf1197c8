"""A decision of one council that answers no joint decision: a minute with its numbered resolutions, word for word."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.actions.drafting import draft_decision, write_content
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.decisions import decision_of, draft_of
from portal.decisions.queries.evidence import content_of
from portal.decisions.queries.parties import asked_of
from portal.decisions.rules.resolutions import EFFECTS, cited, holders_of, route_under

ANSWERABLE = ("approves", "delegates")
"""Effects of a resolution from which an answer to a joint decision can follow."""


class Resolved(NamedTuple):
    """One numbered resolution: `effect` is one of `EFFECTS`; `phrases` as a person confirmed them; `delegation_id`: what it granted, in the
    ledger; `matter_id`: the joint decision it is about.
    """

    number: str
    text: str
    effect: str = "notes"
    heading: str = ""
    phrases: Sequence[Mapping[str, Any]] = ()
    delegation_id: UUID | None = None
    matter_id: UUID | None = None


def draft_own_decision(
    session: Session,
    actor: Actor,
    *,
    title: str,
    resolutions: Sequence[Resolved],
    decision_id: UUID | None = None,
    system_id: UUID | None = None,
    demonstration: bool = False,
    **content: Any,
) -> Decision:
    """Write, or write anew, the draft of a minute. `content`: any of `rules.answers.CONTENT`. `system_id`: the purchasing system it is about,
    if the participating councils are to read it once recorded; in a draft it can be changed.

    Raises NotPermitted, Missing for a draft of others, Refused for one on the record, Invalid (`title`, `resolutions`, …).
    """
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    if not title.strip():
        raise Invalid(title="Enter what the decision is about, as its minute or record is headed.")
    _check(session, actor, resolutions)
    if decision_id is None:
        if system_id is not None and not actor.takes_part(system_id):
            raise Missing
        draft = Decision(
            id=uuid4(),
            title=title.strip(),
            system_id=system_id,
            authority_id=actor.organisation_id,
            authority_name=actor.organisation_name,
            outcome="approve",
            demonstration=demonstration,
        )
        session.add(draft)
        session.flush()
    else:
        draft = decision_of(session, decision_id)
        if draft.authority_id != actor.organisation_id or draft.matter_id is not None:
            raise Missing
        if draft.status != "draft":
            raise Refused("This decision is on the record. What was recorded is not changed.")
        if system_id not in (None, draft.system_id) and not actor.takes_part(system_id):
            raise Missing
        draft.title, draft.system_id = title.strip(), system_id
    write_content(session, draft, **(content_of(session, draft) | content))
    session.flush()
    session.execute(delete(Resolution).where(Resolution.decision_id == draft.id))
    session.add_all(
        Resolution(
            id=uuid4(),
            decision_id=draft.id,
            authority_id=draft.authority_id,
            number=one.number,
            position=position,
            heading=one.heading,
            text=one.text,
            effect=one.effect,
            phrases=list(one.phrases),
            delegation_id=one.delegation_id,
            matter_id=one.matter_id,
        )
        for position, one in enumerate(resolutions)
    )
    session.flush()
    record(
        session,
        "decisions.decision.draft",
        f"Drafted the record of this council's decision “{draft.title}”, with {len(resolutions)} numbered resolutions.",
        system=draft.system_id,
        decision=draft.id,
    )
    return draft


def discard_own_decision(session: Session, actor: Actor, *, decision_id: UUID) -> None:
    """Delete a draft of the council's own, with its resolutions, contents and attached files. An answer to a joint decision stays.

    Raises NotPermitted, Missing, Refused for one on the record.
    """
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    draft = decision_of(session, decision_id)
    if draft.authority_id != actor.organisation_id or draft.matter_id is not None:
        raise Missing
    if draft.status != "draft":
        raise Refused("This decision is on the record. What was recorded stays.")
    session.delete(draft)
    session.flush()
    record(
        session,
        "decisions.decision.discard",
        f"Deleted the draft of this council's decision “{draft.title}”, with everything in it.",
        system=draft.system_id,
        decision=draft.id,
    )


def _check(session: Session, actor: Actor, resolutions: Sequence[Resolved]) -> None:
    numbers = [one.number for one in resolutions]
    if len(set(numbers)) < len(numbers):
        raise Invalid(resolutions="Two resolutions have the same number.")
    for one in resolutions:
        if not one.number or not one.text.strip():
            raise Invalid(resolutions="Each resolution has a number and its words.")
        if one.effect not in EFFECTS:
            raise Invalid(resolutions=f"Say what resolution ({one.number}) does.")
    about = {one.matter_id for one in resolutions if one.matter_id}
    if about - asked_of(session, about, actor.organisation_id):
        raise Invalid(
            resolutions="A resolution can be about a joint decision that was put to your council, or about none."
        )


def answer_from(session: Session, actor: Actor, *, resolution_id: UUID) -> tuple[Decision, bool]:
    """Draft the council's answer to the joint decision that a recorded resolution is about; a draft that is there already stays as it is.

    What the body approved is the answer. What it delegated is the authority for one: by whom, and with whom consulted, is filled in, what
    they decide is not. Returns the draft and whether it was written now.
    Raises NotPermitted, Missing, Refused where nothing can follow from the resolution, or the joint decision takes no answer.
    """
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    one = session.get(Resolution, resolution_id)
    own = decision_of(session, one.decision_id) if one else None
    if one is None or own is None or own.authority_id != actor.organisation_id or own.status == "draft":
        raise Missing
    if one.matter_id is None:
        raise Refused("This resolution is about no joint decision.")
    if own.status != "recorded":
        raise Refused("This decision does not stand: it was called in, or a later one has taken its place.")
    if one.effect not in ANSWERABLE:
        raise Refused("This resolution decides nothing and gives no power to decide, so no answer follows from it.")
    there = draft_of(session, one.matter_id, actor.organisation_id)
    if there is not None:
        return there, False
    source = cited(own.decided_by_post, own.decided_on, own.minute_number, one.number)
    if one.effect == "delegates":
        holders, consulted = holders_of(one.phrases)
        values: dict[str, Any] = {
            "route": route_under(one.phrases),
            "decided_by_post": "; ".join(holders),
            "consulted_post": "; ".join(consulted),
            "delegation_id": one.delegation_id,
        }
    else:
        values = content_of(session, own) | {"outcome": "approve", "defer_until": None}
    return draft_decision(session, actor, matter_id=one.matter_id, **(values | {"authority_source": source})), True
