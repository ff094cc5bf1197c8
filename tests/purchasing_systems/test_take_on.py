"""A live system taken on: whole or not at all, each council confirms its own, undone as long as nobody relies on it."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.spreadsheets import SheetRefused
from portal.purchasing_systems.actions.matters import ask_to_use
from portal.purchasing_systems.actions.rounds import plan_round
from portal.purchasing_systems.actions.standing import change_standing
from portal.purchasing_systems.actions.take_on import (
    answer_taken_on,
    discard_take_on,
    invite_taken_on,
    read_take_on,
    take_on,
    undo_take_on,
)
from portal.purchasing_systems.models import TakeOn
from portal.purchasing_systems.queries.as_at import RegisterFilter, history_of, register_as_at
from portal.purchasing_systems.queries.take_ons import providers_taken_on, used_by
from portal.purchasing_systems.queries.usability import may_use, usability
from portal.purchasing_systems.take_on_workbook import template
from tests.support.client import StrictClient
from tests.support.region import Region, acting, pen_for, reading
from tests.support.rounds import LEAD, MadeRound, make_round
from tests.support.statements import Statements
from tests.support.take_on import book, filled

ClientFor = Callable[..., StrictClient]
Count = Callable[[], AbstractContextManager[Statements]]
SOURCE = "Export of the previous portal, 3 March 2026"
SEFTON = "democratic@sefton.example"
HALTON = "democratic@halton.example"


@pytest.fixture
def live(app: Flask, region: Region) -> MadeRound:
    """A system that is public, its third round open; the first two were held before the portal."""
    return make_round(app, region, number=3)


def read(app: Flask, made: MadeRound, data: bytes | None = None, email: str = LEAD) -> UUID:
    with acting(app, email) as (session, actor):
        return read_take_on(
            session, actor, system_id=made.system_id, file_name="export.xlsx", data=data or book(filled())
        ).id


def confirm(app: Flask, batch: UUID, email: str = LEAD) -> UUID:
    with acting(app, email) as (session, actor):
        take_on(session, actor, take_on_id=batch, source=SOURCE)
    return batch


def taken(app: Flask, made: MadeRound, data: bytes | None = None) -> UUID:
    return confirm(app, read(app, made, data))


def answer(app: Flask, batch: UUID, email: str, refused: tuple[UUID, ...] = (), because: str = "") -> int:
    with acting(app, email) as (session, actor):
        return answer_taken_on(session, actor, take_on_id=batch, refused=refused, because=because)


def usable(app: Flask, made: MadeRound, on: date | None = None, email: str = LEAD) -> set[tuple[str, str]]:
    """First word of the provider, and the council: now, or at noon of a day."""
    with reading(app, email) as session:
        at = clock.london(on, 12) if on else clock.now()
        rows = register_as_at(session, at, RegisterFilter(system_id=made.system_id), today=clock.local_day(at))
        found = {(r.provider_name.split()[0], r.council) for r in rows if r.usable}
        if on is None:
            now = {
                (u.provider_name.split()[0], u.council)
                for u in usability(session, None, system_id=made.system_id)
                if u.usable
            }
            assert now == found
        return found


def counts(app: Flask, made: MadeRound) -> tuple[int, ...]:
    """Rounds, admissions, services and prices of the system, taken on."""
    with reading(app, LEAD) as session:
        return tuple(
            session.execute(
                text(f"SELECT count(*) FROM {table} WHERE take_on_id IS NOT NULL AND system_id = :s"),
                {"s": made.system_id},
            ).scalar_one()
            for table in (
                "purchasing_systems.rounds",
                "purchasing_systems.admissions",
                "purchasing_systems.admission_services",
                "purchasing_systems.core_prices",
            )
        )


def problems(app: Flask, made: MadeRound, data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(SheetRefused) as refused:
        read(app, made, data)
    return [(p.cell, p.sentence) for p in refused.value.problems]


def test_r2_02_members_of_earlier_rounds_are_carried_forward_and_asked_for_nothing(
    app: Flask, live: MadeRound, client_for: ClientFor
) -> None:
    """R2-02: rounds are numbered without limit; members admitted in earlier rounds are carried forward and are not asked to re-apply."""
    assert read(app, live)
    assert counts(app, live) == (0, 0, 0, 0)
    batch = taken(app, live, book(filled()) + b"")
    assert counts(app, live) == (2, 3, 2, 2)
    assert usable(app, live) == set()
    assert answer(app, batch, HALTON) == 1
    assert answer(app, batch, SEFTON) == 2
    assert usable(app, live) == {("Kestrel", "Halton"), ("Kestrel", "Sefton")}
    with acting(app, LEAD) as (session, actor):
        plan_round(
            session, actor, system_id=live.system_id, number=19, opens_at=clock.london(date(2030, 1, 7)), closes_at=clock.london(date(2030, 2, 7))
        )  # fmt: skip
    assert usable(app, live) == {("Kestrel", "Halton"), ("Kestrel", "Sefton")}
    # Read again, they are admitted already: nobody is brought in twice, and nobody has to apply.
    found = problems(app, live, book(filled(Rounds=[["4", "01/03/2022", "31/03/2022", "N", "https://notices.example/1"]], Admissions=[
        ["Kestrel Homes Ltd (fictional)", 1, "All", 4, date(2023, 1, 4), "", "", "", "R4-001", date(2022, 12, 21)]], Services=[], Prices=[], Decisions=[])))  # fmt: skip
    assert found == [("Admissions line 2, column B (Lot)", "Kestrel Homes Ltd (fictional) is admitted to lot 1 in the portal already.")]  # fmt: skip
    page = client_for(LEAD).get(f"/systems/{live.system_id}").get_data(as_text=True)
    assert "Round 19" in page
    assert page.count("Taken on") == 2


def test_a_past_day_asks_right_and_says_where_it_comes_from(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    batch = taken(app, live)
    for email in (HALTON, SEFTON, "democratic@wirral.example"):
        answer(app, batch, email)
    halton, sefton = ("Kestrel", "Halton"), ("Kestrel", "Sefton")
    merlin = {("Merlin", "Halton"), ("Merlin", "Sefton")}
    assert usable(app, live, date(2021, 1, 3)) == set()
    assert usable(app, live, date(2021, 1, 4)) == {halton, sefton} | merlin
    assert usable(app, live, date(2023, 6, 29)) == {halton, sefton, ("Osprey", "Wirral")} | merlin
    assert usable(app, live, date(2023, 7, 1)) == usable(app, live) == {halton, sefton, ("Osprey", "Wirral")}
    with reading(app, "placement@sefton.example") as session:
        me = session.scalar(text("SELECT app.organisation()"))
        rows = register_as_at(
            session, clock.now(), RegisterFilter(system_id=live.system_id, authority_id=me), today=clock.today()
        )
        assert {(r.provider_name.split()[0], r.taken_on, r.waiting_for) for r in rows} == {
            ("Kestrel", "confirmed", None),
            ("Merlin", "confirmed", "Ended: It left the market."),
            ("Osprey", "confirmed", "Sefton decided not to use the providers of round 2"),
        }
        kestrel = next(r for r in rows if r.usable)
        prices = session.execute(
            text("SELECT pounds FROM app.prices_as_at(:at, NULL, ARRAY[CAST(:a AS uuid)])"),
            {"at": clock.london(date(2022, 1, 1)), "a": kestrel.admission_id},
        ).scalars()
        assert [str(p) for p in prices] == ["4100.00"]
        assert [
            (i.since.year, i.usable) for i in history_of(session, admission_id=kestrel.admission_id, authority_id=me)
        ] == [(2021, True)]
    client = client_for("placement@sefton.example")
    register = client.get("/register").get_data(as_text=True)
    assert f"/taken-on-decisions/{kestrel.decision_id}" in register
    assert "Taken on" in register
    record = client.get(f"/taken-on-decisions/{kestrel.decision_id}").get_data(as_text=True)
    for words in (
        "Taken on: not recorded in this portal",
        "https://modgov.example/sefton/1",
        "18 December 2020",
        SOURCE,
    ):
        assert words in record
    assert "predate the portal" in client.get(f"/register/admissions/{kestrel.admission_id}").get_data(as_text=True)
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(client.get("/register.xlsx").data)).get_sheet_by_index(0).to_python()
    )
    lines = [line for line in sheet if "Kestrel Homes Ltd (fictional)" in line]
    assert lines
    assert all(
        "Taken on: admission and decision predate the portal; confirmed by the council" in line for line in lines
    )
    assert client_for("admin@alder.example").get(f"/taken-on-decisions/{kestrel.decision_id}").status_code == 403


def test_a_decision_counts_only_when_its_own_council_confirms(
    app: Flask, live: MadeRound, region: Region, client_for: ClientFor
) -> None:
    batch = taken(app, live)
    with reading(app, LEAD) as session:
        waiting = {r.council: r.waiting_for for r in usability(session, None, system_id=live.system_id) if r.provider_name.startswith("Kestrel")}  # fmt: skip
    assert waiting["Sefton"] == "Taken on by Halton Borough Council, not yet confirmed by Sefton"
    assert waiting["Knowsley"] == "Knowsley has not been asked yet"
    for email in (LEAD, "procurement@sefton.example", "head@sefton.example", "cabinet@sefton.example"):
        with acting(app, email) as (session, actor), pytest.raises(DBAPIError, match="Only democratic services"):
            answer_taken_on(session, actor, take_on_id=batch)
    with (
        acting(app, "democratic@liverpool.example") as (session, actor),
        pytest.raises(DBAPIError, match="nothing to answer"),
    ):
        answer_taken_on(session, actor, take_on_id=batch)
    answer(app, batch, HALTON)
    assert usable(app, live) == {("Kestrel", "Halton")}
    # In the browser: what needs me, one line is not in our records, the rest in one click.
    client = client_for(SEFTON)
    assert f"/take-on/{batch}/answer" in client.get("/home").get_data(as_text=True)
    page = client.get(f"/take-on/{batch}/answer").get_data(as_text=True)
    assert "https://modgov.example/sefton/1" in page
    assert "EXB 41" not in page
    with reading(app, SEFTON) as session:
        second = session.execute(text("SELECT id FROM purchasing_systems.taken_on_decisions WHERE minute_number = 'CM 9' AND take_on_id = :b"), {"b": batch}).scalar_one()  # fmt: skip
    assert client.send(f"/take-on/{batch}/answer", {"refused": [str(second)]}).status_code == 422
    assert (
        client.send(f"/take-on/{batch}/answer", {"refused": [str(second)], "because": "No such minute."}).status_code
        == 303
    )
    assert f"/take-on/{batch}/answer" not in client.get("/home").get_data(as_text=True)
    assert ("Kestrel", "Sefton") in usable(app, live)
    with reading(app, LEAD) as session:
        osprey = [r.waiting_for for r in usability(session, None, system_id=live.system_id) if (r.provider_name[:6], r.council) == ("Osprey", "Sefton")]  # fmt: skip
    assert osprey == ["Sefton does not have the decision that Halton Borough Council took on in its records"]
    with acting(app, SEFTON) as (session, actor), pytest.raises(DBAPIError, match="nothing to answer"):
        answer_taken_on(session, actor, take_on_id=batch)


def test_a_later_decision_in_the_portal_takes_its_place(app: Flask, live: MadeRound, region: Region) -> None:
    batch = taken(app, live)
    answer(app, batch, SEFTON)
    with reading(app, LEAD) as session:
        lot, provider = session.execute(text("SELECT lot_id, provider_id FROM purchasing_systems.admissions WHERE take_on_id = :b AND provider_name LIKE 'Kestrel%'"), {"b": batch}).one()  # fmt: skip
        asked = {"system_id": live.system_id, "lot_id": lot, "provider_id": provider}
        assert may_use(session, **asked, authority_id=region.organisations["sefton"])
        assert not may_use(session, **asked, authority_id=region.organisations["halton"])


BAD: list[tuple[str, int, int, Any, str]] = [
    ("Providers", 1, 0, "Kestrel Homes Ltd (fictional)", "stands on line 2 already"),
    ("Providers", 1, 1, "01234567", "This number stands on line 2 already"),
    ("Providers", 0, 2, "not an address", "email address"),
    ("Rounds", 0, 0, 3, "Round 3 is in the portal already"),
    ("Rounds", 1, 0, 1, "Round 1 stands on line 2 already"),
    ("Rounds", 0, 2, date(2020, 10, 1), "closes before it opens"),
    ("Rounds", 0, 4, "http://notices.example", "begins with https://"),
    ("Rounds", 0, 3, "", "number of the notice is missing"),
    ("Admissions", 0, 0, "Unknown Ltd", "is not on the sheet Providers"),
    ("Admissions", 0, 1, 7, "This system has no lot 7"),
    ("Admissions", 0, 1, "", "The lot is missing"),
    ("Admissions", 0, 2, "Halton; Bolton", "Bolton has not joined this system"),
    ("Admissions", 0, 3, 9, "Round 9 is not on the sheet Rounds"),
    ("Admissions", 0, 4, "fourth of January", "“fourth of January” is not a day"),
    ("Admissions", 0, 4, date(2031, 1, 1), "only what lies in the past"),
    ("Admissions", 0, 4, date(2020, 11, 20), "Round 1 closed on 30 November 2020"),
    ("Admissions", 0, 4, date(2020, 12, 1), "before any decision about round 1: Halton decided on 7 December 2020"),
    ("Admissions", 0, 5, "waiting", "is no status"),
    ("Admissions", 0, 5, "suspended", "Enter the day since which it is suspended"),
    ("Admissions", 1, 7, "", "Enter why it is ended"),
    ("Admissions", 0, 8, "", "reference of the agreement is missing"),
    ("Services", 0, 3, "Castle", "is no kind of service"),
    ("Services", 0, 4, "HMRC", "Write Ofsted, CQC or None"),
    ("Services", 0, 5, "12", ""),
    ("Services", 0, 7, 9000, "is not a whole number from 1 to 5,000"),
    ("Services", 1, 1, 1, "is not admitted to lot 1 on the sheet Admissions"),
    ("Prices", 0, 2, "11", "is no age band"),
    ("Prices", 0, 3, "four thousand", "is not a number"),
    ("Prices", 0, 3, -5, "above 0"),
    ("Prices", 0, 3, 4100.123, "pounds and pence"),
    ("Prices", 0, 3, 999999, "up to £100,000"),
    ("Decisions", 0, 0, "Cheshire East", "has not joined this system"),
    ("Decisions", 0, 2, date(2020, 12, 1), "took effect before it was decided"),
    ("Decisions", 0, 4, "", "Enter where the official record is"),
    ("Decisions", 0, 6, "perhaps", "is no outcome"),
    ("Decisions", 1, 0, "Halton", "decided about round 1 on line 2 already"),
]


@pytest.mark.parametrize(("sheet", "line", "column", "value", "sentence"), BAD)
def test_every_fault_is_named_with_sheet_line_and_column(
    app: Flask, shared: MadeRound, sheet: str, line: int, column: int, value: Any, sentence: str
) -> None:
    sheets = filled()
    sheets[sheet][line][column] = value
    found = problems(app, shared, book(sheets))
    assert any(cell.startswith(f"{sheet} line {line + 2}, column ") and sentence in words for cell, words in found), (
        found
    )
    assert counts(app, shared) == (0, 0, 0, 0)


@pytest.fixture(scope="module")
def shared(app: Flask, region: Region) -> MadeRound:
    """One system for all that only reads."""
    return make_round(app, region, number=3)


def test_formulas_are_faults_and_an_unknown_number_is_a_warning(app: Flask, shared: MadeRound) -> None:
    found = problems(app, shared, book(filled(), formula=("Prices", "D2")))
    assert ("Prices D2", "This cell holds a formula. Type the value itself.") in found
    batch = read(app, shared)
    with reading(app, LEAD) as session:
        made = session.get(TakeOn, batch)
        assert made is not None
        assert any(
            w["place"] == "Services line 2, column F (Number)"
            and "1234567 is not in the portal’s extract" in w["sentence"]
            for w in made.warnings
        )
    wrong = filled()
    del wrong["Admissions"]
    assert problems(app, shared, book(wrong)) == [
        ("", "The workbook has no sheet Admissions. Begin with the template.")
    ]
    assert problems(app, shared, b"PK\x03\x04 no workbook")[0][1].startswith("The file cannot be read")
    assert (
        problems(app, shared, book(filled(Admissions=[], Services=[], Prices=[])))[-1][1]
        == "There is no admission in the workbook."
    )


def renamed(to: str) -> bytes:
    """The usual workbook of a provider that no other test knows."""
    return book(
        {
            sheet: [[to if cell == "Kestrel Homes Ltd (fictional)" else "" if cell == "01234567" else cell for cell in line] for line in lines]
            for sheet, lines in filled().items()
        }
    )  # fmt: skip


def many(lines: int, name: str = "Provider") -> dict[str, list[list[Any]]]:
    providers = [f"{name} {n:04} Ltd (fictional)" for n in range(lines // 2)]
    return filled(
        Providers=[[p, "", ""] for p in providers],
        Admissions=[[p, 1, "All", 1, date(2021, 1, 4), "", "", "", f"A-{n}", date(2020, 12, 21)] for n, p in enumerate(providers)],
        Services=[], Prices=[],
    )  # fmt: skip


def test_nothing_is_written_when_line_900_is_wrong(app: Flask, live: MadeRound) -> None:
    sheets = many(2_000)
    sheets["Admissions"][898][1] = 3
    assert problems(app, live, book(sheets)) == [("Admissions line 900, column B (Lot)", "This system has no lot 3.")]
    with reading(app, LEAD) as session:
        assert (
            session.scalar(
                text("SELECT count(*) FROM purchasing_systems.take_ons WHERE system_id = :s"), {"s": live.system_id}
            )
            == 0
        )
    assert counts(app, live) == (0, 0, 0, 0)


def test_whole_or_nothing_in_the_database_too(app: Flask, live: MadeRound, region: Region) -> None:
    batch = read(app, live)
    with acting(app, LEAD) as (session, _):
        session.execute(text("DELETE FROM purchasing_systems.take_ons WHERE id = :b"), {"b": batch})
        other = {"id": "00000000-0000-4000-8000-0000000000aa"}
        session.execute(
            text(
                "INSERT INTO purchasing_systems.take_ons (id, system_id, status, file_name, file_sha256, content, counts, warnings, source, read_by, read_at) "
                "VALUES (:id, :s, 'previewed', 'f', 'x', CAST(:c AS jsonb), '{}', '[]', '', 'me', now())"
            ),
            {**other, "s": live.system_id, "c": '{"providers": [{"name": "Forged Ltd", "number": "", "email": ""}], "rounds": [], "admissions": [{"provider": "Forged Ltd", "round": 3, "areas": [], "since": "2021-01-01"}], "decisions": [], "services": [], "prices": []}'},
        )  # fmt: skip
    with pytest.raises(DBAPIError, match="has changed meanwhile"):
        confirm(app, UUID(other["id"]))
    with reading(app, LEAD) as session:
        assert (
            session.scalar(
                text("SELECT count(*) FROM purchasing_systems.taken_on_providers WHERE system_id = :s"),
                {"s": live.system_id},
            )
            == 0
        )


def test_two_thousand_lines_are_a_bounded_number_of_statements(
    app: Flask, live: MadeRound, region: Region, count_statements: Count
) -> None:
    second = make_round(app, region, number=3)
    sent = []
    for made, lines in ((live, 20), (second, 2_000)):
        data = book(many(lines, f"Firm of {lines}"))
        with acting(app, LEAD) as (session, actor), count_statements() as few:
            batch = read_take_on(session, actor, system_id=made.system_id, file_name="f.xlsx", data=data).id
            take_on(session, actor, take_on_id=batch, source=SOURCE)
        sent.append(len(few))
        assert counts(app, made)[1] == lines // 2
    assert sent[0] == sent[1] <= 25, sent


def test_who_may(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    preview = read(app, live)
    pages = {
        f"/systems/{live.system_id}/take-on": {"procurement@halton.example": 200, "commissioning@halton.example": 200, "head@halton.example": 200, "cabinet@halton.example": 200, "procurement@sefton.example": 200},
        f"/systems/{live.system_id}/take-on/template.xlsx": {"commissioning@halton.example": 200, "head@halton.example": 403, "procurement@sefton.example": 403},
        f"/take-on/{preview}": {"commissioning@halton.example": 200, "procurement@sefton.example": 404},
        f"/take-on/{preview}/undo": {"procurement@sefton.example": 404, "head@halton.example": 403},
    }  # fmt: skip
    for path, expected in pages.items():
        for email, status in {**expected, "admin@alder.example": 403, "operator@portal.example": 403}.items():
            assert client_for(email).get(path).status_code == status, (path, email)
    for email, refusal in (
        ("procurement@sefton.example", Missing), ("head@halton.example", NotPermitted), (HALTON, NotPermitted),
    ):  # fmt: skip
        with acting(app, email) as (session, actor), pytest.raises(refusal):
            take_on(session, actor, take_on_id=preview, source=SOURCE)
        with acting(app, email) as (session, actor), pytest.raises((NotPermitted, Missing)):
            read_take_on(session, actor, system_id=live.system_id, file_name="f.xlsx", data=book(filled()))
    with acting(app, LEAD) as (session, actor), pytest.raises(Invalid):
        take_on(session, actor, take_on_id=preview, source=" ")
    confirm(app, preview)
    assert client_for("procurement@sefton.example").get(f"/take-on/{preview}").status_code == 200
    assert "contracts@kestrel.example" not in client_for("procurement@sefton.example").get(
        f"/take-on/{preview}"
    ).get_data(as_text=True)


FORGED = (
    "UPDATE purchasing_systems.taken_on_decisions SET answer = 'confirmed', answered_at = now() WHERE take_on_id = :b",
    "UPDATE purchasing_systems.take_ons SET status = 'previewed' WHERE id = :b",
    "DELETE FROM purchasing_systems.taken_on_providers WHERE take_on_id = :b",
    "UPDATE purchasing_systems.admissions SET take_on_id = NULL WHERE take_on_id = :b",
    "UPDATE purchasing_systems.rounds SET take_on_id = NULL WHERE take_on_id = :b",
    (
        "INSERT INTO purchasing_systems.taken_on_decisions (id, take_on_id, system_id, round_id, authority_id, authority_name, decided_on, effective_on, "
        "decided_by_post, minute_number, outcome) SELECT gen_random_uuid(), take_on_id, system_id, round_id, gen_random_uuid(), 'X', decided_on, effective_on, "
        "decided_by_post, 'M', outcome FROM purchasing_systems.taken_on_decisions WHERE take_on_id = :b"
    ),
    "INSERT INTO tenants.organisations (id, kind, slug, name, official_name, fictional, created_at) VALUES (gen_random_uuid(), 'provider', 'p', 'p', 'p', false, now())",
)


@pytest.mark.parametrize("statement", FORGED)
def test_nothing_of_it_is_written_by_a_plain_statement(app: Flask, forged: UUID, statement: str) -> None:
    for email in (LEAD, SEFTON):
        with acting(app, email) as (session, _), pytest.raises(ProgrammingError, match=r"permission denied|row-level"):
            session.execute(text(statement), {"b": forged})


@pytest.fixture(scope="module")
def forged(app: Flask, region: Region) -> UUID:
    return taken(app, make_round(app, region, number=3))


def test_no_preview_of_another_lead_and_no_row_of_the_portals_marked(
    app: Flask, live: MadeRound, region: Region
) -> None:
    row = (
        "INSERT INTO purchasing_systems.take_ons (id, system_id, status, file_name, file_sha256, content, counts, warnings, source, read_by, read_at) "
        "VALUES (gen_random_uuid(), :s, '{status}', 'f', 'x', '{{}}', '{{}}', '[]', '', 'me', now())"
    )
    with acting(app, "procurement@sefton.example") as (session, _), pytest.raises(ProgrammingError, match="row-level"):
        session.execute(text(row.format(status="previewed")), {"s": live.system_id})
    batch = taken(app, live)
    with acting(app, "admin@alder.example") as (session, actor), pytest.raises(ProgrammingError, match="row-level"):
        session.execute(
            text(
                "INSERT INTO providers.services (id, service_id, provider_id, name, kind, regulator, number, area, recorded_by, recorded_at, take_on_id) "
                "VALUES (gen_random_uuid(), gen_random_uuid(), :p, 'H', 'other', 'none', '', 'Bolton', 'x', '2001-01-01', :b)"
            ),
            {"p": actor.organisation_id, "b": batch},
        )


def test_undone_before_it_is_used(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    batch = taken(app, live, renamed("Undone Ltd (fictional)"))
    client = client_for(LEAD)
    assert client.send(f"/take-on/{batch}/undo", {"because": ""}).status_code == 422
    assert client_for("head@halton.example").get(f"/take-on/{batch}/undo").status_code == 403
    assert client.send(f"/take-on/{batch}/undo", {"because": "The wrong export."}).status_code == 303
    assert counts(app, live) == (0, 0, 0, 0)
    page = client.get(f"/take-on/{batch}").get_data(as_text=True)
    assert "The wrong export." in page
    assert "Undo all of it" not in page
    with acting(app, LEAD) as (session, actor), pytest.raises(DBAPIError, match="nothing of this workbook to undo"):
        undo_take_on(session, actor, take_on_id=batch, because="Again.")
    # The same file may come again, and the providers are new once more.
    again = taken(app, live, renamed("Undone Ltd (fictional)"))
    with reading(app, LEAD) as session:
        assert [p.made for p in providers_taken_on(session, again) if p.name.startswith("Undone")] == [True]


def refusal_of_undo(app: Flask, batch: UUID) -> str:
    with acting(app, LEAD) as (session, actor), pytest.raises(DBAPIError) as refused:
        undo_take_on(session, actor, take_on_id=batch, because="Wrong.")
    return str(refused.value.orig).splitlines()[0]


def test_not_undone_once_a_council_has_confirmed(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    batch = taken(app, live)
    answer(app, batch, SEFTON)
    assert (
        refusal_of_undo(app, batch)
        == "It can no longer be undone. Sefton has answered for a decision that came with it."
    )
    assert counts(app, live) == (2, 3, 2, 2)
    assert "Sefton has answered" in client_for(LEAD).get(f"/take-on/{batch}").get_data(as_text=True)


def test_not_undone_once_a_standing_has_changed(app: Flask, live: MadeRound) -> None:
    batch = taken(app, live)
    with acting(app, LEAD) as (session, actor):
        admission = session.execute(text("SELECT id FROM purchasing_systems.admissions WHERE take_on_id = :b AND provider_name LIKE 'Kestrel%'"), {"b": batch}).scalar_one()  # fmt: skip
        change_standing(session, actor, admission_id=admission, verb="suspend", because="Rated inadequate.")
    assert "The standing of Kestrel Homes Ltd (fictional) has changed since." in refusal_of_undo(app, batch)


def test_not_undone_once_a_later_workbook_refers_to_it(app: Flask, live: MadeRound) -> None:
    batch = taken(app, live)
    later = filled(
        Rounds=[], Services=[], Prices=[], Decisions=[], Providers=[["Heron Ltd (fictional)", "", ""]],
        Admissions=[["Heron Ltd (fictional)", 2, "Halton", 2, date(2022, 5, 1), "", "", "", "R2-009", date(2022, 4, 1)]],
    )  # fmt: skip
    second = taken(app, live, book(later))
    assert "A later workbook refers to round 2." in refusal_of_undo(app, batch)
    with acting(app, LEAD) as (session, actor):
        undo_take_on(session, actor, take_on_id=second, because="Not ours.")
        undo_take_on(session, actor, take_on_id=batch, because="Neither.")
    assert counts(app, live) == (0, 0, 0, 0)


def test_a_provider_is_invited_finds_itself_admitted_and_then_nothing_is_undone(
    app: Flask, live: MadeRound, client_for: ClientFor
) -> None:
    batch = taken(app, live, renamed("Kite Ltd (fictional)"))
    with reading(app, LEAD) as session:
        row = next(p for p in providers_taken_on(session, batch) if p.name.startswith("Kite"))
        assert not row.has_come
        assert row.email == "contracts@kestrel.example"
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(Missing):
        invite_taken_on(session, actor, provider_row=row.id, email="thief@sefton.example")
    lead = client_for(LEAD)
    assert lead.send(f"/taken-on-providers/{row.id}/invite", {"email": "nobody"}).status_code == 422
    with acting(app, LEAD) as (session, _):
        token = session.execute(text("SELECT app.invite_taken_on(:r, 'contracts@kestrel.example')"), {"r": row.id}).scalar_one()  # fmt: skip
    with app.app_context():
        from portal.core.database import db
        from portal.core.database import session as current
        from portal.core.scope import enter_with_token
        from tenants.actions.invitations import accept_invitation

        enter_with_token(current(), None)
        accept_invitation(
            current(), token=token, password="a long enough test password", repeated="a long enough test password"
        )
        current().commit()
        db.session.remove()
    pen_for(app, row.provider_id)
    page = client_for("contracts@kestrel.example").get("/where-you-stand").get_data(as_text=True)
    assert "not yet confirmed by Sefton" in page
    with reading(app, LEAD) as session:
        assert [p.has_come for p in providers_taken_on(session, batch)] == [False, False, True]
    with acting(app, LEAD) as (session, actor), pytest.raises(DBAPIError, match="has its own administrator"):
        invite_taken_on(session, actor, provider_row=row.id, email="other@kestrel.example")
    with reading(app, LEAD) as session:
        assert used_by(session, batch) == "Kite Ltd (fictional) has signed in."


def test_a_name_that_somebody_registered_never_comes_by_an_admission(
    app: Flask, live: MadeRound, region: Region
) -> None:
    sheets = filled(Providers=[["Alder House Care Ltd (fictional)", "", ""]], Services=[], Prices=[])
    sheets["Admissions"] = [["Alder House Care Ltd (fictional)", *sheets["Admissions"][0][1:]]]
    batch = taken(app, live, book(sheets))
    with reading(app, LEAD) as session:
        (row,) = providers_taken_on(session, batch)
    assert row.made
    assert row.provider_id != region.organisations["alder"]


def test_two_uploads_at_once_and_one_of_them_is_taken_on(app: Flask, live: MadeRound) -> None:
    one, two = read(app, live, book(filled())), read(app, live, book(filled(Prices=[])))
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def go(batch: UUID) -> None:
        ready.wait()
        try:
            confirm(app, batch)
            outcomes.append("taken on")
        except DBAPIError as refused:
            outcomes.append(str(refused.orig).splitlines()[0])

    threads = [threading.Thread(target=go, args=(batch,)) for batch in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "taken on", outcomes
    assert "Read the workbook again." in min(outcomes)
    assert counts(app, live)[:2] == (2, 3)


def test_the_whole_way_in_the_browser(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    client = client_for(LEAD)
    base = f"/systems/{live.system_id}/take-on"
    given = client.get(f"{base}/template.xlsx")
    names = CalamineWorkbook.from_filelike(io.BytesIO(given.data)).sheet_names
    assert names == ["Providers", "Rounds", "Admissions", "Services", "Prices", "Decisions", "Notes"]

    def upload(name: str, data: bytes) -> Any:
        return client.post(
            base,
            data={"csrf_token": client.csrf(), "file": (io.BytesIO(data), name)},
            content_type="multipart/form-data",
        )

    assert "There is no admission" in upload("empty.xlsx", given.data).get_data(as_text=True)
    for name, data, words in (
        ("x.csv", b"a,b", "an .xlsx file"), ("x.xlsx", b"%PDF-1.7", "holds"), ("x.xlsm", book(filled()), ""), ("x.xlsx", b"", "empty"),
    ):  # fmt: skip
        answered = upload(name, data)
        assert answered.status_code == 422, name
        assert words in answered.get_data(as_text=True), name
    wrong = filled()
    wrong["Prices"][1][3] = "dear"
    page = upload("export.xlsx", book(wrong))
    assert page.status_code == 422
    assert "Prices line 3, column D (Pounds a week)" in page.get_data(as_text=True)
    looked = upload("export.xlsx", book(filled()))
    assert looked.status_code == 303
    assert "Kestrel House" in client.get(looked.location).get_data(as_text=True)
    assert client.send(looked.location, {"source": ""}).status_code == 422
    assert client.send(looked.location, {"source": SOURCE}).status_code == 303
    assert "Not yet confirmed" in client.get(looked.location).get_data(as_text=True)
    assert client.send(looked.location, {"source": SOURCE}).status_code == 409
    second = upload("other.xlsx", book(filled(Rounds=[["5", "01/02/2022", "28/02/2022", "N", "https://notices.example/1"]], Providers=[["Heron Ltd (fictional)", "", ""]], Services=[], Prices=[], Decisions=[],
        Admissions=[["Heron Ltd (fictional)", 2, "Halton", 5, date(2022, 5, 1), "", "", "", "R2-009", date(2022, 4, 1)]])))  # fmt: skip
    assert client.send(f"{second.location}/discard").status_code == 303
    assert client.get(second.location).status_code == 404
    assert "export.xlsx" in client.get(base).get_data(as_text=True)


def test_the_template_explains_every_column_and_a_preview_is_thrown_away_once(app: Flask, live: MadeRound) -> None:
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(template(system="S", lots=[(1, "One")], councils=["Halton"])))
        .get_sheet_by_name("Notes")
        .to_python()
    )
    assert (
        sum(
            line[0] in ("Providers", "Rounds", "Admissions", "Services", "Prices", "Decisions") and bool(line[3])
            for line in sheet
        )
        == 39
    )
    batch = taken(app, live)
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused):
        discard_take_on(session, actor, take_on_id=batch)


def test_a_council_without_a_decision_decides_in_the_portal(app: Flask, live: MadeRound, client_for: ClientFor) -> None:
    batch = taken(app, live)
    answer(app, batch, HALTON)
    with reading(app, LEAD) as session:
        round_id = session.execute(text("SELECT id FROM purchasing_systems.rounds WHERE take_on_id = :b AND number = 1"), {"b": batch}).scalar_one()  # fmt: skip
    ask = f"/take-on/rounds/{round_id}/ask"
    assert client_for("procurement@sefton.example").get(ask).status_code == 403
    lead = client_for(LEAD)
    assert ask in lead.get(f"/take-on/{batch}").get_data(as_text=True)
    assert lead.send(ask, {"answer_by": ["", "", ""]}).status_code == 422
    day = clock.today()
    assert lead.send(ask, {"answer_by": [str(day.day), str(day.month), str(day.year)]}).status_code == 303
    with reading(app, LEAD) as session:
        asked = session.execute(
            text("SELECT count(*) FROM decisions.matter_parties p JOIN decisions.matters m ON m.id = p.matter_id WHERE m.subject_id = :r"),
            {"r": round_id},
        ).scalar_one()  # fmt: skip
    assert asked == 5
    assert usable(app, live) == {("Kestrel", "Halton")}
    assert "has answered" in refusal_of_undo(app, batch)


def test_not_undone_once_the_councils_are_asked(app: Flask, live: MadeRound) -> None:
    batch = taken(app, live)
    with acting(app, LEAD) as (session, actor):
        round_id = session.execute(text("SELECT id FROM purchasing_systems.rounds WHERE take_on_id = :b AND number = 1"), {"b": batch}).scalar_one()  # fmt: skip
        ask_to_use(session, actor, round_id=round_id, answer_by=clock.today())
    assert "The councils have been asked about round 1." in refusal_of_undo(app, batch)
