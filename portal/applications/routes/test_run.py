"""A test run: the lead's officers fill in the application as a provider would, before it opens. Nothing is stored."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.candidates import has_pass_rule
from portal.applications.forms import PageForm, rows_of
from portal.applications.routes import pages
from portal.applications.rules import Group, kept_answer, problem_of
from portal.core.database import session
from portal.core.errors import Missing, Refused
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.queries.systems import lots_of
from portal.questionnaires.conditions import as_asked
from portal.questionnaires.queries import QuestionView, in_groups, questions_of_round
from portal.questionnaires.rules import answer_warning, passes
from portal.questionnaires.wording import condition_in_words
from tenants.permissions import Permission


@dataclass(frozen=True)
class Verdict:
    """What would become of one answer. `outcome`: passes, fails, judged, or None where nothing is decided by rule."""

    question: QuestionView
    outcome: str | None
    sentence: str


@pages.route(
    "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions/test-run",
    permit=Permission.SYSTEM_READ,
    methods=("GET", "POST"),
)
def test_run(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """All questions of one lot on one page, held to the same rules as a provider's; what they come to is shown, and forgotten."""
    round_, system = round_for(session(), actor(), round_id)
    if system.id != system_id:
        raise Missing
    if round_.published_at is not None:
        raise Refused("The round is published: its questions are the ones on the public page.")
    lots = lots_of(session(), system_id)
    wanted = request.args.get("lot", "")
    lot = next((one for one in lots if str(one.id) == wanted), None) if wanted else next(iter(lots), None)
    if wanted and lot is None:
        raise Missing
    questions = tuple(
        q for q in questions_of_round(session(), round_id) if q.lot_id is None or (lot and q.lot_id == lot.id)
    )
    form = PageForm(Group("test-run", "Test run", None, lot.id if lot else None, questions))
    texts: dict[UUID, str] = {}
    found: list[Verdict] = []
    if request.method == "POST":
        form.show(request.form)
        texts = _kept(form, questions)
        found = _verdicts(form, questions, texts)
    else:
        form.fill({})
    asked = {q.id for q in as_asked(questions, texts)}
    page = render_template(
        "applications/test_run.html",
        round=round_,
        system=system,
        lots=lots,
        lot=lot,
        form=form,
        groups=in_groups(questions),
        asked_now=asked,
        not_asked=[q for q in questions if q.id not in asked],
        conditions={q.id: condition_in_words(q, questions) for q in questions if q.condition},
        found=found,
        tried=request.method == "POST",
        rows_of=rows_of,
    )
    return page, 422 if form.errors else 200


def _kept(form: PageForm, questions: tuple[QuestionView, ...]) -> dict[UUID, str]:
    texts = {}
    typed = form.typed(request.form)
    for question in questions:
        try:
            texts[question.id] = kept_answer(question, typed.get(question.id, ""))
        except ValueError as error:
            form.tell({str(question.id): str(error)})
            texts[question.id] = ""
    return texts


def _verdicts(form: PageForm, questions: tuple[QuestionView, ...], texts: dict[UUID, str]) -> list[Verdict]:
    """What is missing goes beside its field; what a rule decides is listed. A document counts as there."""
    found = []
    for question in as_asked(questions, texts):
        text = texts[question.id]
        problem = problem_of(question, text, documented=True)
        if problem:
            if question.kind != "file" and not form[question.key].errors:
                form.tell({str(question.id): problem})
        elif has_pass_rule(question) and text:
            verdict = passes(question, text)
            outcome = "judged" if verdict is None else "passes" if verdict else "fails"
            found.append(
                Verdict(
                    question,
                    outcome,
                    {"judged": "An officer judges it.", "passes": "Passes by rule.", "fails": "Fails by rule."}[
                        outcome
                    ],
                )
            )
        warning = answer_warning(question, text)
        if warning:
            found.append(Verdict(question, "fails", warning))
    return found
