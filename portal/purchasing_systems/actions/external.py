"""Systems that somebody else runs: registered, filled by hand or by spreadsheet, kept up to date. Public facts only (R2-01)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.parsing import parse_multi_line, parse_single_line
from portal.core.spreadsheets import SheetProblem, SheetRefused, read_list
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.models import ExternalAdmission, ExternalImport, ExternalSystem
from portal.purchasing_systems.rules.external_rows import HEADINGS, NEEDED, ExternalRow, read_row
from tenants.models import Organisation
from tenants.permissions import Permission


def register_external(
    session: Session,
    actor: Actor,
    *,
    external_id: UUID | None = None,
    name: str,
    host: str,
    reference: str,
    lots: str,
    starts_on: date | None,
    ends_on: date | None,
    source_url: str,
    readers: Sequence[UUID] = (),
    demonstration: bool = False,
) -> ExternalSystem:
    """Register one (`external_id` None) or correct it. `lots`: titles, one a line. `readers`: other authorities that see it.

    Raises Missing, NotPermitted, Invalid by field.
    """
    _registers(actor)
    wrong: dict[str, str] = {}
    name, host, reference, source_url = (
        _line(wrong, field, typed)
        for field, typed in (("name", name), ("host", host), ("reference", reference), ("source_url", source_url))
    )
    if not name:
        wrong.setdefault("name", "Enter the name of the system.")
    if not host:
        wrong.setdefault("host", "Enter who manages it.")
    if not source_url.startswith("https://"):
        wrong.setdefault("source_url", "Enter the public address where this stands, beginning with https://.")
    if starts_on and ends_on and ends_on < starts_on:
        wrong["ends_on"] = "It cannot end before it begins."
    try:
        titles = [line.strip() for line in parse_multi_line(lots, 5_000).split("\n") if line.strip()]
    except ValueError as error:
        wrong["lots"], titles = str(error), []
    known = set(
        session.scalars(select(Organisation.id).where(Organisation.kind == "authority", Organisation.id.in_(readers)))
    )
    if known != set(readers):
        wrong["readers"] = "Select authorities of the list."
    if wrong:
        raise Invalid(**wrong)
    system = (
        own_external(session, actor, external_id)
        if external_id
        else ExternalSystem(id=uuid4(), recorded_at=clock.now())
    )
    if external_id is None:
        system.registered_by_id, system.registered_by = actor.organisation_id, actor.organisation_name
        system.demonstration = demonstration
        session.add(system)
    system.name, system.host, system.reference, system.source_url = name, host, reference, source_url
    system.lots = [{"number": number, "title": title} for number, title in enumerate(titles, start=1)]
    system.starts_on, system.ends_on = starts_on, ends_on
    system.readers = sorted(known - {actor.organisation_id}, key=str)
    session.flush()
    record(
        session,
        "purchasing_systems.external.save",
        f"{'Corrected' if external_id else 'Registered'} the external system {name}, managed by {host}.",
        external=system.id,
    )
    return system


def add_external_provider(
    session: Session,
    actor: Actor,
    *,
    external_id: UUID,
    provider_name: str,
    lot_number: int | None,
    service_name: str,
    number: str,
    area: str,
    admitted_on: date | None,
    ended_on: date | None,
) -> ExternalAdmission:
    """A provider admitted there, by hand. Raises Missing, NotPermitted, Invalid by field."""
    system = own_external(session, actor, external_id)
    wrong: dict[str, str] = {}
    provider_name, service_name, number, area = (
        _line(wrong, field, typed)
        for field, typed in (
            ("provider_name", provider_name),
            ("service_name", service_name),
            ("number", number),
            ("area", area),
        )
    )
    if not provider_name:
        wrong.setdefault("provider_name", "Enter the provider.")
    if lot_number is None or lot_number not in _lots(system):
        wrong["lot_number"] = "Enter the number of a lot of this system."
    if admitted_on is None:
        wrong["admitted_on"] = "Enter the day it was admitted."
    elif ended_on and ended_on < admitted_on:
        wrong["ended_on"] = "It cannot end before it was admitted."
    if wrong or admitted_on is None or lot_number is None:
        raise Invalid(**wrong)
    row = ExternalRow(
        provider_name,
        lot_number,
        service_name,
        number,
        area,
        admitted_on.isoformat(),
        ended_on.isoformat() if ended_on else None,
    )
    made = _admission(system, row, None)
    session.execute(insert(ExternalAdmission), [made])
    record(
        session,
        "purchasing_systems.external.provider",
        f"Entered {provider_name} as admitted to {system.name} on {day(admitted_on)}.",
        external=system.id,
    )
    return session.get_one(ExternalAdmission, made["id"])


def end_external_admission(
    session: Session, actor: Actor, *, admission_id: UUID, ended_on: date | None
) -> ExternalAdmission:
    """Its last day there. What the portal said before stays as it was. Raises Missing, NotPermitted, Invalid (`ended_on`), Refused."""
    _registers(actor)
    admission = session.get(ExternalAdmission, admission_id)
    if admission is None or admission.registered_by_id != actor.organisation_id:
        raise Missing
    if admission.ended_on or admission.removed_at:
        raise Refused("This admission has ended already.")
    if ended_on is None or ended_on < admission.admitted_on:
        raise Invalid(ended_on="Enter the last day, not before it was admitted.")
    admission.ended_on, admission.ended_at = ended_on, clock.now()
    session.flush()
    record(
        session,
        "purchasing_systems.external.end",
        f"{admission.provider_name} is admitted there until {day(ended_on)}.",
        external=admission.external_id,
    )
    return admission


def preview_sheet(session: Session, actor: Actor, *, external_id: UUID, file_name: str, data: bytes) -> ExternalImport:
    """Read a spreadsheet and keep what it says for a look; nothing is in the register yet. The file itself is not kept.

    Raises Missing, NotPermitted, SheetRefused with every fault, by line.
    """
    system = own_external(session, actor, external_id)
    rows: list[ExternalRow] = []
    problems: list[SheetProblem] = []
    seen: dict[tuple[str, int, str, str], int] = {}
    for line, cells in read_list(data, HEADINGS, NEEDED):
        row, wrong = read_row(cells, _lots(system))
        if row:
            key = (row.provider_name.casefold(), row.lot_number, row.service_name.casefold(), row.number)
            if key in seen:
                wrong = [f"This is line {seen[key]} again."]
            seen.setdefault(key, line)
        try:
            for text in cells.values():
                parse_single_line(text, 1000)
        except ValueError as error:
            wrong = [str(error)]
        problems += [SheetProblem(cell=f"Line {line}", sentence=sentence) for sentence in wrong]
        if row and not wrong:
            rows.append(row)
    if problems:
        raise SheetRefused(*problems)
    if not rows:
        raise SheetRefused(SheetProblem(cell="", sentence="There is no provider in the spreadsheet."))
    made = ExternalImport(
        id=uuid4(),
        external_id=system.id,
        registered_by_id=system.registered_by_id,
        file_name=file_name[:150] or "spreadsheet",
        rows=[asdict(row) for row in rows],
        recorded_at=clock.now(),
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.external.preview",
        f"Read {len(rows)} lines for {system.name}, to be looked at.",
        external=system.id,
    )
    return made


def take_over(session: Session, actor: Actor, *, import_id: UUID) -> ExternalImport:
    """Put what was read into the register. Raises Missing, NotPermitted, Refused if it was done or taken back."""
    made, system = _import(session, actor, import_id)
    if made.status != "previewed":
        raise Refused("This spreadsheet was taken over already.")
    rows = [_admission(system, ExternalRow(**row), made.id) for row in made.rows]
    session.execute(insert(ExternalAdmission), rows)
    made.status = "taken_over"
    session.flush()
    record(
        session,
        "purchasing_systems.external.take_over",
        f"Took over {len(rows)} lines into {system.name}.",
        external=system.id,
    )
    return made


def take_back(session: Session, actor: Actor, *, import_id: UUID) -> ExternalImport:
    """Take an upload out of the register again, from this second; for earlier seconds it stays. Raises Missing, NotPermitted, Refused."""
    made, system = _import(session, actor, import_id)
    if made.status != "taken_over":
        raise Refused("There is nothing of this spreadsheet in the register.")
    session.execute(
        update(ExternalAdmission)
        .where(ExternalAdmission.import_id == import_id, ExternalAdmission.removed_at.is_(None))
        .values(removed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    made.status = "taken_back"
    session.flush()
    record(
        session,
        "purchasing_systems.external.take_back",
        f"Took the {len(made.rows)} lines of a spreadsheet out of {system.name} again.",
        external=system.id,
    )
    return made


def own_external(session: Session, actor: Actor, external_id: UUID) -> ExternalSystem:
    """The system, for an officer of the authority that registered it. Raises Missing, NotPermitted."""
    system = session.get(ExternalSystem, external_id)
    if system is None:
        raise Missing
    _registers(actor)
    if system.registered_by_id != actor.organisation_id:
        raise NotPermitted(f"Only {system.registered_by}, which registered it, can change this.")
    return system


def _import(session: Session, actor: Actor, import_id: UUID) -> tuple[ExternalImport, ExternalSystem]:
    made = session.get(ExternalImport, import_id, with_for_update=True)
    if made is None:
        raise Missing
    return made, own_external(session, actor, made.external_id)


def _admission(system: ExternalSystem, row: ExternalRow, import_id: UUID | None) -> dict[str, object]:
    now = clock.now()
    return {
        "id": uuid4(),
        "external_id": system.id,
        "registered_by_id": system.registered_by_id,
        "import_id": import_id,
        "lot_number": row.lot_number,
        "provider_name": row.provider_name,
        "service_name": row.service_name,
        "number": row.number,
        "area": row.area,
        "admitted_on": date.fromisoformat(row.admitted_on),
        "ended_on": date.fromisoformat(row.ended_on) if row.ended_on else None,
        "ended_at": now if row.ended_on else None,
        "recorded_at": now,
    }


def _lots(system: ExternalSystem) -> frozenset[int]:
    return frozenset(lot["number"] for lot in system.lots) or frozenset({1})


def _registers(actor: Actor) -> None:
    if actor.organisation_kind != "authority" or not actor.may(Permission.EXTERNAL_REGISTER):
        raise NotPermitted("Your role cannot register an external system.")


def _line(wrong: dict[str, str], field: str, typed: str) -> str:
    try:
        return parse_single_line(typed, 300 if field == "source_url" else 200)
    except ValueError as error:
        wrong[field] = str(error)
        return typed
