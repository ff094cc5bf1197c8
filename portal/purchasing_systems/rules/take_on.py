"""What the lines of a take-on workbook must say, and how they fit together. Pure: every fault with its sheet, line and column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from portal.core.parsing import parse_single_line
from portal.core.spreadsheets import SheetProblem
from portal.core.spreadsheets.books_in import Book, BookLine
from portal.core.web.look import day as in_words
from portal.providers.rules.passport import KINDS, email_problem, number_problem
from portal.purchasing_systems.rules.external_rows import read_day
from portal.purchasing_systems.rules.register_cycle import AGE_BANDS
from portal.purchasing_systems.rules.take_on_columns import EARLIEST_YEAR, SHEETS

STATUSES = ("effective", "suspended", "removed", "ended")
OUTCOMES = {"approve": "approve", "not approve": "not_approve"}
_REGULATORS = {"ofsted": "ofsted", "cqc": "cqc", "care quality commission": "cqc", "none": "none"}
_HIGHEST_PRICE = Decimal(100_000)
_EVERY = "all"


@dataclass(frozen=True)
class Council:
    """One that has joined the system, and since when."""

    id: UUID
    name: str
    joined_on: date


@dataclass(frozen=True)
class Facts:
    """What the portal knows of the system. `lots` by number, `councils` by every name in small letters, `rounds`: was the number taken on?

    `admitted`: provider's name in small letters and lot number of admissions that stand; `decided`: round number and council.
    """

    today: date
    lots: Mapping[int, UUID]
    councils: Mapping[str, Council]
    rounds: Mapping[int, bool]
    known: Mapping[str, str]
    admitted: frozenset[tuple[str, int]]
    decided: frozenset[tuple[int, UUID]]
    is_registered: Callable[[str], bool]


@dataclass
class Judged:
    """`content`: what is to be written, if there are no `problems`. `warnings` hold nothing back."""

    content: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {sheet.lower(): [] for sheet in SHEETS})
    problems: list[SheetProblem] = field(default_factory=list)
    warnings: list[SheetProblem] = field(default_factory=list)


@dataclass
class _Line:
    """One line while it is read. `fine`: no fault so far."""

    sheet: str
    line: BookLine
    columns: Mapping[str, str]
    judged: Judged
    fine: bool = True

    def place(self, heading: str | None) -> str:
        where = f"{self.sheet} line {self.line.number}"
        return f"{where}, column {self.columns[heading]} ({heading})" if heading and heading in self.columns else where

    def wrong(self, heading: str | None, sentence: str) -> None:
        self.fine = False
        self.judged.problems.append(SheetProblem(cell=self.place(heading), sentence=sentence))

    def warn(self, heading: str | None, sentence: str) -> None:
        self.judged.warnings.append(SheetProblem(cell=self.place(heading), sentence=sentence))

    def text(self, heading: str, missing: str = "", most: int = 200) -> str:
        value = self.line.cells.get(heading)
        typed = value.isoformat() if isinstance(value, date) else _plain(value)
        if not typed and missing:
            self.wrong(heading, missing)
        try:
            return parse_single_line(typed, most)
        except ValueError as error:
            self.wrong(heading, str(error))
            return ""

    def day(self, heading: str, today: date, missing: str = "") -> date | None:
        value = self.line.cells.get(heading)
        if value is None:
            if missing:
                self.wrong(heading, missing)
            return None
        found = value if isinstance(value, date) else read_day(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(heading, f"“{_plain(value)[:40]}” is not a day. Write it like 27/03/2026.")
        elif not found.year >= EARLIEST_YEAR or found > today:
            self.wrong(heading, f"Enter a day from {EARLIEST_YEAR} to today: only what lies in the past is taken on.")
            return None
        return found

    def whole(self, heading: str, low: int, high: int, missing: str = "") -> int | None:
        typed = re.sub(r"^(lot|round)\s+", "", self.text(heading, missing), flags=re.IGNORECASE)
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", typed, re.ASCII) or not low <= int(typed) <= high:
            self.wrong(heading, f"“{typed[:40]}” is not a whole number from {low} to {high:,}.")
            return None
        return int(typed)


def judge(book: Book, facts: Facts) -> Judged:
    """Everything that is wrong, or the content to be written: days in ISO form, ids and numbers as JSON holds them."""
    judged = Judged()
    judged.problems.extend(book.problems)

    def lines(sheet: str) -> list[_Line]:
        return [_Line(sheet, line, book.columns[sheet], judged) for line in book.sheets.get(sheet, ())]

    names = _providers(lines("Providers"), facts, judged)
    closed = _rounds(lines("Rounds"), facts, judged)
    admitted = _admissions(lines("Admissions"), facts, judged, names, closed)
    _decisions(lines("Decisions"), facts, judged, closed, admitted)
    lots = {(a["provider"], a["lot"]) for a in judged.content["admissions"]}
    # Where a line of admissions is at fault, what hangs on it is not called wrong as well.
    whole = not any(p.cell.startswith(("Admissions", "Providers")) for p in judged.problems)
    _services(lines("Services"), facts, judged, names, lots if whole else None)
    _prices(lines("Prices"), facts, judged, names, lots if whole else None)
    if not judged.problems and not judged.content["admissions"]:
        judged.problems.append(SheetProblem(cell="Admissions", sentence="There is no admission in the workbook."))
    return judged


def _providers(lines: list[_Line], facts: Facts, judged: Judged) -> dict[str, str]:
    names: dict[str, str] = {}
    seen: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for at in lines:
        name = at.text("Provider", "The provider’s name is missing.", 160)
        number = at.text("Company number", most=20).upper()
        email = at.text("Administrator e-mail", most=200).lower()
        if name.casefold() in seen:
            at.wrong("Provider", f"{name} stands on line {seen[name.casefold()]} already.")
        if number and number in numbers:
            at.wrong("Company number", f"This number stands on line {numbers[number]} already.")
        if email and (problem := email_problem(email)):
            at.wrong("Administrator e-mail", problem)
        known = facts.known.get(name.casefold())
        if known is not None and known and number and known != number:
            at.warn(
                "Company number",
                f"You have admitted a {name} with the number {known}. This will be another organisation.",
            )
        seen.setdefault(name.casefold(), at.line.number)
        numbers.setdefault(number, at.line.number)
        names[name.casefold()] = name
        if at.fine:
            judged.content["providers"].append({"name": name, "number": number, "email": email})
    return names


def _rounds(lines: list[_Line], facts: Facts, judged: Judged) -> dict[int, date | None]:
    """The rounds there are, with the day each closed where this workbook says it."""
    closed: dict[int, date | None] = {number: None for number, taken_on in facts.rounds.items() if taken_on}
    seen: dict[int, int] = {}
    for at in lines:
        number = at.whole("Round", 1, 9_999, "The number of the round is missing.")
        opened = at.day("Opened on", facts.today, "The day it opened is missing.")
        ended = at.day("Closed on", facts.today, "The day it closed is missing.")
        notice = at.text("Notice number", "The number of the notice is missing.", 60)
        link = at.text("Notice link", "The link to the notice is missing.", 300)
        if link and not link.startswith("https://"):
            at.wrong("Notice link", "Enter an address that begins with https://.")
        if opened and ended and ended <= opened:
            at.wrong("Closed on", "The round closes before it opens.")
        if ended == facts.today:
            at.wrong("Closed on", "A round that closes today is not past. Take it on tomorrow.")
        if number is not None and number in facts.rounds:
            at.wrong("Round", f"Round {number} is in the portal already.")
        if number is not None and number in seen:
            at.wrong("Round", f"Round {number} stands on line {seen[number]} already.")
        if number is not None:
            seen.setdefault(number, at.line.number)
            closed[number] = ended
        if at.fine and opened and ended:
            judged.content["rounds"].append(
                {"number": number, "opened_on": opened.isoformat(), "closed_on": ended.isoformat(), "notice_number": notice, "notice_url": link}
            )  # fmt: skip
    return closed


def _admissions(
    lines: list[_Line], facts: Facts, judged: Judged, names: Mapping[str, str], closed: Mapping[int, date | None]
) -> list[tuple[_Line, int, date]]:
    """Those with a round and a day, for comparison with the decisions."""
    found = []
    standing: dict[tuple[str, int], int] = {}
    once: dict[tuple[str, int, int], int] = {}
    for at in lines:
        provider = _provider(at, names)
        lot = _lot(at, facts)
        areas = _areas(at, facts)
        number = _round(at, "Round", "The round is missing.", closed)
        since = at.day("Effective from", facts.today, "The day it took effect is missing.")
        status = at.text("Status").casefold() or "effective"
        status_since = at.day("Status since", facts.today)
        because = at.text("Status because", most=500)
        agreement = at.text("Agreement reference", "The reference of the agreement is missing.", 100)
        signed = at.day("Agreement date", facts.today, "The day the agreement was signed is missing.")
        _status(at, status, since, status_since, because)
        if since and number is not None and (end := closed.get(number)) and since <= end:
            at.wrong("Effective from", f"Round {number} closed on {in_words(end)}. Nobody was admitted before that.")
        if since and signed and signed > since:
            at.warn("Agreement date", "The agreement was signed after the admission took effect.")
        _once(at, facts, (provider, lot, number), status, standing, once)
        for council in areas:
            if since and since < council.joined_on:
                at.warn(
                    "Councils",
                    f"{council.name} joined on {in_words(council.joined_on)}: it could not use the provider before.",
                )
        if since and number is not None:
            found.append((at, number, since))
        if at.fine and since and signed and lot is not None:
            judged.content["admissions"].append(
                {"provider": provider, "lot": lot, "lot_id": str(facts.lots[lot]), "areas": [str(c.id) for c in areas], "councils": [c.name for c in areas],
                 "round": number, "since": since.isoformat(), "status": status, "because": because if status != "effective" else "",
                 "status_since": status_since.isoformat() if status_since and status != "effective" else None, "agreement": agreement,
                 "agreement_on": signed.isoformat()}
            )  # fmt: skip
    return found


def _status(at: _Line, status: str, since: date | None, status_since: date | None, because: str) -> None:
    if status not in STATUSES:
        at.wrong("Status", f"“{status[:40]}” is no status. Write effective, suspended, removed or ended.")
    elif status != "effective":
        if status_since is None and at.line.cells.get("Status since") is None:
            at.wrong("Status since", f"Enter the day since which it is {status}.")
        elif status_since and since and status_since < since:
            at.wrong("Status since", "This is before the admission took effect.")
        if not because:
            at.wrong("Status because", f"Enter why it is {status}.")


def _once(  # noqa: PLR0917 - what was seen so far goes with the line
    at: _Line,
    facts: Facts,
    place: tuple[str, int | None, int | None],
    status: str,
    standing: dict[tuple[str, int], int],
    once: dict[tuple[str, int, int], int],
) -> None:
    """Nobody is admitted to one lot twice at a time, or twice by one round."""
    provider, lot, number = place
    if provider and lot is not None:
        key = (provider.casefold(), lot)
        if status in ("effective", "suspended"):
            if key in facts.admitted:
                at.wrong("Lot", f"{provider} is admitted to lot {lot} in the portal already.")
            if key in standing:
                at.wrong(
                    "Lot",
                    f"{provider} is admitted to lot {lot} on line {standing[key]} already. Nobody applies again.",
                )
            standing.setdefault(key, at.line.number)
        if number is not None and (*key, number) in once:
            at.wrong("Round", f"This is line {once[*key, number]} again.")
        if number is not None:
            once.setdefault((*key, number), at.line.number)


def _decisions(
    lines: list[_Line],
    facts: Facts,
    judged: Judged,
    closed: Mapping[int, date | None],
    admitted: list[tuple[_Line, int, date]],
) -> None:
    first: dict[int, tuple[date, str]] = {}
    seen: dict[tuple[int, UUID], int] = {}
    for at in lines:
        typed = at.text("Council", "The council is missing.")
        council = facts.councils.get(typed.casefold())
        if typed and council is None:
            at.wrong(
                "Council", f"{typed[:60]} has not joined this system. Write the council’s name as on the page Councils."
            )
        decided = at.day("Decided on", facts.today, "The day of the decision is missing.")
        effective = at.day("Effective on", facts.today, "The day it took effect is missing.")
        post = at.text("Decided by post", "The post that decided is missing.")
        minute = at.text("Minute number", most=100)
        link = at.text("Link", most=500)
        outcome = at.text("Outcome", "The outcome is missing.").casefold().replace("_", " ")
        number = _round(at, "About round", "The round it is about is missing.", closed)
        _recorded(at, outcome, link, minute, (decided, effective))
        if council and number is not None:
            if (number, council.id) in facts.decided:
                at.wrong("Council", f"A decision of {council.name} about round {number} is in the portal already.")
            if (number, council.id) in seen:
                at.wrong(
                    "Council",
                    f"{council.name} decided about round {number} on line {seen[number, council.id]} already. Enter the one in force.",
                )
            seen.setdefault((number, council.id), at.line.number)
            if decided:
                first[number] = min(first.get(number, (date.max, "")), (decided, council.name))
        if at.fine and council and decided and effective:
            judged.content["decisions"].append(
                {"authority": str(council.id), "council": council.name, "decided_on": decided.isoformat(), "effective_on": effective.isoformat(),
                 "post": post, "minute": minute, "url": link, "outcome": OUTCOMES[outcome], "round": number}
            )  # fmt: skip
    _before_decided(admitted, first, facts, judged)


def _recorded(at: _Line, outcome: str, link: str, minute: str, days: tuple[date | None, date | None]) -> None:
    decided, effective = days
    if outcome and outcome not in OUTCOMES:
        at.wrong("Outcome", f"“{outcome[:40]}” is no outcome. Write approve or not approve.")
    if link and not link.startswith("https://"):
        at.wrong("Link", "Enter an address that begins with https://.")
    if not link and not minute:
        at.wrong("Link", "Enter where the official record is: a link, or a minute number.")
    if decided and effective and effective < decided:
        at.wrong("Effective on", "It took effect before it was decided.")


def _before_decided(
    admitted: list[tuple[_Line, int, date]], first: Mapping[int, tuple[date, str]], facts: Facts, judged: Judged
) -> None:
    for at, number, since in admitted:
        if number in first and since < first[number][0]:
            decided, name = first[number]
            at.wrong(
                "Effective from",
                f"The admission is before any decision about round {number}: {name} decided on {in_words(decided)}.",
            )
            judged.content["admissions"] = []
        elif number not in first and not any(n == number for n, _ in facts.decided):
            at.warn(
                "Round",
                f"There is no decision about round {number}. No council can use the provider on this line until it decides.",
            )


def _services(
    lines: list[_Line], facts: Facts, judged: Judged, names: Mapping[str, str], lots: set[tuple[str, int]] | None
) -> None:
    kinds = {_letters(words): code for code, words in KINDS.items()}
    for at in lines:
        provider = _provider(at, names)
        lot = _lot(at, facts, missing="")
        name = at.text("Service", "The name of the service is missing.")
        kind = kinds.get(_letters(at.text("Kind", "The kind of service is missing.")))
        regulator = _REGULATORS.get(
            at.text("Regulator", "The regulator is missing. Write None where there is none.").casefold()
        )
        number = at.text("Number", most=40)
        area = at.text("Area", "The area is missing.")
        places = at.whole("Places", 1, 5_000)
        if kind is None and at.line.cells.get("Kind"):
            at.wrong("Kind", f"“{at.text('Kind')[:40]}” is no kind of service. The sheet Notes lists them.")
        if regulator is None and at.line.cells.get("Regulator"):
            at.wrong("Regulator", "Write Ofsted, CQC or None.")
        if regulator and (problem := number_problem(regulator, number)):
            at.wrong("Number", problem)
        elif number and not facts.is_registered(number):
            at.warn(
                "Number",
                f"{number} is not in the portal’s extract of the regulators’ registers. Look it up before you go on.",
            )
        _needs_admission(at, provider, lot, lots)
        if at.fine:
            judged.content["services"].append(
                {"id": str(uuid4()), "provider": provider, "lot": lot, "lot_id": str(facts.lots[lot]) if lot is not None else None, "name": name,
                 "kind": kind, "regulator": regulator, "number": number, "area": area, "capacity": places}
            )  # fmt: skip


def _prices(
    lines: list[_Line], facts: Facts, judged: Judged, names: Mapping[str, str], lots: set[tuple[str, int]] | None
) -> None:
    bands = {_letters(band): band for band in AGE_BANDS}
    seen: dict[tuple[object, ...], int] = {}
    for at in lines:
        provider = _provider(at, names)
        lot = _lot(at, facts)
        typed_band = at.text("Age band", "The age band is missing.")
        band = bands.get(_letters(typed_band))
        if typed_band and band is None:
            at.wrong("Age band", f"“{typed_band[:40]}” is no age band. The sheet Notes lists them.")
        pounds = _pounds(at)
        since = at.day("From", facts.today, "The first day of the price is missing.")
        _needs_admission(at, provider, lot, lots)
        key = (provider, lot, band, since)
        if at.fine and key in seen:
            at.wrong("From", f"This price stands on line {seen[key]} already.")
        seen.setdefault(key, at.line.number)
        if at.fine and since and lot is not None:
            judged.content["prices"].append(
                {"provider": provider, "lot": lot, "lot_id": str(facts.lots[lot]), "age_band": band, "pounds": str(pounds), "since": since.isoformat()}
            )  # fmt: skip


def _pounds(at: _Line) -> Decimal | None:
    typed = at.text("Pounds a week", "The price is missing.").lstrip("£").replace(",", "")
    if not typed:
        return None
    try:
        found = Decimal(typed)
        if not found.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        at.wrong("Pounds a week", f"“{typed[:40]}” is not a number. Write it like 4250.00.")
        return None
    if not 0 < found <= _HIGHEST_PRICE or found != round(found, 2):
        at.wrong("Pounds a week", "Enter an amount above 0 and up to £100,000 a week, in pounds and pence.")
        return None
    return found


def _provider(at: _Line, names: Mapping[str, str]) -> str:
    typed = at.text("Provider", "The provider is missing.", 160)
    if typed and typed.casefold() not in names:
        at.wrong("Provider", f"{typed[:60]} is not on the sheet Providers.")
    return names.get(typed.casefold(), "")


def _lot(at: _Line, facts: Facts, missing: str = "The lot is missing.") -> int | None:
    lot = at.whole("Lot", 1, 999, missing)
    if lot is not None and lot not in facts.lots:
        at.wrong("Lot", f"This system has no lot {lot}.")
    return lot if lot in facts.lots else None


def _round(at: _Line, heading: str, missing: str, closed: Mapping[int, date | None]) -> int | None:
    number = at.whole(heading, 1, 9_999, missing)
    if number is not None and number not in closed:
        at.wrong(heading, f"Round {number} is not on the sheet Rounds, and has not been taken on before.")
        return None
    return number


def _areas(at: _Line, facts: Facts) -> list[Council]:
    typed = at.text("Councils", "Name the councils for which it offers this lot, or write All.", 1_000)
    every = {council.id: council for council in facts.councils.values()}
    if typed.casefold() == _EVERY:
        return sorted(every.values(), key=lambda c: c.name)
    found: dict[UUID, Council] = {}
    for name in filter(None, (part.strip() for part in typed.split(";"))):
        council = facts.councils.get(name.casefold())
        if council is None:
            at.wrong(
                "Councils", f"{name[:60]} has not joined this system. Write the council’s name as on the page Councils."
            )
        else:
            found[council.id] = council
    return list(found.values())


def _needs_admission(at: _Line, provider: str, lot: int | None, lots: set[tuple[str, int]] | None) -> None:
    if lots is None or not provider or not at.fine:
        return
    if not any(name == provider and lot in (None, of) for name, of in lots):
        to = f"lot {lot}" if lot is not None else "any lot"
        at.wrong("Lot", f"{provider} is not admitted to {to} on the sheet Admissions.")


def _plain(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(round(Decimal(str(value)), 6))
    return "" if value is None else str(value)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
