"""All documents and questions of a round as one PDF, to read, print and mark up before registering."""

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.clarifications.queries.published import published_answers
from portal.core.money import pounds
from portal.core.typeset import typeset
from portal.core.web.look import day, instant
from portal.core.web.prose import blocks
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.specifications import documents_of, specification_for
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.reference import regimes, vehicles
from portal.purchasing_systems.routes.questions import asked_of_lots
from portal.questionnaires.queries import QuestionGroup, QuestionView, questions_of_round
from portal.questionnaires.wording import choices_in_words, facts_of


def procurement_pack(session: Session, round_: Round, system: PurchasingSystem) -> bytes:
    """The tagged PDF. What it says is frozen, so the same bytes come back until the closing time changes or an answer
    is published."""
    return _made(json.dumps(_data(session, round_, system), ensure_ascii=False))


@lru_cache(maxsize=8)
def _made(data: str) -> bytes:
    # Typesetting takes half a second, and anybody may ask.
    return typeset("procurement_pack", json.loads(data))


def _data(session: Session, round_: Round, system: PurchasingSystem) -> dict[str, Any]:
    lots = lots_offered(session, round_)
    questions = questions_of_round(session, round_.id)
    return {
        "title": f"Round {round_.number}: {system.alias}",
        "system_title": system.title,
        "lead_authority": system.lead_name,
        "reference": f"Notice {round_.notice_number}",
        "demonstration": system.demonstration,
        "facts": _facts(session, round_, system, [lot.name for lot in lots]),
        "documents": _documents(session, round_) + _clarifications(session, round_.id),
        "scale": next((list(q.descriptors) for q in questions if q.descriptors), []),
        "parts": [
            {"name": part["name"], "groups": [_group(group) for group in part["groups"]]}
            for part in asked_of_lots(questions, lots)
            if part["count"]
        ],
    }


def _facts(session: Session, round_: Round, system: PurchasingSystem, lots: list[str]) -> list[tuple[str, list[str]]]:
    return [
        ("Lead authority", [system.lead_name]),
        ("Councils that may buy", [council.name for council in participants_of(session, system.id)]),
        ("Services for", [system.client_group]),
        ("Lots", lots),
        ("Opens", [f"{instant(round_.opens_at)}, London time"]),
        ("Closes", [f"{instant(round_.closes_at)}, London time"]),
        ("Official notice", [f"{round_.notice_number}, published {instant(round_.notice_published_at)}"]),
        ("Vehicle", [vehicles().get(system.vehicle, system.vehicle)]),
        ("Law", [regimes().get(system.regime, system.regime), system.legal_basis]),
        ("Valid", [f"{day(system.valid_from)} to {day(system.valid_until)}"]),
        ("Estimated value", [f"{pounds(system.value_pounds)} without VAT, over the whole term, all councils together"]),
        ("CPV codes", [system.cpv]),
        ("Quality pass mark", [f"{system.quality_pass_mark.normalize():f} % of the quality marks of a lot"]),
        (
            "Standstill",
            [f"{system.standstill_days} calendar days from the letters" if system.standstill_days else "None"],
        ),
    ]


def _documents(session: Session, round_: Round) -> list[dict[str, Any]]:
    made = [_document(d.title, d.text) for d in documents_of(session, round_.system_id)]
    found = specification_for(session, round_)
    if found:
        made.append(_document(f"{found.title}, version {found.version}", found.common_text))
        for n, schedule in enumerate(found.schedules):
            text = schedule.text or "Adds nothing to the common text."
            made.append(_document(f"Local schedule: {schedule.heading}", text, new_page=n == 0))
    return made


def _clarifications(session: Session, round_id: UUID) -> list[dict[str, Any]]:
    """What was asked and answered belongs to the documents."""
    parts = []
    for one in reversed(published_answers(session, round_id)):
        parts += [
            f"## {one.title}, {day(one.published_at)}",
            *(f"Question: {asked}" for asked in one.questions),
            one.text,
        ]
        if one.modification:
            parts.append(f"This changes the documents: {one.modification}")
    return [_document("Questions and answers", "\n\n".join(parts))] if parts else []


def _document(title: str, text: str, *, new_page: bool = True) -> dict[str, Any]:
    return {"title": title, "blocks": blocks(text), "new_page": new_page}


def _group(group: QuestionGroup) -> dict[str, Any]:
    return {
        "title": group.title,
        "intro": _lines(group.intro),
        "questions": [_question(question) for question in group.questions],
    }


def _question(question: QuestionView) -> dict[str, Any]:
    return {
        "prompt": question.prompt,
        "hint": _lines(question.hint),
        "facts": [f"{name}: {value}" for name, value in facts_of(question)],
        "choices": choices_in_words(question),
        "guidance": _lines(question.scorer_guidance),
    }


def _lines(text: str | None) -> list[str] | None:
    return text.split("\n") if text else None
