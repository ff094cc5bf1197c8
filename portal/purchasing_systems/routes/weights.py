"""Sharing out the weights of one lot's method statements, all at once."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import FigureField
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.systems import lots_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, round_url
from portal.purchasing_systems.routes.questions import editable_round
from portal.questionnaires.actions import edit_weights
from portal.questionnaires.queries import questions_of_round
from tenants.permissions import Permission


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/weights/<uuid:lot_id>",
    permit=Permission.QUESTION_EDIT,
    methods=("GET", "POST"),
)
def weights(system_id: UUID, round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """Weights that sum to 100 per cent."""
    round_, system = editable_round(system_id, round_id)
    lot = next((one for one in lots_of(session(), system_id) if one.id == lot_id), None)
    statements = [q for q in questions_of_round(session(), round_id) if q.lot_id == lot_id and q.part == "quality"]
    if lot is None or not statements:
        raise Missing
    fields: dict[str, Any] = {f"weight-{q.id}": FigureField(q.prompt, places=2) for q in statements}
    form = type("WeightsForm", (FlaskForm,), fields)(data={f"weight-{q.id}": q.weight for q in statements})

    def act() -> bool:
        shares = {q.id: form[f"weight-{q.id}"].number or Decimal(0) for q in statements}
        edit_weights(session(), actor(), round_id=round_id, lot_id=lot_id, lot_title=lot.name, weights=shares)
        return True

    if request.method == "POST" and attempt(form, act):
        flash(f"The weights of {lot.name} are saved.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions", 303)
    return page("weights", form, system=system, round=round_, lot=lot, statements=statements)
