"""What a line of a spreadsheet of an external system must say. Pure."""

import re
from dataclasses import dataclass
from datetime import date

HEADINGS = ("Provider", "Lot", "Service", "Number", "Area", "Admitted on", "Ended on")
NEEDED = ("Provider", "Admitted on")
_DAY = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})", re.ASCII)


@dataclass(frozen=True)
class ExternalRow:
    """One provider (or one of its services) in one lot. Days in ISO form, so that a preview can be kept."""

    provider_name: str
    lot_number: int
    service_name: str
    number: str
    area: str
    admitted_on: str
    ended_on: str | None


def read_row(cells: dict[str, str], lots: frozenset[int]) -> tuple[ExternalRow | None, list[str]]:
    """The row, or everything that is wrong with it. `lots`: numbers there are (empty: the system has none, so 1)."""
    wrong = []
    provider = " ".join(cells.get("Provider", "").split())
    if not provider:
        wrong.append("The provider is missing.")
    lot = re.sub(r"^lot\s*", "", cells.get("Lot", "").strip(), flags=re.IGNORECASE) or ("1" if len(lots) < 2 else "")
    if not re.fullmatch(r"[0-9]{1,3}", lot, re.ASCII) or (lots and int(lot) not in lots):
        wrong.append(f"There is no lot {lot}." if lot else "The lot is missing.")
    days: dict[str, date | None] = {}
    for name in ("Admitted on", "Ended on"):
        typed = cells.get(name, "")
        days[name] = read_day(typed) if typed else None
        if typed and days[name] is None:
            wrong.append(f"{name}: “{typed[:40]}” is not a day. Write it like 27/03/2026.")
    admitted, ended = days["Admitted on"], days["Ended on"]
    if not cells.get("Admitted on"):
        wrong.append("The day it was admitted is missing.")
    if admitted and ended and ended < admitted:
        wrong.append("It ends before it was admitted.")
    long = [name for name in ("Provider", "Service", "Number", "Area") if len(cells.get(name, "")) > 200]
    wrong += [f"{name} is longer than 200 characters." for name in long]
    if wrong or admitted is None:
        return None, wrong
    return (
        ExternalRow(
            provider,
            int(lot),
            " ".join(cells.get("Service", "").split()),
            cells.get("Number", "").strip(),
            " ".join(cells.get("Area", "").split()),
            admitted.isoformat(),
            ended.isoformat() if ended else None,
        ),
        [],
    )


def read_day(typed: str) -> date | None:
    """`2026-03-27` or `27/03/2026`; None for anything else."""
    try:
        if found := _DAY.fullmatch(typed.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
