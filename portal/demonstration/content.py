"""What the worked region holds: the files of `config/demo`, read once. Their schema stands in the README beside them."""

import tomllib
from functools import cache
from typing import Any

from portal.core.places import CHECKOUT

DEMO = CHECKOUT / "config" / "demo"
Entry = dict[str, Any]
"""One table of a content file, as TOML gives it."""


@cache
def content(name: str) -> Entry:
    """A content file by name, without its ending."""
    return tomllib.loads((DEMO / f"{name}.toml").read_text("utf-8"))


@cache
def other_systems() -> dict[str, Entry]:
    """The other systems, by slug, in the order of their files' names."""
    found = (tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "systems").glob("*.toml")))
    return {entry["slug"]: entry for entry in found}


def organisations(kind: str | None = None) -> dict[str, Entry]:
    """By slug: councils, providers, the operator, or one kind of them."""
    return {row["slug"]: row for row in content("organisations")["organisations"] if kind in (None, row["kind"])}


def councils() -> tuple[str, ...]:
    """Slugs of the councils of the partner provider arrangement, in the order of the content: a second region's is none of them."""
    return tuple(content("system_ppa")["system"]["participating"])


def accounts() -> dict[str, Entry]:
    """By e-mail."""
    return {row["email"]: row for row in content("accounts")["accounts"]}


@cache
def holder(organisation: str, role: str) -> str:
    """The e-mail of whoever holds a role in an organisation. Raises LookupError where nobody does."""
    for email, account in accounts().items():
        if account["organisation"] == organisation and role in account["roles"]:
            return email
    raise LookupError(f"Nobody of {organisation} is {role}.")


def lots() -> dict[str, Entry]:
    """By slug; the question set of a lot has the lot's own slug."""
    return {row["slug"]: row for row in content("system_ppa")["lots"]}


def rounds() -> dict[int, Entry]:
    """By number."""
    return {row["number"]: row for row in content("system_ppa")["rounds"]}


def questions(*sets: str) -> dict[str, Entry]:
    """By key, of the sets named or of all."""
    return {
        row["key"]: row for name in sets or ("common", *lots()) for row in content(f"questions_{name}")["questions"]
    }


def groups() -> dict[str, Entry]:
    """The pages of the question sets, by slug."""
    return {row["slug"]: row for name in ("common", *lots()) for row in content(f"questions_{name}")["groups"]}


def applications() -> list[Entry]:
    """Who applied in which round, how and when."""
    rows: list[Entry] = content("applications")["applications"]
    return rows


def answers(application: Entry) -> dict[str, str]:
    """The selection and document answers: defaults overridden, placeholders filled."""
    defaults = content("answers")["defaults"]
    facts = organisations()[application["provider"]]["facts"]
    merged: dict[str, str] = {}
    for name in ("common", *application["lots"]):
        merged |= defaults[name]
    merged |= application.get("answers", {})
    return {key: value.format(**facts) for key, value in merged.items()}


def statement(application: Entry, lot: str, key: str) -> str:
    """A method statement: paragraphs of one strength, filled with the provider's facts."""
    choice = application["statements"][lot][key]
    pool = content("answers")["statements"][key][choice["level"]]
    facts = organisations()[application["provider"]]["facts"]
    return "\n\n".join(pool[number - 1] for number in choice["paragraphs"]).format(**facts)


def everything_answered(application: Entry) -> dict[str, str]:
    """Every answer of an application by question key, in the order the questions are asked; a draft leaves groups out."""
    given = answers(application)
    for lot in application["lots"]:
        given |= {key: statement(application, lot, key) for key in application.get("statements", {}).get(lot, {})}
        given |= application.get("prices", {}).get(lot, {})
    left_out = set(application.get("skip_groups", ()))
    asked = questions("common", *application["lots"])
    return {key: given[key] for key, question in asked.items() if key in given and question["group"] not in left_out}
