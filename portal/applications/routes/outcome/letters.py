"""An outcome letter: for its provider once released; for the lead also before."""

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.applications.models import Letter
from portal.applications.routes.outcome import pages
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from tenants.permissions import Permission


def _letter(letter_id: UUID) -> Letter:
    letter = session().get(Letter, letter_id)
    if letter is None:
        raise Missing
    return letter


@pages.route("/letters/<uuid:letter_id>", permit=Permission.LETTER_READ)
def letter(letter_id: UUID) -> ResponseReturnValue:
    """Result and reasons for each lot."""
    found = _letter(letter_id)
    return render_template(
        "outcome/letter.html",
        letter=found,
        content=found.content,
        own=found.provider_id == actor().organisation_id,
    )


@pages.route("/letters/<uuid:letter_id>.pdf", permit=Permission.LETTER_READ)
def letter_pdf(letter_id: UUID) -> ResponseReturnValue:
    """The letter as it was released, a tagged PDF."""
    found = _letter(letter_id)
    name = f"outcome-{found.content['reference']}.pdf"
    return Response(
        found.pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
