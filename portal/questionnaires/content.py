"""Question sets as data files: reading one, and saying in plain sentences what is wrong with it.

The form is that of `config/demo/README.md`: a title, `groups` (pages in order) and `questions` (in order within their group).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.core.money import parse_pounds
from portal.core.parsing import parse_multi_line, parse_single_line
from portal.questionnaires.conditions import first_problem
from portal.questionnaires.descriptors import SCALES
from portal.questionnaires.grids import read_grid
from portal.questionnaires.rules import RANGE, range_problem

PARTS = ("selection", "quality", "price", "documents")
KINDS = ("text", "choice", "choices", "yes_no", "number", "money", "date", "file", "declaration", "grid")
_SAID = {"yes_no": {"yes", "no"}, "declaration": {"agreed"}}
_MOST_PROBLEMS = 8


@dataclass(frozen=True)
class ReadQuestion:
    """One question of a file, checked; the names are the columns'."""

    key: str
    part: str
    kind: str
    group_slug: str
    group_title: str
    group_intro: str | None
    prompt: str
    hint: str | None
    required: bool
    word_limit: int | None
    choices: list[Any]
    pass_rule: dict[str, Any] | None
    weight: Decimal | None
    minimum_score: int | None
    ceiling: Decimal | None
    unit: str | None
    theme: str | None
    descriptors: list[Any]
    accept: list[Any]
    scorer_guidance: str | None
    condition: dict[str, Any] | None
    grid: dict[str, Any] | None
    origin: str | None
    origin_prompt: str | None
    wording_fixed: bool


@dataclass(frozen=True)
class ReadSet:
    """A file, checked: its title, and its questions in the order of the pages."""

    title: str
    questions: tuple[ReadQuestion, ...]


def read_content(content: Mapping[str, Any]) -> ReadSet:
    """The set that a parsed file holds. Raises ValueError whose text names every problem, by question."""
    problems: list[str] = []
    title = _line(content.get("title"), "The set has no title.", problems, "title")
    groups = {g.get("slug"): g for g in content.get("groups", []) if isinstance(g, Mapping)}
    scales = {**SCALES, **content["descriptors"]} if isinstance(content.get("descriptors"), Mapping) else SCALES
    raw = [q for q in content.get("questions", []) if isinstance(q, Mapping)]
    if not raw:
        problems.append("There are no questions in it.")
    seen: set[str] = set()
    read: list[ReadQuestion] = []
    for number, question in enumerate(raw, start=1):
        where = f"Question {number} ({question.get('key', 'without key')})"
        own: list[str] = []
        found = _question(question, groups, scales, own)
        if found.key in seen:
            own.append("its key is used twice.")
        seen.add(found.key)
        problems += [f"{where}: {sentence}" for sentence in own]
        read.append(found)
    order = {slug: position for position, slug in enumerate(groups)}
    read.sort(key=lambda q: order.get(q.group_slug, 0))
    astray = first_problem(read) if not problems else None
    if astray:
        problems.append(f"{astray[0]}: {astray[1]}")
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        raise ValueError(" ".join(problems[:_MOST_PROBLEMS]) + (f" And {more} more." if more > 0 else ""))
    return ReadSet(title, tuple(read))


def read_question(raw: Mapping[str, Any], group: Mapping[str, Any]) -> tuple[ReadQuestion, list[str]]:
    """One question as a form or the library gives it, and what is wrong with it. Its condition is judged with its set."""
    problems: list[str] = []
    slug = str(group.get("slug", ""))
    return _question({**raw, "group": slug}, {slug: group}, SCALES, problems), problems


