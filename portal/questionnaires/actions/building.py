"""Building a question set by hand while the round is planned: add, change, move, remove a question; name its page."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.questionnaires.conditions import first_problem
from portal.questionnaires.content import ReadQuestion, as_content, read_question
from portal.questionnaires.models import Question, QuestionSet
from tenants.permissions import Permission

SPAN = 1000
"""Positions between one set and the next."""
MOST_QUESTIONS = 200
_KEPT = ("key", "origin", "origin_prompt", "wording_fixed")
_FIXED = ("kind", "prompt", "hint", "choices")
_PLAIN = {
    "it asks nothing: prompt is missing.": "Enter the question.",
    "a method statement has a weight.": "Enter a weight.",
}
_FIELDS = (
    ("weight", "weight"),
    ("minimum score", "minimum_score"),
    ("word limit", "word_limit"),
    ("pass rule", "pass_rule"),
    ("bounds", "pass_rule"),
    ("ceiling", "ceiling"),
    ("table", "grid"),
    ("choices", "choices"),
    ("guidance", "scorer_guidance"),
    ("hint", "hint"),
    ("unit", "unit"),
    ("condition", "condition"),
    ("depend", "condition"),
)


def add_question(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    round_id: UUID,
    lot_id: UUID | None,
    group: Mapping[str, Any],
    content: Mapping[str, Any],
) -> Question:
    """Ask one more question, last on its page. `group`: slug (None for a new page), title, intro; `content`: as a data file holds it.

    Raises NotPermitted, Invalid (fields as in `content`), Refused: frozen, or the set is full.
    """
    found = _set_for(session, actor, system_id=system_id, round_id=round_id, lot_id=lot_id)
    return _add(session, actor, found, group, content, told=True)


def add_questions(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    round_id: UUID,
    lot_id: UUID | None,
    picked: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> int:
    """Several at once, out of a library: each with its page. A condition goes with them only if what it depends on is there.

    Raises as `add_question`.
    """
    found = _set_for(session, actor, system_id=system_id, round_id=round_id, lot_id=lot_id)
    renamed: dict[str, str] = {}
    for group, content in picked:
        condition = content.get("condition")
        own = dict(content)
        if condition:
            depends = renamed.get(condition["question"], condition["question"])
            there = {q.key for q in _questions(session, found.id)}
            own["condition"] = {**condition, "question": depends} if depends in there else None
        made = _add(session, actor, found, group, own, told=False)
        renamed[str(content.get("key"))] = made.key
    record(
        session,
        "questionnaires.question.add_from_library",
        f"Added {len(picked)} {'question' if len(picked) == 1 else 'questions'} from the library.",
        system=system_id,
        round=round_id,
        questions=len(picked),
    )
    return len(picked)


def change_question(session: Session, actor: Actor, *, question_id: UUID, content: Mapping[str, Any]) -> Question:
    """Change everything about a question but its key, its page and where it comes from. Fixed wording stays.

    Raises Missing, NotPermitted, Invalid (fields as in `content`), Refused: frozen, wording fixed.
    """
    question = editable(session, actor, question_id)
    was = as_content(question)
    if question.wording_fixed and any(_differs(was.get(name), content.get(name, was.get(name))) for name in _FIXED):
        raise Refused(
            f"The wording of this question is fixed by {question.origin}. It is asked as it stands, or not at all."
        )
    read = _checked({**was, **content, **{name: was.get(name) for name in _KEPT}}, _group_of(question))
    others = _questions(session, question.set_id)
    _apply(question, read)
    _must_hold(others)
    record(
        session,
        "questionnaires.question.change",
        f"Changed the question “{short(question.prompt)}”.",
        system=question.system_id,
        id=question.id,
        changed=[name for name in _apply_names(read) if _differs(was.get(name), as_content(question).get(name))],
    )
    return question


def move_question(session: Session, actor: Actor, *, question_id: UUID, up: bool) -> None:
    """One place up or down on its page; the first of a page takes the whole page up, the last takes it down.

    Raises Missing, NotPermitted, Refused: frozen; nowhere to go; a condition would come before what it depends on.
    """
    question = editable(session, actor, question_id)
    order = _questions(session, question.set_id)
    pages = [[q for q in order if q.group_slug == slug] for slug in dict.fromkeys(q.group_slug for q in order)]
    page = next(one for one in pages if question in one)
    row: list[Any] = page
    at = page.index(question)
    if at == (0 if up else len(page) - 1):
        row, at = pages, pages.index(page)
    to = at + (-1 if up else 1)
    if not 0 <= to < len(row):
        raise Refused("It is the first question already." if up else "It is the last question already.")
    row[at], row[to] = row[to], row[at]
    moved = [q for one in pages for q in one]
    _must_hold(moved)
    _number(moved)
    record(
        session,
        "questionnaires.question.move",
        f"Moved the question “{short(question.prompt)}” {'up' if up else 'down'}.",
        system=question.system_id,
        id=question.id,
    )


def remove_question(session: Session, actor: Actor, *, question_id: UUID) -> None:
    """Ask it no longer. Raises Missing, NotPermitted, Refused: frozen, or another question depends on it."""
    question = editable(session, actor, question_id)
    rest = [q for q in _questions(session, question.set_id) if q.id != question.id]
    leaning = next((q for q in rest if (q.condition or {}).get("question") == question.key), None)
    if leaning is not None:
        raise Refused(f"“{short(leaning.prompt)}” depends on this question. Change its condition first.")
    session.delete(question)
    record(
        session,
        "questionnaires.question.remove",
        f"Removed the question “{short(question.prompt)}”.",
        system=question.system_id,
        round=question.round_id,
        key=question.key,
    )


def rename_page(session: Session, actor: Actor, *, question_id: UUID, title: str, intro: str | None) -> None:
    """Heading and introduction of the page a question stands on. Raises Missing, NotPermitted, Invalid (`title`, `intro`), Refused."""
    question = editable(session, actor, question_id)
    clean = Cleaning()
    heading = clean.line("title", title, "Enter the heading of the page.", 200)
    words = clean.lines("intro", intro, None, 10_000) or None
    clean.finish()
    for one in _questions(session, question.set_id):
        if one.group_slug == question.group_slug:
            one.group_title, one.group_intro = heading, words
    record(
        session,
        "questionnaires.page.rename",
        f"Named a page of questions “{short(heading)}”.",
        system=question.system_id,
        round=question.round_id,
    )


def editable(session: Session, actor: Actor, question_id: UUID) -> Question:
    """A question that may still be changed, its round locked. Raises Missing, NotPermitted, Refused (frozen)."""
    question = session.get(Question, question_id)
    if question is None:
        raise Missing
    if question.lead_id != actor.organisation_id or not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority edits the questions.")
    if question.frozen_at is not None:
        raise Refused("The questions of this round are frozen. They cannot be edited.")
    _lock(session, question.round_id)
    return question


def short(text: str) -> str:
    """The first line, cut where it is long."""
    first = text.split("\n", 1)[0]
    return first if len(first) <= 120 else first[:117] + "…"


def slug_of(text: str, taken: set[str]) -> str:
    """Small letters, digits and hyphens out of a text, unlike any of `taken`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "question"
    return next(one for n in range(1, len(taken) + 2) if (one := base if n == 1 else f"{base}-{n}") not in taken)


