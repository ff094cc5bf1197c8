"""Selection checks: the published pass rules, and the officer where the rule leaves a question open."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.evaluating import complete_checks
from portal.applications.candidates import SelectionCheck, checks_of, rulings_of
from portal.applications.queries.evaluating import Occasion, occasion
from portal.applications.queries.opened import OpenedApplication, opened_applications
from portal.applications.reading import read_part, read_parts
from portal.applications.routes.evaluation import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.pages import actor
from portal.evaluation.actions.checks import rule_on_check
from portal.evaluation.forms import CheckForm
from portal.evaluation.queries.panels import declarations_awaited
from portal.questionnaires.conditions import NOT_ASKED
from portal.questionnaires.queries import questions_of_round
from tenants.permissions import Permission


@dataclass(frozen=True)
class Checked:
    """One application's checks; `readable` False where this officer may not read it."""

    application: OpenedApplication
    checks: Sequence[SelectionCheck]
    readable: bool

    @property
    def waiting(self) -> list[SelectionCheck]:
        """An officer judges these, and has not yet."""
        return [check for check in self.checks if check.passed is None]

    @property
    def judged(self) -> list[SelectionCheck]:
        """An officer judged these."""
        return [check for check in self.checks if check.ruling is not None]

    @property
    def failed(self) -> list[SelectionCheck]:
        """Not met, by rule or by judgement."""
        return [check for check in self.checks if check.passed is False]


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/checks",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="checks",
)
def checks(round_id: UUID) -> ResponseReturnValue:
    """Every application against the pass rules; when all is judged, scoring begins."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    if request.method == "POST":
        complete_checks(session(), actor(), current_app.extensions["keys"], round_id=round_id)
        flash("The selection checks are complete. Evaluators can score.", "success")
        return redirect(here.url, 303)
    awaited = declarations_awaited(session(), here.panel.id) if here.panel.status == "forming" else []
    return render_template("evaluation/checks.html", here=here, checked=_checked(here), awaited=awaited)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/checks/<uuid:application_id>/<uuid:question_id>",
    permit=Permission.PANEL_RUN,
    methods=("GET", "POST"),
    endpoint="judge",
)
def judge(round_id: UUID, application_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """One answer that the rule leaves open: passes or not, with the reason the letter gives."""
    here = occasion(session(), actor(), round_id)
    here.must_run()
    application = next((a for a in opened_applications(session(), round_id) if a.id == application_id), None)
    if application is None:
        raise Missing
    answers = read_part(session(), current_app.extensions["keys"], application_id=application_id, part="quality")
    questions = questions_of_round(session(), round_id)
    found = checks_of(application, questions, answers, rulings_of(session(), here.panel.id))
    check = next((c for c in found if c.question.id == question_id and (c.passed is None or c.ruling)), None)
    if check is None:
        raise Missing
    # The applicant explains itself in a text of the same page, so that is shown beside the answer.
    beside = [
        (q.prompt, answers[str(q.id)])
        for q in questions
        if q.group_slug == check.question.group_slug
        and q.kind == "text"
        and answers.get(str(q.id), NOT_ASKED) not in ("", NOT_ASKED)
    ]
    form = CheckForm()
    if request.method == "GET":
        if check.ruling:
            form.passed.data, form.reason.data = "yes" if check.ruling.passed else "no", check.ruling.reason
        return _judging(here, form, application, check, beside)
    try:
        rule_on_check(
            session(),
            actor(),
            panel_id=here.panel.id,
            candidate_id=application_id,
            question_id=question_id,
            lot_id=check.question.lot_id,
            passed={"yes": True, "no": False}.get(form.passed.data or ""),
            reason=form.reason.data or "",
        )
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        return _judging(here, form, application, check, beside), 422
    flash(f"Your judgement on {application.provider_name} is recorded.", "success")
    return redirect(f"{here.url}/checks", 303)


def _judging(
    here: Occasion,
    form: CheckForm,
    application: OpenedApplication,
    check: SelectionCheck,
    beside: Sequence[tuple[str, str]],
) -> str:
    return render_template(
        "evaluation/judge.html", here=here, form=form, application=application, check=check, beside=beside
    )


def _checked(here: Occasion) -> list[Checked]:
    questions = questions_of_round(session(), here.round.id)
    answers = read_parts(session(), current_app.extensions["keys"], round_id=here.round.id, part="quality")
    ruled = rulings_of(session(), here.panel.id)
    return [
        Checked(a, checks_of(a, questions, answers[a.id], ruled) if a.id in answers else (), a.id in answers)
        for a in opened_applications(session(), here.round.id)
    ]
