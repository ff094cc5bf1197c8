"""Documents of a draft: uploaded, looked at, removed. A refused file leaves everything else as it was."""

from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from portal.applications.actions.drafting import add_document, note_upload_error, remove_document
from portal.applications.forms import PageForm
from portal.applications.queries.overview import Draft
from portal.applications.routes import pages
from portal.applications.routes.groups import group_page
from portal.applications.routes.shared import draft, keys, scanner, store
from portal.applications.rules import Group
from portal.applications.sealing import document_facts
from portal.core.database import session
from portal.core.documents import (
    MAX_BYTES,
    DocumentError,
    MalwareFound,
    ScannerUnavailable,
    StorageFull,
    StorageUnavailable,
    UploadRefused,
    read_upload,
)
from portal.core.documents.kinds import Kind
from portal.core.documents.upload import too_large
from portal.core.errors import Missing, PortalError
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route("/applications/<uuid:application_id>/documents", permit=Permission.APPLICATION_DRAFT, methods=("POST",))
def upload(application_id: UUID) -> ResponseReturnValue:
    """One file for one question."""
    shown = draft(application_id)
    asked, question = _asked(shown, request.form.get("question_id", ""))
    try:
        received = read_upload(request.files.get("file"), scanner())
        made = add_document(
            session(),
            actor(),
            keys(),
            store(),
            application_id=application_id,
            question_id=question.id,
            upload=received,
        )
    except (UploadRefused, ScannerUnavailable, StorageFull, StorageUnavailable) as refusal:
        return _refused(application_id, asked.slug, question, refusal)
    flash(f"{made.name} is uploaded.", "success")
    if received.remark:
        flash(received.remark, "neutral")
    return redirect(f"/applications/{application_id}/group/{asked.slug}", 303)


@pages.route(
    "/applications/<uuid:application_id>/documents/<uuid:document_id>/remove",
    permit=Permission.APPLICATION_DRAFT,
    methods=("POST",),
)
def remove(application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Take a document out of the draft."""
    shown = draft(application_id)
    question_id = remove_document(session(), actor(), application_id=application_id, document_id=document_id)
    asked, _ = _asked(shown, str(question_id))
    flash("The document is removed.", "success")
    return redirect(f"/applications/{application_id}/group/{asked.slug}", 303)


@pages.route("/applications/<uuid:application_id>/documents/<uuid:document_id>", permit=Permission.APPLICATION_DRAFT)
def document(application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The applicant's own file back, as it was uploaded."""
    shown = draft(application_id)
    found = next((d for d in shown.documents if d.id == document_id), None)
    if found is None:
        raise Missing
    facts = document_facts(shown.case.round.origin_id, shown.case.application.applicant_id, found.id)
    return download(found.name, found.kind, store().read_decrypted(found.storage_key, found.key, facts))


def download(name: str, kind: str, content: bytes) -> Response:
    """A document as an attachment: never shown inside the portal's own pages, never kept by a cache."""
    answer = Response(content, mimetype=Kind(kind).media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.errorhandler(RequestEntityTooLarge)
def request_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file so large that the form was not even read; noted for the help desk like any other."""
    session().rollback()
    sentence = too_large(MAX_BYTES)
    application_id = (request.view_args or {}).get("application_id")
    if g.get("actor") is not None and application_id is not None:
        _note(application_id, sentence)
    return render_template("errors/413.html", sentence=sentence), 413


def _asked(shown: Draft, question_id: str) -> tuple[Group, Any]:
    for asked in shown.groups:
        for question in asked.questions:
            if str(question.id) == question_id and question.kind == "file":
                return asked, question
    raise Missing


def _refused(application_id: UUID, slug: str, question: Any, refusal: DocumentError) -> ResponseReturnValue:
    """The page again with the sentence beside the field; the sentence, not the file's name, kept for the help desk."""
    session().rollback()
    _note(application_id, refusal.sentence, infected=isinstance(refusal, MalwareFound))
    shown = draft(application_id)
    asked = shown.group(slug)
    form = PageForm(asked)
    form.fill(shown.texts)
    status = 422 if isinstance(refusal, UploadRefused) else refusal.status
    return group_page(shown, form, upload_errors={question.id: refusal.sentence}), status


def _note(application_id: UUID, sentence: str, *, infected: bool = False) -> None:
    # The refused upload was rolled back; this is a short transaction of its own.
    try:
        note_upload_error(session(), actor(), application_id=application_id, sentence=sentence, infected=infected)
        session().commit()
    except PortalError:
        session().rollback()
