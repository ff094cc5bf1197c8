"""Notices of the forward plan: a council's own, drafts among them, and what everybody reads. The same few statements for one and for fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core import clock
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.decisions.models import Decision, ForwardPlanEntry, Matter, Representation
from portal.decisions.rules.notices import earliest_lawful_day, say_due, takes_representations, too_early
from tenants.models import Organisation

PUBLIC = ForwardPlanEntry.published_at.is_not(None)
"""Officers see drafts of their own council as well: whatever is for the public says so itself."""


@dataclass(frozen=True)
class NoticeFilter:
    """What a reader of the public forward plan asked for. `council` is a slug; days are those of the decision; `past`: also what no longer stands."""

    council: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    past: bool = False


def due_of(entry: Any) -> str:
    """When the decision is due, in words."""
    return say_due(entry.due_on, is_month=entry.due_is_month)


def earliest_of(entry: Any) -> date | None:
    """The earliest lawful day of a decision that needs the clear days; None for any other, or before publication."""
    if entry.noticed_at is None or not (entry.is_key or entry.is_private):
        return None
    return earliest_lawful_day(clock.local_day(entry.noticed_at))


def warning_of(entry: ForwardPlanEntry) -> str | None:
    """The sentence where the decision is due before the clear days have run, published or about to be."""
    day = clock.local_day(entry.noticed_at) if entry.noticed_at else clock.today()
    return too_early(
        {
            "is_key": entry.is_key,
            "is_private": entry.is_private,
            "due_on": entry.due_on,
            "due_is_month": entry.due_is_month,
        },
        day,
    )


def open_to_representations(entry: Any) -> bool:
    """Whether the portal takes representations on it today."""
    return takes_representations(
        status=entry.status, here=entry.representations_here, until=entry.representations_until, today=clock.today()
    )


def own_entry(session: Session, actor: Actor, entry_id: UUID) -> ForwardPlanEntry:
    """A notice of the council acted for. Raises Missing."""
    entry = session.get(ForwardPlanEntry, entry_id)
    if entry is None or entry.authority_id != actor.organisation_id:
        raise Missing
    return entry


def own_entries(session: Session, actor: Actor) -> Sequence[Any]:
    """Notices of the council acted for: drafts first, then what stands, by day; of a notice its later version alone. With `sent`: how many
    representations have come in on any version.
    """
    e = ForwardPlanEntry
    version = aliased(ForwardPlanEntry)
    counted = (
        select(func.count(Representation.id))
        .join(version, version.id == Representation.entry_id)
        .where(version.root_id == e.root_id)
        .correlate(e)
        .scalar_subquery()
    )
    order = func.array_position(["draft", "live", "decided", "withdrawn"], e.status)
    return session.execute(
        select(
            e.id, e.title, e.status, e.due_on, e.due_is_month, e.is_key, e.is_private, e.noticed_at, e.decision_maker, e.version,
            e.representations_until, e.representations_here, e.demonstration, e.decision_id, counted.label("sent"),
        )
        .where(e.authority_id == actor.organisation_id, e.status != "superseded")
        .order_by(order, e.due_on.asc().nulls_last(), e.id)
        .limit(500)
    ).all()  # fmt: skip


def versions_of(session: Session, entry: Any) -> Sequence[ForwardPlanEntry]:
    """Every published version of a notice, the latest first."""
    query = select(ForwardPlanEntry).where(ForwardPlanEntry.root_id == entry.root_id, PUBLIC)
    return session.scalars(query.order_by(ForwardPlanEntry.version.desc())).all()


def later_draft(session: Session, entry_id: UUID) -> UUID | None:
    """The draft of a later version, if a colleague has begun one."""
    return session.scalar(
        select(ForwardPlanEntry.id).where(
            ForwardPlanEntry.supersedes_id == entry_id, ForwardPlanEntry.status == "draft"
        )
    )


def representations_on(session: Session, entry: ForwardPlanEntry) -> Sequence[Representation]:
    """What has come in on any version of a notice, the latest first: rows that the council alone can read."""
    versions = select(ForwardPlanEntry.id).where(ForwardPlanEntry.root_id == entry.root_id)
    query = select(Representation).where(Representation.entry_id.in_(versions))
    return session.scalars(query.order_by(Representation.sent_at.desc(), Representation.id).limit(1000)).all()


def drafts_to_link(session: Session, actor: Actor) -> Sequence[Any]:
    """Draft decisions of the council acted for: id, in words what about, and the notice each is linked to."""
    return session.execute(
        select(
            Decision.id,
            func.coalesce(func.nullif(Decision.title, ""), Matter.subject_label, "Draft").label("label"),
            Decision.notice_id,
        )
        .outerjoin(Matter, Matter.id == Decision.matter_id)
        .where(Decision.authority_id == actor.organisation_id, Decision.status == "draft")
        .order_by(Decision.created_at.desc(), Decision.id)
        .limit(100)
    ).all()


def councils(session: Session) -> Sequence[Any]:
    """Every council: id, slug, short name, official name; by name."""
    o = Organisation
    return session.execute(
        select(o.id, o.slug, o.name, o.official_name).where(o.kind == "authority").order_by(o.name)
    ).all()


def public_entries(
    session: Session, wanted: NoticeFilter, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> Sequence[Any]:
    """Published notices by the day they are due, by key; one more than asked for when there are more. Each row: `entry`, `slug`."""
    e = ForwardPlanEntry
    query = (
        select(e, Organisation.slug.label("slug"))
        .join(Organisation, Organisation.id == e.authority_id)
        .where(PUBLIC, *_wanted(wanted))
        .order_by(e.due_on, e.id)
        .limit(limit + 1)
    )
    if after:
        query = query.where(or_(e.due_on > after[0], and_(e.due_on == after[0], e.id > after[1])))
    return session.execute(query).all()


def _wanted(wanted: NoticeFilter) -> list[ColumnElement[bool]]:
    e = ForwardPlanEntry
    found: list[ColumnElement[bool]] = [e.status != "superseded"] if wanted.past else [e.status == "live"]
    if wanted.council:
        found.append(Organisation.slug == wanted.council)
    if wanted.key:
        found.append(e.is_key.is_(wanted.key == "yes"))
    if wanted.since:
        # A month that contains the day is not over before it.
        found.append(or_(e.due_on >= wanted.since, and_(e.due_is_month, e.due_on >= wanted.since.replace(day=1))))
    if wanted.until:
        found.append(e.due_on <= wanted.until)
    if wanted.text:
        found.append(
            or_(
                *(
                    column.icontains(wanted.text, autoescape=True)
                    for column in (e.title, e.description, e.decision_maker)
                )
            )
        )
    return found


def public_entry(session: Session, entry_id: UUID) -> tuple[ForwardPlanEntry, str]:
    """A published notice in whatever state, and its council's slug. Raises Missing for drafts too, whoever asks."""
    row = session.execute(
        select(ForwardPlanEntry, Organisation.slug)
        .join(Organisation, Organisation.id == ForwardPlanEntry.authority_id)
        .where(ForwardPlanEntry.id == entry_id, PUBLIC)
    ).one_or_none()
    if row is None:
        raise Missing
    return row[0], row[1]
