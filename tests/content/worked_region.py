"""Reads the content files once for the tests of this folder."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).parents[2] / "config"
DEMO = CONFIG / "demo"
REFERENCE = CONFIG / "reference"
LOT_SETS = {"residential": "res", "foster": "fos"}


@cache
def content(name: str) -> dict[str, Any]:
    with (DEMO / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organisations(kind: str | None = None) -> dict[str, dict[str, Any]]:
    rows = content("organisations")["organisations"]
    return {row["slug"]: row for row in rows if kind in (None, row["kind"])}


def accounts() -> dict[str, dict[str, Any]]:
    return {row["email"]: row for row in content("accounts")["accounts"]}


def questions(*sets: str) -> dict[str, dict[str, Any]]:
    return {
        row["key"]: row for name in sets or ("common", *LOT_SETS) for row in content(f"questions_{name}")["questions"]
    }


def groups() -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for name in ("common", *LOT_SETS) for row in content(f"questions_{name}")["groups"]}


def applications() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = content("applications")["applications"]
    return rows


def answers(application: dict[str, Any]) -> dict[str, str]:
    """The selection and document answers, defaults overridden and placeholders filled."""
    defaults = content("answers")["defaults"]
    facts = organisations()[application["provider"]]["facts"]
    merged: dict[str, str] = {}
    for name in ("common", *application["lots"]):
        merged |= defaults[name]
    merged |= application.get("answers", {})
    return {key: value.format(**facts) for key, value in merged.items()}


def statement(application: dict[str, Any], lot: str, key: str) -> str:
    choice = application["statements"][lot][key]
    pool = content("answers")["statements"][key][choice["level"]]
    facts = organisations()[application["provider"]]["facts"]
    return "\n\n".join(pool[number - 1] for number in choice["paragraphs"]).format(**facts)
