"""What a record rests on, as files: the e-mail or signed form. The council's own officers add, see and fetch them; nobody else does."""

from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.documents import (
    ACCEPTED,
    MAX_BYTES,
    DocumentError,
    DocumentStore,
    Scanner,
    UploadRefused,
    read_upload,
)
from portal.core.documents.kinds import Kind
from portal.core.errors import Invalid, PortalError, Refused
from portal.core.sealing import KeyService
from portal.core.web.lifecycle import note_refusal
from portal.core.web.pages import actor
from portal.decisions.actions.evidence import attach, read_attachment, remove_attachment
from portal.decisions.forms.contents import AttachForm
from portal.decisions.models import Decision
from portal.decisions.queries.evidence import attachments_of, evidence_of, own_of
from portal.decisions.routes import pages
from portal.decisions.routes.contents import draft_address
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

_BASE = "/decisions/evidence/<uuid:decision_id>"


@pages.route(_BASE, permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def evidence(decision_id: UUID) -> ResponseReturnValue:
    """The files attached to a decision of the council acted for; one more can be added, to a draft and to a record."""
    decision, form = own_of(session(), actor(), decision_id), AttachForm()
    if request.method == "GET":
        return _page(decision, form)
    scanner: Scanner | None = current_app.extensions["scanner"]
    try:
        if not form.validate():
            raise Invalid
        upload = read_upload(request.files.get("file"), scanner)
        added = attach(session(), actor(), _keys(), _store(), decision_id=decision.id, upload=upload)
    except Invalid as error:
        show_invalid(form, error)
        return _page(decision, form), 422
    except (DocumentError, Refused) as refusal:
        return _refused(decision_id, form, refusal)
    flash(f"{added.name} is attached. Your council alone can read it.", "success")
    if upload.remark:
        flash(upload.remark, "neutral")
    return redirect(f"/decisions/evidence/{decision.id}", 303)


@pages.route(f"{_BASE}/<uuid:attachment_id>", permit=Permission.DECISION_DRAFT)
def evidence_file(decision_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """A file as it is kept: never shown inside the portal's own pages, never kept by a cache."""
    found, content = read_attachment(
        session(), actor(), _keys(), _store(), decision_id=decision_id, attachment_id=attachment_id
    )
    answer = Response(content, mimetype=Kind(found.kind).media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.route(f"{_BASE}/<uuid:attachment_id>/remove", permit=Permission.DECISION_DRAFT, methods=("POST",))
def evidence_removed(decision_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a file out of a draft."""
    remove_attachment(session(), actor(), decision_id=decision_id, attachment_id=attachment_id)
    flash("The file is taken out of the draft.", "success")
    return redirect(f"/decisions/evidence/{decision_id}", 303)


def record_address(decision: Decision) -> str:
    """Where a decision is read, in draft or on the record."""
    if decision.status == "draft":
        return draft_address(decision)
    return f"/decisions/{'records' if decision.matter_id else 'own'}/{decision.id}"


def _refused(decision_id: UUID, form: AttachForm, refusal: PortalError) -> ResponseReturnValue:
    """The page again with the sentence beside the field."""
    session().rollback()
    note_refusal(refusal)
    form.file.errors = [refusal.sentence]
    status = 422 if isinstance(refusal, UploadRefused) else refusal.status
    return _page(own_of(session(), actor(), decision_id), form), status


def _page(decision: Decision, form: AttachForm) -> str:
    return render_template(
        "decisions/evidence.html",
        form=form,
        decision=decision,
        words=evidence_of(session(), decision.id),
        files=attachments_of(session(), decision.id),
        labels={kind.value: kind.label for kind in Kind},
        accepted=ACCEPTED,
        most=MAX_BYTES // 1024 // 1024,
        back=record_address(decision),
        is_draft=decision.status == "draft",
    )


def _keys() -> KeyService:
    found: KeyService = current_app.extensions["keys"]
    return found


def _store() -> DocumentStore:
    found: DocumentStore = current_app.extensions["documents"]
    return found
