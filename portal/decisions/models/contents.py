"""What stands inside one decision: its parts, its resolutions, whom it consulted, who agreed, its appendices.

Written while the decision is a draft, by its own council. From recording on (`on_record_at`) the participating councils read it, from
publication on (`public_at`) everybody; `app.keep_content` and `app.keep_decision` alone write those two. What may never leave the
council (comments of consultees, exempt texts, evidence) stands in tables of its own, which have one reader.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Identified
from portal.core.rls import Word, owner, participant, published

_DRAFT = "on_record_at IS NULL"


def _content(*columns: str) -> tuple[Word, ...]:
    return (
        owner("authority_id", insert=True, update=columns, delete=True, when=_DRAFT),
        participant(when="on_record_at IS NOT NULL"),
        published("public_at IS NOT NULL"),
    )


def _of_decision() -> ForeignKeyConstraint:
    # Only a draft of the council's own is ever deleted; what stands inside it goes with it.
    return ForeignKeyConstraint(
        ["decision_id", "authority_id"],
        ["decisions.decisions.id", "decisions.decisions.authority_id"],
        ondelete="CASCADE",
    )


class DecisionPart(Identified, Base):
    """The answer to one part of a matter: extend, but not the added lot. `slug` is the part's id in the matter."""

    __tablename__ = "parts"
    __table_args__ = (
        UniqueConstraint("decision_id", "slug"),
        _of_decision(),
        CheckConstraint("outcome IN ('approve', 'not_approve')", name="outcome"),
        {"schema": "decisions"},
    )
    __tenancy__ = _content("outcome", "reasons")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    slug: Mapped[str]
    title: Mapped[str]
    outcome: Mapped[str]
    reasons: Mapped[str] = mapped_column(default="")
    on_record_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]


class Resolution(Identified, Base):
    """One numbered paragraph of a minute, word for word. `effect`: what a person confirmed it does; `phrases`: the words of delegation
    recognised in it (kind, start, end), confirmed by a person; `delegation_id`: the entry of the ledger it granted; `matter_id`: the joint
    decision it answers.
    """

    __tablename__ = "resolutions"
    __table_args__ = (
        UniqueConstraint("decision_id", "number"),
        _of_decision(),
        CheckConstraint("effect IN ('approves', 'delegates', 'authorises_work', 'notes')", name="effect"),
        CheckConstraint("text <> ''", name="words"),
        {"schema": "decisions"},
    )
    __tenancy__ = _content("effect", "phrases", "delegation_id", "matter_id", "text", "heading", "number")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    number: Mapped[str]
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    effect: Mapped[str] = mapped_column(default="notes")
    phrases: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    delegation_id: Mapped[UUID | None]
    matter_id: Mapped[UUID | None]
    on_record_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]


class Consultation(Identified, Base):
    """A post was consulted on a day. What it said is a `ConsultationComment`, which stays with the council."""

    __tablename__ = "consultations"
    __table_args__ = (
        UniqueConstraint("decision_id", "post"),
        UniqueConstraint("id", "authority_id"),
        _of_decision(),
        CheckConstraint("post <> ''", name="whom"),
        {"schema": "decisions"},
    )
    __tenancy__ = _content("consulted_on", "interests")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    post: Mapped[str]
    consulted_on: Mapped[date]
    interests: Mapped[str] = mapped_column(default="")
    """Declared by an executive member who was consulted, with any dispensation (SI 2012/2089 reg. 13(4))."""
    on_record_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]


class ConsultationComment(Identified, Base):
    """What a consultee said: read by the council alone, on record or not."""

    __tablename__ = "consultation_comments"
    __table_args__ = (
        UniqueConstraint("consultation_id"),
        ForeignKeyConstraint(
            ["consultation_id", "authority_id"],
            ["decisions.consultations.id", "decisions.consultations.authority_id"],
            ondelete="CASCADE",
        ),
        {"schema": "decisions"},
    )
    __tenancy__ = (owner("authority_id", insert=True, update=("text",)),)

    consultation_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    text: Mapped[str]


class Agreement(Identified, Base):
    """What one of joint holders said: agreed, or refused. Both must agree, either can refuse, in any order (R4-02)."""

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("decision_id", "post"),
        UniqueConstraint("id", "authority_id"),
        _of_decision(),
        CheckConstraint("post <> ''", name="who"),
        {"schema": "decisions"},
    )
    __tenancy__ = _content("agreed", "agreed_on")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    post: Mapped[str]
    agreed: Mapped[bool]
    agreed_on: Mapped[date]
    on_record_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]


class Appendix(Identified, Base):
    """An exempt appendix: its title, the paragraph of Schedule 12A and the public-interest test are public; its text is an `ExemptText`."""

    __tablename__ = "appendices"
    __table_args__ = (
        UniqueConstraint("decision_id", "title"),
        UniqueConstraint("id", "authority_id"),
        _of_decision(),
        CheckConstraint("paragraph BETWEEN 1 AND 7 AND public_interest <> ''", name="exempt"),
        {"schema": "decisions"},
    )
    __tenancy__ = _content("paragraph", "public_interest")

    decision_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    system_id: Mapped[UUID | None]
    title: Mapped[str]
    paragraph: Mapped[int]
    public_interest: Mapped[str]
    on_record_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None]


class ExemptText(Identified, Base):
    """The exempt text itself: read by the council alone."""

    __tablename__ = "exempt_texts"
    __table_args__ = (
        UniqueConstraint("appendix_id"),
        ForeignKeyConstraint(
            ["appendix_id", "authority_id"],
            ["decisions.appendices.id", "decisions.appendices.authority_id"],
            ondelete="CASCADE",
        ),
        {"schema": "decisions"},
    )
    __tenancy__ = (owner("authority_id", insert=True, update=("text",)),)

    appendix_id: Mapped[UUID]
    authority_id: Mapped[UUID]
    text: Mapped[str]
