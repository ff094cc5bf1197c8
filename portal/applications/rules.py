"""Rules of a draft: what an answer may be, when a page is complete, when a lot can be submitted. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from portal.core.money import parse_pounds
from portal.core.parsing import parse_multi_line
from portal.questionnaires import grids
from portal.questionnaires import rules as questionnaires

LONGEST_ANSWER = 20_000
"""Characters of one answer, whatever its word limit."""
_WHOLE_NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3}){1,2}|[0-9]{1,9}", re.ASCII)


class Asked(questionnaires.Asked, Protocol):
    """What the rules of a draft need of a question."""

    @property
    def id(self) -> UUID: ...
    @property
    def lot_id(self) -> UUID | None: ...
    @property
    def group_slug(self) -> str: ...
    @property
    def group_title(self) -> str: ...
    @property
    def group_intro(self) -> str | None: ...
    @property
    def prompt(self) -> str: ...


def kept_answer(question: Asked, typed: str) -> str:
    """The answer as the draft keeps it; "" for none. Raises ValueError with a sentence for what cannot be kept.

    Too many words *are* kept, and named: a bid writer must be able to put the laptop down in mid-cut.
    """
    text = parse_multi_line(typed, LONGEST_ANSWER)
    if not text:
        return ""
    match question.kind:
        case "grid":
            return grids.kept(question.grid or {}, text)
        case "choice" | "choices" | "yes_no" | "declaration":
            return _chosen(question, text)
        case "number":
            if not _WHOLE_NUMBER.fullmatch(text):
                raise ValueError("Enter a whole number using digits, like 12.")
            text = text.replace(",", "")
        case "money":
            text = str(parse_pounds(text))
        case "date":
            text = questionnaires.parse_day(text).isoformat()
        case "file":
            raise ValueError("Upload a file for this question.")
    return text


def _chosen(question: Asked, text: str) -> str:
    """One answer or several, in the order they are offered."""
    offered = allowed_values(question)
    chosen = {*text.split("\n")} if question.kind == "choices" else {text}
    if not chosen <= {*offered}:
        raise ValueError("Select one of the answers offered.")
    return "\n".join(value for value in offered if value in chosen)


def allowed_values(question: Asked) -> tuple[str, ...]:
    """The values a choice may take."""
    if question.kind == "yes_no":
        return ("yes", "no")
    if question.kind == "declaration":
        return ("agreed",)
    return tuple(str(choice["value"]) for choice in question.choices)


def problem_of(question: Asked, answer: str, *, documented: bool = False) -> str | None:
    """Why this cannot be submitted, with what to do; None when it can."""
    if question.kind == "file" and documented:
        return None
    return questionnaires.answer_problem(question, answer)


class State(StrEnum):
    """Where one page of the application stands."""

    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"
    NOT_NEEDED = "Not needed"
    CANNOT_START = "Cannot start yet"


@dataclass(frozen=True)
class Group:
    """Questions that stand on one page. `slug` is unique in the round."""

    slug: str
    title: str
    intro: str | None
    lot_id: UUID | None
    questions: tuple[Any, ...]


def asked_in(groups: Iterable[Group], asked: Iterable[Asked]) -> tuple[Group, ...]:
    """The pages with only the questions that are asked, as they are asked; a page left without any is not there."""
    found = {question.id: question for question in asked}
    kept = (replace(g, questions=tuple(found[q.id] for q in g.questions if q.id in found)) for g in groups)
    return tuple(group for group in kept if group.questions)


def groups_of(questions: Iterable[Asked]) -> tuple[Group, ...]:
    """The pages of a round, in the order of their first questions: common to all lots first, then lot by lot."""
    found: dict[tuple[UUID | None, str], list[Asked]] = {}
    for question in questions:
        found.setdefault((question.lot_id, question.group_slug), []).append(question)
    taken: set[str] = set()
    groups = []
    for (lot_id, slug), theirs in found.items():
        own = slug if slug not in taken else f"{slug}-{len(taken)}"
        taken.add(own)
        groups.append(Group(own, theirs[0].group_title, theirs[0].group_intro, lot_id, tuple(theirs)))
    return tuple(sorted(groups, key=lambda group: group.lot_id is not None))


def state_of(group: Group, answers: Mapping[UUID, str], documented: Collection[UUID]) -> State:
    """Where a page stands. A page of optional questions alone is not needed until something is written."""
    begun = any(answers.get(q.id) or q.id in documented for q in group.questions)
    if not begun:
        return State.NOT_STARTED if any(q.required for q in group.questions) else State.NOT_NEEDED
    if any(problem_of(q, answers.get(q.id, ""), documented=q.id in documented) for q in group.questions):
        return State.IN_PROGRESS
    return State.COMPLETED


@dataclass(frozen=True)
class Problem:
    """One thing to mend, and on which page."""

    lot_id: UUID | None
    page: str
    page_title: str
    question_id: UUID | None
    prompt: str
    sentence: str


@dataclass(frozen=True)
class Lack:
    """What is missing on one page. `sentence`: what to do, where it is one thing."""

    page: str
    title: str
    count: int
    sentence: str


def by_page(problems: Iterable[Problem]) -> tuple[Lack, ...]:
    """Problems gathered page by page, in their order: nobody reads forty lines before noon."""
    gathered: dict[str, list[Problem]] = {}
    for problem in problems:
        gathered.setdefault(problem.page, []).append(problem)
    return tuple(
        Lack(
            page,
            theirs[0].page_title,
            len(theirs),
            theirs[0].sentence if len(theirs) == 1 else f"{len(theirs)} missing.",
        )
        for page, theirs in gathered.items()
    )


@dataclass(frozen=True)
class Readiness:
    """What stands between a draft and its submission. `by_lot`: a chosen lot's own problems, in the lots' order."""

    common: tuple[Problem, ...]
    by_lot: Mapping[UUID, tuple[Problem, ...]]

    @property
    def ready_lots(self) -> tuple[UUID, ...]:
        """Chosen lots with nothing of their own missing."""
        return tuple(lot for lot, problems in self.by_lot.items() if not problems)

    @property
    def unfinished_lots(self) -> tuple[UUID, ...]:
        """Chosen lots with something missing."""
        return tuple(lot for lot, problems in self.by_lot.items() if problems)

    @property
    def can_submit(self) -> bool:
        """Whether at least one lot can go as things stand, leaving the unfinished ones out."""
        return not self.common and bool(self.ready_lots)


def readiness(
    groups: Sequence[Group],
    lots: Sequence[UUID],
    areas: Mapping[str, Sequence[str]],
    answers: Mapping[UUID, str],
    documented: Collection[UUID],
) -> Readiness:
    """Everything that is missing, lot by lot: one lot's gap never stops another (submission is per lot)."""
    by_lot: dict[UUID, list[Problem]] = {lot: [] for lot in lots}
    common: list[Problem] = []
    for lot in lots:
        if not areas.get(str(lot)):
            by_lot[lot].append(
                Problem(lot, "lots", "Lots and areas", None, "Council areas", "Choose at least one council’s area.")
            )
    for group in groups:
        place = common if group.lot_id is None else by_lot.get(group.lot_id)
        if place is None:
            continue
        for question in group.questions:
            documents = question.id in documented
            sentence = problem_of(question, answers.get(question.id, ""), documented=documents)
            if sentence:
                place.append(Problem(group.lot_id, group.slug, group.title, question.id, question.prompt, sentence))
    return Readiness(tuple(common), {lot: tuple(problems) for lot, problems in by_lot.items()})
