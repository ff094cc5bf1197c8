"""A provider's pages: ask, one's own questions, withdraw."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.clarifications.actions.asking import (
    accept_open_answer,
    ask_question,
    refuse_unless_asking,
    withdraw_question,
)
from portal.clarifications.forms import AskForm
from portal.clarifications.queries.own import own_questions
from portal.clarifications.routes import pages
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import published_round
from portal.purchasing_systems.routes.answering import attempt
from tenants.permissions import Permission


@pages.route("/rounds/<uuid:round_id>/ask", permit=Permission.APPLICATION_DRAFT, methods=("GET", "POST"))
def ask(round_id: UUID) -> ResponseReturnValue:
    """Ask a question; the page warns not to name oneself."""
    round_, system = published_round(session(), round_id)
    refuse_unless_asking(session(), round_id)
    form = AskForm()

    def act() -> UUID:
        return ask_question(
            session(),
            actor(),
            round_id=round_id,
            question=form.question.data or "",
            confidential=bool(form.confidential.data),
            confidential_because=form.confidential_because.data or "",
        )

    if request.method == "POST" and attempt(form, act):
        flash("Your question is with the councils. They see it without your name.", "success")
        return redirect(f"/rounds/{round_id}/my-questions", 303)
    days = clarification_days(session(), round_id)
    wrong = 422 if form.errors else 200
    return render_template("clarifications/ask.html", form=form, round=round_, system=system, days=days), wrong


@pages.route("/rounds/<uuid:round_id>/my-questions", permit=Permission.APPLICATION_DRAFT)
def my_questions(round_id: UUID) -> ResponseReturnValue:
    """What one's own organisation asked, and what came of it."""
    if actor().organisation_kind != "provider":
        raise Missing
    round_, system = published_round(session(), round_id)
    days = clarification_days(session(), round_id)
    return render_template(
        "clarifications/my_questions.html",
        round=round_,
        system=system,
        questions=own_questions(session(), round_id),
        days=days,
        asks=round_.status == "published" and days is not None and clock.today() <= days[0],
    )


@pages.route("/clarifications/<uuid:asked_id>/withdraw", permit=Permission.APPLICATION_DRAFT, methods=("POST",))
def withdraw_clarification(asked_id: UUID) -> ResponseReturnValue:
    """Take a question back."""
    round_id = withdraw_question(session(), actor(), question_id=asked_id)
    flash("The question is withdrawn. It will not be answered or published.", "success")
    return redirect(f"/rounds/{round_id}/my-questions", 303)


@pages.route("/clarifications/<uuid:asked_id>/accept", permit=Permission.APPLICATION_DRAFT, methods=("POST",))
def accept_open(asked_id: UUID) -> ResponseReturnValue:
    """Agree to an answer for everybody."""
    round_id = accept_open_answer(session(), actor(), question_id=asked_id)
    flash("The question will be answered for everybody, without your name.", "success")
    return redirect(f"/rounds/{round_id}/my-questions", 303)
