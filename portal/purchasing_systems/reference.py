"""Dated facts a system refers to: the regimes of law, the thresholds, CPV codes. Read once from `config/reference`."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from portal.core.places import CHECKOUT

_FOLDER = CHECKOUT / "config" / "reference"


@dataclass(frozen=True)
class Regime:
    """A law under which a system can have been commenced, between two days (None: no bound).

    `standstill_in_working_days`: how it counts one. `threshold_kind`: which threshold its values are compared with. `only_below`: it is
    for values that do not reach that threshold.
    """

    code: str
    name: str
    applies_from: date | None
    applies_until: date | None
    legal_basis: str
    standstill_in_working_days: bool
    threshold_kind: str
    only_below: bool
    source: str

    def applies(self, commenced_on: date) -> bool:
        """Could a procurement that commenced on this day be under it?"""
        return (self.applies_from is None or self.applies_from <= commenced_on) and (
            self.applies_until is None or commenced_on <= self.applies_until
        )


@dataclass(frozen=True)
class Threshold:
    """An amount in pounds, VAT included, in force between two days."""

    amount: Decimal
    valid_from: date
    valid_to: date | None
    source: str


@cache
def laws() -> dict[str, Regime]:
    """Every regime by its code."""
    return {
        row["code"]: Regime(
            row["code"],
            row["name"],
            _day(row["applies_from"]),
            _day(row["applies_until"]),
            row["legal_basis"],
            row["standstill_counts"] == "working_days",
            row["threshold_kind"],
            row["only_below"] == "yes",
            row["source"],
        )
        for row in _rows("regimes")
    }


def regimes() -> dict[str, str]:
    """Code to name of every regime under which a system can have been commenced."""
    return {code: law.name for code, law in laws().items()}


def threshold_on(kind: str, on: date) -> Threshold | None:
    """The threshold of a kind in force on a day; None where none is on record."""
    for row in _rows("thresholds"):
        found = Threshold(
            Decimal(row["amount_gbp"]), date.fromisoformat(row["valid_from"]), _day(row["valid_to"]), row["source"]
        )
        if row["kind"] == kind and found.valid_from <= on and (found.valid_to is None or on <= found.valid_to):
            return found
    return None


@cache
def award_methods() -> dict[str, str]:
    """Code to name of every way in which contracts are awarded under a system."""
    return _names("award_methods")


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


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


@cache
def _rows(table: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
