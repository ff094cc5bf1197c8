"""Taking on a live system: a workbook is read, looked at, written whole, and undone as long as nobody relies on it."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, Refused
from portal.core.spreadsheets import SheetRefused
from portal.core.spreadsheets.books_in import read_book
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem, TakenOnProvider, TakeOn
from portal.purchasing_systems.queries.systems import led_system
from portal.purchasing_systems.queries.take_ons import facts_of
from portal.purchasing_systems.rules.take_on import judge
from portal.purchasing_systems.rules.take_on_columns import HEADINGS, NEEDED_SHEETS
from tenants.emails import parse_email
from tenants.notifications import tell_invited
from tenants.permissions import Permission

ENDED = ("closed", "cancelled", "terminated")


def read_take_on(session: Session, actor: Actor, *, system_id: UUID, file_name: str, data: bytes) -> TakeOn:
    """Read a workbook and keep what it says for a look; nothing is in the register yet. The file itself is not kept, its SHA-256 is.

    Raises Missing, NotPermitted, Refused for a system that has ended; SheetRefused with every fault, by sheet, line and column.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    if system.status in ENDED:
        raise Refused("This system has ended. Nothing more is taken on for it.")
    judged = judge(read_book(data, HEADINGS, NEEDED_SHEETS), facts_of(session, system_id))
    if judged.problems:
        raise SheetRefused(*judged.problems)
    made = TakeOn(
        id=uuid4(),
        system_id=system_id,
        file_name=file_name[:150] or "workbook.xlsx",
        file_sha256=sha256(data).hexdigest(),
        content=judged.content,
        counts={sheet: len(lines) for sheet, lines in judged.content.items()},
        warnings=[{"place": w.cell, "sentence": w.sentence} for w in judged.warnings],
        read_by=f"{actor.person_label}, {actor.organisation_name}",
        read_at=clock.now(),
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.take_on.read",
        f"Read a workbook of {sum(made.counts.values())} lines to take on {system.title}. Nothing has changed yet.",
        system=system_id,
        take_on=made.id,
        file_sha256=made.file_sha256,
    )
    return made


def discard_take_on(session: Session, actor: Actor, *, take_on_id: UUID) -> UUID:
    """Throw away what was only looked at. Returns the system. Raises Missing, NotPermitted, Refused."""
    made, system = _led(session, actor, take_on_id)
    if made.status != "previewed":
        raise Refused("This workbook was taken on. It can be undone, as long as nobody relies on it.")
    session.delete(made)
    session.flush()
    record(
        session,
        "purchasing_systems.take_on.discard",
        f"Threw away a workbook that was read for {system.title} and not taken on.",
        system=system.id,
    )
    return system.id


def take_on(session: Session, actor: Actor, *, take_on_id: UUID, source: str) -> TakeOn:
    """Write all of it, or nothing. `source`: where it comes from, such as `export of the previous portal, 3 March 2026`.

    Raises Missing, NotPermitted, Invalid; Refused (by the database) when the system has changed since it was read.
    """
    made, system = _led(session, actor, take_on_id)
    clean = Cleaning()
    source = clean.line("source", source, "Enter where the workbook comes from, and of which day it is", 300)
    clean.finish()
    session.execute(text("SELECT app.take_on(:id, :source)"), {"id": take_on_id, "source": source})
    session.refresh(made)
    said = ", ".join(f"{count} {sheet}" for sheet, count in made.counts.items() if count)
    record(
        session,
        "purchasing_systems.take_on.confirm",
        f"Took on {system.title} from a workbook ({said}). Source: {source}.",
        system=system.id,
        take_on=made.id,
        file_sha256=made.file_sha256,
        source=source,
    )
    return made


def undo_take_on(session: Session, actor: Actor, *, take_on_id: UUID, because: str) -> TakeOn:
    """Take all of it out again. Raises Missing, NotPermitted, Invalid; Refused (by the database) with what relies on it."""
    made, system = _led(session, actor, take_on_id)
    clean = Cleaning()
    because = clean.line("because", because, "Enter why it is undone", 300)
    clean.finish()
    session.execute(text("SELECT app.undo_take_on(:id, :because)"), {"id": take_on_id, "because": because})
    session.refresh(made)
    record(
        session,
        "purchasing_systems.take_on.undo",
        f"Took what a workbook had brought out of {system.title} again. Reason: {because}.",
        system=system.id,
        take_on=made.id,
        file_sha256=made.file_sha256,
    )
    return made


def answer_taken_on(
    session: Session, actor: Actor, *, take_on_id: UUID, refused: Sequence[UUID] = (), because: str = ""
) -> int:
    """Confirm what a workbook says this council decided, but for the lines it does not have in its records. Returns how many were answered.

    Raises NotPermitted, Invalid, Missing; Refused (by the database) when there is nothing to answer.
    """
    made = session.get(TakeOn, take_on_id)
    if made is None:
        raise Missing
    clean = Cleaning()
    because = clean.line("because", because, "Enter what your records show instead" if refused else None, 500)
    clean.finish()
    count: int = session.execute(
        text("SELECT app.answer_taken_on(:id, CAST(:refused AS uuid[]), :because)"),
        {"id": take_on_id, "refused": list(refused), "because": because},
    ).scalar_one()
    kept = count - len(set(refused))
    record(
        session,
        "purchasing_systems.take_on.answer",
        f"{actor.organisation_name} confirmed {kept} of {count} decisions that predate the portal."
        + (f" It does not have the others in its records: {because}" if kept < count else ""),
        system=made.system_id,
        take_on=made.id,
    )
    return count


def invite_taken_on(session: Session, actor: Actor, *, provider_row: UUID, email: str) -> TakenOnProvider:
    """Ask the administrator of a provider in, who finds it admitted. Raises Missing, NotPermitted, Invalid; Refused once somebody has come."""
    row = session.get(TakenOnProvider, provider_row)
    if row is None:
        raise Missing
    led_system(session, actor, row.system_id, Permission.ADVERT_EDIT)
    try:
        address = parse_email(email)
    except ValueError as error:
        raise Invalid(email=str(error)) from None
    token = session.execute(
        text("SELECT app.invite_taken_on(:row, :email)"), {"row": provider_row, "email": address}
    ).scalar_one()
    tell_invited(session, email=address, organisation=row.provider_name, post="Provider administrator", token=token)
    record(
        session,
        "purchasing_systems.take_on.invite",
        f"Invited the administrator of {row.provider_name} to the portal.",
        system=row.system_id,
        take_on=row.take_on_id,
    )
    return row


def _led(session: Session, actor: Actor, take_on_id: UUID) -> tuple[TakeOn, PurchasingSystem]:
    made = session.get(TakeOn, take_on_id)
    if made is None:
        raise Missing
    return made, led_system(session, actor, made.system_id, Permission.ADVERT_EDIT)
