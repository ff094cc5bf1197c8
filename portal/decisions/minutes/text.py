"""The text of a minute as it was pasted: lines without what the medium added, paragraphs, dates.

Dropped, and nothing else: whitespace beyond one space, the bars of table cells, the ">" of a quoted e-mail at the beginning of
a line, and four characters nobody can see.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

LONGEST = 200_000
"""Characters. The longest minute of a whole evening has about half as many."""

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029|]")
_FOLDED = str.maketrans("‘’ʼ“”‐‑–—", "'''\"\"----")
_LISTED = re.compile(r"(?:\(?[A-Za-z0-9]{1,3}[).]|[•*–-])(?:\s|$)")
_ENDED = (".", ";", ":", "!", "?", ".”", ".’", '."', ": -", ":-", ": –")
_WRAPPED = 60
"""Characters: a line this long that ends in no stop was broken by the page's width."""
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DATE = re.compile(
    r"\b(?:(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)}),? (?P<year>\d{{4}}))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]? (?=[A-Z“\"(])")


def lines_of(text: str) -> list[str]:
    """Lines with single spaces; "" for an empty one."""
    return [" ".join(line.split()).lstrip("> ") for line in _BREAK.split(text.translate(_UNSEEN))]


def folded(text: str) -> str:
    """The same text, character by character, with plain quotes and hyphens: for matching, so that offsets stay true."""
    return text.translate(_FOLDED)


def paragraphs_of(lines: Iterable[str]) -> list[str]:
    """Lines joined to paragraphs: an empty line divides, a beginning list item does, a line broken by the page does not."""
    found: list[list[str]] = []
    previous = ""
    for line in lines:
        if line:
            wrapped = (len(previous) >= _WRAPPED or line[0].islower()) and not previous.endswith(_ENDED)
            if previous and wrapped and not _LISTED.match(line):
                found[-1].append(line)
            else:
                found.append([line])
        previous = line
    return [" ".join(paragraph) for paragraph in found]


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence, and the rest."""
    end = _SENTENCE_END.search(text)
    return (text[: end.start()] + end[0].rstrip(), text[end.end() :]) if end else (text, "")


def dates_in(text: str) -> Iterator[date | None]:
    """The full dates of a text, in British order; None for one that no calendar has. A year of two digits is not read."""
    for found in _DATE.finditer(text):
        day: date | None = None
        with suppress(ValueError):
            if found["d"]:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            else:
                month = _MONTHS.index(found["month"].lower()) + 1
                day = date(int(found["year"]), month, int(found["day"]))
        yield day
