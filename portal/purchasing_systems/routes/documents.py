"""Invitation, terms and other procurement documents."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.specifications import KINDS, remove_document, write_document
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.forms import DocumentForm
from portal.purchasing_systems.models import ProcurementDocument
from portal.purchasing_systems.queries.specifications import documents_of
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/documents", permit=Permission.SYSTEM_READ)
def documents(system_id: UUID) -> ResponseReturnValue:
    """Every document."""
    found = system_for(session(), actor(), system_id)
    leads = found.lead_id == actor().organisation_id
    return page(
        "documents",
        system=found,
        sections=sections(found, "Documents"),
        documents=documents_of(session(), system_id),
        kinds=KINDS,
        edits=leads and found.frozen_at is None and actor().may(Permission.ADVERT_EDIT),
    )


@pages.route("/systems/<uuid:system_id>/documents/<uuid:document_id>", permit=Permission.SYSTEM_READ)
def document(system_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Read one."""
    found = system_for(session(), actor(), system_id)
    return page("document", system=found, document=_document(system_id, document_id), kinds=KINDS)


@pages.route("/systems/<uuid:system_id>/documents/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_document(system_id: UUID) -> ResponseReturnValue:
    """Write a further document."""
    return _written(system_id, None)


@pages.route(
    "/systems/<uuid:system_id>/documents/<uuid:document_id>/edit",
    permit=Permission.ADVERT_EDIT,
    methods=("GET", "POST"),
)
def edit_document(system_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Change a document."""
    return _written(system_id, _document(system_id, document_id))


@pages.route(
    "/systems/<uuid:system_id>/documents/<uuid:document_id>/remove",
    permit=Permission.ADVERT_EDIT,
    methods=("POST",),
    endpoint="remove_document",
)
def remove_document_page(system_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Take a document away."""
    remove_document(session(), actor(), system_id=system_id, document_id=document_id)
    flash("The document is removed.", "success")
    return redirect(f"/systems/{system_id}/documents", 303)


def _written(system_id: UUID, there: ProcurementDocument | None) -> ResponseReturnValue:
    found = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    refuse_frozen(found)
    form = DocumentForm(data={"title": there.title, "kind": there.kind, "text": there.text} if there else {})
    if request.method == "POST" and attempt(
        form,
        lambda: write_document(
            session(),
            actor(),
            system_id=system_id,
            title=form.title.data or "",
            kind=form.kind.data or "",
            text=form.text.data or "",
            document_id=there.id if there else None,
        ),
    ):
        flash("The document is saved.", "success")
        return redirect(f"/systems/{system_id}/documents", 303)
    return page("edit_document" if there else "new_document", form, system=found, document=there)


def _document(system_id: UUID, document_id: UUID) -> ProcurementDocument:
    found = next((d for d in documents_of(session(), system_id) if d.id == document_id), None)
    if found is None:
        raise Missing
    return found
