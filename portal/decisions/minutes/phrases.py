"""Phrases of delegation in one resolution: who may do what, with whom, on which condition. Words found, not law applied."""

import re
from dataclasses import dataclass

from portal.decisions.minutes.posts import Span, is_role, named, post_at, posts_in
from portal.decisions.minutes.text import folded

KINDS = {
    "sole": "One post decides",
    "in_consultation": "One post decides, having consulted another",
    "joint_holders": "Two or more posts decide together",
    "post_and_nominated": "A post, or those it nominates, decide",
    "work_on": "May work on it, not decide",
    "oversee": "May oversee it, not decide",
    "before_commencement": "To be decided before the procurement begins",
    "collective": "A collective decision of all authorities taking part",
    "condition": "Holds on a condition",
    "report_paragraph": "As far as a paragraph of the report goes",
    "alternative_source": "From one source or another",
    "approve": "Decided by the body itself",
    "authorise": "Authorised by the body, nobody named",
    "commence": "A procurement begins",
    "award": "Contracts are awarded",
    "extension_point": "A point of extension",
    "contingency": "A contingency only",
    "ordered": "One procurement after the other",
}
"""Every kind of phrase, in words for the screen."""


@dataclass(frozen=True)
class Phrase:
    """One phrase: `start` and `end` are offsets in the resolution's text."""

    kind: str
    start: int
    end: int
    holders: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    note: str = ""


_WINDOW = 400
"""Characters looked at around a phrase for its posts."""
_CONSULT = r",? ?(?:in|following|after|subject to) consultation with (?:the )?"
_BE = r"\b(?:be|is|are|was|were|been) (?:hereby )?(?:jointly )?"
_AFTER_HOLDER = re.compile(
    rf"{_BE}(?:(?:authori[sz]ed|empowered)(?: to\b|(?=, (?:in|following|after) consultation))"
    r"|(?:granted|given) (?:the )?(?:jointly )?(?:delegated )?(?:authority|powers?)\b|delegated (?:the )?(?:authority|powers?)\b)",
    re.IGNORECASE,
)
_BEFORE_HOLDER = re.compile(
    r"\b(?:delegated )?(?:authority|powers?) (?:be|is|are) (?:hereby )?(?:granted|given|delegated) (?:jointly )?to (?:the )?"
    r"|\b(?:delegates?|delegated|grants?|gives?) (?:delegated )?(?:authority|powers?) to (?:the )?"
    r"|\bauthori[sz](?:es?|ed) the (?=[A-Z])",
    re.IGNORECASE,
)
_CONSULTS = re.compile(_CONSULT, re.IGNORECASE)
_JOINS = re.compile(r",? and (?:also )?(?:(?:his|her|their|its) )?(?:the )?|,? or (?:the )?|, (?:the )?", re.IGNORECASE)
_POWER = re.compile(r",? ?(?:jointly )?(?:to )?(?P<verb>work on|oversee)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[;:]|\.(?= |$)")

