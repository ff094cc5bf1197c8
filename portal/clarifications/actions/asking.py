"""A provider asks, withdraws, agrees. Nothing of this names it: lines of the trail are sealed, and no message goes out at that minute."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.clarifications.models import Question
from portal.core.audit import record_sealed
from portal.core.cleaning import Cleaning
from portal.core.clock import today
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.rounds import published_round
from tenants.permissions import Permission

LONGEST_QUESTION = 4000
"""Characters. `app.ask_clarification` holds the same."""


def ask_question(
    session: Session, actor: Actor, *, round_id: UUID, question: str, confidential: bool, confidential_because: str
) -> UUID:
    """Ask about a published round; whoever asks is told of the answers. `confidential`: to be answered alone, for the reason given.

    Raises NotPermitted, Missing, Refused (after the last day, or no questions taken), Invalid.
    """
    _must_draft(actor)
    round_, system = published_round(session, round_id)
    refuse_unless_asking(session, round_id)
    clean = Cleaning()
    asked = clean.lines("question", question, "Enter your question.", LONGEST_QUESTION)
    because = None
    if confidential:
        because = clean.lines(
            "confidential_because",
            confidential_because,
            "Say what in your question is commercially sensitive. The councils decide by this.",
            2000,
        )
    clean.finish()
    question_id: UUID = session.execute(
        text("SELECT app.ask_clarification(:round, :text, :because)"),
        {"round": round_id, "text": asked, "because": because},
    ).scalar_one()
    record_sealed(
        session,
        "clarifications.question.asked",
        f"Asked a question about round {round_.number} of {system.title}.",
        round_id=round_id,
        id=question_id,
    )
    return question_id


def withdraw_question(session: Session, actor: Actor, *, question_id: UUID) -> UUID:
    """Take back what is not answered yet; returns the round. Raises NotPermitted, Missing, Refused."""
    round_id = _own_round(session, actor, question_id)
    session.execute(text("SELECT app.withdraw_clarification(:id)"), {"id": question_id})
    record_sealed(
        session, "clarifications.question.withdrawn", "Withdrew a question.", round_id=round_id, id=question_id
    )
    return round_id


def accept_open_answer(session: Session, actor: Actor, *, question_id: UUID) -> UUID:
    """Agree that a question is answered for all after the wish was refused; returns the round. Raises NotPermitted, Missing, Refused."""
    round_id = _own_round(session, actor, question_id)
    session.execute(text("SELECT app.accept_open_answer(:id)"), {"id": question_id})
    sentence = "Agreed that a question is answered for everybody."
    record_sealed(session, "clarifications.question.accepted", sentence, round_id=round_id, id=question_id)
    return round_id


def refuse_unless_asking(session: Session, round_id: UUID) -> None:
    """Raises Refused when the round takes no questions now."""
    round_, _ = published_round(session, round_id)
    days = clarification_days(session, round_id)
    if round_.status != "published" or days is None:
        raise Refused("This round takes no questions.")
    if today() > days[0]:
        raise Refused(
            f"Questions could be asked until the end of {day(days[0])}. Read the published answers: everybody gets the same."
        )


def _own_round(session: Session, actor: Actor, question_id: UUID) -> UUID:
    _must_draft(actor)
    found = session.get(Question, question_id)
    if found is None or actor.organisation_kind != "provider":
        raise Missing
    return found.round_id


def _must_draft(actor: Actor) -> None:
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")
