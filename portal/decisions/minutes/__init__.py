"""Minutes: the text of a council's minute, read into a draft that a person confirms. Pure.

Words: a *minute* is what a council published of one matter; a *resolution* is one numbered passage of what was decided; a *phrase*
is a piece of a resolution that says who may do what, and on which condition; a *part* is any piece of the text, read or not.
"""

from portal.decisions.minutes.facts import KeyFacts, TermFact
from portal.decisions.minutes.phrases import KINDS, Phrase, phrases_in
from portal.decisions.minutes.reading import (
    ROUTES,
    ReadAlternative,
    ReadMinute,
    ReadReason,
    ReadResolution,
    read_minute,
)
from portal.decisions.minutes.sections import Part
from portal.decisions.minutes.text import LONGEST

__all__ = [
    "KINDS",
    "LONGEST",
    "ROUTES",
    "KeyFacts",
    "Part",
    "Phrase",
    "ReadAlternative",
    "ReadMinute",
    "ReadReason",
    "ReadResolution",
    "TermFact",
    "phrases_in",
    "read_minute",
]
