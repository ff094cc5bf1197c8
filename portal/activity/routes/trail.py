"""The trail: each organisation reads its own."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.activity.queries.refusals import refusals
from portal.activity.queries.trail import SUBJECTS, lines_of, systems_named
from portal.activity.routes import pages
from portal.core.database import session
from portal.core.web.pages import actor
from tenants.permissions import Permission

_LARGEST = 2**63 - 1


@pages.route("/trail", permit=Permission.TRAIL_READ)
def trail() -> ResponseReturnValue:
    """Lines in plain words, each with its place in the chain."""
    subject = request.args.get("subject") or None
    system_id = _uuid(request.args.get("system"))
    page = lines_of(
        session(), actor(), subject=subject, system_id=system_id, before=_number(request.args.get("before"))
    )
    systems = systems_named(session())
    return render_template(
        "activity/trail.html",
        page=page,
        subjects=SUBJECTS,
        systems=systems,
        names=dict(systems),
        subject=subject,
        system_id=system_id,
        later=request.args.get("before"),
    )


@pages.route("/trail/refused", permit=Permission.TRAIL_READ)
def refused() -> ResponseReturnValue:
    """What people of this organisation tried and were refused."""
    page = refusals(session(), actor(), own=True, before=request.args.get("before"))
    return render_template("activity/refused.html", page=page)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= _LARGEST else None
