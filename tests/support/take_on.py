"""Workbooks of live systems for tests, written as an officer would fill the template."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter

from portal.purchasing_systems.rules.take_on_columns import HEADINGS

Sheets = dict[str, list[list[Any]]]


def filled(**changed: list[list[Any]]) -> Sheets:
    """Three providers in two lots and two rounds, six councils of which four decided. `changed`: other lines for a sheet."""
    sheets: Sheets = {
        "Providers": [
            ["Kestrel Homes Ltd (fictional)", "01234567", "contracts@kestrel.example"],
            ["Merlin Care Ltd (fictional)", "", ""],
            ["Osprey Support Ltd (fictional)", "07654321", ""],
        ],
        "Rounds": [
            ["1", date(2020, 11, 2), date(2020, 11, 30), "2020/S 203-000001", "https://notices.example/1"],
            ["2", "01/02/2022", "28/02/2022", "2020/S 203-000001", "https://notices.example/1"],
        ],
        "Admissions": [
            ["Kestrel Homes Ltd (fictional)", 1, "All", 1, date(2021, 1, 4), "", "", "", "R1-001", date(2020, 12, 21)],
            ["Merlin Care Ltd (fictional)", 1, "Halton; Sefton", 1, date(2021, 1, 4), "ended", date(2023, 6, 30), "It left the market.", "R1-002", date(2020, 12, 21)],
            ["Osprey Support Ltd (fictional)", 2, "Sefton; Wirral", 2, "01/05/2022", "effective", "", "", "R2-001", "20/04/2022"],
        ],
        "Services": [
            ["Kestrel Homes Ltd (fictional)", "", "Kestrel House", "Children’s home", "Ofsted", "1234567", "Bolton", 4],
            ["Osprey Support Ltd (fictional)", 2, "Osprey View", "Supported accommodation", "Ofsted", "2345678", "Wirral", ""],
        ],
        "Prices": [
            ["Kestrel Homes Ltd (fictional)", 1, "11 to 15", 4100, date(2021, 1, 4)],
            ["Kestrel Homes Ltd (fictional)", 1, "11 to 15", "4,250.50", "01/04/2024"],
        ],
        "Decisions": [
            ["Halton", date(2020, 12, 7), date(2020, 12, 15), "Executive Board", "EXB 41", "", "approve", 1],
            ["Sefton", "09/12/2020", "18/12/2020", "Cabinet Member", "", "https://modgov.example/sefton/1", "Approve", 1],
            ["Wirral", date(2022, 3, 20), date(2022, 3, 28), "Director", "D 7", "", "approve", 2],
            ["Sefton", date(2022, 3, 21), date(2022, 4, 1), "Cabinet Member", "CM 9", "", "not approve", 2],
        ],
    }  # fmt: skip
    return sheets | changed


def book(sheets: Sheets, *, formula: tuple[str, str] | None = None) -> bytes:
    """.xlsx. `formula`: a sheet and a cell of it that is computed."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEADINGS[name])
            for at, line in enumerate(lines, start=1):
                for column, value in enumerate(line):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif value != "":
                        sheet.write(at, column, value)
            if formula and formula[0] == name:
                sheet.write_formula(formula[1], "=1+1", None, 2)
    return target.getvalue()
