"""Reading SQL by its brackets and words: where a condition begins and ends, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z_]+")
_WHERE_ENDS = {"ORDER", "GROUP", "FOR", "RETURNING", "LIMIT", "UNION", "LOOP", "ON", "HAVING"}


def _walk(text: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """Position, depth of brackets and piece (a word, or one character), outside of quotes and comments."""
    at, depth = start, 0
    while at < len(text):
        if text[at] == "'":
            at = text.index("'", at + 1) + 1
            continue
        if text.startswith("--", at):
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        if text[at] in "([":
            yield at, depth, text[at]
            depth += 1
            at += 1
            continue
        if text[at] in ")]":
            depth -= 1
            yield at, depth, text[at]
            at += 1
            continue
        word = _WORD.match(text, at)
        if word and (at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_.")):
            yield at, depth, word.group()
            at = word.end()
            continue
        yield at, depth, text[at]
        at += 1


def parts(condition: str, word: str) -> list[tuple[int, int]]:
    """Where the operands of this word (AND, OR) lie, at the outermost level. BETWEEN's AND is not one."""
    cuts, between = [], False
    for at, depth, piece in _walk(condition):
        if depth == 0 and piece.upper() == "BETWEEN":
            between = True
        elif depth == 0 and piece.upper() == word:
            if between and word == "AND":
                between = False
                continue
            cuts.append(at)
    edges = [0, *(c + len(word) for c in cuts)]
    return list(zip(edges, [*cuts, len(condition)], strict=True))


def unwrapped(condition: str) -> str:
    """Without brackets round the whole."""
    condition = condition.strip()
    while condition.startswith("("):
        closing = next(at for at, depth, piece in _walk(condition) if depth == 0 and piece == ")")
        if closing != len(condition) - 1:
            return condition
        condition = condition[1:-1].strip()
    return condition


def without_each(condition: str, word: str, neutral: str) -> Iterator[tuple[str, str]]:
    """The condition with one operand after the other made neutral, each with the operand that went."""
    for start, end in parts(condition, word):
        operand = condition[start:end].strip()
        if operand and operand.lower() != neutral:
            yield f"{condition[:start]} {neutral} {condition[end:]}", operand


def wheres(body: str) -> Iterator[tuple[int, int]]:
    """Where each WHERE's condition lies, and each join's ON."""
    for match in re.finditer(r"\b(?:WHERE|ON)\b", body):
        if body[: match.start()].count("'") % 2:
            continue
        if match.group() == "ON" and not re.match(r"\s+(?!CONFLICT)[a-z]", body[match.end() :]):
            continue
        start = match.end()
        for at, depth, piece in _walk(body, start):
            ends = piece == ";" or (depth == 0 and piece.upper() in _WHERE_ENDS | {"WHERE", "JOIN", "LEFT", "THEN"})
            if depth < 0 or (depth == 0 and ends):
                yield start, at
                break
        else:
            yield start, len(body)


def refusing_ifs(body: str) -> Iterator[tuple[int, int]]:
    """Where the condition of each IF lies whose branch refuses, raises or returns."""
    for match in re.finditer(r"\b(?:ELS)?IF\b(.*?)\bTHEN\s+(?:RAISE|PERFORM app\.refuse|RETURN)", body, re.DOTALL):
        inner = match.group(1)
        last = max(inner.rfind(" IF "), inner.rfind("\nIF "), inner.rfind("ELSIF "))
        start = match.start(1) + (last + 4 if last >= 0 and "THEN" in inner else 0)
        yield start, match.end(1)
