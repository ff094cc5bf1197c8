"""The specification as it binds this applicant: common text, and the schedules of its own lots and areas (R8-02)."""

import re
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.overview import Draft
from portal.applications.routes import pages
from portal.applications.routes.shared import draft
from portal.core.database import session
from portal.core.errors import Missing
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.specifications import ScheduleView, SpecificationView, specification_for
from portal.purchasing_systems.specification_papers import DOCX, combined_document
from tenants.permissions import Permission


@pages.route("/applications/<uuid:application_id>/specification", permit=Permission.APPLICATION_DRAFT)
def own_specification(application_id: UUID) -> ResponseReturnValue:
    """Combined for the lots and areas chosen."""
    shown = draft(application_id)
    found, schedules = _combined(shown)
    return render_template(
        "applications/specification.html", case=shown.case, draft=shown, specification=found, schedules=schedules
    )


@pages.route("/applications/<uuid:application_id>/specification.docx", permit=Permission.APPLICATION_DRAFT)
def own_specification_document(application_id: UUID) -> Response:
    """The same as a Word document."""
    shown = draft(application_id)
    found, schedules = _combined(shown)
    system = session().get_one(PurchasingSystem, shown.case.round.system_id)
    lots = "; ".join(f"Lot {lot.number}: {lot.title}" for lot in shown.chosen) or "No lot chosen yet"
    made = combined_document(system, shown.case.round, found, schedules, f"{lots}, for the areas chosen")
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{system.alias} specification version {found.version}").strip("-").lower()
    response = Response(made, mimetype=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name[:80]}.docx"'
    return response


def _combined(shown: Draft) -> tuple[SpecificationView, tuple[ScheduleView, ...]]:
    found = specification_for(session(), shown.case.round)
    if found is None:
        raise Missing
    chosen = {lot.id for lot in shown.chosen}
    areas = {
        UUID(lot): [UUID(council) for council in councils]
        for lot, councils in shown.case.application.areas.items()
        if UUID(lot) in chosen
    }
    return found, found.chosen({council for councils in areas.values() for council in councils}, areas)