def _question(
    raw: Mapping[str, Any], groups: Mapping[Any, Mapping[str, Any]], scales: Mapping[str, Any], problems: list[str]
) -> ReadQuestion:
    part, kind, slug = str(raw.get("part", "")), str(raw.get("kind", "")), str(raw.get("group", ""))
    group = groups.get(slug, {})
    if part not in PARTS:
        problems.append(f"its part is {part or 'missing'}; it can be {', '.join(PARTS)}.")
    if kind not in KINDS:
        problems.append(f"its kind is {kind or 'missing'}; it can be {', '.join(KINDS)}.")
    if not group:
        problems.append(f"its group {slug or '(none)'} is not among the groups.")
    if part == "price" and kind not in ("money", "grid"):
        problems.append("the part price holds prices (kind money) and tables of prices (kind grid), and nothing else.")
    named = raw.get("descriptors")
    if named is not None and named not in scales:
        problems.append(f"its descriptors {named} are not known.")
    return ReadQuestion(
        key=_line(raw.get("key"), "it has no key.", problems, "key"),
        part=part,
        kind=kind,
        group_slug=slug,
        group_title=_line(group.get("title"), "its group has no title.", problems, "group title"),
        group_intro=_text(group.get("intro"), problems, "introduction"),
        prompt=_text(raw.get("prompt"), problems, "prompt") or _said(problems, "it asks nothing: prompt is missing."),
        hint=_text(raw.get("hint"), problems, "hint"),
        required=bool(raw.get("required", True)),
        word_limit=_whole(raw.get("word_limit"), 1, 20_000, "word limit", problems),
        choices=_choices(raw, kind, problems),
        pass_rule=_rule(raw, kind, problems),
        weight=_weight(raw, part, problems),
        minimum_score=_whole(raw.get("minimum_score"), 0, 5, "minimum score", problems),
        ceiling=_ceiling(raw, kind, part, problems),
        unit=_text(raw.get("unit"), problems, "unit"),
        theme=_text(raw.get("theme"), problems, "theme"),
        descriptors=list(scales.get(named, ())) if named else [],
        accept=[str(kind_of_file) for kind_of_file in raw.get("accept", [])],
        scorer_guidance=_text(raw.get("scorer_guidance"), problems, "scorer guidance"),
        condition=_condition(raw, problems),
        grid=_grid(raw, kind, problems),
        origin=_text(raw.get("origin"), problems, "origin"),
        origin_prompt=_text(raw.get("origin_prompt"), problems, "origin prompt"),
        wording_fixed=raw.get("wording_fixed") is True,
    )


def _condition(raw: Mapping[str, Any], problems: list[str]) -> dict[str, Any] | None:
    given = raw.get("condition")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        problems.append("its condition names a question, a comparison and the answers compared with.")
        return None
    return {"then": "ask", **given}


def _grid(raw: Mapping[str, Any], kind: str, problems: list[str]) -> dict[str, Any] | None:
    given = raw.get("grid")
    if (kind == "grid") != (given is not None):
        problems.append("a question of kind grid has a table, and no other kind has one.")
        return None
    try:
        return read_grid(given) if given is not None else None
    except ValueError as error:
        problems.append(f"its table: {error}")
        return None


def _said(problems: list[str], sentence: str) -> str:
    problems.append(sentence)
    return ""


def _line(value: Any, missing: str, problems: list[str], name: str) -> str:
    try:
        text = parse_single_line(value if isinstance(value, str) else "", 300)
    except ValueError as error:
        return _said(problems, f"{name}: {error}")
    return text or _said(problems, missing)


