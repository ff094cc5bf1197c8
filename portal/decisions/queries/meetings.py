"""Board meetings as pages and papers show them. The same few statements for six councils and for twenty-four."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.types import Actor
from portal.decisions.kinds import MatterKind, kind_of
from portal.decisions.meeting_rules import OUTCOME_OF, POSITIONS, PRESENCE, STATUS, indicated
from portal.decisions.meeting_states import RUN
from portal.decisions.models import AgendaItem, Attendance, BoardMeeting, IndicatedPosition, Matter, MatterParty
from portal.decisions.systems import TakingPart, systems_by_id
from tenants.models import Organisation


@dataclass(frozen=True)
class SeatView:
    """One council at the meeting; `presence` None while nothing is said of it."""

    council: TakingPart
    presence: str | None
    post: str

    @property
    def said(self) -> str:
        """`Present: Head of service`."""
        if self.presence is None:
            return "Not recorded yet"
        return f"{PRESENCE[self.presence]}: {self.post}" if self.post else PRESENCE[self.presence]


@dataclass(frozen=True)
class PositionView:
    """What one council asked indicated on one item; `position` None while nothing is noted. Never its decision."""

    council: TakingPart
    position: str | None
    condition: str
    note: str
    takes_part: bool

    @property
    def said(self) -> str:
        """`In favour, subject to: cabinet in January`."""
        return indicated(self.position, self.condition) if self.position else "Nothing noted"

    @property
    def may_begin(self) -> bool:
        """Whether its council's draft can begin from it."""
        return self.position in OUTCOME_OF


@dataclass(frozen=True)
class ItemView:
    """One item of the agenda, with the councils asked where it is a joint decision."""

    id: UUID
    number: int
    title: str
    note: str
    minuted: str
    reasons: str
    alternatives: str
    matter: Matter | None
    positions: tuple[PositionView, ...]

    @property
    def kind(self) -> MatterKind | None:
        """What is asked, and what follows."""
        return kind_of(self.matter.kind) if self.matter else None

    @property
    def is_noted(self) -> bool:
        """Whether anything was written on it."""
        return bool(self.minuted or self.reasons or self.alternatives or any(p.position for p in self.positions))

    @property
    def tally(self) -> str:
        """`4 in favour, 1 undecided`: indicated, not decided."""
        counted = {code: sum(p.position == code for p in self.positions) for code in POSITIONS}
        return ", ".join(f"{n} {POSITIONS[code].lower()}" for code, n in counted.items() if n)

    def of(self, authority_id: UUID) -> PositionView | None:
        """What one council indicated, if it was asked."""
        return next((p for p in self.positions if p.council.id == authority_id), None)


@dataclass(frozen=True)
class MeetingView:
    """A meeting with its agenda and its councils. `runs`: whether the actor is the lead's officer who may change it now."""

    id: UUID
    system_id: UUID
    system_title: str
    called_by_id: UUID
    called_by: str
    title: str
    meets_on: date
    place: str
    status: str
    cancelled_because: str
    demonstration: bool
    seats: tuple[SeatView, ...]
    items: tuple[ItemView, ...]
    runs: bool

    @property
    def status_tag(self) -> tuple[str, str]:
        """Label and tone."""
        return STATUS[self.status]

    @property
    def was_held(self) -> bool:
        """Whether councils can begin their drafts from it."""
        return self.status in ("held", "confirmed")

    @property
    def bears_mark(self) -> bool:
        """Whether its pages and papers say that it is a demonstration: it is, or one of its joint decisions is."""
        return self.demonstration or any(i.matter.facts.get("demonstration") for i in self.items if i.matter)

    def item(self, item_id: UUID) -> ItemView:
        """One item. Raises Missing."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise Missing


@dataclass(frozen=True)
class Indication:
    """What a council indicated on a matter at a meeting."""

    matter_id: UUID
    meeting_id: UUID
    item_id: UUID
    meeting_title: str
    meets_on: date
    was_held: bool
    authority_id: UUID
    authority_name: str
    position: str
    condition: str
    note: str

    @property
    def said(self) -> str:
        """`In favour, subject to: cabinet in January`."""
        return indicated(self.position, self.condition)

    @property
    def may_begin(self) -> bool:
        """Whether its council's draft can begin from it."""
        return self.was_held and self.position in OUTCOME_OF


def meetings(session: Session, *, before: tuple[date, UUID] | None = None, limit: int = 50) -> Sequence[BoardMeeting]:
    """Meetings of the systems taken part in, the latest day first, by key; one more than asked for when there are more."""
    m = BoardMeeting
    query = select(m)
    if before:
        query = query.where((m.meets_on < before[0]) | and_(m.meets_on == before[0], m.id < before[1]))
    return session.scalars(query.order_by(m.meets_on.desc(), m.id.desc()).limit(limit + 1)).all()


def meeting_view(session: Session, actor: Actor, meeting_id: UUID) -> MeetingView:
    """One meeting. Raises Missing where the organisation acted for takes no part."""
    found = session.get(BoardMeeting, meeting_id)
    if found is None:
        raise Missing
    joined = {c.id: c for system in systems_by_id(session, [found.system_id]) for c in system.councils}
    return MeetingView(
        id=found.id,
        system_id=found.system_id,
        system_title=found.system_title,
        called_by_id=found.called_by_id,
        called_by=found.called_by,
        title=found.title,
        meets_on=found.meets_on,
        place=found.place,
        status=found.status,
        cancelled_because=found.cancelled_because,
        demonstration=found.demonstration,
        seats=_seats(session, found, joined),
        items=_items(session, found, joined),
        runs=actor.may(RUN) and actor.leads(found.system_id) and found.status in ("planned", "held"),
    )


