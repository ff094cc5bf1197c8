"""Messages: read here, mailed as well."""

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.activity.actions.reading import open_message, read_all
from portal.activity.queries.messages import messages_of
from portal.activity.routes import pages
from portal.core.database import session
from portal.core.web import signed_in
from portal.core.web.pages import actor
from tenants.cookies import local_path

_OWN = signed_in("A person's own messages.")


@pages.route("/inbox", permit=_OWN)
def inbox() -> ResponseReturnValue:
    """Newest first."""
    return render_template("activity/inbox.html", page=messages_of(session(), actor(), request.args.get("before")))


@pages.route("/inbox/<uuid:message_id>/open", permit=_OWN, methods=("POST",))
def open_one(message_id: UUID) -> ResponseReturnValue:
    """Mark it as read and go where it leads. A POST, because reading a page changes nothing here."""
    link = open_message(session(), actor(), message_id=message_id)
    return redirect(local_path(link) or "/inbox", 303)


@pages.route("/inbox/read-all", permit=_OWN, methods=("POST",))
def read_everything() -> ResponseReturnValue:
    """Mark everything as read."""
    read_all(session(), actor())
    return redirect("/inbox", 303)
