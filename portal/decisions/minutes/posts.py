"""Posts and bodies as a minute names them: "the Head of Children’s Social Care", "Cabinet Member - Adult Social Care".

A post is a run of capitalised words with "of", "for", "and" between them; it ends where another post begins. Texts are folded
(`text.folded`), so that quotes and hyphens are plain; offsets are those of the text itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ROLE = re.compile(
    r"(?:the )?(?:(?:Acting|Interim|Deputy|Assistant|Executive|Corporate|Strategic|Group|Associate|Divisional|Service) )*"
    r"(?:Cabinet Members?|Executive Members?|Lead Members?|Portfolio Holders?|Heads?|Directors?|Leader|Mayor|Chief [A-Z]\w+"
    r"|Chair(?:man|woman|person)?|(?:Service )?Managers?|Monitoring Officer|S(?:ection )?151 Officer"
    r"|(?:(?:City|Borough) )?Solicitor|Treasurer)\b"
)
_WORD = re.compile(r"\S+")
_BETWEEN = {"of", "for", "and", "the", "-", "&"}
_NEVER = {
    "the",
    "a",
    "an",
    "that",
    "be",
    "is",
    "are",
    "was",
    "were",
    "in",
    "to",
    "by",
    "with",
    "and",
    "of",
    "for",
    "it",
}
_LONGEST = 40
"""Words. No post is longer; a text in capitals alone would be."""
_NOMINATED = re.compile(r"nominated ", re.IGNORECASE)
_LOWER_POST = re.compile(r"[a-z]+(?: (?:managers?|officers?|deputy|deputies))?")


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: int
    end: int


def is_role(text: str, start: int = 0) -> bool:
    """Whether a post begins here: a head, a director, a Cabinet Member, those it nominates."""
    return bool(_ROLE.match(text, start) or _NOMINATED.match(text, start))


def post_at(text: str, start: int) -> Span | None:
    """The post that begins here (after "the "), or None."""
    if nominated := _NOMINATED.match(text, start):
        named = post_at(text, nominated.end()) or _lower_post(text, nominated.end())
        return Span(start, named.end) if named else None
    start += 4 if text[start : start + 4].lower() == "the " else 0
    end = start
    taken = 0
    joined = False
    """Whether a comma or a word such as "of" stands since the last word that was taken."""
    for word in _WORD.finditer(text, start, min(len(text), start + 400)):
        bare = word[0].rstrip(".,;:!?)\"'")
        if bare.lower() in _BETWEEN and taken:
            joined = True
            if word[0].lower() in ("and", "&") and _ROLE.match(text, word.end() + 1):
                break
            continue
        if not _belongs(text, word, bare, taken=taken, joined=joined):
            break
        end, taken, joined = word.start() + len(bare), taken + 1, False
        if word[0] != bare and not _goes_on(text, word, bare):
            break
    return Span(start, end) if taken else None


def _belongs(text: str, word: re.Match[str], bare: str, *, taken: int, joined: bool) -> bool:
    if not bare or taken >= _LONGEST or bare.lower() in _NEVER:
        return False
    return bare[0].isupper() or (taken > 0 and not joined and bare[0].isdigit())


def _goes_on(text: str, word: re.Match[str], bare: str) -> bool:
    """After a comma a post goes on with a capital ("Children, Schools and Safeguarding") that begins no other post."""
    return word[0] == f"{bare}," and not _ROLE.match(text, word.end() + 1)


def _lower_post(text: str, start: int) -> Span | None:
    named = _LOWER_POST.match(text, start)
    return Span(start, named.end()) if named else None


def posts_in(text: str, start: int, end: int) -> Iterator[Span]:
    """Every post between two places, from left to right, none inside another."""
    place = start
    while word := _WORD.search(text, place, end):
        found = None
        if word[0][0].isupper() or word[0].lower() == "nominated":
            found = post_at(text, word.start())
        if found and found.start == word.start():
            yield found
        place = max(found.end, word.end()) if found else word.end()


def named(text: str, span: Span) -> str:
    """The post in the text's own words; a beginning that was typed twice stands once."""
    words = text[span.start : span.end].split(" ")
    for length in range(len(words) // 2, 0, -1):
        if words[:length] == words[length : 2 * length]:
            return " ".join(words[length:])
    return " ".join(words)
