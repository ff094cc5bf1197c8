"""Publishing a batch of answers."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.clarifications.actions.answering import publish_answers
from portal.clarifications.forms import PublishForm
from portal.clarifications.queries.queue import answers_of, questions_of
from portal.clarifications.routes import pages
from portal.clarifications.rules.standing import is_late
from portal.core import clock
from portal.core.database import session
from portal.core.errors import NotPermitted, Refused
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.routes.answering import made_by
from portal.purchasing_systems.rules.clarification_days import is_close
from tenants.permissions import Permission


@pages.route(
    "/rounds/<uuid:round_id>/clarification-queue/publish", permit=Permission.ROUND_RUN, methods=("GET", "POST")
)
def publish_clarifications(round_id: UUID) -> ResponseReturnValue:
    """Everything that is signed off, to everybody at once."""
    round_, system = round_for(session(), actor(), round_id)
    if system.lead_id != actor().organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    signed = [one for one in answers_of(session(), round_id) if one.status == "signed"]
    if round_.status != "published" or clock.now() >= round_.closes_at:
        raise Refused("The round is closed. Nobody can use an answer any more.")
    if not signed:
        raise Refused("No answer is signed off yet.")
    form = PublishForm()
    form.answers.choices = options([(str(one.id), _short(one.text)) for one in signed])
    if request.method == "GET":
        form.answers.data = [str(one.id) for one in signed]
    days = clarification_days(session(), round_id)

    def act() -> int:
        chosen = set(form.answers.data or [])
        return publish_answers(
            session(),
            actor(),
            round_id=round_id,
            answer_ids=[one.id for one in signed if str(one.id) in chosen],
            late_because=form.late_because.data or "",
        )

    if request.method == "POST":
        count = made_by(form, act)
        if count:
            flash(
                f"{count} {'answer is' if count == 1 else 'answers are'} published. Everybody interested is told.",
                "success",
            )
            return redirect(f"/rounds/{round_id}/clarification-queue", 303)
    questions = questions_of(session(), round_id)
    page = render_template(
        "clarifications/publish.html",
        form=form,
        round=round_,
        system=system,
        signed=signed,
        questions={one.id: [q for q in questions if q.answer_id == one.id] for one in signed},
        days=days,
        late=is_late(days[1] if days else None, clock.today()),
        close=is_close(clock.local_day(round_.closes_at), clock.today()),
    )
    return page, 422 if form.errors else 200


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"
