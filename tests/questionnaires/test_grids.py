"""Tables to fill in: each cell held to its kind, its ceiling and its need."""

import json
from decimal import Decimal
from typing import Any

import pytest

from portal.questionnaires import grids
from portal.questionnaires.grids import read_grid

FIXED = read_grid({
    "columns": [
        {"key": "fee", "label": "Core fee", "kind": "money", "unit": "week"},
        {"key": "places", "label": "Places", "kind": "number", "required": False},
        {"key": "note", "label": "Note", "kind": "text", "required": False},
    ],
    "rows": [{"key": "a", "label": "Age 0 to 4"}, {"key": "b", "label": "Age 5 to 10"}],
    "ceilings": {"a:fee": "4,500"},
})  # fmt: skip
FREE = read_grid({"columns": [{"key": "name", "label": "Name", "kind": "text"}], "most_rows": 3})


def table(**cells: str) -> str:
    found: dict[str, dict[str, str]] = {}
    for place, value in cells.items():
        row, column = place.split("_")
        found.setdefault(row, {})[column] = value
    return json.dumps(found)


def test_what_is_kept_is_pounds_and_pence_and_no_more_than_the_table() -> None:
    kept = grids.kept(FIXED, table(a_fee="£4,500", b_fee="10.5", a_places="1,200", z_fee="1", a_more="x"))
    assert json.loads(kept) == {"a": {"fee": "4500.00", "places": "1200"}, "b": {"fee": "10.50"}}
    assert grids.kept(FIXED, kept) == kept
    assert grids.kept(FIXED, "") == grids.kept(FIXED, table(a_fee="  ")) == ""
    assert grids.in_words(FIXED, kept).splitlines()[1] == "Age 5 to 10: Core fee £10.50"


@pytest.mark.parametrize(
    "bad", ["NaN", "1e9", "Infinity", "-1", "1.005", "١٢", "1_000", "=1+1", "1.000,00", "12 pounds", "+5", "9" * 13]
)
def test_a_price_that_is_none_is_refused_by_row_and_column(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^Age 0 to 4, Core fee: "):
        grids.kept(FIXED, table(a_fee=bad))
    assert str(grids.problem(FIXED, table(a_fee=bad, b_fee="1"))).startswith("Age 0 to 4, Core fee: ")


@pytest.mark.parametrize("bad", ["NaN", "1e9", "1.5", "-1", "١٢", "x" * 20, "9" * 10])
def test_a_count_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^Age 0 to 4, Places: Enter a whole number"):
        grids.kept(FIXED, table(a_places=bad))


@pytest.mark.parametrize("bad", ["a\nb", "a\x00b", "a\u202eb", "x" * 301])
def test_a_text_cell_is_one_plain_line(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^Age 0 to 4, Note: "):
        grids.kept(FIXED, table(a_note=bad))


@pytest.mark.parametrize("bad", ["", "{", "[]", '{"a": 1}', '{"a": {"fee": 5}}', "null"])
def test_what_is_no_table_counts_as_empty(bad: str) -> None:
    assert not grids.read(bad).get("a", {}).get("fee")
    assert grids.problem(FIXED, bad) is not None


def test_missing_cells_are_named_and_free_rows_count_once_begun() -> None:
    assert (
        grids.problem(FIXED, table(a_fee="1")) == "Fill in every cell that is needed. Missing: Age 5 to 10, Core fee."
    )
    assert grids.problem(FIXED, table(a_fee="1", b_fee="2")) is None
    assert grids.problem(FREE, "") == "Fill in at least one row."
    assert grids.problem(FREE, json.dumps({"2": {"name": "=cmd()"}})) is None, "a formula is a text like any other here"
    assert len(grids.filled(FREE, json.dumps({"2": {"name": "x"}}))) == 1


def test_a_ceiling_is_of_its_own_cell() -> None:
    over = grids.above(FIXED, table(a_fee="4500.01", b_fee="99999.00"))
    assert [(cell.title, cell.ceiling) for cell in over] == [("Age 0 to 4, Core fee", Decimal("4500.00"))]
    assert grids.above(FIXED, table(a_fee="4500.00")) == []


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"columns": []}, "from 1 to 8 columns"),
        ({"columns": [{"key": "a", "label": "A", "kind": "essay"}]}, "holds text, number or money"),
        ({"columns": [{"key": "A b", "label": "A", "kind": "text"}]}, "small letters"),
        ({"columns": [{"key": "a", "label": " ", "kind": "text"}]}, "has a label"),
        ({"columns": [{"key": "a", "label": "A", "kind": "text"}] * 2, "most_rows": 1}, "Two columns"),
        ({"columns": [{"key": "a", "label": "A", "kind": "text"}]}, "how many can be filled in"),
        ({"columns": [{"key": "a", "label": "A", "kind": "text"}], "most_rows": 41}, "how many can be filled in"),
        ({"columns": [{"key": "a", "label": "A", "kind": "text"}], "rows": [{"key": "r", "label": "R"}], "most_rows": 2}, "not both"),
        ({"columns": [{"key": "a", "label": "A", "kind": "text"}], "most_rows": 2, "ceilings": {"*:a": "1"}}, "no price"),
        ({"columns": [{"key": "a", "label": "A", "kind": "money"}], "most_rows": 2, "ceilings": {"*:a": "NaN"}}, "Ceiling of"),
        ([], "A table has columns"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused_in_a_sentence(raw: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_grid(raw)
