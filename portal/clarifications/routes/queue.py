"""The councils' queue of a round, one question's wish for secrecy, and the log."""

import re
from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.clarifications.actions.answering import rule_on_confidentiality
from portal.clarifications.forms import RulingForm
from portal.clarifications.log import clarification_log
from portal.clarifications.queries.queue import answers_of, question_for, questions_of
from portal.clarifications.routes import pages
from portal.clarifications.rules.standing import is_late
from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import phase_of, round_for
from portal.purchasing_systems.routes.answering import attempt
from portal.purchasing_systems.rules.clarification_days import is_close
from tenants.permissions import Permission

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = ("waiting", "drafted", "to_sign", "signed", "published", "withdrawn")


@pages.route("/rounds/<uuid:round_id>/clarification-queue", permit=Permission.SYSTEM_READ)
def clarification_queue(round_id: UUID) -> ResponseReturnValue:
    """What waits, what is drafted, what is to be signed, what is out; by when."""
    round_, system = round_for(session(), actor(), round_id)
    questions = questions_of(session(), round_id)
    days = clarification_days(session(), round_id)
    late = is_late(days[1] if days else None, clock.today())
    in_window = round_.status == "published" and clock.now() < round_.closes_at
    grouped = {
        kind: [q for q in questions if q.standing == kind or (kind == "waiting" and q.standing == "ruling")]
        for kind in _KINDS
    }
    unanswered = [q for kind in _KINDS[:4] for q in grouped[kind]]
    leads = actor().leads(system.id)
    return render_template(
        "clarifications/queue.html",
        round=round_,
        system=system,
        phase=phase_of(round_),
        days=days,
        late=late and in_window and bool(unanswered),
        close=in_window and bool(unanswered) and is_close(clock.local_day(round_.closes_at), clock.today()),
        grouped=grouped,
        unanswered=len(unanswered),
        answers=answers_of(session(), round_id),
        in_window=in_window,
        may_answer=in_window and actor().may(Permission.CLARIFICATION_ANSWER),
        runs=in_window and leads and actor().may(Permission.ROUND_RUN),
        sets_days=leads
        and actor().may(Permission.ROUND_RUN)
        and phase_of(round_) in ("planned", "not_yet_open", "open"),
    )


@pages.route("/clarifications/<uuid:asked_id>/confidentiality", permit=Permission.ROUND_RUN, methods=("GET", "POST"))
def confidentiality(asked_id: UUID) -> ResponseReturnValue:
    """Answer it alone, or for everybody."""
    asked = question_for(session(), actor(), asked_id)
    round_, system = round_for(session(), actor(), asked.round_id)
    if system.lead_id != actor().organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    if asked.standing != "ruling":
        raise Refused("Nothing waits for a ruling here.")
    form = RulingForm()

    def act() -> bool:
        if form.grant.data not in ("yes", "no"):
            raise Invalid(grant="Choose how it is answered.")
        rule_on_confidentiality(
            session(), actor(), question_id=asked_id, grant=form.grant.data == "yes", because=form.because.data or ""
        )
        return True

    if request.method == "POST" and attempt(form, act):
        flash("The asker is told, by a message that names nobody here.", "success")
        return redirect(f"/rounds/{round_.id}/clarification-queue", 303)
    wrong = 422 if form.errors else 200
    return render_template(
        "clarifications/confidentiality.html", form=form, asked=asked, round=round_, system=system
    ), wrong


@pages.route("/rounds/<uuid:round_id>/clarification-log.xlsx", permit=Permission.SYSTEM_READ)
def clarification_log_download(round_id: UUID) -> Response:
    """Every question and answer with who did what when, for the procurement file."""
    round_, system = round_for(session(), actor(), round_id)
    sheet = clarification_log(questions_of(session(), round_id), answers_of(session(), round_id), round_.number)
    response = Response(sheet, mimetype=_XLSX)
    name = (
        re.sub(r"[^A-Za-z0-9]+", "-", f"{system.alias} round {round_.number} clarification log").strip("-").lower()[:80]
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