def open_for_agenda(session: Session, view: MeetingView) -> list[tuple[UUID, str]]:
    """Open joint decisions of the meeting's system that are not on its agenda: id and title, the earliest day first."""
    there = {item.matter.id for item in view.items if item.matter}
    found = session.scalars(
        select(Matter)
        .where(Matter.system_id == view.system_id, Matter.status == "open")
        .order_by(Matter.answer_by, Matter.id)
    )
    return [(m.id, f"{kind_of(m.kind).title}: {m.subject_label}") for m in found if m.id not in there]


def indications_on(session: Session, matter_id: UUID) -> list[Indication]:
    """What councils indicated on a matter, the latest meeting first, then by council."""
    return _indications(session, IndicatedPosition.matter_id == matter_id)


def indicated_by(session: Session, actor: Actor, matter_ids: Sequence[UUID]) -> list[Indication]:
    """What the council acted for indicated last on each of these matters, where its draft can begin from it."""
    if not matter_ids:
        return []
    p = IndicatedPosition
    last: dict[UUID, Indication] = {}
    for found in _indications(session, p.matter_id.in_(matter_ids), p.authority_id == actor.organisation_id):
        if found.was_held:
            last.setdefault(found.matter_id, found)
    return [found for found in last.values() if found.may_begin]


def _indications(session: Session, *of: ColumnElement[bool]) -> list[Indication]:
    p, m = IndicatedPosition, BoardMeeting
    rows = session.execute(
        select(
            p.matter_id, m.id, p.item_id, m.title, m.meets_on, m.status.in_(("held", "confirmed")), p.authority_id,
            p.authority_name, p.position, p.condition, p.note,
        )
        .join(m, m.id == p.meeting_id)
        .where(*of)
        .order_by(m.meets_on.desc(), m.created_at.desc(), m.id, p.authority_name)
    )  # fmt: skip
    return [Indication(*row) for row in rows]


def embargoes(session: Session, view: MeetingView) -> dict[UUID, str]:
    """By item, the sentence while nothing of it may leave the councils."""
    found = {}
    for item in view.items:
        if item.matter and item.kind and item.kind.embargo:
            sentence = item.kind.embargo(session, item.matter)
            if sentence:
                found[item.id] = sentence
    return found


def _seats(session: Session, meeting: BoardMeeting, joined: dict[UUID, TakingPart]) -> tuple[SeatView, ...]:
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.slug, Attendance.presence, Attendance.post)
        .join(Organisation, Organisation.id == Attendance.authority_id)
        .where(Attendance.meeting_id == meeting.id)
    ).all()
    there = {row.id: SeatView(TakingPart(*row[:3]), row.presence, row.post) for row in rows}
    if meeting.status == "planned":
        # Who has left is not expected any more; once held, those are listed of whom something was said on that day.
        there = {who: there.get(who, SeatView(council, None, "")) for who, council in joined.items()}
    return tuple(sorted(there.values(), key=lambda seat: seat.council.name))


def _items(session: Session, meeting: BoardMeeting, joined: dict[UUID, TakingPart]) -> tuple[ItemView, ...]:
    i, p = AgendaItem, IndicatedPosition
    rows: Sequence[Any] = session.execute(
        select(i, Matter)  # without one, for a free item
        .outerjoin(Matter, Matter.id == i.matter_id)
        .where(i.meeting_id == meeting.id)
        .order_by(i.position, i.id)
    ).all()
    said: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
    for row in session.scalars(select(p).where(p.meeting_id == meeting.id)):
        said[row.item_id][row.authority_id] = row
    asked: dict[UUID, list[TakingPart]] = defaultdict(list)
    for matter_id, id_, name, slug in session.execute(
        select(MatterParty.matter_id, Organisation.id, Organisation.name, Organisation.slug)
        .join(Organisation, Organisation.id == MatterParty.authority_id)
        .where(MatterParty.matter_id.in_([matter.id for _, matter in rows if matter]))
        .order_by(Organisation.name)
    ):
        asked[matter_id].append(TakingPart(id_, name, slug))
    return tuple(
        ItemView(
            id=item.id,
            number=number,
            title=item.title,
            note=item.note,
            minuted=item.minuted,
            reasons=item.reasons,
            alternatives=item.alternatives,
            matter=matter,
            positions=_positions(asked[matter.id], said[item.id], joined) if matter else (),
        )
        for number, (item, matter) in enumerate(rows, start=1)
    )


def _positions(
    asked: Sequence[TakingPart], said: dict[UUID, IndicatedPosition], joined: dict[UUID, TakingPart]
) -> tuple[PositionView, ...]:
    found = []
    for council in asked:
        row, takes_part = said.get(council.id), council.id in joined
        if row:
            found.append(PositionView(council, row.position, row.condition, row.note, takes_part))
        elif takes_part:
            found.append(PositionView(council, None, "", "", takes_part))
    return tuple(found)
