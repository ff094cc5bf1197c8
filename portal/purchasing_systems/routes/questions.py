"""The questions of a round, for officers: read, load, copy, edit until published."""

import tomllib
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.forms import LoadForm, QuestionForm
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import RoundRow, lots_offered, rounds_of
from portal.purchasing_systems.queries.systems import LotRow
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, round_url
from portal.purchasing_systems.routes.rounds import round_in
from portal.questionnaires.actions import copy_question_sets, edit_question, load_question_set
from portal.questionnaires.queries import QuestionView, in_groups, question, questions_of_round, weight_problems
from tenants.permissions import Permission

_LARGEST_FILE = 256 * 1024


@pages.route("/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions", permit=Permission.SYSTEM_READ)
def questions(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """What is asked, lot by lot."""
    round_, system = round_in(system_id, round_id)
    asked = questions_of_round(session(), round_id)
    lots = lots_offered(session(), round_)
    edits = _edits(round_, system)
    return page(
        "questions",
        system=system,
        round=round_,
        parts=asked_of_lots(asked, lots),
        problems=weight_problems(asked, {lot.id: lot.name for lot in lots}),
        edits=edits,
        earlier=_earlier(round_) if edits and not asked else [],
    )


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions/load",
    permit=Permission.QUESTION_EDIT,
    methods=("GET", "POST"),
)
def load_questions(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Put a data file into the round."""
    round_, system = editable_round(system_id, round_id)
    lots = {str(lot.id): lot for lot in lots_offered(session(), round_)}
    form = LoadForm()
    form.lot.choices = options([("all", "All lots"), *((key, lot.name) for key, lot in lots.items())])

    def act() -> object:
        if form.lot.data != "all" and form.lot.data not in lots:
            raise Invalid(lot="Select whom these questions are for.")
        lot = lots.get(form.lot.data or "")
        return load_question_set(
            session(),
            actor(),
            system_id=system_id,
            round_id=round_id,
            lot_id=lot.id if lot else None,
            content=_parsed(form.content.data),
        )

    if request.method == "POST" and attempt(form, act):
        flash("The questions are loaded.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions", 303)
    return page("load_questions", form, system=system, round=round_)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions/copy",
    permit=Permission.QUESTION_EDIT,
    methods=("POST",),
)
def copy_questions(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Ask what an earlier round asked."""
    editable_round(system_id, round_id)
    try:
        earlier = UUID(request.form.get("from_round", ""))
    except ValueError:
        raise Missing from None
    copied = copy_question_sets(session(), actor(), from_round_id=earlier, round_id=round_id, system_id=system_id)
    flash(f"{copied} questions are copied. Texts and weights can be edited until the round is published.", "success")
    return redirect(f"{round_url(system_id, round_id)}/questions", 303)


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions/<uuid:question_id>",
    permit=Permission.QUESTION_EDIT,
    methods=("GET", "POST"),
    endpoint="edit_question",
)
def edit_question_page(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Change the texts and figures of one question."""
    round_, system = editable_round(system_id, round_id)
    asked = question(session(), question_id)
    if asked is None or asked.round_id != round_id:
        raise Missing
    form = QuestionForm(data={name: getattr(asked, name) for name in _shown(asked)})
    for name in [name for name in form._fields if name != "csrf_token" and name not in _shown(asked)]:
        del form[name]
    if request.method == "POST" and attempt(
        form, lambda: edit_question(session(), actor(), question_id=question_id, **_values(form, asked))
    ):
        flash("The question is saved.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions#q-{asked.key}", 303)
    return page("edit_question", form, system=system, round=round_, question=asked)


def asked_of_lots(asked: tuple[QuestionView, ...], lots: list[LotRow]) -> list[dict[str, Any]]:
    """Groups under what they are asked for: all lots first, then each lot by number; with the sum of its weights."""
    made = []
    for lot_id, name, number in ((None, "All lots", 0), *((lot.id, lot.name, lot.number) for lot in lots)):
        own = tuple(q for q in asked if q.lot_id == lot_id)
        statements = [q for q in own if q.part == "quality"]
        made.append(
            {
                "lot_id": lot_id,
                "name": name,
                "anchor": f"lot-{number}" if number else "all-lots",
                "groups": in_groups(own),
                "count": len(own),
                "statements": statements,
                "total": sum((q.weight or 0) for q in statements),
                "prices": sum(1 for q in own if q.part == "price"),
            }
        )
    return made


def editable_round(system_id: UUID, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    """A planned round, for its lead. Raises Missing, NotPermitted, Refused."""
    round_, system = round_in(system_id, round_id)
    if system.lead_id != actor().organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can change the questions.")
    if round_.status != "planned":
        raise Refused("The questions were frozen when the round was published. They can be read, not changed.")
    return round_, system


def _edits(round_: Round, system: PurchasingSystem) -> bool:
    leads = system.lead_id == actor().organisation_id
    return leads and round_.status == "planned" and actor().may(Permission.QUESTION_EDIT)


def _earlier(round_: Round) -> list[RoundRow]:
    """Rounds whose questions can be copied: those that were published, latest first."""
    return [r for r in rounds_of(session(), round_.system_id) if r.status not in ("planned", "cancelled")]


def _shown(asked: QuestionView) -> tuple[str, ...]:
    own = {
        "quality": ("word_limit", "weight", "minimum_score", "scorer_guidance"),
        "price": ("ceiling",),
    }.get(asked.part, ("word_limit",) if asked.kind == "text" else ())
    return ("prompt", "hint", *own)


def _values(form: QuestionForm, asked: QuestionView) -> dict[str, Any]:
    shown = _shown(asked)
    return {
        "prompt": form["prompt"].data or "",
        "hint": form["hint"].data or "",
        "word_limit": form["word_limit"].whole if "word_limit" in shown else asked.word_limit,
        "weight": form["weight"].number if "weight" in shown else asked.weight,
        "minimum_score": form["minimum_score"].whole if "minimum_score" in shown else asked.minimum_score,
        "ceiling": form["ceiling"].amount if "ceiling" in shown else asked.ceiling,
        "scorer_guidance": form["scorer_guidance"].data if "scorer_guidance" in shown else asked.scorer_guidance,
    }


def _parsed(upload: Any) -> dict[str, Any]:
    if upload is None or not getattr(upload, "filename", ""):
        raise Invalid(content="Select a data file.")
    raw = upload.stream.read(_LARGEST_FILE + 1)
    if len(raw) > _LARGEST_FILE:
        raise Invalid(content="The file is larger than 256 KB.")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid(content="The file is not text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise Invalid(content=f"The file cannot be read as TOML: {error}.") from None