def _add(  # noqa: PLR0917  # one insertion, spelt out
    session: Session,
    actor: Actor,
    into: QuestionSet,
    group: Mapping[str, Any],
    content: Mapping[str, Any],
    told: bool,  # noqa: FBT001
) -> Question:
    there = _questions(session, into.id)
    if len(there) >= MOST_QUESTIONS:
        raise Refused(f"A set has at most {MOST_QUESTIONS} questions.")
    pages = {q.group_slug: q for q in there}
    slug = str(group.get("slug") or "")
    if slug in pages:
        page = _group_of(pages[slug])
    else:
        title = str(group.get("title") or "").strip()
        if not title:
            raise Invalid(heading="Enter the heading of the page this question stands on.")
        others = set(session.scalars(select(Question.group_slug).where(Question.round_id == into.round_id)))
        page = {"slug": slug_of(slug or title, others), "title": title, "intro": group.get("intro")}
    keys = set(session.scalars(select(Question.key).where(Question.round_id == into.round_id)))
    key = slug_of(str(content.get("key") or content.get("prompt") or ""), keys)
    read = _checked({**content, "key": key}, page)
    question = Question(
        id=uuid4(),
        set_id=into.id,
        system_id=into.system_id,
        lead_id=into.lead_id,
        round_id=into.round_id,
        lot_id=into.lot_id,
        position=0,
        frozen_at=None,
        version=into.version,
        **asdict(read),
    )
    last = max((n for n, q in enumerate(there) if q.group_slug == page["slug"]), default=len(there) - 1)
    order = [*there[: last + 1], question, *there[last + 1 :]]
    _must_hold(order)
    base = there[0].position if there else _base(session, into)
    session.add(question)
    _number(order, base)
    session.flush()
    if told:
        record(
            session,
            "questionnaires.question.add",
            f"Added the question “{short(question.prompt)}”.",
            system=into.system_id,
            id=question.id,
            round=into.round_id,
        )
    return question


