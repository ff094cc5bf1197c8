"""Reference tables: complete, coded, and free of invented names."""

import itertools
import re

from tests.content.worked_region import REFERENCE, councils, organisations, table


def test_councils_of_the_worked_region_match_the_register() -> None:
    register = {row["register_code"]: row for row in table("authorities")}
    for council in organisations("council").values():
        row = register[council["register_code"]]
        assert (row["name"], row["official_name"], row["gss_code"]) == (
            council["name"],
            council["official_name"],
            council["gss"],
        )


def test_authority_codes_are_unique_and_well_formed() -> None:
    rows = table("authorities")
    assert len({row["gss_code"] for row in rows}) == len(rows)
    assert all(re.fullmatch(r"E(06|08|10|47)\d{6}", row["gss_code"]) for row in rows)


def test_classification_codes_have_their_parents() -> None:
    codes = {row["code"]: row["parent_code"] for row in table("cpv_social_care")}
    assert all(parent in codes for parent in codes.values() if parent)


def test_no_fictional_provider_occurs_in_the_regulator_extract() -> None:
    def plain(name: str) -> str:
        return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("(fictional)", "")).strip()

    owners = {plain(row["owner_organisation"]) for row in table("regulator_extract")}
    for provider in organisations("provider").values():
        names = {plain(provider["name"]), plain(provider["short_name"])}
        assert not names & owners
        assert not any(plain(provider["short_name"]) in owner for owner in owners)


def test_regulator_extract_is_of_the_six_councils_and_dated() -> None:
    named = {organisations()[slug]["name"] for slug in councils()}
    rows = table("regulator_extract")
    assert {row["authority"] for row in rows} == named
    assert {row["as_at"] for row in rows} == {"2025-03-31"}
    assert len({row["urn"] for row in rows}) == len(rows)


def test_thresholds_of_one_kind_do_not_overlap() -> None:
    spans: dict[str, list[tuple[str, str]]] = {}
    for row in table("thresholds"):
        spans.setdefault(row["kind"], []).append((row["valid_from"], row["valid_to"] or "9999"))
    for kind, periods in spans.items():
        periods.sort()
        assert all(a[1] < b[0] for a, b in itertools.pairwise(periods)), kind


def test_every_reference_file_states_its_source() -> None:
    sources = (REFERENCE / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in sources for path in REFERENCE.glob("*.csv"))
