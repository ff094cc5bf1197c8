"""What officers see of a round's applications: nothing before it is opened, then part by part."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.applications import reading
from portal.applications.queries.listed import After, listed_applications, round_for_officers
from portal.applications.queries.parts import application_page
from portal.applications.routes import pages
from portal.applications.routes.documents import download
from portal.applications.routes.shared import keys, store
from portal.applications.routes.summaries import worded
from portal.core.database import session
from portal.core.errors import Missing, Refused
from portal.core.typeset.wording import size
from portal.core.web.look import clock_time, day
from portal.core.web.pages import actor
from portal.purchasing_systems.models import Round
from tenants.permissions import Permission


@pages.route("/rounds/<uuid:round_id>/applications", permit=Permission.APPLICATION_READ)
def opened_applications(round_id: UUID) -> ResponseReturnValue:
    """Applications of an opened round, the latest first. Before opening there is no list and no count, and the try is kept."""
    shown = round_for_officers(session(), actor(), round_id)
    _must_be_opened(shown)
    lot_id = _lot(request.args.get("lot"))
    found = listed_applications(session(), shown, lot_id=lot_id, after=After.read(request.args.get("after")))
    return render_template("applications/opened_applications.html", round=shown, found=found, lot_id=lot_id)


@pages.route("/rounds/<uuid:round_id>/applications/<uuid:application_id>", permit=Permission.APPLICATION_READ)
def opened_application(round_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """One application: who applied and when; each part only for whom the database shows its key."""
    shown = round_for_officers(session(), actor(), round_id)
    _must_be_opened(shown)
    found = application_page(session(), keys(), shown, application_id)
    return render_template("applications/opened_application.html", round=shown, found=found, shown=worded, sizes=size)


@pages.route(
    "/rounds/<uuid:round_id>/applications/<uuid:application_id>/documents/<uuid:document_id>",
    permit=Permission.APPLICATION_READ,
)
def opened_document(round_id: UUID, application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """A document of an opened application, for whom the database shows its key."""
    shown = round_for_officers(session(), actor(), round_id)
    _must_be_opened(shown)
    found, content = reading.read_document(
        session(), keys(), store(), application_id=application_id, document_id=document_id
    )
    if found.round_id != shown.origin_id:
        raise Missing
    return download(found.name, found.kind, content)


def _must_be_opened(round_: Round) -> None:
    if round_.opened_at is None:
        raise Refused(
            f"This round is sealed. It closes at {clock_time(round_.closes_at)} on {day(round_.closes_at)}, and nobody sees "
            "who applied, or how many, until two officers of two different councils have opened it after that. This attempt is recorded."
        )


def _lot(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
