"""The published register: who may be used by whom, from which day. Computed, never copied."""

from datetime import date
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web import public
from portal.notices.csv_text import csv_text
from portal.notices.queries import RegisterOfSystem, as_entries, usable_rows
from portal.notices.routes import pages
from portal.purchasing_systems.queries.systems import lots_of, participants_of, published_systems

_ANYBODY = public("Which providers a council can use is public.")


@pages.route("/published-register", permit=_ANYBODY)
def published_register() -> ResponseReturnValue:
    """By system: providers and lots as rows, councils as columns."""
    # One in use comes first: of the others nothing can be shown yet.
    systems = sorted(published_systems(session()), key=lambda system: system.status != "active")
    chosen = _chosen("system")
    shown = [s for s in systems if s.id == chosen] if chosen else systems[:1]
    if chosen and not shown:
        raise Missing
    system = shown[0] if shown else None
    council, lot_id = request.args.get("council", ""), _chosen("lot")
    register = None
    if system:
        councils = tuple(participants_of(session(), system.id))
        rows = usable_rows(session(), system_id=system.id, council=council, lot_id=lot_id)
        columns = tuple(c for c in councils if not council or c.slug == council)
        register = RegisterOfSystem(system, columns, as_entries(rows))
    return render_template(
        "notices/published_register.html",
        systems=systems,
        register=register,
        councils=participants_of(session(), system.id) if system else [],
        lots=lots_of(session(), system.id) if system else [],
        council=council,
        lot_id=lot_id,
        today=clock.today(),
        query=request.query_string.decode("ascii", "replace"),
    )


@pages.route("/published-register.csv", permit=_ANYBODY)
def published_register_csv() -> Response:
    """One line for each provider, lot and council."""
    rows = usable_rows(
        session(), system_id=_chosen("system"), council=request.args.get("council", ""), lot_id=_chosen("lot")
    )
    text = csv_text(
        ("System", "Lot", "Provider", "Council", "Can be used from", "Demonstration", "As on"),
        (
            (
                row.system_title,
                row.lot_name,
                row.provider_name,
                row.council,
                _iso(row.usable_from),
                "yes" if row.demonstration else "no",
                _iso(clock.today()),
            )
            for row in rows
        ),
    )
    response = Response(text.encode("utf-8"), mimetype="text/csv")
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="published-register.csv"'
    return response


def _chosen(name: str) -> UUID | None:
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise Missing from None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
