"""A round: a numbered window in which providers apply."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import considering, of_published_round, owner, participant, published


class Round(Identified, Base):
    """`always_open`: the one round of a system that takes applications at any time; it never closes. What two officers open of it moves to a
    batch, a round of its own with `taken_from_id`, so that each is evaluated, decided and told by itself. `first_assessed_by`: the day by
    which the first applications are assessed, where the documents announced that it takes longer before the first call-off.

    `published` is open between `opens_at` and `closes_at` by the database's clock; nobody clicks it open or shut.

    Instants, status, `published_at` and `opened_at` are written by definer functions alone, which check clock,
    persons and councils.

    `lots`: those it offers; while it is planned, none means all. `specification_id`: the version its applicants read, from publication on;
    a modification moves it to a later one.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("system_id", "number"),
        UniqueConstraint("id", "system_id"),
        UniqueConstraint("id", "lead_id"),
        ForeignKeyConstraint(
            ["system_id", "lead_id"],
            ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["specification_id", "system_id"],
            ["purchasing_systems.specifications.id", "purchasing_systems.specifications.system_id"],
        ),
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint(
            "status IN ('planned', 'published', 'opened', 'evaluating', 'moderating', 'evaluated', 'decided', 'notified', "
            "'complete', 'cancelled')",
            name="status",
        ),
        CheckConstraint("(status IN ('planned', 'cancelled')) OR published_at IS NOT NULL", name="published"),
        CheckConstraint("(status IN ('planned', 'published', 'cancelled')) = (opened_at IS NULL)", name="opened"),
        CheckConstraint("opened_at IS NULL OR opened_at >= closes_at", name="opened_after_closing"),
        CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_because IS NOT NULL)", name="cancelled"
        ),
        CheckConstraint(
            "published_at IS NULL OR (notice_number IS NOT NULL AND notice_url IS NOT NULL AND notice_published_at IS NOT NULL)",
            name="notice",
        ),
        CheckConstraint("taken_from_id IS NULL OR NOT always_open", name="batch"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=("notice_number", "notice_url", "notice_published_at", "lots"),
            when="status = 'planned'",
            becomes="status = 'planned' AND published_at IS NULL AND taken_from_id IS NULL AND take_on_id IS NULL",
        ),
        participant(),
        considering(),
        # A system that is not public yet does not become so by what it held before.
        published(
            "published_at IS NOT NULL AND (system_id = ANY ((SELECT app.published_systems())::uuid[]) OR take_on_id IS NULL)"
        ),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    number: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="planned")
    notice_number: Mapped[str | None]
    notice_url: Mapped[str | None]
    notice_published_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    lots: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default=text("'{}'"))
    specification_id: Mapped[UUID | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None]
    always_open: Mapped[bool] = mapped_column(default=False)
    taken_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.rounds.id"), index=True)
    first_assessed_by: Mapped[date | None]
    take_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.take_ons.id"), index=True)
    """The workbook it came with, where it was held before the portal."""

    @property
    def origin_id(self) -> UUID:
        """The round in which applications were made: of a batch, the one it was taken from."""
        return self.taken_from_id or self.id


class ClosingChange(Identified, Base):
    """A later closing instant: proposed by one officer, confirmed by another of another council, told to all (Annex IV (c))."""

    __tablename__ = "closing_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "system_id"], ["purchasing_systems.rounds.id", "purchasing_systems.rounds.system_id"]
        ),
        {"schema": "purchasing_systems"},
    )
    # Before it is confirmed it is the councils' own: a bidder who read it would know of the longer window before the others.
    __tenancy__ = (participant(), of_published_round(when="confirmed_at IS NOT NULL"))

    round_id: Mapped[UUID] = mapped_column(ForeignKey("purchasing_systems.rounds.id"), index=True)
    system_id: Mapped[UUID]
    old_closes_at: Mapped[datetime]
    new_closes_at: Mapped[datetime]
    reason: Mapped[str]
    outage_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchasing_systems.outages.id"), index=True)
    """The outage it makes up for: then `new_closes_at` minus `old_closes_at` is what everybody gets, whatever is confirmed meanwhile."""
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[UUID]
    proposed_by: Mapped[str]
    proposed_for_id: Mapped[UUID]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
