"""Dated facts a system refers to: the regimes of law, the vehicles, CPV codes. Read once from `config/reference`."""

import csv
from functools import cache

from portal.core.places import CHECKOUT

_FOLDER = CHECKOUT / "config" / "reference"


@cache
def regimes() -> dict[str, str]:
    """Code to name of every regime under which a system can have been commenced."""
    return _names("regimes")


@cache
def vehicles() -> dict[str, str]:
    """Code to name of every vehicle."""
    return _names("vehicles")


@cache
def cpv_codes() -> dict[str, str]:
    """CPV codes of social care, to their description."""
    return {row["code"]: row["description"] for row in _rows("cpv_social_care")}


@cache
def cancellation_notices() -> dict[str, dict[str, str]]:
    """By regime: the notice that is due when a published procurement is given up (`notice`, `name`, `by_when`, `source`)."""
    return {row["regime"]: row for row in _rows("cancellation_notices")}


def _names(table: str) -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows(table)}


def _rows(table: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
