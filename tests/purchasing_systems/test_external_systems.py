"""Systems managed elsewhere: registered by hand and by spreadsheet, looked up with the same query, cited beside our own."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import text

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.spreadsheets import SheetRefused
from portal.purchasing_systems.actions.external import (
    add_external_provider,
    end_external_admission,
    preview_sheet,
    register_external,
    take_back,
    take_over,
)
from portal.purchasing_systems.models import ExternalSystem
from portal.purchasing_systems.queries.as_at import RegisterFilter, register_as_at
from portal.purchasing_systems.queries.external import citable_systems
from portal.purchasing_systems.rules.external_rows import read_day, read_row
from tests.support.client import StrictClient
from tests.support.region import Region, acting, reading
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
OFFICER = "placement@sefton.example"
CSV = (
    b"Provider,Lot,Service,Number,Area,Admitted on,Ended on\r\n"
    b"Kestrel Homes Ltd (fictional),1,Kestrel House,1112223,Bolton,01/04/2024,\r\n"
    b'"Merlin, Care Ltd (fictional)",Lot 2,,,,2025-05-02,2025-12-31\r\n'
)


def values(**changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": "Residential flexible purchasing system", "host": "Placements North West", "reference": "DN299325", "lots": "Residential\nShort breaks",
        "starts_on": date(2018, 4, 1), "ends_on": date(2028, 3, 31), "source_url": "https://www.gov.uk/find-tender",
    }  # fmt: skip
    return found | changed


def made(app: Flask, email: str = OFFICER, **changed: Any) -> UUID:
    with acting(app, email) as (session, actor):
        return register_external(session, actor, **values(**changed)).id


def rows(app: Flask, email: str, external: UUID, at: Any = None) -> list[tuple[str, bool]]:
    with reading(app, email) as session:
        found = register_as_at(session, at or clock.now(), RegisterFilter(system_id=external), today=clock.today())
        assert all(e.external and e.managed_by == "Placements North West" for e in found)
        return [(e.provider_name.split()[0].rstrip(","), e.usable) for e in found]


def sheet(app: Flask, external: UUID, data: bytes = CSV) -> UUID:
    with acting(app, OFFICER) as (session, actor):
        return preview_sheet(session, actor, external_id=external, file_name="list.csv", data=data).id


def test_r2_01_an_external_system_is_registered_and_cited(app: Flask, region: Region, client_for: ClientFor) -> None:
    """R2-01: name, host, reference, lots and end date; it can be cited although its admissions are managed elsewhere."""
    officer = client_for(OFFICER)
    form = {
        "name": "Residential flexible purchasing system", "host": "Placements North West", "reference": "DN299325", "lots": "Residential",
        "starts_on": ["", "", ""], "ends_on": ["31", "3", "2028"], "source_url": "https://www.gov.uk/find-tender",
        "readers": [str(region.organisations["halton"])],
    }  # fmt: skip
    for wrong in ({"name": ""}, {"host": " "}, {"source_url": "javascript:alert(1)"}):
        assert officer.send("/external-systems/new", form | wrong).status_code == 422
    answer = officer.send("/external-systems/new", form)
    assert answer.status_code == 303
    page = officer.get(answer.location).get_data(as_text=True)
    for words in ("Placements North West", "DN299325", "31 March 2028", "Lot 1: Residential"):
        assert words in page
    with reading(app, "head@halton.example") as session:
        cited = citable_systems(session, frozenset())
    assert [(c.title, c.managed_by, c.reference, c.external) for c in cited] == [
        ("Residential flexible purchasing system", "Placements North West", "DN299325", True)
    ]
    for other, status in (
        ("placement@wirral.example", 404),
        ("head@halton.example", 200),
        ("admin@alder.example", 403),
        ("operator@portal.example", 403),
    ):
        assert client_for(other).get(answer.location).status_code == status, other


def test_r1_11_two_systems_with_the_same_aims_stand_side_by_side(app: Flask, region: Region) -> None:
    """R1-11: two systems with the same aims may coexist; whoever weighs options is shown both."""
    one, two = make_round(app, region), make_round(app, region)
    external = made(app, name="Residential care elsewhere")
    with reading(app, OFFICER) as session:
        cited = {c.id: c for c in citable_systems(session, frozenset({one.system_id, two.system_id}))}
    assert {one.system_id, two.system_id, external} <= set(cited)
    assert cited[one.system_id].client_group == cited[two.system_id].client_group
    assert [cited[external].external, cited[one.system_id].external] == [True, False]


def test_r2_02_a_spreadsheet_carries_forward_who_was_admitted_long_ago(app: Flask, region: Region) -> None:
    """R2-02: members admitted in earlier rounds are carried forward with the day they were admitted, and asked for nothing."""
    external = made(app)
    before = clock.now()
    upload = sheet(app, external)
    assert rows(app, OFFICER, external) == []
    with acting(app, OFFICER) as (session, actor):
        take_over(session, actor, import_id=upload)
    assert rows(app, OFFICER, external) == [("Kestrel", True), ("Merlin", False)]
    assert rows(app, OFFICER, external, before) == []
    with reading(app, OFFICER) as session:
        kestrel = register_as_at(
            session, clock.now(), RegisterFilter(system_id=external, text="kestrel house"), today=clock.today()
        )
    assert [e.usable_from for e in kestrel] == [date(2024, 4, 1)]


def test_an_upload_is_taken_back_and_the_past_stays(app: Flask, region: Region) -> None:
    external = made(app)
    upload = sheet(app, external)
    with acting(app, OFFICER) as (session, actor):
        take_over(session, actor, import_id=upload)
    time.sleep(0.002)
    there = clock.now()
    time.sleep(0.002)
    with acting(app, OFFICER) as (session, actor):
        take_back(session, actor, import_id=upload)
    assert rows(app, OFFICER, external) == []
    assert len(rows(app, OFFICER, external, there)) == 2
    for again in (take_back, take_over):
        with acting(app, OFFICER) as (session, actor), pytest.raises(Refused):
            again(session, actor, import_id=upload)


def test_an_end_told_later_does_not_change_what_was_known(app: Flask, region: Region) -> None:
    external = made(app)
    with acting(app, OFFICER) as (session, actor):
        admission = add_external_provider(
            session, actor, external_id=external, provider_name="Hobby Ltd (fictional)", lot_number=1, service_name="", number="",
            area="", admitted_on=date(2024, 1, 1), ended_on=None,
        ).id  # fmt: skip
    time.sleep(0.002)
    then = clock.now()
    time.sleep(0.002)
    with acting(app, OFFICER) as (session, actor):
        with pytest.raises(Invalid):
            end_external_admission(session, actor, admission_id=admission, ended_on=date(2023, 1, 1))
        end_external_admission(session, actor, admission_id=admission, ended_on=date(2025, 1, 1))
    assert rows(app, OFFICER, external) == [("Hobby", False)]
    assert rows(app, OFFICER, external, then) == [("Hobby", True)]


def test_who_sees_it(app: Flask, region: Region) -> None:
    external = made(app, readers=[region.organisations["halton"]])
    with acting(app, OFFICER) as (session, actor):
        take_over(
            session,
            actor,
            import_id=preview_sheet(session, actor, external_id=external, file_name="a.csv", data=CSV).id,
        )
    for email, number in (
        (OFFICER, 2),
        ("cabinet@halton.example", 2),
        ("placement@wirral.example", 0),
        ("admin@alder.example", 0),
        (None, 0),
    ):
        with reading(app, email) as session:
            found = session.scalar(
                text("SELECT count(*) FROM purchasing_systems.external_admissions WHERE external_id = :e"),
                {"e": external},
            )
            assert (email, found) == (email, number)
            by_register = session.execute(
                text(
                    "SELECT count(*) FROM app.register_as_at(app.now(), jsonb_build_object('system', CAST(:e AS uuid)))"
                ),
                {"e": external},
            )
            assert by_register.scalar() == number
    with acting(app, "procurement@halton.example") as (session, actor), pytest.raises(NotPermitted):
        register_external(session, actor, external_id=external, **values())
    with acting(app, "procurement@wirral.example") as (session, actor), pytest.raises(Missing):
        register_external(session, actor, external_id=external, **values())
    with acting(app, "cabinet@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        register_external(session, actor, **values())
    with acting(app, "procurement@halton.example") as (session, _):
        done = session.execute(
            text("UPDATE purchasing_systems.external_systems SET name = 'x' WHERE id = :e"), {"e": external}
        )
        assert done.rowcount == 0  # type: ignore[attr-defined]  # a CursorResult
    with reading(app, OFFICER) as session:
        assert session.get_one(ExternalSystem, external).name == "Residential flexible purchasing system"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ["Select a spreadsheet."]),
        (b"PK\x03\x04 not a workbook", ["The file cannot be read as a spreadsheet. Save it as .xlsx or .csv."]),
        (b"\xff\xfe\x00", ["The file cannot be read. Save it as .xlsx, or as .csv in UTF-8."]),
        (b"Name,When\r\nA,2024-01-01\r\n", ["The first line must hold the headings. Missing: Provider, Admitted on."]),
        (b"Provider,Lot,Admitted on\r\n", ["There is no provider in the spreadsheet."]),
        (
            (
                b"Provider,Lot,Admitted on,Ended on\r\n,1,2024-01-01,\r\nA Ltd,9,31/02/2024,\r\nB Ltd,1,2024-02-01,2024-01-01\r\n"
                b"C Ltd,2,2024-01-01,\r\nC Ltd,2,2024-01-02,\r\n"
            ),
            [
                "Line 2: The provider is missing.",
                "Line 3: There is no lot 9.",
                "Line 3: Admitted on: “31/02/2024” is not a day. Write it like 27/03/2026.",
                "Line 4: It ends before it was admitted.",
                "Line 6: This is line 5 again.",
            ],
        ),
        (
            b"Provider,Admitted on\r\n" + b"A Ltd,2024-01-01\r\n" * 2001,
            ["There are 2,001 rows. Upload 2,000 or fewer at a time."],
        ),
    ],
)
def test_faults_are_named_by_line(app: Flask, region: Region, data: bytes, said: list[str]) -> None:
    external = made(app)
    with acting(app, OFFICER) as (session, actor), pytest.raises(SheetRefused) as refused:
        preview_sheet(session, actor, external_id=external, file_name="x", data=data)
    assert [f"{p.cell}: {p.sentence}" if p.cell else p.sentence for p in refused.value.problems] == said


def test_by_the_pages_with_a_workbook(app: Flask, region: Region, client_for: ClientFor) -> None:
    external = made(app)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, heading in enumerate(("Provider", "Lot", "Service", "Number", "Admitted on")):
            page.write(0, column, heading)
        page.write_row(1, 0, ["=cmd|' /C calc'!A0 Care Ltd (fictional)"[1:], 2, "Nest", 4445556])
        page.write_datetime(1, 4, date(2025, 7, 1), day)
    officer = client_for(OFFICER)
    upload = f"/external-systems/{external}/upload"
    bad = officer.send(
        upload,
        {"file": (io.BytesIO(b"Provider,Lot,Admitted on\r\n,1,never\r\n"), "x.csv")},
        content_type="multipart/form-data",
    )
    assert bad.status_code == 422
    assert "Line 2" in bad.get_data(as_text=True)
    assert officer.send(upload, {}, content_type="multipart/form-data").status_code == 422
    read = officer.send(
        upload, {"file": (io.BytesIO(target.getvalue()), "members.xlsx")}, content_type="multipart/form-data"
    )
    assert read.status_code == 303
    preview = officer.get(read.location).get_data(as_text=True)
    assert "Nothing has changed yet" in preview
    assert "4445556" in preview
    assert "1 July 2025" in preview
    assert client_for("procurement@halton.example").get(read.location).status_code == 404
    assert officer.send(f"{read.location}/take-over").status_code == 303
    register = re.sub(r"\s+", " ", officer.get(f"/register?system={external}").get_data(as_text=True))
    assert "external, managed by Placements North West" in register
    assert "Nest" in register
    row = re.search(r"/register/admissions/[0-9a-f-]{36}", register)
    assert row
    assert "Its admissions are managed by" in officer.get(row[0]).get_data(as_text=True) or "External" in officer.get(
        row[0]
    ).get_data(as_text=True)
    assert b"members" not in officer.get("/register.xlsx").data
    assert officer.send(f"{read.location}/take-back").status_code == 303
    assert "Nest" not in officer.get(f"/register?system={external}").get_data(as_text=True)
    provider = {"provider_name": "Siskin Ltd (fictional)", "lot_number": "1", "service_name": "", "number": "", "area": "",
                "admitted_on": ["1", "2", "2025"], "ended_on": ["", "", ""]}  # fmt: skip
    new = f"/external-systems/{external}/providers/new"
    assert officer.send(new, provider | {"lot_number": "7"}).status_code == 422
    assert officer.send(new, provider).status_code == 303
    listed = officer.get(f"/external-systems/{external}").get_data(as_text=True)
    end = re.search(r"/external-admissions/[0-9a-f-]{36}/end", listed)
    assert end
    assert client_for("procurement@halton.example").get(end[0]).status_code == 404
    assert officer.send(end[0], {"ended_on": ["", "", ""]}).status_code == 422
    last = clock.today() - timedelta(days=1)
    assert officer.send(end[0], {"ended_on": [str(last.day), str(last.month), str(last.year)]}).status_code == 303
    assert officer.get(f"/external-systems/{external}/edit").status_code == 200
    assert officer.get("/external-systems").status_code == 200


def test_days_and_rows_are_read_strictly() -> None:
    assert read_day("27/03/2026") == read_day("2026-03-27") == read_day("27.3.2026") == date(2026, 3, 27)
    assert [read_day(t) for t in ("03/27/2026", "27/03/26", "tomorrow", "٢٧/٠٣/٢٠٢٦")] == [None] * 4
    row, wrong = read_row({"Provider": "A  Ltd", "Admitted on": "2026-03-27"}, frozenset({1}))
    assert wrong == []
    assert row is not None
    assert (row.provider_name, row.lot_number) == ("A Ltd", 1)
    assert read_row({"Provider": "A", "Admitted on": "2026-03-27"}, frozenset({1, 2}))[1] == ["The lot is missing."]