_PLAIN = (
    (
        "approve",
        rf"{_BE}(?:approved|agreed|adopted|endorsed|noted)\b|\bapproval (?:be|is) (?:given|granted)\b|\b(?:adopts|approves|endorses)\b|\brenews? its membership\b",
    ),
    (
        "authorise",
        rf"{_BE}(?:authori[sz]ed|granted)\b(?! (?:to|delegated|authority|the|powers?)\b|, (?:in|following|after) c)",
    ),
    (
        "collective",
        r"\bcollective decisions?(?: (?:by|of) all (?:the )?(?:participating|member) (?:authorities|councils))?",
    ),
    (
        "before_commencement",
        (
            r"\b(?:in advance of|prior to|before) (?:the )?(?:commencement of (?:the |a |any )?(?:\w[\w-]* ){0,3}?(?:procurement|tender)"
            r"|(?:\w[\w-]* ){0,3}?(?:procurement|tender)(?: \w[\w-]*){0,2}? (?:commenc|start|begin)\w*)"
        ),
    ),
    (
        "commence",
        r"\bcommence(?:ment of)? (?:(?:an?|the|any) )?(?:[\w-]+ ){0,4}?(?:procurement|tender)(?: exercises?| process)?\b",
    ),
    (
        "award",
        r"(?<!direct )\baward(?:ing)?(?: of)? (?:(?:the|any|all) )?(?:[\w-]+ ){0,5}?(?:contracts?|arrangements?|agreements?)\b",
    ),
    ("contingency", r"\b(?:short[- ]term )?contingency(?: (?:measure|arrangement)s?)?"),
    (
        "alternative_source",
        r"\b(?:from|using|through) (?:this|the|either) [^;.,]{1,80}? or (?:the|this|any|from) [^;.,]{1,80}",
    ),
    ("ordered", r"\bCommencing with [^;.]{1,300}? then following (?:this|it) with [^;.,]{1,150}"),
    (
        "condition",
        r"\b(?:when|where|once|as soon as|if) (?:practicable|possible|in place|established|necessary|required|appropriate)\b",
    ),
    ("condition", r"\bshould (?:it|this|that|they|these) be (?:required|necessary|needed)\b"),
    (
        "condition",
        r"\b(?:following|upon|after|on) (?:its|their) (?:establishment|approval|completion|adoption|award)\b",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PLAIN)
_OPEN_CONDITION = re.compile(
    r"\b(?:where an options? appraisal|subject to (?!consultation)|provided that|on condition that|in the event (?:that|of))\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r",? (?:be|is|are) (?:approved|authori[sz]ed|agreed|granted|given|adopted)\b|[;:]|\.(?= |$)", re.IGNORECASE
)
_NUMBERS = r"[0-9][0-9.]*(?:(?:,| and| to| ?-) ?[0-9][0-9.]*){0,20}"
_PARAGRAPH = re.compile(
    r"\b(?:as )?(?:described|detailed|set out|outlined|identified|contained|referred to) (?:in|at) "
    rf"(?:paragraphs?|paras?\.?|sections?) (?P<numbers>{_NUMBERS})(?: (?:of|to|in) (?:the|this) report)?",
    re.IGNORECASE,
)
_COUNTED = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_YEAR = rf"(?:[0-9]{{1,2}}|{'|'.join(_COUNTED)})"
_EXTENSION = re.compile(
    rf"\bat the end of years? (?P<years>{_YEAR}(?:(?:,| and|, and) (?:the end of )?(?:year )?{_YEAR}){{0,10}})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Grant:
    """A power given: its words from `start` to `end`, and the posts around them."""

    start: int
    end: int
    holders: tuple[Span, ...]
    consulted: tuple[Span, ...]


def phrases_in(text: str) -> tuple[Phrase, ...]:
    """Every phrase of a resolution, in the order of its words. Words that are not known give no phrase."""
    plain = folded(text)
    found = [*_grants(text, plain), *_extents(plain)]
    for kind, pattern in _PATTERNS:
        found += [Phrase(kind, match.start(), match.end()) for match in pattern.finditer(plain)]
    return tuple(sorted(found, key=lambda phrase: (phrase.start, -phrase.end, phrase.kind)))


def _grants(text: str, plain: str) -> list[Phrase]:
    grants = [_granted_after(plain, match) for match in _AFTER_HOLDER.finditer(plain)]
    grants += [grant for match in _BEFORE_HOLDER.finditer(plain) if (grant := _granted_before(plain, match)).holders]
    grants.sort(key=lambda grant: grant.start)
    ends = [*(grant.start for grant in grants), len(plain)][1:]
    return [_phrase_of(text, plain, grant, until) for grant, until in zip(grants, ends, strict=True)]


def _phrase_of(text: str, plain: str, grant: _Grant, until: int) -> Phrase:
    power = _POWER.match(plain, grant.end)
    end = power.end() if power else grant.end
    consulted = grant.consulted or _consulted_after(plain, end, until)
    holders = tuple(named(text, holder) for holder in grant.holders)
    return Phrase(
        _kind(power["verb"].lower() if power else "", holders, consulted=bool(consulted)),
        grant.start,
        end,
        holders,
        tuple(named(text, post) for post in consulted),
        _note(text, (*grant.holders, *consulted)),
    )


def _kind(verb: str, holders: tuple[str, ...], *, consulted: bool) -> str:
    if verb:
        return verb.replace(" ", "_")
    if not holders:
        return "authorise"
    if any(holder.lower().startswith("nominated ") for holder in holders):
        return "post_and_nominated"
    if consulted:
        return "in_consultation"
    return "joint_holders" if len(holders) > 1 else "sole"


def _note(text: str, posts: tuple[Span, ...]) -> str:
    if not posts:
        return "Nobody could be read as the holder."
    twice = [post for post in posts if named(text, post) != text[post.start : post.end]]
    return "Words of a post stand twice in the minute; here they stand once." if twice else ""


def _granted_after(plain: str, match: re.Match[str]) -> _Grant:
    """A grant whose holder stands before it: "the Head of X in consultation with Y be authorised to"."""
    start = max(0, match.start() - _WINDOW)
    start = max(start, plain.rfind(";", start, match.start()) + 1)
    chain: list[Span] = []
    consulted: list[Span] = []
    for post in reversed(list(posts_in(plain, start, match.start()))):
        between = plain[post.end : chain[0].start if chain else match.start()]
        if not chain:
            if between.strip(" ,"):
                break
        elif _CONSULTS.fullmatch(between):
            consulted, chain = [*chain, *consulted], [post]
            continue
        elif not (_JOINS.fullmatch(between) and is_role(plain, post.start)):
            break
        chain.insert(0, post)
    return _Grant(chain[0].start if chain else match.start(), match.end(), tuple(chain), tuple(consulted))


def _granted_before(plain: str, match: re.Match[str]) -> _Grant:
    """A grant whose holder follows: "delegated authority be granted to the Head of X and nominated Service Managers"."""
    holders, consulted = _chain_after(plain, match.end())
    ends = [post.end for post in (*holders, *consulted)]
    return _Grant(match.start(), max([match.end(), *ends]), holders, consulted)


def _chain_after(plain: str, start: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    holders: list[Span] = []
    consulted: list[Span] = []
    post = post_at(plain, start)
    into = holders
    while post and len(holders) + len(consulted) < 20:
        into.append(post)
        end = post.end
        if link := _CONSULTS.match(plain, end):
            into = consulted
            post = post_at(plain, link.end())
        elif link := _JOINS.match(plain, end):
            post = post_at(plain, link.end()) if is_role(plain, link.end()) else None
        else:
            break
    return tuple(holders), tuple(consulted)


def _consulted_after(plain: str, start: int, until: int) -> tuple[Span, ...]:
    """Who is consulted, said after the power and in the same clause."""
    end = min(until, start + _WINDOW)
    if clause := _CLAUSE_END.search(plain, start, end):
        end = clause.start()
    link = _CONSULTS.search(plain, start, end)
    return _chain_after(plain, link.end())[0] if link else ()


def _extents(plain: str) -> list[Phrase]:
    """Phrases that go on to the end of their clause, and those with numbers in them."""
    found = []
    for opens in _OPEN_CONDITION.finditer(plain):
        limit = min(len(plain), opens.end() + _WINDOW)
        closes = _OPEN_END.search(plain, opens.end(), limit)
        found.append(Phrase("condition", opens.start(), closes.start() if closes else limit))
    found += [
        Phrase("report_paragraph", match.start(), match.end(), note=match["numbers"].rstrip("."))
        for match in _PARAGRAPH.finditer(plain)
    ]
    found += [
        Phrase("extension_point", match.start(), match.end(), note=", ".join(_years(match["years"])))
        for match in _EXTENSION.finditer(plain)
    ]
    return found


def _years(words: str) -> list[str]:
    return [_COUNTED.get(word, word) for word in re.findall(_YEAR, words.lower())]
