"""A new system begun from an earlier one: what it said is copied, what was decided under it is not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.actions.parts import add_lot
from portal.purchasing_systems.actions.rounds import plan_round
from portal.purchasing_systems.actions.specifications import write_document, write_specification
from portal.purchasing_systems.actions.systems import create_system
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.models import BuyingTerms, ExtensionPoint, PurchasingSystem, Round
from portal.purchasing_systems.queries.set_up import buying_terms
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import LotRow, lots_of, system_for
from portal.purchasing_systems.queries.terms import extension_points
from portal.questionnaires.models import Question, QuestionSet
from portal.questionnaires.queries import questions_of_round, sets_of_round
from tenants.permissions import Permission

_FACTS = (
    "legal_basis", "client_group", "value_pounds", "cpv", "standstill_days", "quality_pass_mark", "panel_councils",
    "longer_because",
)  # fmt: skip
_TERMS = (
    "ceiling_pounds", "users_kind", "users_words", "users_examples", "award_method", "award_words", "no_extension",
)  # fmt: skip
NOT_COPIED = (
    "Participating authorities and their decisions to take part: each council decides anew.",
    "Local schedules: each council writes its own again.",
    "Rounds, notices, applications, scores, outcomes, letters and agreements.",
    "Providers admitted, and restrictions on them.",
    "Joint decisions, and what the councils decided.",
    "The timetable: it begins again with the day of the new notice.",
)
"""What is never copied, and why, for the page."""


@dataclass(frozen=True)
class Copied:
    """What there is to copy from a system. `round_id`: the latest round that asks questions; `questions`: how many it asks."""

    system: PurchasingSystem
    lots: list[LotRow]
    specification_words: int
    documents: list[str]
    points: list[ExtensionPoint]
    terms: BuyingTerms | None
    round_id: UUID | None
    round_number: int | None
    questions: int


def to_copy(session: Session, actor: Actor, system_id: UUID) -> Copied:
    """What would be copied. Raises Missing, NotPermitted."""
    system = system_for(session, actor, system_id)
    if actor.organisation_kind != "authority" or not actor.may(Permission.ADVERT_EDIT):
        raise NotPermitted("Your role cannot set up a purchasing system.")
    asked = select(QuestionSet.round_id).where(QuestionSet.system_id == system_id)
    round_ = session.scalars(
        select(Round).where(Round.system_id == system_id, Round.id.in_(asked)).order_by(Round.number.desc()).limit(1)
    ).one_or_none()
    specification = specification_of(session, system_id)
    return Copied(
        system,
        lots_of(session, system_id),
        len(specification.common_text.split()) if specification else 0,
        [d.title for d in documents_of(session, system_id)],
        list(extension_points(session, system_id)),
        buying_terms(session, system_id),
        round_.id if round_ else None,
        round_.number if round_ else None,
        len(questions_of_round(session, round_.id)) if round_ else 0,
    )


def copy_system(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    title: str,
    alias: str,
    valid_from: date | None,
    regime: str | None = None,
    vehicle: str | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> PurchasingSystem:
    """A draft led by the actor's authority, begun from a system it leads or takes part in.

    `regime` and `vehicle`: None for those of the earlier system. A procurement that commences now is under the law in force now, whatever
    the earlier one was under. The term and the extension points keep their lengths and move to the new first day. Questions belong to a round: they are copied when
    the window of the first one is given (`opens_at` and `closes_at`, aware). Raises Missing, NotPermitted, Refused, Invalid.
    """
    found = to_copy(session, actor, system_id)
    old = found.system
    clean = Cleaning()
    if valid_from is None:
        clean.wrong("valid_from", "Enter the first day of validity.")
    elif valid_from <= old.valid_from:
        clean.wrong("valid_from", "The new system begins later than the one it is copied from.")
    if (opens_at is None) != (closes_at is None):
        clean.wrong("opens_on", "Enter both opening and closing, or neither.")
    clean.finish()
    assert valid_from is not None
    later = valid_from - old.valid_from
    facts = {name: getattr(old, name) for name in _FACTS}
    new = create_system(
        session, actor, title=title, alias=alias, regime=old.regime if regime is None else regime,
        vehicle=old.vehicle if vehicle is None else vehicle, valid_from=valid_from, valid_until=old.valid_until + later,
        restriction_grounds=[dict(ground) for ground in old.restriction_grounds], **facts,
    )  # fmt: skip
    _terms(session, found, new)
    lots = {
        lot.id: add_lot(
            session, actor, system_id=new.id, number=lot.number, title=lot.title, description=lot.description
        ).id
        for lot in found.lots
    }
    _words(session, actor, system_id, new)
    for point in found.points:
        add_extension_point(
            session, actor, system_id=new.id, title=point.title, ends_on=point.ends_on + later,
            new_end=point.new_end + later, source=point.source,
        )  # fmt: skip
    asked = 0
    if opens_at is not None and closes_at is not None:
        if found.round_id is None:
            raise Refused("The earlier system asks no questions that could be copied. Leave the window empty.")
        planned = plan_round(session, actor, system_id=new.id, number=1, opens_at=opens_at, closes_at=closes_at)
        asked = _questions(session, found.round_id, planned, lots)
    record(
        session,
        "purchasing_systems.system.copy",
        f"Began “{new.title}” from “{old.title}”: {len(lots)} lots, {len(found.documents)} documents, {len(found.points)} extension "
        f"points, {asked} questions. Nothing that was decided was copied.",
        system=new.id,
        copied_from=system_id,
    )
    return new


def _terms(session: Session, found: Copied, new: PurchasingSystem) -> None:
    values: dict[str, Any] = {name: getattr(found.terms, name) for name in _TERMS} if found.terms else {}
    session.add(
        BuyingTerms(id=uuid4(), system_id=new.id, lead_id=new.lead_id, copied_from_id=found.system.id, **values)
    )
    session.flush()


def _words(session: Session, actor: Actor, system_id: UUID, new: PurchasingSystem) -> None:
    specification = specification_of(session, system_id)
    if specification and specification.common_text:
        write_specification(
            session, actor, system_id=new.id, title=specification.title, common_text=specification.common_text
        )
    for document in documents_of(session, system_id):
        write_document(session, actor, system_id=new.id, title=document.title, kind=document.kind, text=document.text)


def _questions(session: Session, from_round: UUID, planned: Round, lots: dict[UUID, UUID]) -> int:
    """Column by column, so that whatever a question has is copied; ids, round, lead and freezing are the new one's."""
    count = 0
    for old_set in sets_of_round(session, from_round):
        new_set = _like(old_set, planned, lots)
        session.add(new_set)
        session.flush()
        for question in session.scalars(
            select(Question).where(Question.set_id == old_set.id).order_by(Question.position)
        ):
            copied = _like(question, planned, lots)
            copied.set_id = new_set.id
            session.add(copied)
            count += 1
    session.flush()
    return count


def _like(row: Any, planned: Round, lots: dict[UUID, UUID]) -> Any:
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    return type(row)(
        **values
        | {
            "id": uuid4(),
            "system_id": planned.system_id,
            "lead_id": planned.lead_id,
            "round_id": planned.id,
            "lot_id": lots[row.lot_id] if row.lot_id else None,
            "frozen_at": None,
        }
    )
