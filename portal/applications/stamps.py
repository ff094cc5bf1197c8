"""What a page showed of each answer, carried in its hidden field `version`: so that two colleagues never overwrite each other unseen."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.applications.queries.drafts import DraftAnswer
from portal.applications.rules import Group, kept_answer


@dataclass(frozen=True)
class Seen:
    """What the page showed of one question: how often it had been saved, and a digest of the text."""

    version: int
    digest: str


def stamp(group: Group, answers: Mapping[UUID, DraftAnswer]) -> str:
    """What the page shows of each question, for its hidden field `version`."""
    return written({q.id: _seen(answers.get(q.id)) for q in group.questions if q.kind != "file"})


def written(seen: Mapping[UUID, Seen]) -> str:
    """The hidden field's text."""
    return "~".join(f"{question_id}.{one.version}.{one.digest}" for question_id, one in seen.items())


def read_stamp(text: str) -> dict[UUID, Seen]:
    """The same back; what cannot be read counts as not seen."""
    found = {}
    for part in text.split("~")[:200]:
        matched = re.fullmatch(r"([0-9a-f-]{36})\.([0-9]{1,9})\.([0-9a-f]{0,16})", part, re.ASCII)
        if matched:
            try:
                found[UUID(matched[1])] = Seen(int(matched[2]), matched[3])
            except ValueError:
                continue
    return found


def touched(group: Group, typed: Mapping[UUID, str], seen: Mapping[UUID, Seen]) -> dict[UUID, str]:
    """Only what the writer changed: a colleague's newer text is not overwritten by an old one that was merely shown."""
    questions = {q.id: q for q in group.questions}
    return {
        question_id: text
        for question_id, text in typed.items()
        if question_id not in seen or digest(_kept(questions[question_id], text)) != seen[question_id].digest
    }


def digest(text: str) -> str:
    """Short, and only ever shown to who sees the text itself."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""


def _kept(question: Any, text: str) -> str:
    try:
        return kept_answer(question, text)
    except ValueError:
        return f"refused: {text}"


def _seen(answer: DraftAnswer | None) -> Seen:
    return Seen(answer.version, digest(answer.text)) if answer else Seen(0, "")
