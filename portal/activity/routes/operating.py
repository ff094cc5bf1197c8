"""The operator's pages: mail, refusals, help. And, in a demonstration, everybody's mail."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.activity.queries.operating import STATES, demonstration_outbox, help_wanted, outbox
from portal.activity.queries.refusals import refusals
from portal.activity.routes import pages
from portal.core.database import session
from portal.core.documents import Scanner
from portal.core.errors import Missing
from portal.core.web import public
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route("/operator/outbox", permit=Permission.OUTBOX_READ)
def operator_outbox() -> ResponseReturnValue:
    """State and domain of each message, never recipient or content."""
    return render_template("activity/operator_outbox.html", messages=outbox(session()), states=STATES)


@pages.route("/operator/refusals", permit=Permission.REFUSAL_READ)
def operator_refusals() -> ResponseReturnValue:
    """Attempts that were refused, everywhere."""
    page = refusals(session(), actor(), own=False, before=request.args.get("before"))
    return render_template("activity/operator_refusals.html", page=page)


@pages.route("/operator/help-desk", permit=Permission.HELP_GIVE)
def operator_help_desk() -> ResponseReturnValue:
    """Applicants who asked for help: last save and last upload error, on their grant."""
    scanner: Scanner | None = current_app.extensions["scanner"]
    return render_template(
        "activity/operator_help_desk.html",
        applications=help_wanted(session()),
        scanning=None if scanner is None else scanner.answers(),
    )


@pages.route(
    "/demonstration/outbox",
    permit=public(
        "In demonstration mode alone: no mail leaves it, so links are read here. Elsewhere there is no such page."
    ),
)
def demonstration_outbox_page() -> ResponseReturnValue:
    """Every message with its link. A production setting refuses this page, and so does its database."""
    if not current_app.config["PORTAL"].demonstration:
        raise Missing
    return render_template(
        "activity/demonstration_outbox_page.html", messages=demonstration_outbox(session()), states=STATES
    )
