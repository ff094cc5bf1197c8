"""The clarification log as a workbook: original and published words, who drafted, signed and published, and when."""

from collections.abc import Sequence
from uuid import UUID

from portal.clarifications.models import Answer
from portal.clarifications.queries.queue import QueuedQuestion
from portal.core.spreadsheets import write_table
from portal.core.spreadsheets.tables import CellValue

HEADINGS = (
    "Asker", "Asked on", "Question as asked", "Question as published", "Where it stands", "Answered alone: wish, ruling and reasons",
    "Ruled by", "Answer number", "Corrects answer", "Answer", "Changes the documents", "Drafted by", "Drafted at", "Signed by",
    "Signed at", "Published by", "Published at", "Why late",
)  # fmt: skip


def clarification_log(questions: Sequence[QueuedQuestion], answers: Sequence[Answer], number: int) -> bytes:
    """The workbook of a round."""
    return write_table(title=f"Clarification log round {number}", headings=HEADINGS, rows=log_rows(questions, answers))


def log_rows(questions: Sequence[QueuedQuestion], answers: Sequence[Answer]) -> list[tuple[CellValue, ...]]:
    """One row a question with its answer, then answers that correct. The asker by its number in the round, never by name."""
    by_id = {one.id: one for one in answers}
    rows = [(*_asked(q), *_answered(by_id.get(q.answer_id) if q.answer_id else None, by_id)) for q in questions]
    return rows + [(*(None,) * 7, *_answered(one, by_id)) for one in answers if one.corrects_id]


def _asked(q: QueuedQuestion) -> tuple[CellValue, ...]:
    wish = [
        f"Wish: {q.confidential_because}" if q.confidential_because else "",
        f"{q.ruling.capitalize()} on {q.ruled_on.isoformat()}: {q.ruled_because}" if q.ruled_on else "",
    ]
    said = "\n".join(part for part in wish if part)
    return q.asker, q.asked_on, q.text, q.shown_as, q.words[0], said or None, q.ruled_by


def _answered(one: Answer | None, by_id: dict[UUID, Answer]) -> tuple[CellValue, ...]:
    if one is None:
        return (None,) * 11
    root = by_id.get(one.corrects_id) if one.corrects_id else None
    return (
        "Alone" if one.is_confidential else one.number,
        root.number if root else None,
        one.text,
        one.modification,
        one.drafted_by,
        one.drafted_at,
        one.signed_by,
        one.signed_at,
        one.published_by,
        one.published_at,
        one.late_because,
    )
