"""An evaluator scores: the desk of a lot, one answer at a time, and submitting all of them."""

from uuid import UUID

from flask import current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.scoring import Desk, Pair, desk_of
from portal.applications.reading import documents_of, read_part
from portal.applications.routes.evaluation import pages
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, Missing, PortalError, Refused
from portal.core.web.lifecycle import as_refusal
from portal.core.web.look import clock_time
from portal.core.web.pages import actor
from portal.evaluation.actions.scoring import save_score, submit_scores
from portal.evaluation.forms import ScoreForm, SheetForm
from portal.questionnaires.rules import word_count
from tenants.permissions import Permission

ORDERS = ("question", "applicant")


@pages.route("/rounds/<uuid:round_id>/evaluation/scoring/<uuid:lot_id>", permit=Permission.PANEL_SCORE, endpoint="desk")
def desk(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """Applicants by questions, with one's own scores so far."""
    here, found = desk_for(round_id, lot_id)
    return render_desk(here, found, SheetForm())


def render_desk(here: Occasion, found: Desk, form: SheetForm, problems: list[tuple[str, str]] | None = None) -> str:
    """The page of the desk; `problems` of a score sheet, by cell."""
    return render_template(
        "evaluation/desk.html",
        here=here,
        desk=found,
        url=f"{here.url}/scoring/{found.lot_id}",
        form=form,
        problems=problems or [],
        next=found.next_open(_order()),
        by=_order(),
    )


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/scoring/<uuid:lot_id>/<uuid:application_id>/<uuid:question_id>",
    permit=Permission.PANEL_SCORE,
    methods=("GET", "POST"),
    endpoint="score",
)
def score(round_id: UUID, lot_id: UUID, application_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Read one answer, score it, say why."""
    here, found = desk_for(round_id, lot_id)
    pair = (application_id, question_id)
    if pair not in found.pairs:
        raise Missing
    form = ScoreForm()
    if request.method == "GET":
        own = found.scores.get(pair)
        if own is not None:
            form.score.data, form.reason.data = None if own.score is None else str(own.score), own.reason
        return _answer_page(here, found, pair, form)
    if request.headers.get("X-Autosave"):
        return _autosave(here, found, pair, form)
    try:
        _save(here, found, pair, form)
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _answer_page(here, found, pair, form), 422
    order = found.ordered(_order())
    url = f"{here.url}/scoring/{lot_id}"
    following = found.next_open(_order(), pair) if request.form.get("then") != "desk" else None
    if following is None:
        flash(f"Saved. {found.done + (not _was_complete(found, pair))} of {len(order)} are scored.", "success")
        return redirect(f"{url}?by={_order()}", 303)
    return redirect(f"{url}/{following[0]}/{following[1]}?by={_order()}", 303)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/scoring/<uuid:lot_id>/submit",
    permit=Permission.PANEL_SCORE,
    methods=("GET", "POST"),
    endpoint="submit",
)
def submit(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """Look once more, then submit all scores of the lot: they stay as they are."""
    here, found = desk_for(round_id, lot_id)
    if request.method == "POST":
        count = submit_scores(session(), actor(), panel_id=here.panel.id, lot_id=lot_id)
        flash(f"Your {count} scores for {found.lot_title} are submitted.", "success")
        return redirect(here.url, 303)
    return render_template("evaluation/submit_scores.html", here=here, desk=found, url=f"{here.url}/scoring/{lot_id}")


def desk_for(round_id: UUID, lot_id: UUID) -> tuple[Occasion, Desk]:
    """The reader's desk. Raises NotPermitted without a seat that scores, Refused before scoring begins, Missing."""
    here = occasion(session(), actor(), round_id)
    seat = here.must_score()
    if here.panel.status == "forming":
        raise Refused("Scoring begins when all declarations are ruled on and the selection checks are complete.")
    return here, desk_of(session(), seat, lot_id)


def _order() -> str:
    by = request.values.get("by", "question")
    return by if by in ORDERS else "question"


def _was_complete(found: Desk, pair: Pair) -> bool:
    return pair in found.scores and found.scores[pair].complete


def _save(here: Occasion, found: Desk, pair: Pair, form: ScoreForm, *, draft: bool = False) -> None:
    save_score(
        session(),
        actor(),
        panel_id=here.panel.id,
        candidate_id=pair[0],
        question_id=pair[1],
        lot_id=found.lot_id,
        score=form.number,
        reason=form.reason.data or "",
        draft=draft,
    )


def _autosave(here: Occasion, found: Desk, pair: Pair, form: ScoreForm) -> ResponseReturnValue:
    try:
        _save(here, found, pair, form, draft=True)
    except DBAPIError as error:
        refusal = as_refusal(error)
        if refusal is None:
            raise
        return jsonify(sentence=refusal.sentence), refusal.status
    except PortalError as refusal:
        return jsonify(sentence=refusal.sentence), refusal.status
    return jsonify(saved_at=clock_time(clock.now()))


def _answer_page(here: Occasion, found: Desk, pair: Pair, form: ScoreForm) -> str:
    keys = current_app.extensions["keys"]
    application, question = found.applications[pair[0]], found.questions[pair[1]]
    answer = read_part(session(), keys, application_id=application.id, part="quality").get(str(question.id), "")
    seat = here.must_sit()
    documents = documents_of(session(), keys, application_id=application.id) if "documents" in seat.parts else []
    order = found.ordered(_order())
    at = order.index(pair)
    url = f"{here.url}/scoring/{found.lot_id}"
    return render_template(
        "evaluation/score.html",
        here=here,
        desk=found,
        form=form,
        application=application,
        question=question,
        title=found.titles[question.id],
        answer=answer,
        words=word_count(answer),
        documents=documents,
        own=found.scores.get(pair),
        others=[(found.applications[a], found.scores.get((a, q))) for a, q in found.pairs if q == question.id],
        position=at + 1,
        total=len(order),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        by=_order(),
        url=url,
    )
