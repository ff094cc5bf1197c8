"""What changed between two texts, paragraph by paragraph and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

Mark = Literal["", "ins", "del"]
Piece = tuple[Mark, str]
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
"""Below this likeness (0 to 1) two paragraphs are two paragraphs: one was taken away, another put in."""
_LARGEST = 4000
"""Words in a paragraph; a longer one is shown as a whole."""


@dataclass(frozen=True)
class Pair:
    """One paragraph as it was and as it is: pieces, each marked where it went or came. A side without pieces had no such paragraph."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Is anything different?"""
        return self.old != self.new


@dataclass(frozen=True)
class Gap:
    """Paragraphs that are the same on both sides, left out."""

    count: int


@lru_cache(maxsize=16)
def differences(old: str, new: str) -> tuple[Pair, ...]:
    """Every paragraph of both texts, in order, side by side. A line is a paragraph; empty lines say nothing."""
    before, after = _lines(old), _lines(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Pair] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += [Pair((("", line),), (("", line),)) for line in before[a:b]]
        else:
            for was, is_ in zip_longest(before[a:b], after[c:d]):
                found += _replaced(was, is_)
    return tuple(found)


def only_changes(pairs: tuple[Pair, ...], around: int = 1) -> tuple[Pair | Gap, ...]:
    """The paragraphs that changed, with as many unchanged ones `around` each; the others as gaps."""
    near = {n + step for n, pair in enumerate(pairs) if pair.changed for step in range(-around, around + 1)}
    found: list[Pair | Gap] = []
    for n, pair in enumerate(pairs):
        last = found[-1] if found else None
        if n in near:
            found.append(pair)
        elif isinstance(last, Gap):
            found[-1] = Gap(last.count + 1)
        else:
            found.append(Gap(1))
    return tuple(found)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def _replaced(was: str | None, is_: str | None) -> Iterator[Pair]:
    if was is None or is_ is None:
        yield Pair((("del", was),) if was is not None else (), (("ins", is_),) if is_ is not None else ())
        return
    before, after = _TOKEN.findall(was), _TOKEN.findall(is_)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > _LARGEST or matcher.ratio() < _ALIKE:
        yield Pair((("del", was),), ())
        yield Pair((), (("ins", is_),))
        return
    old: list[Piece] = []
    new: list[Piece] = []
    for what, a, b, c, d in matcher.get_opcodes():
        left, right = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            old.append(("", left))
            new.append(("", right))
        else:
            old += [("del", left)] if left else []
            new += [("ins", right)] if right else []
    yield Pair(tuple(old), tuple(new))
