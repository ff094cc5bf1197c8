"""The board meeting: one agenda for all councils, who was there, and what each council indicated. None of it is a decision."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import lead, participant
from portal.decisions.meeting_rules import POSITIONS, PRESENCE

_MEETING = ["meeting_id", "system_id"]
_OF_MEETING = ["decisions.board_meetings.id", "decisions.board_meetings.system_id"]


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class BoardMeeting(Identified, Base):
    """Of one purchasing system, called by its lead. `place`: a room or the address of a call.

    planned → held (its minutes are written) → confirmed (nothing in them changes any more), or planned → cancelled. Only its
    words and its status change; who called it and when it was held is kept by a trigger.
    """

    __tablename__ = "board_meetings"
    __table_args__ = (
        UniqueConstraint("id", "system_id"),
        Index("ix_board_meetings_system_id_meets_on", "system_id", "meets_on"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("status IN ('planned', 'held', 'confirmed', 'cancelled')", name="status"),
        CheckConstraint("(status IN ('held', 'confirmed')) = (held_at IS NOT NULL)", name="held"),
        CheckConstraint("(status = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
        CheckConstraint("status <> 'cancelled' OR cancelled_because <> ''", name="cancelled"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        lead(
            insert=True,
            update=("title", "meets_on", "place", "cancelled_because", "status"),
            when="status IN ('planned', 'held')",
            becomes="true",
            born="status = 'planned'",
        ),
        participant(),
    )

    system_id: Mapped[UUID]
    system_title: Mapped[str]
    called_by_id: Mapped[UUID]
    called_by: Mapped[str]
    title: Mapped[str]
    meets_on: Mapped[date]
    place: Mapped[str]
    status: Mapped[str] = mapped_column(default="planned")
    held_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class AgendaItem(Identified, Base):
    """One item, in the order of `position`: an open matter, or a free one (`matter_id` None).

    `note`: for those who prepare; `minuted`: what was said; `reasons` and `alternatives`: what the councils have in common,
    from which each may begin its own decision.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        UniqueConstraint("id", "meeting_id", "matter_id"),
        Index("uq_agenda_items_meeting_id_matter_id", "meeting_id", "matter_id", unique=True),
        ForeignKeyConstraint(_MEETING, _OF_MEETING),
        ForeignKeyConstraint(["matter_id"], ["decisions.matters.id"]),
        Index("ix_agenda_items_matter_id", "matter_id"),
        CheckConstraint("title <> ''", name="title"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        lead(insert=True, update=("position", "title", "note", "minuted", "reasons", "alternatives"), delete=True),
        participant(),
    )

    meeting_id: Mapped[UUID]
    system_id: Mapped[UUID]
    matter_id: Mapped[UUID | None]
    position: Mapped[int]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    minuted: Mapped[str] = mapped_column(default="")
    reasons: Mapped[str] = mapped_column(default="")
    alternatives: Mapped[str] = mapped_column(default="")


class Attendance(Identified, Base):
    """One participating council at one meeting: there (`post`: which post came), or with apologies."""

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("meeting_id", "authority_id"),
        ForeignKeyConstraint(_MEETING, _OF_MEETING),
        CheckConstraint(f"presence IN ({_listed(PRESENCE)})", name="presence"),
        CheckConstraint("presence <> 'present' OR post <> ''", name="post"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        lead(insert=True, update=("presence", "post"), delete=True),
        participant(),
    )

    meeting_id: Mapped[UUID]
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    presence: Mapped[str]
    post: Mapped[str] = mapped_column(default="")


class IndicatedPosition(Identified, Base):
    """What the minute-taker of the lead understood one council to indicate on one matter. NEVER that council's decision.

    Nothing settles by it and nothing takes effect: no other table refers to this one, and no function of the database reads it.
    """

    __tablename__ = "indicated_positions"
    __table_args__ = (
        UniqueConstraint("item_id", "authority_id"),
        ForeignKeyConstraint(_MEETING, _OF_MEETING),
        ForeignKeyConstraint(
            ["item_id", "meeting_id", "matter_id"],
            ["decisions.agenda_items.id", "decisions.agenda_items.meeting_id", "decisions.agenda_items.matter_id"],
        ),
        Index("ix_indicated_positions_matter_id_authority_id", "matter_id", "authority_id"),
        Index("ix_indicated_positions_meeting_id", "meeting_id"),
        CheckConstraint(f"position IN ({_listed(POSITIONS)})", name="position"),
        {"schema": "decisions"},
    )
    __tenancy__ = (
        lead(insert=True, update=("position", "condition", "note"), delete=True),
        participant(),
    )

    meeting_id: Mapped[UUID]
    item_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    system_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    position: Mapped[str]
    condition: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime] = mapped_column(default=now)
