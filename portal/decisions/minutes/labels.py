"""The labels a council's page or minute puts before its sections and facts: "Decision Made:", "Reasons for the Decision:"."""

import itertools
import re

_SECTIONS = {
    "minutes": r"minutes?|purpose(?: of (?:the )?(?:report|decision))?|summary",
    "decision": r"decisions?(?: made| taken)?|(?:it was )?(?:unanimously )?resolved(?: \([a-z ]{1,40}\))?|resolutions?",
    "reasons": r"(?:statement of )?reason(?:s|\(s\))? for (?:the |this )?(?:decision|recommendation)(?:s|\(s\))?|reasons?",
    "alternatives": r"(?:details of )?(?:any )?(?:alternative|other) options?(?: considered)?(?: (?:and|or) rejected)?"
    r"|(?:any )?alternatives(?: considered)?(?: (?:and|or) rejected)?",
    "interests": r"(?:declarations? of |conflicts? of )?interests?(?: declared)?(?: and dispensations(?: granted)?)?",
    "consultation": r"consultation process|consultation|representations?",
    "consultees": r"consultees?",
    "documents": r"(?:supporting|additional|background|accompanying) (?:documents?|papers?)|documents|implementation date",
}
_FACTS = {
    "type": r"decision type|type of decision|is (?:it a )?key decision\?",
    "reason": r"reason key|reason (?:decision is|it is) key",
    "status": r"decision status",
    "divisions": r"(?:divisions?|wards?)(?:\(s\))? affected",
    "notice": r"notice of proposed decision first published|notice (?:first )?published",
    "due": r"decision due(?: date)?",
    "maker": r"decision[ -]?maker|decision (?:taken |made )?by",
    "call_in": r"is subject to call[ -]in\?",
    "published": r"publication date|date (?:of publication|published)",
    "date": r"date of (?:decision|meeting)|(?:decision|meeting) date|date",
    "contact": r"(?:democratic services )?contact(?: officer)?|report author|lead (?:member|director|officer)",
}
_SECTION = re.compile(
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _SECTIONS.items())})(?: ?[:;](?= |$)| ?[-–](?= )|$)",
    re.IGNORECASE,
)
_RESOLVED = re.compile(r"(?P<decision>(?:\* ?)?(?:It was )?(?:RESOLVED|Resolved)(?: \([A-Za-z ]{1,40}\))?)(?= |$)")
_FACT = re.compile(
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _FACTS.items())}) ?:(?= |$)", re.IGNORECASE
)
# Within a line only what nobody writes in the middle of a sentence: the spelling counts, and the colon.
_INLINE = re.compile(
    r"(?:^|(?<= ))(?:Meeting|Minutes|Decisions? Made|RESOLVED|Reasons? for (?:the )?(?:Decision|Recommendation)s?"
    r"|Alternative Options?(?: Considered)?(?: and Rejected)?|(?:Supporting|Additional) documents|Background papers"
    r"|Decision (?:type|status|due)|Reason Key|Divisions affected|Notice of proposed decision first published"
    r"|Lead (?:member|director)|(?:Democratic Services )?Contact|Consultees) ?:(?= |$)"
    r"|(?:\.\.\.|…) ?view the full minutes text"
)
_FURNITURE = re.compile(
    r"(?:agenda item|issue details|issue - (?:meetings|decisions)|(?:decision|meeting|item) details|printed minutes"
    r"|(?:pdf icon )?PDF [0-9]{1,5} ?[KM]B|share this (?:item|page|decision)|(?:\.\.\.|…) ?view the full minutes text.{0,60})",
    re.IGNORECASE,
)


def section_of(line: str) -> tuple[str, str, str] | None:
    """(section, label, rest of the line), or None for a line that begins no section."""
    found = _SECTION.match(line) or _RESOLVED.match(line)
    return (str(found.lastgroup), found[0], line[found.end() :].strip()) if found else None


def fact_of(line: str) -> tuple[str, str, str] | None:
    """(fact, label, value), or None for a line that states none."""
    found = _FACT.match(line)
    return (str(found.lastgroup), found[0], line[found.end() :].strip()) if found else None


def is_furniture(line: str) -> bool:
    """Whether the line belongs to the web page and not to the minute."""
    return bool(_FURNITURE.fullmatch(line))


def is_cut(line: str) -> bool:
    """Whether the web page says here that it does not show the rest."""
    return is_furniture(line) and "view the full" in line.lower()


def divided(lines: list[str]) -> list[str]:
    """Lines divided before a label that stands within them, where a copy has lost its line breaks."""
    found: list[str] = []
    for line in lines:
        starts = [0, *(label.start() for label in _INLINE.finditer(line) if label.start()), len(line)]
        for start, end in itertools.pairwise(starts):
            found += ["", line[start:end].strip()] if start else [line[start:end].strip()]
    return found
