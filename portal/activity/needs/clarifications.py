"""Questions of providers: to answer by a day, to rule on, to sign off, to publish; and for providers, what came of theirs."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.activity import addresses
from portal.activity.needs.need import Need, counted
from portal.applications.models import Interest
from portal.clarifications.models import Answer, Asker, Question, Wording
from portal.clarifications.rules.standing import is_late
from portal.core.clock import LONDON
from portal.core.types import Actor
from portal.purchasing_systems.models import ClarificationDays, PurchasingSystem, Round
from tenants.permissions import Permission

NEW = timedelta(days=7)
"""As long as a published answer is new on the home page."""


def of_council(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """One statement over the open rounds of the council's systems."""
    may_answer, may_sign = actor.may(Permission.CLARIFICATION_ANSWER), actor.may(Permission.CLARIFICATION_SIGN)
    if not (may_answer or may_sign):
        return []
    unanswered = and_(Question.round_id == Round.id, Question.answered_at.is_(None), Question.withdrawn_on.is_(None))
    drafted = select(Wording.question_id).where(Wording.question_id == Question.id).exists()
    rows = session.execute(
        select(
            Round.id,
            Round.system_id,
            Round.number,
            PurchasingSystem.alias,
            ClarificationDays.last_answer_on,
            select(func.count())
            .where(unanswered, Question.ruling != "asked", ~drafted)
            .scalar_subquery()
            .label("waiting"),
            select(func.count()).where(unanswered).scalar_subquery().label("unanswered"),
            select(func.count()).where(unanswered, Question.ruling == "asked").scalar_subquery().label("ruling"),
            select(func.count())
            .where(Answer.round_id == Round.id, Answer.status == "to_sign", Answer.drafted_by_id != actor.person_id)
            .scalar_subquery()
            .label("to_sign"),
            select(func.count())
            .where(Answer.round_id == Round.id, Answer.status == "signed")
            .scalar_subquery()
            .label("signed"),
        )
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .join(ClarificationDays, ClarificationDays.round_id == Round.id)
        .where(Round.status == "published", Round.closes_at > now, Round.system_id.in_(actor.systems))
        .order_by(ClarificationDays.last_answer_on, Round.id)
    )
    found = []
    for row in rows:
        url, by, leads = addresses.clarification_queue(row.id), row.last_answer_on, actor.leads(row.system_id)
        late = "The last day for answers has passed" if is_late(by, now.astimezone(LONDON).date()) else None
        if may_answer and row.waiting:
            text = f"Answer {counted(row.waiting, 'question')} about round {row.number}"
            found.append(Need(text, url, by, row.alias, detail=late))
        if leads and actor.may(Permission.ROUND_RUN) and row.ruling:
            text = f"Decide whether {counted(row.ruling, 'question')} about round {row.number} is answered alone"
            found.append(
                Need(text if row.ruling == 1 else text.replace(" is ", " are "), url, by, row.alias, detail=late)
            )
        if leads and may_sign and row.to_sign:
            text = f"Sign off {counted(row.to_sign, 'answer')} about round {row.number}"
            found.append(Need(text, url, by, row.alias, detail=late))
        if leads and actor.may(Permission.ROUND_RUN) and row.signed:
            text = f"Publish {counted(row.signed, 'answer')} about round {row.number}"
            found.append(Need(text, url, by, row.alias, detail=late))
    return found


def of_provider(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """A wish refused, which the asker can still meet by withdrawing."""
    if not actor.may(Permission.APPLICATION_DRAFT):
        return []
    rows = session.execute(
        select(Round.id, Round.number, PurchasingSystem.alias, func.count().label("refused"))
        .select_from(Question)
        .join(Asker, Asker.question_id == Question.id)
        .join(Round, Round.id == Question.round_id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(
            Question.ruling == "refused",
            Question.answered_at.is_(None),
            Question.withdrawn_on.is_(None),
            Round.status == "published",
            Round.closes_at > now,
        )
        .group_by(Round.id, Round.number, PurchasingSystem.alias)
        .order_by(Round.id)
    )
    return [
        Need(
            f"Withdraw {counted(row.refused, 'question')} about round {row.number}, or leave it to be answered for everybody",
            addresses.own_questions(row.id),
            None,
            row.alias,
        )
        for row in rows
    ]


def new_answers(session: Session, actor: Actor, now: datetime) -> list[Need]:
    """Rounds open to providers in which this one takes an interest, and answers came in the last days."""
    if not actor.may(Permission.APPLICATION_DRAFT):
        return []
    rows = session.execute(
        select(
            Round.id,
            Round.number,
            PurchasingSystem.alias,
            func.count().label("answers"),
            func.max(Answer.number).label("last"),
        )
        .join(Answer, Answer.round_id == Round.id)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .join(Interest, and_(Interest.round_id == Round.id, Interest.applicant_id == func.app.applicant(Round.id)))
        .where(
            Round.status == "published",
            Round.closes_at > now,
            Answer.status == "published",
            Answer.is_confidential.is_(False),
            Answer.published_at > now - NEW,
        )
        .group_by(Round.id, Round.number, PurchasingSystem.alias)
        .order_by(Round.id)
    )
    return [
        Need(
            f"Read {counted(row.answers, 'new answer')} about round {row.number}",
            f"{addresses.public_round(row.id)}/clarifications",
            None,
            row.alias,
            "act",
            "Answers to questions are part of the documents",
        )
        for row in rows
    ]
