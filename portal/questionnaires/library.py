"""The shared library of questions: shipped shelves, read once from `config/reference/question_library`, and an authority's own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.places import CHECKOUT
from portal.questionnaires.content import read_content
from portal.questionnaires.models import LibraryQuestion

_FOLDER = CHECKOUT / "config" / "reference" / "question_library"
OWN = "own"


@dataclass(frozen=True)
class Item:
    """One question of the library. `id`: shelf and key; `content` and `group` as a data file holds them."""

    id: str
    content: Mapping[str, Any]
    group: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """What is asked."""
        return str(self.content["prompt"])


@dataclass(frozen=True)
class Shelf:
    """Questions of one source. `source`: where they come from, and whose words they are."""

    slug: str
    title: str
    source: str
    items: tuple[Item, ...]


@cache
def shelves() -> tuple[Shelf, ...]:
    """Every shipped shelf, in the order of its file name. Raises ValueError for a file that does not hold together."""
    return tuple(_shelf(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(_FOLDER.glob("*.toml")))


def own_shelf(session: Session) -> Shelf:
    """What the authority acted for keeps, the latest first."""
    rows = session.scalars(select(LibraryQuestion).order_by(LibraryQuestion.kept_at.desc(), LibraryQuestion.id))
    return Shelf(
        OWN,
        "Your authority’s own questions",
        "Kept by officers of your authority; no other authority sees them.",
        tuple(map(_own, rows)),
    )


def search(found: tuple[Shelf, ...], words: str) -> tuple[Shelf, ...]:
    """The shelves with only the questions in which every word occurs; those left empty are left out."""
    wanted = words.casefold().split()
    kept = (
        Shelf(s.slug, s.title, s.source, tuple(i for i in s.items if all(w in _text(i) for w in wanted))) for s in found
    )
    return tuple(shelf for shelf in kept if shelf.items)


def with_what_they_depend_on(found: tuple[Shelf, ...], ids: set[str]) -> list[Item]:
    """The items of these ids in their order, and before each the ones its condition depends on."""
    by_id = {item.id: item for shelf in found for item in shelf.items}
    wanted = {one for one in ids if one in by_id}
    for shelf in found:
        for item in reversed(shelf.items):
            if item.id in wanted and item.content.get("condition"):
                wanted.add(f"{shelf.slug}.{item.content['condition']['question']}")
    return [item for item in by_id.values() if item.id in wanted]


def _shelf(slug: str, raw: Mapping[str, Any]) -> Shelf:
    read_content(raw)
    groups = {group["slug"]: group for group in raw["groups"]}
    return Shelf(
        slug,
        str(raw["title"]),
        str(raw["source"]),
        tuple(_item(slug, {"origin": raw.get("origin"), **q}, groups[q["group"]]) for q in raw["questions"]),
    )


def _item(slug: str, content: Mapping[str, Any], group: Mapping[str, Any]) -> Item:
    return Item(f"{slug}.{content['key']}", {**content, "origin_prompt": content["prompt"]}, group)


def _own(row: LibraryQuestion) -> Item:
    content = dict(row.content)
    group = {
        "slug": content.get("group"),
        "title": content.pop("group_title", ""),
        "intro": content.pop("group_intro", None),
    }
    if "weight" in content:
        content["weight"] = Decimal(content["weight"])
    return Item(f"{OWN}.{row.id}", content, group)


def _text(item: Item) -> str:
    return " ".join(str(item.content.get(name, "")) for name in ("prompt", "hint", "origin", "key")).casefold()
