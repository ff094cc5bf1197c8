"""The page of requirements and the tests that bear their numbers say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from portal.core.places import CHECKOUT

PAGE = CHECKOUT / "portal" / "adr" / "requirements.md"
NUMBERED = re.compile(r"test_(r\d_\d\d|all_\d\d)")


def named_on_the_page() -> set[tuple[str, str]]:
    return {(path, name) for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text("utf-8"))}


def defined() -> set[tuple[str, str]]:
    """Every test there is, with its file."""
    return {
        (str(path.relative_to(CHECKOUT)), node.name)
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_on_the_page_exists() -> None:
    named = named_on_the_page()
    assert len(named) > 40
    assert named - defined() == set()


def test_every_test_that_bears_a_number_stands_on_the_page() -> None:
    bearing = {(path, name) for path, name in defined() if NUMBERED.match(name)}
    assert bearing - named_on_the_page() == set()


def test_every_requirement_has_a_test_or_is_said_to_be_left() -> None:
    done, left = PAGE.read_text("utf-8").split("## Left for")
    rows = re.findall(r"^\| ((?:R\d|ALL)-\d\da?) \| .+? \| (.+) \|$", done, re.MULTILINE)
    assert len(rows) >= 43
    assert [number for number, tests in rows if "::test_" not in tests] == []
    assert len(re.findall(r"^\| (?:R\d|ALL)-\d\d \|", left, re.MULTILINE)) == 11
    assert Path(PAGE).name in (CHECKOUT / "portal" / "adr" / "README.md").read_text("utf-8")
