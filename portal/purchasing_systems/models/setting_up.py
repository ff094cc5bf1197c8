"""What the set-up of a system holds beside its terms: buying terms, who was asked to help with which task, and what they said."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import ORGANISATION, lead, of_published_system, owner, participant

_SHARED = (
    "EXISTS (SELECT 1 FROM purchasing_systems.setup_shares s WHERE s.system_id = setup_notes.system_id "
    "AND s.authority_id = (SELECT app.organisation()) AND s.task = setup_notes.task "
    "AND s.starts_on <= (SELECT app.today()) AND coalesce(s.ends_on, DATE '9999-12-31') >= (SELECT app.today()))"
)


_NOT_FROZEN = (
    "EXISTS (SELECT 1 FROM purchasing_systems.systems s WHERE s.id = buying_terms.system_id AND s.frozen_at IS NULL)"
)


def _of_a_system() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["system_id", "lead_id"],
        ["purchasing_systems.systems.id", "purchasing_systems.systems.lead_id"],
        onupdate="CASCADE",
    )


class BuyingTerms(Identified, Base):
    """How much may be bought, by whom and how: one row a system; published with it, frozen with it.

    `ceiling_pounds`: the most that may be spent under the system, without VAT, beside its estimate. `users_kind`: the permitted users are
    exactly those named, or a described class (`users_words` describes it, `users_examples` names some). `award_method`: a code of
    `reference.award_methods`. `no_extension`: the documents hold no option to extend, said on purpose. `copied_from_id`: the earlier
    system it was begun from.
    """

    __tablename__ = "buying_terms"
    __table_args__ = (
        UniqueConstraint("system_id"),
        _of_a_system(),
        CheckConstraint(
            "ceiling_pounds IS NULL OR (ceiling_pounds >= 0 AND ceiling_pounds < 'NaN'::numeric)", name="ceiling"
        ),
        CheckConstraint("users_kind IN ('', 'named', 'described')", name="users"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner(
            "lead_id",
            insert=True,
            update=(
                "ceiling_pounds",
                "users_kind",
                "users_words",
                "users_examples",
                "award_method",
                "award_words",
                "no_extension",
            ),
            when=_NOT_FROZEN,
        ),
        participant(),
        of_published_system(),
    )

    system_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    ceiling_pounds: Mapped[Decimal | None]
    users_kind: Mapped[str] = mapped_column(default="")
    users_words: Mapped[str] = mapped_column(default="")
    users_examples: Mapped[str] = mapped_column(default="")
    award_method: Mapped[str] = mapped_column(default="")
    award_words: Mapped[str] = mapped_column(default="")
    no_extension: Mapped[bool] = mapped_column(default=False)
    copied_from_id: Mapped[UUID | None]


class SetupShare(Identified, Base):
    """The lead asks the officers of an authority to help with a task of the set-up, from a day until a day (None: until it is ended)."""

    __tablename__ = "setup_shares"
    __table_args__ = (
        _of_a_system(),
        ForeignKeyConstraint(
            ["system_id", "authority_id"],
            ["purchasing_systems.participations.system_id", "purchasing_systems.participations.authority_id"],
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on - 1", name="days"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (owner("lead_id", insert=True, update=("ends_on",)), participant())

    system_id: Mapped[UUID] = mapped_column(index=True)
    lead_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    task: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    given_by: Mapped[str]


class SetupNote(Identified, Base):
    """A proposal for a task, or the word of an officer who has looked through it (`review`); never changed, only answered by the lead.

    Written by the lead and by those it shares the task with. `answer`: '' not yet, `taken_over` or `not_taken`.
    """

    __tablename__ = "setup_notes"
    __table_args__ = (
        _of_a_system(),
        CheckConstraint("kind IN ('proposal', 'review')", name="kind"),
        CheckConstraint("kind = 'review' OR words <> ''", name="words"),
        CheckConstraint("answer IN ('', 'taken_over', 'not_taken')", name="answer"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        {"schema": "purchasing_systems"},
    )
    __tenancy__ = (
        owner("authority_id", insert=True, becomes=f"lead_id = {ORGANISATION} OR {_SHARED}"),
        lead(update=("answer", "answer_words", "answered_by", "answered_at")),
        participant(),
    )

    system_id: Mapped[UUID] = mapped_column(index=True)
    lead_id: Mapped[UUID]
    task: Mapped[str]
    kind: Mapped[str]
    authority_id: Mapped[UUID]
    authority_name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(default="")
    answer_words: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
