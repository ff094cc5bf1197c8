"""A council's own draft of its decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.actions.evidence import write_evidence
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, DecisionPart, ForwardPlanEntry, Matter, Restriction
from portal.decisions.queries.decisions import draft_of, in_force, matter_of
from portal.decisions.queries.parties import is_party
from portal.decisions.rules.answers import OUTCOMES, ROUTES, URGENCY, closed, grounds_of, restriction_problem


class Named(NamedTuple):
    """One restriction: the provider, the slug of the published ground, the reason; in one lot, or in all (`lot_id` None)."""

    subject_id: UUID
    name: str
    ground: str
    reason: str
    lot_id: UUID | None = None


def draft_decision(
    session: Session,
    actor: Actor,
    *,
    matter_id: UUID,
    outcome: str | None = None,
    defer_until: date | None = None,
    decided_by_post: str = "",
    decided_by_capacity: str = "",
    authority_source: str = "",
    consulted_post: str = "",
    evidence: str = "",
    report_reference: str = "",
    record_url: str = "",
    decided_on: date | None = None,
    effective_on: date | None = None,
    reasons: str = "",
    alternatives: str = "",
    interests: str = "",
    dispensations: str = "",
    financial: str = "",
    legal: str = "",
    equality: str = "",
    minute_number: str = "",
    route: str = "",
    delegation_id: UUID | None = None,
    value_pounds: Decimal | None = None,
    wards: int | None = None,
    is_key: bool = False,
    key_reason: str = "",
    notice_on: date | None = None,
    notice_id: UUID | None = None,
    urgency: str = "",
    urgency_agreed_by: str = "",
    call_in_exempt_because: str = "",
    published_on: date | None = None,
    parts: Mapping[str, tuple[str, str]] | None = None,
    restrictions: Sequence[Named] = (),
) -> Decision:
    """Write the draft of the council acted for; it may be incomplete, and nobody else sees it.

    `parts`: by slug of the question's parts, (outcome, reasons). `notice_id`: the published notice of the forward plan that announced it;
    then `notice_on` is that notice's. `value_pounds`: without VAT. Days are days of the council's own record.

    Raises Missing for a matter of others, NotPermitted without the role, Refused when the council was not asked or can no longer answer,
    Invalid (outcome, decided_on, restrictions, …) for what could never be recorded.
    """
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    matter = matter_of(session, matter_id)
    standing = in_force(session, matter_id, actor.organisation_id)
    _may_answer(session, actor, matter, standing)
    if outcome is not None and outcome not in OUTCOMES:
        raise Invalid(outcome="Choose one of the answers.")
    deferred = outcome == "defer"
    draft = draft_of(session, matter_id, actor.organisation_id) or _begin(session, actor, matter)
    write_content(
        session,
        draft,
        outcome=outcome,
        defer_until=defer_until if deferred else None,
        decided_by_post=decided_by_post,
        decided_by_capacity=decided_by_capacity,
        authority_source=authority_source,
        consulted_post=consulted_post,
        evidence=evidence,
        report_reference=report_reference,
        record_url=record_url,
        decided_on=decided_on,
        effective_on=None if deferred else effective_on,
        reasons=reasons,
        alternatives=alternatives,
        interests=interests,
        dispensations=dispensations,
        financial=financial,
        legal=legal,
        equality=equality,
        minute_number=minute_number,
        route=route,
        delegation_id=delegation_id,
        value_pounds=value_pounds,
        wards=wards,
        is_key=is_key,
        key_reason=key_reason,
        notice_on=notice_on,
        notice_id=notice_id,
        urgency=urgency,
        urgency_agreed_by=urgency_agreed_by,
        call_in_exempt_because=call_in_exempt_because,
        published_on=published_on,
    )
    _answer_parts(session, matter, draft, parts or {})
    named = restrictions if outcome == "approve_with_restriction" else ()
    _restrict(session, actor, matter, draft, [Named(*one) for one in named])
    session.flush()
    record(
        session,
        "decisions.decision.draft",
        f"Drafted this council's decision on “{kind_of(matter.kind).title}: {matter.subject_label}”.",
        system=matter.system_id,
        matter=matter.id,
        decision=draft.id,
    )
    return draft


def _may_answer(session: Session, actor: Actor, matter: Matter, standing: Decision | None) -> None:
    if not is_party(session, matter.id, actor.organisation_id):
        raise Refused("This joint decision was not put to your council.")
    called_in = standing is not None and standing.status == "called_in"
    answered = standing is not None and standing.outcome != "defer" and not called_in
    shut = closed(
        rule=matter.rule, status=matter.status, is_live=matter.is_live, answered=answered, called_in=called_in
    )
    if shut:
        raise Refused(shut)


def _begin(session: Session, actor: Actor, matter: Matter) -> Decision:
    draft = Decision(
        id=uuid4(),
        matter_id=matter.id,
        system_id=matter.system_id,
        authority_id=actor.organisation_id,
        authority_name=actor.organisation_name,
        demonstration=bool(matter.facts.get("demonstration")),
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        raise Refused("A colleague has just begun this draft. Reload the page to see it.") from None
    return draft


def _restrict(session: Session, actor: Actor, matter: Matter, draft: Decision, named: Sequence[Named]) -> None:
    if named and not kind_of(matter.kind).may_restrict:
        raise Invalid(outcome="This joint decision cannot carry a restriction on a provider.")
    allowed = grounds_of(matter.facts)
    wide = {one.subject_id for one in named if one.lot_id is None}
    for number, one in enumerate(named):
        rest = [other for other in named[:number] if other.subject_id == one.subject_id]
        if any(other.lot_id == one.lot_id or one.subject_id in wide for other in rest):
            raise Invalid(restrictions="A provider is named twice for the same lot.")
        lot = None if one.lot_id is None else str(one.lot_id)
        problem = restriction_problem(str(one.subject_id), one.ground, one.reason, allowed, lot)
        if problem:
            raise Invalid(restrictions=problem)
    session.flush()
    session.execute(delete(Restriction).where(Restriction.decision_id == draft.id))
    session.add_all(
        Restriction(
            id=uuid4(),
            decision_id=draft.id,
            matter_id=matter.id,
            system_id=matter.system_id,
            authority_id=actor.organisation_id,
            subject_id=one.subject_id,
            subject_name=allowed.providers[str(one.subject_id)],
            lot_id=one.lot_id,
            lot_name=allowed.lots[str(one.subject_id)][str(one.lot_id)] if one.lot_id else None,
            ground=one.ground,
            reason=one.reason,
        )
        for one in named
    )


def write_content(session: Session, draft: Decision, **values: Any) -> None:
    """Put the words and days into a draft. With a notice of the forward plan the day of notice is the notice's own, which the database
    writes. Raises Invalid for what could never be recorded.
    """
    decided_on, effective_on, route = values["decided_on"], values["effective_on"], values["route"]
    if decided_on and decided_on > clock.today():
        raise Invalid(decided_on="The decision cannot be dated in the future. Record it once it has been taken.")
    if effective_on and decided_on and effective_on < decided_on:
        raise Invalid(effective_on="A decision cannot take effect before the day it was taken.")
    if values["published_on"] and values["published_on"] > clock.today():
        raise Invalid(published_on="The record cannot have been published in the future.")
    if route and route not in ROUTES:
        raise Invalid(route="Choose by which route your council decided.")
    if values["urgency"] not in URGENCY:
        raise Invalid(urgency="Choose one of the exceptions, or none.")
    address = values["record_url"]
    if address and not address.startswith(("https://", "http://")):
        raise Invalid(record_url="Enter the full address of the official record, beginning with https://.")
    notice = session.get(ForwardPlanEntry, values["notice_id"]) if values["notice_id"] else None
    if values["notice_id"] and (
        notice is None or notice.authority_id != draft.authority_id or notice.published_at is None
    ):
        raise Invalid(notice_id="Choose one of the published notices of your council, or none.")
    evidence = values.pop("evidence")
    for name, value in values.items():
        setattr(draft, name, value)
    write_evidence(session, draft, evidence)
    if notice is not None:
        session.refresh(draft, ["notice_on"])


def _answer_parts(session: Session, matter: Matter, draft: Decision, parts: Mapping[str, tuple[str, str]]) -> None:
    titles = {part["slug"]: part["title"] for part in matter.parts}
    for slug, (outcome, _) in parts.items():
        if slug not in titles or outcome not in ("approve", "not_approve"):
            raise Invalid(parts="Say for each part of the question whether it is approved.")
    session.flush()
    session.execute(delete(DecisionPart).where(DecisionPart.decision_id == draft.id))
    session.add_all(
        DecisionPart(
            id=uuid4(),
            decision_id=draft.id,
            authority_id=draft.authority_id,
            slug=slug,
            title=titles[slug],
            outcome=outcome,
            reasons=reasons,
        )
        for slug, (outcome, reasons) in parts.items()
    )
