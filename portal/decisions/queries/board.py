"""The board: where each council stands on a joint decision. The same few statements for one matter and for fifty."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, DecisionPart, Matter, MatterParty, Restriction
from portal.decisions.queries.decisions import STANDING, matter_of
from portal.decisions.queries.effects import effects_on
from portal.decisions.queries.views import Board, CouncilAnswer
from portal.decisions.rules.answers import SAID, position
from tenants.models import Organisation


def board(session: Session, actor: Actor, matter_id: UUID) -> Board:
    """One board. Raises Missing where the organisation acted for takes no part."""
    return _boards(session, actor, [matter_of(session, matter_id)])[0]


def embargo_on(session: Session, found: Board) -> str | None:
    """The sentence while nothing of this may leave the councils, else None."""
    return found.kind.embargo(session, matter_of(session, found.id)) if found.kind.embargo else None


def boards_about(session: Session, actor: Actor, subject_id: UUID) -> tuple[dict[str, Board], list[Matter]]:
    """The joint decisions that count about one subject, by the name of their kind; and those that no longer count, asked again or
    withdrawn, the latest first.
    """
    matters = session.scalars(
        select(Matter).where(Matter.subject_id == subject_id).order_by(Matter.raised_at.desc(), Matter.id)
    ).all()
    live = [m for m in matters if m.is_live]
    return {found.kind.name: found for found in _boards(session, actor, live)}, [m for m in matters if not m.is_live]


def boards_of(session: Session, actor: Actor, matter_ids: Collection[UUID]) -> dict[UUID, Board]:
    """These joint decisions, by id, as far as the organisation acted for takes part."""
    if not matter_ids:
        return {}
    matters = session.scalars(select(Matter).where(Matter.id.in_(matter_ids))).all()
    return {found.id: found for found in _boards(session, actor, matters)}


def asked_before_and_after(session: Session, this: Matter) -> tuple[Matter | None, Matter | None]:
    """The matter on which this question was asked before, and the one on which it was asked again."""
    others = session.scalars(
        select(Matter).where((Matter.id == this.asked_after_id) | (Matter.asked_after_id == this.id))
    ).all()
    before = next((m for m in others if m.id == this.asked_after_id), None)
    return before, next((m for m in others if m is not before), None)


def matters_awaiting(session: Session, actor: Actor) -> list[Board]:
    """Open joint decisions of the systems taken part in, the earliest day first."""
    matters = session.scalars(select(Matter).where(Matter.status == "open").order_by(Matter.answer_by, Matter.id)).all()
    return _boards(session, actor, matters)


def settled_matters(
    session: Session, actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = 20
) -> list[Board]:
    """Settled ones, the latest first, by key; one more than asked for when there are more."""
    query = select(Matter).where(Matter.status == "settled")
    if before:
        query = query.where(
            (Matter.settled_at < before[0]) | and_(Matter.settled_at == before[0], Matter.id < before[1])
        )
    matters = session.scalars(query.order_by(Matter.settled_at.desc(), Matter.id.desc()).limit(limit + 1)).all()
    return _boards(session, actor, matters)


def _boards(session: Session, actor: Actor, matters: Sequence[Matter]) -> list[Board]:
    ids = [m.id for m in matters]
    if not ids:
        return []
    decided, before, first, drafted = _decisions(session, actor, ids)
    restricted = _restricted(session, ids)
    refused = _refused_parts(session, decided.values()) if any(m.parts for m in matters) else {}
    effects = effects_on(session, ids)
    asked: dict[UUID, list[CouncilAnswer]] = defaultdict(list)
    today = clock.today()
    days = {m.id: m.answer_by for m in matters}
    strict = {m.id for m in matters if m.late == "stays_out"}
    for matter_id, authority_id, name, slug, excused in _parties(session, ids):
        decision = decided.get((matter_id, authority_id))
        not_all = (restricted.get(decision.id, ()), refused.get(decision.id, ())) if decision else ((), ())
        answer = _answer((authority_id, name, slug, excused), decision, not_all, days[matter_id], today)
        effect = effects.get((matter_id, authority_id))
        if effect:
            answer = replace(answer, takes_effect_on=effect.from_, in_effect=effect.in_effect)
        answered = first.get((matter_id, authority_id))
        if matter_id in strict and answered and clock.local_day(answered) > days[matter_id]:
            answer = replace(answer, stays_out=True)
        earlier = before.get((matter_id, authority_id))
        if earlier and earlier.effective_on and answer.effective_on and answer.effective_on > today:
            answer = replace(answer, until_then=SAID[earlier.outcome or "defer"])
        asked[matter_id].append(answer)
    return [_board(m, asked[m.id], actor, has_draft=m.id in drafted) for m in matters]


def _board(m: Matter, councils: list[CouncilAnswer], actor: Actor, *, has_draft: bool) -> Board:
    mine = next((c for c in councils if c.authority_id == actor.organisation_id), None)
    return Board(
        id=m.id,
        kind=kind_of(m.kind),
        system_id=m.system_id,
        subject_id=m.subject_id,
        subject_label=m.subject_label,
        question=m.question,
        status=m.status,
        raised_by=m.raised_by,
        raised_at=m.raised_at,
        answer_by=m.answer_by,
        settled_at=m.settled_at,
        facts=m.facts,
        councils=tuple(councils),
        mine=mine,
        has_draft=has_draft,
        is_live=m.is_live,
        rule=m.rule,
        minimum=m.minimum,
        late=m.late,
        lead_id=m.raised_by_id,
        before_commencement=m.before_commencement,
        parts=tuple((part["slug"], part["title"]) for part in m.parts),
        asked_again_because=m.asked_again_because,
        withdrawn_because=m.withdrawn_because,
    )


def _answer(
    council: tuple[UUID, str, str, str],
    decision: Decision | None,
    not_all: tuple[Sequence[str], Sequence[str]],
    answer_by: date,
    today: date,
) -> CouncilAnswer:
    authority_id, name, slug, excused = council
    names, parts = not_all
    if decision is None:
        stands = position(None, answer_by=answer_by, today=today, excused=excused)
        return CouncilAnswer(authority_id, name, slug, stands, None, "", None, None, None, (), late=False)
    stands = position(
        decision.outcome,
        answer_by=answer_by,
        today=today,
        defer_until=decision.defer_until,
        restricted=names,
        parts=parts,
        called_in=decision.status == "called_in",
        excused=excused,
    )
    recorded = decision.recorded_at
    return CouncilAnswer(
        authority_id=authority_id,
        name=name,
        slug=slug,
        position=stands,
        decision_id=decision.id,
        decided_by=decision.decided_by_post,
        decided_on=decision.decided_on,
        effective_on=decision.effective_on,
        recorded_at=recorded,
        restricted=tuple(names),
        late=recorded is not None and clock.local_day(recorded) > answer_by,
    )


def _parties(session: Session, ids: Sequence[UUID]) -> Sequence[Any]:
    return session.execute(
        select(
            MatterParty.matter_id,
            MatterParty.authority_id,
            Organisation.name,
            Organisation.slug,
            MatterParty.excused_because,
        )
        .join(Organisation, Organisation.id == MatterParty.authority_id)
        .where(MatterParty.matter_id.in_(ids))
        .order_by(Organisation.name)
    ).all()


def _decisions(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> tuple[
    dict[tuple[UUID, UUID], Decision], dict[tuple[UUID, UUID], Decision], dict[tuple[UUID, UUID], datetime], set[UUID]
]:
    """The latest of each council, the one in effect that it takes the place of, when it first answered, and where the actor's own has a
    draft.
    """
    decided: dict[tuple[UUID, UUID], Decision] = {}
    before: dict[tuple[UUID, UUID], Decision] = {}
    first: dict[tuple[UUID, UUID], datetime] = {}
    drafted: set[UUID] = set()
    for d in session.scalars(select(Decision).where(Decision.matter_id.in_(ids)).order_by(Decision.recorded_at)):
        if d.matter_id is None:
            continue
        key = (d.matter_id, d.authority_id)
        took_effect = d.effective_on and d.superseded_at and d.effective_on <= clock.local_day(d.superseded_at)
        # A first answer counts as given on its day, whatever became of it: called in, or followed by another.
        if d.outcome != "defer" and d.recorded_at and d.status != "draft":
            first.setdefault(key, d.recorded_at)
        if d.status in STANDING:
            decided[key] = d
        elif d.status == "superseded":
            if took_effect:
                before[key] = d
        elif d.authority_id == actor.organisation_id:
            drafted.add(d.matter_id)
    return decided, before, first, drafted


def _restricted(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for decision_id, name, lot in session.execute(
        select(Restriction.decision_id, Restriction.subject_name, Restriction.lot_name)
        .where(Restriction.matter_id.in_(ids), Restriction.in_force_at.is_not(None))
        .order_by(Restriction.subject_name, Restriction.lot_name)
    ):
        found[decision_id].append(f"{name} in {lot}" if lot else name)
    return found


def _refused_parts(session: Session, decided: Iterable[Decision]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    ids = [d.id for d in decided]
    for decision_id, title in session.execute(
        select(DecisionPart.decision_id, DecisionPart.title)
        .where(DecisionPart.decision_id.in_(ids), DecisionPart.outcome == "not_approve")
        .order_by(DecisionPart.title)
    ):
        found[decision_id].append(title)
    return found


def earlier_answers(session: Session, matter_id: UUID) -> Sequence[Decision]:
    """Decisions that have given way to a later one of the same council: history is never overwritten."""
    return session.scalars(
        select(Decision)
        .where(Decision.matter_id == matter_id, Decision.status == "superseded")
        .order_by(Decision.recorded_at)
    ).all()