def _set_for(session: Session, actor: Actor, *, system_id: UUID, round_id: UUID, lot_id: UUID | None) -> QuestionSet:
    if not actor.may(Permission.QUESTION_EDIT) or not actor.leads(system_id):
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority edits the questions.")
    _lock(session, round_id)
    found = session.scalars(
        select(QuestionSet).where(QuestionSet.round_id == round_id, QuestionSet.lot_id.is_not_distinct_from(lot_id))
    ).one_or_none()
    if found is None:
        # The database refuses a round that is not planned or not led.
        found = QuestionSet(
            id=uuid4(),
            system_id=system_id,
            lead_id=actor.organisation_id,
            round_id=round_id,
            lot_id=lot_id,
            title="Questions for this lot" if lot_id else "Questions for all lots",
            version=1,
        )
        session.add(found)
        session.flush()
    if found.frozen_at is not None:
        raise Refused("The questions of this round are frozen. They cannot be edited.")
    return found


def _lock(session: Session, round_id: UUID) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(round_id), 0))))


def _questions(session: Session, set_id: UUID) -> list[Question]:
    return list(
        session.scalars(select(Question).where(Question.set_id == set_id).order_by(Question.position, Question.key))
    )


def _base(session: Session, into: QuestionSet) -> int:
    if into.lot_id is None:
        return 0
    highest = session.scalar(select(func.max(Question.position)).where(Question.round_id == into.round_id)) or 0
    return (highest // SPAN + 1) * SPAN


def _number(order: Sequence[Question], base: int | None = None) -> None:
    first = min(q.position for q in order) if base is None else base
    for n, question in enumerate(order):
        if question.position != first + n:
            question.position = first + n


def _group_of(question: Question) -> dict[str, Any]:
    return {"slug": question.group_slug, "title": question.group_title, "intro": question.group_intro}


def _checked(content: Mapping[str, Any], group: Mapping[str, Any]) -> ReadQuestion:
    read, problems = read_question({k: v for k, v in content.items() if v is not None}, group)
    if problems:
        told: dict[str, str] = {}
        for problem in problems:
            field = next((name for words, name in _FIELDS if words in problem), "prompt")
            told.setdefault(field, _PLAIN.get(problem) or problem[:1].upper() + problem[1:])
        raise Invalid(**told)
    return read


def _must_hold(order: Sequence[Question]) -> None:
    astray = first_problem(order)
    if astray:
        raise Invalid(condition=f"{astray[1]} (Question {astray[0]}.)")


def _apply(question: Question, read: ReadQuestion) -> None:
    for name in _apply_names(read):
        value = getattr(read, name)
        if getattr(question, name) != value:
            setattr(question, name, value)


def _apply_names(read: ReadQuestion) -> list[str]:
    left_out = {*_KEPT, "group_slug", "group_title", "group_intro", "theme"}
    return [name for name in asdict(read) if name not in left_out]


def _differs(one: Any, other: Any) -> bool:
    return (one or None) != (other or None)
