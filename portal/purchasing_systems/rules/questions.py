"""The words of a question: the template of its kind, filled with what is known, and a place held for what the form still asks."""

import re
from collections.abc import Mapping

HELD = {"minimum": "[how many]", "exit_on": "[the day]", "closes_on": "[the day]"}
"""What the template calls something that is typed in the same form, and how the prefilled question holds its place."""
_NAMES = re.compile(r"\{(\w+)\}")


def prefilled(template: str, words: Mapping[str, str]) -> str:
    """The question as the form offers it."""
    return _NAMES.sub(lambda name: words.get(name[1]) or HELD.get(name[1], name[0]), template)


def completed(question: str, template: str, typed: Mapping[str, str]) -> str:
    """With the places taken by what was typed. What the person wrote otherwise stays as it is."""
    for name in _NAMES.findall(template):
        if name in HELD and typed.get(name):
            question = question.replace(HELD[name], typed[name])
    return question
