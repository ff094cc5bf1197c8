"""Dated facts of the regulators, from config/reference: which grades there are, and what the last extract said of a number."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

from portal.core.places import CHECKOUT

_FOLDER = CHECKOUT / "config" / "reference"
SOURCE = "Ofsted, Children’s social care data in England 2025: provider level as at 31 March 2025"


@dataclass(frozen=True)
class Registration:
    """A line of the regulator's list. `owner` is empty where the regulator withholds it; names and addresses of homes are not in it."""

    number: str
    kind: str
    area: str
    owner: str
    registered_on: date
    as_at: date


@cache
def _grades() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    with (_FOLDER / "regulator_grades.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["regulator"], row["kind"]), []).append((int(row["order"]), row["grade"]))
    return {key: tuple(grade for _, grade in sorted(grades)) for key, grades in found.items()}


def grades_of(regulator: str, kind: str) -> tuple[str, ...]:
    """The grades this regulator gives a service of this kind, best first; for a care home those of personal care."""
    return _grades().get((regulator, "personal_care" if kind in ("care_home", "other") else kind), ())


def all_grades() -> tuple[str, ...]:
    """Every grade there is, each once, for a filter."""
    return tuple(dict.fromkeys(grade for grades in _grades().values() for grade in grades))


@cache
def _extract() -> dict[str, Registration]:
    with (_FOLDER / "regulator_extract.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["urn"]: Registration(
                row["urn"],
                row["kind"],
                row["authority"],
                row["owner_organisation"],
                date.fromisoformat(row["registered_on"]),
                date.fromisoformat(row["as_at"]),
            )
            for row in csv.DictReader(file)
        }


def registration_of(number: str) -> Registration | None:
    """What the last extract says of an Ofsted number; None where it is not in the list of the six councils' areas."""
    return _extract().get(number)
