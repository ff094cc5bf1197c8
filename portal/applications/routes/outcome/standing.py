"""Where a provider stands: its letters, and council by council from when it can be used."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.letters import letters_to
from portal.applications.routes.outcome import pages
from portal.core.database import session
from portal.core.errors import NotPermitted
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.registers import standing_of
from tenants.permissions import Permission


@pages.route("/where-you-stand", permit=Permission.REGISTER_READ)
def where_you_stand() -> ResponseReturnValue:
    """Council by council: can use you from, or waiting for."""
    if actor().organisation_kind != "provider":
        raise NotPermitted("This page is for providers. Your council’s own page is the register.")
    return render_template(
        "outcome/where_you_stand.html", lots=standing_of(session(), actor()), letters=letters_to(session(), actor())
    )
