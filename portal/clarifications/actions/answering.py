"""Drafting an answer, signing it off, publishing a batch; what is published stands."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.clarifications.models import Answer
from portal.clarifications.notifications import tell_answered_alone, tell_published, tell_ruled
from portal.clarifications.queries.queue import answer_for, answers_of, question_for, questions_of
from portal.clarifications.rules.standing import is_late
from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import round_for
from tenants.permissions import Permission

LONGEST_ANSWER = 10_000
"""Characters. `app.draft_answer` holds the same."""


def draft_answer(
    session: Session,
    actor: Actor,
    *,
    round_id: UUID,
    answer: str,
    wordings: Mapping[UUID, str],
    modification: str = "",
    corrects_id: UUID | None = None,
    answer_id: UUID | None = None,
) -> UUID:
    """Write an answer, or change a draft. `wordings`: each question it answers, in the words to be published.

    `modification`: what it changes in the documents, and where that stands; empty when nothing. `corrects_id`: the published answer
    that this one corrects; then it answers no new question. Returns its id. Raises Missing, NotPermitted, Refused, Invalid; a wording's
    sentence goes by `wording-<question id>`.
    """
    round_, system = _answerable(session, actor, round_id, Permission.CLARIFICATION_ANSWER)
    if answer_id is not None and answer_for(session, actor, answer_id).round_id != round_id:
        raise Missing
    clean = Cleaning()
    words = clean.lines("answer", answer, "Write the answer.", LONGEST_ANSWER)
    change = clean.lines("modification", modification, None, 2000)
    shown = {
        asked: clean.lines(f"wording-{asked}", typed, "Enter the words in which the question is published.", 4000)
        for asked, typed in wordings.items()
    }
    if not shown and corrects_id is None:
        clean.wrong("questions", "Choose the questions that this answers.")
    asked = [q for q in questions_of(session, round_id) if q.id in shown]
    if len(shown) > 1 and any(q.ruling == "granted" for q in asked):
        clean.wrong("questions", "A question that is answered alone goes with no other.")
    clean.finish()
    made: UUID = session.execute(
        text("SELECT app.draft_answer(:id, :round, :text, :change, :corrects, :questions, :wordings)"),
        {
            "id": answer_id,
            "round": round_id,
            "text": words,
            "change": change or None,
            "corrects": corrects_id,
            "questions": list(shown),
            "wordings": list(shown.values()),
        },
    ).scalar_one()
    session.expire_all()
    many = f"{len(shown)} question{'' if len(shown) == 1 else 's'}" if shown else "a published answer, to correct it"
    record(
        session,
        "clarifications.answer.draft",
        f"{'Changed the draft of' if answer_id else 'Drafted'} an answer about round {round_.number} of “{system.title}” to {many}.",
        system=system.id,
        id=made,
        questions=list(shown),
    )
    return made


_MOVES = {
    "offer": ("draft", "to_sign", Permission.CLARIFICATION_ANSWER, "Offered an answer to be signed off"),
    "sign": ("to_sign", "signed", Permission.CLARIFICATION_SIGN, "Signed off an answer"),
    "return": (None, "draft", Permission.CLARIFICATION_SIGN, "Gave an answer back to be changed"),
    "discard": ("draft", None, Permission.CLARIFICATION_ANSWER, "Threw away the draft of an answer"),
}


def move_answer(session: Session, actor: Actor, *, answer_id: UUID, verb: str) -> UUID:
    """offer, sign, return or discard; returns the round. Raises Missing, NotPermitted, Refused."""
    found = answer_for(session, actor, answer_id)
    if verb not in _MOVES:
        raise Missing
    source, target, permission, said = _MOVES[verb]
    if not actor.may(permission):
        raise NotPermitted("Your role does not include this.")
    round_, system = round_for(session, actor, found.round_id)
    session.execute(
        text("SELECT app.move_answer(:id, :source, :target)"),
        {"id": answer_id, "source": source or found.status, "target": target},
    )
    session.expire_all()
    record(
        session,
        f"clarifications.answer.{verb}",
        f"{said} about round {round_.number} of “{system.title}”.",
        system=system.id,
        id=answer_id,
    )
    return round_.id


def rule_on_confidentiality(session: Session, actor: Actor, *, question_id: UUID, grant: bool, because: str) -> None:
    """Answer a question alone, or refuse to; the asker is told, and may withdraw. Raises Missing, NotPermitted, Refused, Invalid."""
    asked = question_for(session, actor, question_id)
    round_, system = _led(session, actor, asked.round_id)
    clean = Cleaning()
    why = clean.lines("because", because, "Give the reason. The asker reads it.", 2000)
    clean.finish()
    session.execute(
        text("SELECT app.rule_on_confidentiality(:id, :grant, :because)"),
        {"id": question_id, "grant": grant, "because": why},
    )
    tell_ruled(session, system, round_, question_id, grant=grant, because=why)
    record(
        session,
        "clarifications.question.ruled",
        f"{'Agreed to answer a question of' if grant else 'Refused to answer a question of'} {asked.asker} alone, about round "
        f"{round_.number} of “{system.title}”.",
        system=system.id,
        id=question_id,
        because=why,
    )


def publish_answers(
    session: Session, actor: Actor, *, round_id: UUID, answer_ids: Sequence[UUID], late_because: str = ""
) -> int:
    """Publish what is signed off, all at one instant, and tell all who are interested in one message; those answered alone get theirs.

    Returns how many. Raises Missing, NotPermitted, Refused, Invalid (nothing chosen; late without a reason).
    """
    round_, system = _led(session, actor, round_id)
    clean = Cleaning()
    late = is_late((clarification_days(session, round_id) or (None, None))[1], clock.today())
    why = clean.lines(
        "late_because",
        late_because,
        "The last day for answers has passed. Give the reason; it is kept in the clarification log." if late else None,
        2000,
    )
    if not answer_ids:
        clean.wrong("answers", "Choose the answers to publish.")
    clean.finish()
    session.execute(
        text("SELECT app.publish_answers(:round, :answers, :late)"),
        {"round": round_id, "answers": list(answer_ids), "late": why or None},
    )
    session.expire_all()
    done = [one for one in answers_of(session, round_id) if one.id in set(answer_ids)]
    public = sorted(one.number for one in done if one.number is not None)
    if public:
        tell_published(session, system, round_, public, changes=any(one.modification for one in done if one.number))
    _tell_alone(session, system, round_, done)
    record(
        session,
        "clarifications.answers.publish",
        f"Published {len(done)} {'answer' if len(done) == 1 else 'answers'} about round {round_.number} of “{system.title}”"
        + (f", {len(done) - len(public)} of them for the asker alone." if len(public) < len(done) else "."),
        system=system.id,
        round=round_id,
        answers=[one.id for one in done],
        late_because=why,
    )
    return len(done)


def _tell_alone(session: Session, system: PurchasingSystem, round_: Round, done: Sequence[Answer]) -> None:
    alone = {one.corrects_id or one.id for one in done if one.is_confidential}
    if not alone:
        return
    for asked in questions_of(session, round_.id):
        if asked.answer_id in alone:
            tell_answered_alone(session, system, round_, asked.id)


def _answerable(
    session: Session, actor: Actor, round_id: UUID, permission: Permission
) -> tuple[Round, PurchasingSystem]:
    round_, system = round_for(session, actor, round_id)
    if not actor.may(permission):
        raise NotPermitted(
            "Only a procurement, commissioning or legal officer of a participating authority can do this."
        )
    if round_.status != "published" or clock.now() >= round_.closes_at:
        raise Refused("The round is closed. Nobody can use an answer any more.")
    return round_, system


def _led(session: Session, actor: Actor, round_id: UUID) -> tuple[Round, PurchasingSystem]:
    round_, system = _answerable(session, actor, round_id, Permission.ROUND_RUN)
    if system.lead_id != actor.organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    return round_, system


__all__ = ["draft_answer", "move_answer", "publish_answers", "rule_on_confidentiality"]
