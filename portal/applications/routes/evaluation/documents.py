"""Documents of an application, for panel members who may read them."""

from io import BytesIO
from uuid import UUID

from flask import current_app, send_file
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import occasion
from portal.applications.reading import read_document
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.documents import Kind
from portal.core.errors import Missing
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/documents/<uuid:application_id>/<uuid:document_id>",
    permit=Permission.PANEL_SCORE,
    endpoint="document",
)
def document(round_id: UUID, application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """One document, decrypted for whom the database shows its key."""
    here = occasion(session(), actor(), round_id)
    here.must_sit()
    found, content = read_document(
        session(),
        current_app.extensions["keys"],
        current_app.extensions["documents"],
        application_id=application_id,
        document_id=document_id,
    )
    if found.round_id != round_id:
        raise Missing
    answer = send_file(
        BytesIO(content), mimetype=Kind(found.kind).media_type, as_attachment=True, download_name=found.name
    )
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer
