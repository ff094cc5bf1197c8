"""The content files as the loader reads them, and the reference tables, for the tests of this folder."""

import csv
from functools import cache

from portal.core.places import CHECKOUT
from portal.demonstration.content import (
    DEMO,
    accounts,
    answers,
    applications,
    content,
    councils,
    groups,
    organisations,
    other_systems,
    questions,
    statement,
)

__all__ = [
    "DEMO",
    "LOT_SETS",
    "REFERENCE",
    "accounts",
    "answers",
    "applications",
    "content",
    "councils",
    "groups",
    "organisations",
    "other_systems",
    "questions",
    "statement",
    "table",
]

REFERENCE = CHECKOUT / "config" / "reference"
LOT_SETS = {"residential": "res", "foster": "fos"}


@cache
def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
