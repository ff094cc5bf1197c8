"""The procurement documents are written until the first round is published; then they are frozen."""

import re
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.actions.parts import give_schedule
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import LocalSchedule, ProcurementDocument, PurchasingSystem, Specification
from portal.purchasing_systems.queries.specifications import specification_of
from portal.purchasing_systems.queries.systems import led_system, lots_of, participants_of, system_for
from tenants.permissions import Permission

KINDS = {
    "invitation": "Invitation to apply",
    "terms": "Agreement terms",
    "information": "Information",
    "other": "Other document",
}


class ScheduleConflict(Refused):
    """A colleague saved the same schedule meanwhile: both texts. Nothing was written."""

    def __init__(self, theirs: str, mine: str) -> None:
        super().__init__("This local schedule was changed meanwhile. Nothing was saved.")
        self.theirs, self.mine = theirs, mine


def write_specification(
    session: Session, actor: Actor, *, system_id: UUID, title: str, common_text: str
) -> Specification:
    """The text that binds every council's placements. `## ` begins a section, `- ` a list.

    Each participating authority gets a local schedule to fill. Raises Missing, NotPermitted, Refused (frozen), Invalid.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    clean = Cleaning()
    title = clean.line("title", title, "Enter a title.", 300)
    text = clean.lines("common_text", common_text, "Enter the common text.", 400_000)
    clean.finish()
    found = _first(session, system_id)
    if found is not None and found.frozen_at is not None:
        raise Refused("This version is frozen. A change now is a new version.")
    if found is None:
        found = Specification(
            id=uuid4(), system_id=system_id, lead_id=system.lead_id, version=1, title=title, common_text=text
        )
        session.add(found)
    else:
        found.title, found.common_text = title, text
    session.flush()
    for council in participants_of(session, system_id):
        give_schedule(session, system, council.authority_id, council.name)
    record(
        session,
        "purchasing_systems.specification.write",
        f"Wrote the specification “{title}”.",
        system=system_id,
        id=found.id,
        version=found.version,
    )
    return found


def write_local_schedule(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    authority_id: UUID,
    text: str,
    lot_id: UUID | None = None,
    version: int = 1,
    seen: str | None = None,
) -> LocalSchedule:
    """What one council adds to the specification for its own area, for one lot or for all; an empty text adds nothing.

    Written by that council itself or by the lead, until the version is frozen. `seen`: the text that was read before; where another
    stands now, ScheduleConflict. Raises Missing, NotPermitted, Refused (frozen), Invalid(text).
    """
    system = system_for(session, actor, system_id)
    if not actor.may(Permission.SCHEDULE_EDIT):
        raise NotPermitted("Your role cannot edit a local schedule.")
    if actor.organisation_id not in (authority_id, system.lead_id):
        raise NotPermitted("A local schedule is written by its own council or by the lead authority.")
    if version == 1:
        refuse_frozen(system)
    clean = Cleaning()
    words = clean.lines("text", text, None, 100_000)
    clean.finish()
    specification = session.scalars(
        select(Specification).where(Specification.system_id == system_id, Specification.version == version)
    ).one_or_none()
    if specification is None and version == 1:
        raise Refused("Write the common text of the specification first.")
    if specification is None:
        raise Missing
    if specification.frozen_at is not None:
        raise Refused("This version is frozen. A change now is a new version.")
    of_council = select(LocalSchedule).where(
        LocalSchedule.specification_id == specification.id, LocalSchedule.authority_id == authority_id
    )
    there = session.scalars(of_council.with_for_update().execution_options(populate_existing=True)).all()
    found = next((one for one in there if one.lot_id == lot_id), None)
    if not there or (lot_id is not None and lot_id not in {lot.id for lot in lots_of(session, system_id)}):
        raise Missing
    if seen is not None and seen != (found.text if found else ""):
        raise ScheduleConflict(found.text if found else "", words)
    if found is None:
        found = LocalSchedule(
            id=uuid4(), specification_id=specification.id, system_id=system_id, lead_id=system.lead_id,
            authority_id=authority_id, authority_name=there[0].authority_name, lot_id=lot_id, text=words,
        )  # fmt: skip
        session.add(found)
    found.text = words
    session.flush()
    record(
        session,
        "purchasing_systems.local_schedule.write",
        f"Wrote the local schedule of {found.authority_name} to “{system.title}”.",
        about=authority_id if authority_id != actor.organisation_id else system.lead_id,
        system=system_id,
        id=found.id,
    )
    return found


def write_document(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    title: str,
    kind: str,
    text: str,
    document_id: UUID | None = None,
) -> ProcurementDocument:
    """Invitation, terms or other document, in the same plain marks as the specification; `document_id`: the one to change.

    Raises Missing, NotPermitted, Refused (frozen), Invalid.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    clean = Cleaning()
    title = clean.line("title", title, "Enter a title.", 200)
    text = clean.lines("text", text, "Enter the text.", 400_000)
    if kind not in KINDS:
        clean.wrong("kind", "Select what kind of document this is.")
    there = session.scalars(
        select(ProcurementDocument)
        .where(ProcurementDocument.system_id == system_id)
        .order_by(ProcurementDocument.position)
    ).all()
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80] or "document"
    if any(d.slug == slug and d.id != document_id for d in there):
        clean.wrong("title", "There is a document with this title already.")
    clean.finish()
    if document_id is None:
        found = ProcurementDocument(
            id=uuid4(), system_id=system_id, lead_id=system.lead_id, slug=slug, title=title, kind=kind, text=text,
            position=max((d.position for d in there), default=0) + 1,
        )  # fmt: skip
        session.add(found)
    else:
        one = next((d for d in there if d.id == document_id), None)
        if one is None:
            raise Missing
        found = one
        found.title, found.kind, found.text = title, kind, text
    session.flush()
    record(
        session, "purchasing_systems.document.write", f"Wrote the document “{title}”.", system=system_id, id=found.id
    )
    return found


def remove_document(session: Session, actor: Actor, *, system_id: UUID, document_id: UUID) -> None:
    """Take a document away, before the first round is published. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    found = session.get(ProcurementDocument, document_id)
    if found is None or found.system_id != system_id:
        raise Missing
    session.delete(found)
    session.flush()
    record(session, "purchasing_systems.document.remove", f"Removed the document “{found.title}”.", system=system_id)


def freeze_documents(session: Session, system: PurchasingSystem) -> None:
    """From the first publication on, what providers read does not change: system, specification, schedules, documents.

    A later version that is being drafted goes on.
    """
    at = clock.now()
    version = specification_of(session, system.id)
    used = version.id if version else None
    for table, these in (
        (Specification, Specification.id == used),
        (LocalSchedule, LocalSchedule.specification_id == used),
        (ProcurementDocument, ProcurementDocument.system_id == system.id),
    ):
        session.execute(
            update(table)
            .where(these, table.frozen_at.is_(None))
            .values(frozen_at=at)
            .execution_options(synchronize_session="fetch")
        )
    if system.frozen_at is None:
        system.frozen_at = at
    session.flush()


def _first(session: Session, system_id: UUID) -> Specification | None:
    return session.scalars(
        select(Specification).where(Specification.system_id == system_id, Specification.version == 1)
    ).one_or_none()
