"""The register of one council."""

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.registers import register_of
from portal.purchasing_systems.routes import pages
from tenants.permissions import Permission


@pages.route("/register", permit=Permission.REGISTER_READ)
def register() -> ResponseReturnValue:
    """Whom may we use, for what, since when, on whose decision."""
    if actor().organisation_kind == "provider":
        return redirect("/where-you-stand", 303)
    name = request.args.get("name", "")[:100].strip()
    lot = _uuid(request.args.get("lot"))
    found = register_of(session(), actor(), lot_id=lot, name=name, after=_uuid(request.args.get("after")))
    return render_template("purchasing_systems/register.html", register=found, name=name, lot=lot)


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
