"""Changing a question after publication: what changes, why, and who is told."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.modifications import modify_question
from portal.purchasing_systems.question_forms import ModifyForm
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, round_url
from portal.purchasing_systems.routes.rounds import round_in
from portal.questionnaires.queries import QuestionView, question
from tenants.permissions import Permission


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions/<uuid:question_id>/modify",
    permit=Permission.QUESTION_EDIT,
    methods=("GET", "POST"),
    endpoint="modify_question",
)
def modify(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """One question of a round that is published and has not closed."""
    round_, system = round_in(system_id, round_id)
    if system.lead_id != actor().organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can change the questions.")
    if round_.status != "published" or clock.now() >= round_.closes_at:
        raise Refused("A question can be modified only while the round is published and has not closed.")
    asked = question(session(), question_id)
    if asked is None or asked.round_id != round_id:
        raise Missing
    form = ModifyForm(
        data={**{name: getattr(asked, name) for name in _fields(asked)}, "required": "yes" if asked.required else "no"}
    )
    for name in [name for name in form._fields if name not in (*_fields(asked), "required", "reason", "csrf_token")]:
        del form[name]

    def act() -> int:
        return modify_question(
            session(), actor(), question_id=question_id, changes=_changes(form, asked), reason=form.reason.data or ""
        )

    if request.method == "POST" and attempt(form, act):
        flash("The question is changed, and everybody who registered an interest is told.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions#q-{asked.key}", 303)
    return page("modify_question", form, system=system, round=round_, question=asked)


def _fields(asked: QuestionView) -> tuple[str, ...]:
    words = () if asked.wording_fixed else ("prompt", "hint")
    own = {"quality": ("word_limit", "minimum_score", "scorer_guidance"), "selection": ("scorer_guidance",)}.get(
        asked.part, ()
    )
    more = ("word_limit",) if asked.kind == "text" and asked.part != "quality" else ()
    return (*words, *own, *more, *(("ceiling",) if asked.kind == "money" and asked.part == "price" else ()))


def _changes(form: ModifyForm, asked: QuestionView) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _fields(asked):
        field = form[name]
        found[name] = (
            field.whole
            if name in ("word_limit", "minimum_score")
            else field.amount
            if name == "ceiling"
            else field.data or None
        )
    if form.required.data in ("yes", "no"):
        found["required"] = form.required.data == "yes"
    return found
