"""The facts of how councils decide, as they stand on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.governance.models import Body, ClockSettings, FormOfGovernance, Meeting, QuietPeriod
from portal.governance.models.dated import Dated
from portal.governance.rules.calendar import Calendar, Quiet, Sitting
from portal.governance.rules.clocks import CouncilClocks
from tenants.models import Organisation

_SETTINGS = (
    "key_threshold_pounds", "key_wards", "notice_clear_days", "agenda_clear_days", "agenda_counts", "call_in_working_days",
    "call_in_ends", "effective", "exception_working_days",
    "publication_working_days",
)  # fmt: skip


@dataclass
class Facts:
    """One council and what is known of it on a day; None or empty: not entered."""

    id: UUID
    name: str
    official_name: str
    slug: str
    form: FormOfGovernance | None = None
    clocks: ClockSettings | None = None
    meetings: list[Sitting] = field(default_factory=list)

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


def clocks_of(session: Session, authority_id: UUID, on: date) -> CouncilClocks | None:
    """One council's clocks on a day; None while its form or its settings are not entered."""
    return clocks_of_all(session, [authority_id], on).get(authority_id)


def clocks_of_all(session: Session, authority_ids: Iterable[UUID], on: date) -> dict[UUID, CouncilClocks]:
    """Those of several councils in one statement; a council whose form or settings are not entered is left out."""
    columns = (getattr(ClockSettings, name) for name in _SETTINGS)
    rows = session.execute(
        select(FormOfGovernance.authority_id, FormOfGovernance.form, *columns)
        .join(ClockSettings, ClockSettings.authority_id == FormOfGovernance.authority_id)
        .where(FormOfGovernance.authority_id.in_(list(authority_ids)))
        .where(_holds(FormOfGovernance, on), _holds(ClockSettings, on))
    ).mappings()
    return {row["authority_id"]: CouncilClocks(row["form"], **{name: row[name] for name in _SETTINGS}) for row in rows}


def form_of(session: Session, authority_id: UUID, on: date) -> FormOfGovernance | None:
    """The council's form of governance on a day; None: not entered."""
    return session.scalars(
        select(FormOfGovernance).where(FormOfGovernance.authority_id == authority_id, _holds(FormOfGovernance, on))
    ).one_or_none()


def executive_names(session: Session, authority_ids: Iterable[UUID], on: date) -> dict[UUID, str]:
    """What several councils call the body that decides, where it is entered."""
    columns = select(FormOfGovernance.authority_id, FormOfGovernance.executive_name)
    named = columns.where(FormOfGovernance.authority_id.in_(list(authority_ids)), _holds(FormOfGovernance, on))
    return {row.authority_id: row.executive_name for row in session.execute(named)}


def calendar_of(session: Session, authority_id: UUID, since: date, until: date) -> Calendar:
    """One council's meetings from a day to another, both included, with the cancelled, and its quiet periods that touch them."""
    return calendars_of_all(session, [authority_id], since, until)[authority_id]


def calendars_of_all(session: Session, authority_ids: Iterable[UUID], since: date, until: date) -> dict[UUID, Calendar]:
    """Those of several councils in two statements; a council without an entry has an empty calendar."""
    ids = list(authority_ids)
    quiet: dict[UUID, list[Quiet]] = {id_: [] for id_ in ids}
    sittings: dict[UUID, list[Sitting]] = {id_: [] for id_ in ids}
    meetings = _meetings(Meeting.authority_id.in_(ids), Meeting.held_on.between(since, until))
    for authority_id, *sitting in session.execute(meetings):
        sittings[authority_id].append(Sitting(*sitting))
    periods = (
        select(QuietPeriod.authority_id, QuietPeriod.kind, QuietPeriod.starts_on, QuietPeriod.ends_on)
        .where(QuietPeriod.authority_id.in_(ids), QuietPeriod.ends_on >= QuietPeriod.starts_on)
        .where(QuietPeriod.starts_on <= until, QuietPeriod.ends_on >= since)
        .order_by(QuietPeriod.starts_on, QuietPeriod.kind)
    )
    for authority_id, kind, first, last in session.execute(periods):
        quiet[authority_id].append(Quiet(kind, first, last or first))
    return {id_: Calendar(tuple(sittings[id_]), tuple(quiet[id_])) for id_ in ids}


def facts_of_all(session: Session, on: date, until: date) -> list[Facts]:
    """Every council by name, with what holds on a day and the meetings from that day to another. Four statements."""
    o = Organisation
    rows = session.execute(select(o.id, o.name, o.official_name, o.slug).where(o.kind == "authority").order_by(o.name))
    found = {row.id: Facts(*row) for row in rows}
    for form in session.scalars(select(FormOfGovernance).where(_holds(FormOfGovernance, on))):
        found[form.authority_id].form = form
    for settings in session.scalars(select(ClockSettings).where(_holds(ClockSettings, on))):
        found[settings.authority_id].clocks = settings
    for authority_id, *sitting in session.execute(_meetings(Meeting.held_on.between(on, until), ~Meeting.cancelled)):
        found[authority_id].meetings.append(Sitting(*sitting))
    return list(found.values())


def council(session: Session, authority_id: UUID) -> Organisation:
    """The council. Raises Missing for what is no council."""
    found = session.get(Organisation, authority_id)
    if found is None or found.kind != "authority":
        raise Missing
    return found


def history_of(session: Session, model: type[Any], authority_id: UUID) -> list[Any]:
    """All facts of one kind that a council has entered, latest first."""
    query = select(model).where(model.authority_id == authority_id)
    return list(session.scalars(query.order_by(model.starts_on.desc(), model.entered_at.desc(), model.id)))


def bodies_of(session: Session, authority_id: UUID, on: date | None = None) -> list[Body]:
    """The bodies of a council by name: all of them, or those there are on a day and after it."""
    query = select(Body).where(Body.authority_id == authority_id).order_by(Body.name, Body.starts_on)
    if on is not None:
        query = query.where(Body.ends_on.is_(None) | (Body.ends_on >= on), ~_mistaken(Body))
    return list(session.scalars(query))


def meeting_of(session: Session, authority_id: UUID, meeting_id: UUID) -> tuple[Meeting, str]:
    """A council's meeting and the name of its body. Raises Missing."""
    query = select(Meeting, Body.name).join(Body, Body.id == Meeting.body_id)
    found = session.execute(query.where(Meeting.id == meeting_id, Meeting.authority_id == authority_id)).one_or_none()
    if found is None:
        raise Missing
    return found[0], found[1]


def _meetings(*where: ColumnElement[bool]) -> Any:
    return (
        select(
            Meeting.authority_id, Meeting.id, Body.name, Body.kind, Meeting.held_on, Meeting.report_deadline_on,
            Meeting.cancelled,
        )
        .join(Body, Body.id == Meeting.body_id)
        .where(*where)
        .order_by(Meeting.held_on, Body.name, Meeting.id)
    )  # fmt: skip


def _holds(model: type[Dated], on: date) -> ColumnElement[bool]:
    return (model.starts_on <= on) & (model.ends_on.is_(None) | (model.ends_on >= on))


def _mistaken(model: type[Dated]) -> ColumnElement[bool]:
    return model.ends_on.is_not(None) & (model.ends_on < model.starts_on)