def _text(value: Any, problems: list[str], name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        _said(problems, f"{name} is not a text.")
        return None
    try:
        return parse_multi_line(value, 10_000) or None
    except ValueError as error:
        _said(problems, f"{name}: {error}")
        return None


def _whole(value: Any, low: int, high: int, name: str, problems: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    problems.append(f"its {name} is a whole number from {low} to {high:,}.")
    return None


def _choices(raw: Mapping[str, Any], kind: str, problems: list[str]) -> list[Any]:
    given = raw.get("choices", [])
    fit = isinstance(given, list) and all(isinstance(c, Mapping) and c.get("value") and c.get("label") for c in given)
    if not fit or (kind in ("choice", "choices")) != bool(given):
        problems.append(
            "a question of kind choice or choices has choices, each with a value and a label; no other kind has any."
        )
        return []
    if len({c["value"] for c in given}) != len(given):
        problems.append("two of its choices have the same value.")
    if any("\n" in str(c["value"]) for c in given):
        problems.append("the value of a choice is one line.")
    return [{"value": str(c["value"]), "label": str(c["label"])} for c in given]


def _rule(raw: Mapping[str, Any], kind: str, problems: list[str]) -> dict[str, Any] | None:
    rule = raw.get("pass_rule")
    if rule is None:
        return None
    if isinstance(rule, Mapping) and set(rule) == {"minimum"} and kind == "number" and isinstance(rule["minimum"], int):
        return {"minimum": rule["minimum"]}
    if isinstance(rule, Mapping) and rule and set(rule) <= set(RANGE) and kind in ("number", "money", "date"):
        wrong = range_problem(kind, rule)
        if wrong:
            problems.append(f"its pass rule: {wrong}")
        return {name: str(rule[name]) for name in RANGE if name in rule}
    if not isinstance(rule, Mapping) or not set(rule) <= {"passes", "fails"}:
        problems.append("its pass rule names the answers that pass and fail, or (for a number, sum or date) bounds.")
        return None
    passing, failing = list(rule.get("passes", [])), list(rule.get("fails", []))
    answers: set[Any] = set(_SAID.get(kind, ())) or {
        c.get("value") for c in raw.get("choices", []) if isinstance(c, Mapping)
    }
    if not {*passing, *failing} <= answers or {*passing} & {*failing}:
        problems.append("its pass rule names an answer that cannot be given, or one that both passes and fails.")
    return {"passes": passing, "fails": failing}


def _weight(raw: Mapping[str, Any], part: str, problems: list[str]) -> Decimal | None:
    value = raw.get("weight")
    if value is None:
        if part == "quality":
            problems.append("a method statement has a weight.")
        return None
    if part != "quality":
        problems.append("only a method statement (part quality) has a weight.")
    if isinstance(value, float):  # a file's 12.5
        value = Decimal(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not _is_share(Decimal(value)):
        problems.append("its weight is a number from 1 to 100, with no more than two decimal places.")
        return None
    return Decimal(value)


def _is_share(value: Decimal) -> bool:
    return value.is_finite() and 1 <= value <= 100 and value == value.quantize(Decimal("0.01"))


def _ceiling(raw: Mapping[str, Any], kind: str, part: str, problems: list[str]) -> Decimal | None:
    value = raw.get("ceiling")
    if value is None:
        return None
    if kind != "money" or part != "price":
        problems.append("only a price has a ceiling.")
    try:
        return parse_pounds(str(value))
    except ValueError as error:
        problems.append(f"its ceiling: {error}")
        return None


def as_content(question: Any) -> dict[str, Any]:
    """A question as a data file holds it, without what is empty: the way back of `read_content`. Its group is named, not described."""
    found: dict[str, Any] = {"key": question.key, "group": question.group_slug}
    for name in (
        "part",
        "kind",
        "prompt",
        "hint",
        "required",
        "word_limit",
        "choices",
        "pass_rule",
        "weight",
        "minimum_score",
    ):
        found[name] = getattr(question, name)
    found["ceiling"] = None if question.ceiling is None else f"{question.ceiling:.2f}"
    for name in ("unit", "theme", "accept", "scorer_guidance", "condition", "grid", "origin", "origin_prompt"):
        found[name] = getattr(question, name)
    found["descriptors"] = "standard" if question.descriptors else None
    found["wording_fixed"] = question.wording_fixed or None
    if question.weight is not None and question.weight == int(question.weight):
        found["weight"] = int(question.weight)
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def as_file(title: str, questions: Sequence[Any]) -> str:
    """A set as a data file: what `load_question_set` reads again."""
    lines = [f"title = {_spelt(title)}"]
    seen: set[str] = set()
    for question in questions:
        if question.group_slug in seen:
            continue
        seen.add(question.group_slug)
        lines += ["", "[[groups]]", f"slug = {_spelt(question.group_slug)}", f"title = {_spelt(question.group_title)}"]
        lines += [f"part = {_spelt(question.part)}"]
        lines += [f"intro = {_spelt(question.group_intro)}"] if question.group_intro else []
    for question in questions:
        lines += ["", "[[questions]]"]
        lines += [f"{name} = {_spelt(value)}" for name, value in as_content(question).items()]
    return "\n".join(lines) + "\n"


def _spelt(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case list() | tuple():
            return "[" + ", ".join(_spelt(one) for one in value) + "]"
        case Mapping():
            inner = ", ".join(f"{json.dumps(k)} = {_spelt(v)}" for k, v in value.items() if v is not None)
            return "{ " + inner + " }"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
