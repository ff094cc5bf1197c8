"""Writing an answer: choose its questions, word them, answer; then offer it to be signed off."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.clarifications.actions.answering import draft_answer, move_answer
from portal.clarifications.forms import AnswerForm
from portal.clarifications.models import Answer
from portal.clarifications.queries.queue import QueuedQuestion, answer_for, questions_of
from portal.clarifications.routes import pages
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.pages import actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import round_for
from portal.purchasing_systems.routes.answering import made_by
from tenants.permissions import Permission


@pages.route(
    "/rounds/<uuid:round_id>/clarification-queue/draft",
    permit=Permission.CLARIFICATION_ANSWER,
    methods=("GET", "POST"),
    endpoint="new_answer",
)
def new_answer(round_id: UUID) -> ResponseReturnValue:
    """An answer to the questions named in the address, or a correction of one that is published."""
    round_, system = round_for(session(), actor(), round_id)
    corrected = _corrected(round_id)
    wanted = set(request.values.getlist("question"))
    free = [q for q in questions_of(session(), round_id) if q.standing == "waiting"]
    chosen = [] if corrected else [q for q in free if str(q.id) in wanted]
    if not chosen and corrected is None:
        return render_template(
            "clarifications/choose.html", round=round_, system=system, free=free, asked_for=bool(wanted)
        )
    return _written(round_, system, chosen, corrected, None)


@pages.route(
    "/clarification-answers/<uuid:answer_id>/change",
    permit=Permission.CLARIFICATION_ANSWER,
    methods=("GET", "POST"),
    endpoint="change_answer",
)
def change_answer(answer_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    draft = answer_for(session(), actor(), answer_id)
    if draft.status != "draft":
        raise Refused("Only a draft can be changed. What is published stands; a correction is another answer.")
    round_, system = round_for(session(), actor(), draft.round_id)
    own = [q for q in questions_of(session(), draft.round_id) if q.answer_id == answer_id]
    corrected = answer_for(session(), actor(), draft.corrects_id) if draft.corrects_id else None
    return _written(round_, system, own, corrected, draft)


@pages.route("/clarification-answers/<uuid:answer_id>", permit=Permission.SYSTEM_READ, endpoint="answer")
def answer_page(answer_id: UUID) -> ResponseReturnValue:
    """An answer on its way, with what this person can do about it."""
    found = answer_for(session(), actor(), answer_id)
    round_, system = round_for(session(), actor(), found.round_id)
    leads = actor().leads(system.id)
    return render_template(
        "clarifications/answer.html",
        answer=found,
        round=round_,
        system=system,
        questions=[q for q in questions_of(session(), found.round_id) if q.answer_id == answer_id],
        corrected=answer_for(session(), actor(), found.corrects_id) if found.corrects_id else None,
        may_answer=actor().may(Permission.CLARIFICATION_ANSWER),
        may_sign=leads and actor().may(Permission.CLARIFICATION_SIGN) and found.drafted_by_id != actor().person_id,
        own_words=found.drafted_by_id == actor().person_id,
        may_return=actor().may(Permission.CLARIFICATION_SIGN),
        leads=leads,
        runs=leads and actor().may(Permission.ROUND_RUN),
    )


_DONE = {
    "offer": "The answer waits to be signed off by another person of the lead authority.",
    "sign": "The answer is signed off. It can be published with the next batch.",
    "return": "The answer is a draft again.",
    "discard": "The draft is thrown away. Its questions wait again.",
}


@pages.route("/clarification-answers/<uuid:answer_id>/offer", permit=Permission.CLARIFICATION_ANSWER, methods=("POST",))
def offer_answer(answer_id: UUID) -> ResponseReturnValue:
    """Let another person of the lead sign it."""
    return _moved(answer_id, "offer")


@pages.route("/clarification-answers/<uuid:answer_id>/sign", permit=Permission.CLARIFICATION_SIGN, methods=("POST",))
def sign_answer(answer_id: UUID) -> ResponseReturnValue:
    """Stand behind it, for the lead."""
    return _moved(answer_id, "sign")


@pages.route("/clarification-answers/<uuid:answer_id>/return", permit=Permission.CLARIFICATION_SIGN, methods=("POST",))
def return_answer(answer_id: UUID) -> ResponseReturnValue:
    """Make it a draft again."""
    return _moved(answer_id, "return")


@pages.route(
    "/clarification-answers/<uuid:answer_id>/discard", permit=Permission.CLARIFICATION_ANSWER, methods=("POST",)
)
def discard_answer(answer_id: UUID) -> ResponseReturnValue:
    """Throw the draft away."""
    return _moved(answer_id, "discard")


def _moved(answer_id: UUID, verb: str) -> ResponseReturnValue:
    round_id = move_answer(session(), actor(), answer_id=answer_id, verb=verb)
    flash(_DONE[verb], "success")
    gone = verb == "discard"
    return redirect(f"/rounds/{round_id}/clarification-queue" if gone else f"/clarification-answers/{answer_id}", 303)


def _corrected(round_id: UUID) -> Answer | None:
    """The published answer that is to be corrected, if the address names one. Raises Missing."""
    named = request.values.get("corrects", "")
    if not named:
        return None
    try:
        found = answer_for(session(), actor(), UUID(named))
    except ValueError:
        raise Missing from None
    if found.round_id != round_id or found.status != "published":
        raise Missing
    return found


def _written(
    round_: Round,
    system: PurchasingSystem,
    questions: list[QueuedQuestion],
    corrected: Answer | None,
    draft: Answer | None,
) -> ResponseReturnValue:
    form = AnswerForm(data={"answer": draft.text, "modification": draft.modification or ""} if draft else None)
    typed = {q.id: request.form.get(f"wording-{q.id}", q.shown_as or q.text) for q in questions}
    wrong: dict[str, str] = {}

    def act() -> UUID:
        try:
            return draft_answer(
                session(),
                actor(),
                round_id=round_.id,
                answer=form.answer.data or "",
                wordings=typed,
                modification=form.modification.data or "",
                corrects_id=corrected.id if corrected else None,
                answer_id=draft.id if draft else None,
            )
        except Invalid as error:
            wrong.update({k: v for k, v in error.fields.items() if k.startswith("wording-")})
            raise Invalid(**{k: v for k, v in error.fields.items() if k not in wrong}) from None

    if request.method == "POST":
        made = made_by(form, act)
        if made:
            flash("The draft is saved. Offer it to be signed off when it is ready.", "success")
            return redirect(f"/clarification-answers/{made}", 303)
    page = render_template(
        "clarifications/write.html",
        form=form,
        round=round_,
        system=system,
        questions=questions,
        typed=typed,
        wrong=wrong,
        corrected=corrected,
        draft=draft,
    )
    return page, 422 if form.errors or wrong else 200
