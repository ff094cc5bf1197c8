"""The forms that build a question: one kind of answer at a time shows only its own fields. Pure shape; the action says what may be."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.documents.kinds import Kind
from portal.core.errors import Invalid
from portal.core.web.fields import FigureField, PoundsField, options
from portal.purchasing_systems.forms import TicksField
from portal.questionnaires.actions.building import slug_of
from portal.questionnaires.conditions import CHOSEN, OPERATORS, ORDERED
from portal.questionnaires.queries import QuestionView
from portal.questionnaires.rules import RANGE, figure

THREE_WAYS = [
    {"value": "hold", "label": "We hold this now"},
    {"value": "will_obtain", "label": "We will obtain it before the first placement"},
    {"value": "cannot", "label": "We cannot obtain it"},
]
"""Asked so, nobody must hold a thing before there is a placement to hold it for (domain 9.3)."""
TYPES: dict[str, tuple[str, str, str, str]] = {
    "text": ("selection", "text", "Text", "With a word limit, if you set one."),
    "yes_no": ("selection", "yes_no", "Yes or no", ""),
    "three_ways": ("selection", "choice", "Hold now, will obtain, or cannot", "For insurance and the like: cover may be obtained before the first placement."),
    "choice": ("selection", "choice", "One of several answers", ""),
    "choices": ("selection", "choices", "Any of several answers", ""),
    "number": ("selection", "number", "Whole number", ""),
    "sum": ("selection", "money", "Sum of money", "Turnover, for example. A price is further down."),
    "date": ("selection", "date", "Date", ""),
    "declaration": ("selection", "declaration", "Statement to confirm", ""),
    "table": ("selection", "grid", "Table to fill in", "With your rows, or the applicant’s own."),
    "file": ("documents", "file", "Document to upload", ""),
    "statement": ("quality", "text", "Method statement", "Scored from 0 to 5, with a weight. Asked of one lot."),
    "price": ("price", "money", "Price", "With a ceiling, if you set one. Asked of one lot."),
    "price_table": ("price", "grid", "Table of prices", "Rows, columns, units, and a ceiling for each cell. Asked of one lot."),
}  # fmt: skip
"""Name on the form to part, kind, label and help."""
FOR_A_LOT = ("statement", "price", "price_table")
_YES_NO = {
    "": ("An answer is enough", None),
    "yes": ("Yes passes, no fails", {"passes": ["yes"], "fails": ["no"]}),
    "no": ("No passes, yes fails", {"passes": ["no"], "fails": ["yes"]}),
    "yes_judge": ("Yes passes, an officer judges no", {"passes": ["yes"], "fails": []}),
    "no_judge": ("No passes, an officer judges yes", {"passes": ["no"], "fails": []}),
}
_MEANINGS = {"passes": "passes", "fails": "fails", "officer judges": "judged", "judged": "judged"}
_KINDS = {"text": "text", "number": "number", "whole number": "number", "price": "money", "money": "money"}
_BY_KIND: dict[str, tuple[str, ...]] = {
    "text": ("word_limit",),
    "choice": ("choices",),
    "choices": ("choices",),
    "yes_no": ("answers_pass",),
    "number": ("unit", *RANGE),
    "money": (),
    "date": RANGE,
    "declaration": (),
    "file": ("accept",),
    "grid": ("columns", "rows", "most_rows"),
}
_BY_PART: dict[str, tuple[str, ...]] = {
    "quality": ("weight", "minimum_score"),
    "price": (),
    "selection": (),
    "documents": (),
}


class TypeForm(FlaskForm):
    """What kind of answer is wanted."""

    type = RadioField("What kind of answer do you want?", choices=options((k, v[2]) for k, v in TYPES.items()), validate_choice=False)  # fmt: skip


class BuildForm(FlaskForm):
    """Everything about a question; a page shows the fields of its kind (`fields_of`)."""

    heading = SelectField("Which page does it stand on?", validate_choice=False)
    new_heading = StringField("Heading of the new page", description="Only for a new page. For example, Insurance.")
    prompt = TextAreaField("Question")
    hint = TextAreaField("Help for the applicant")
    required = RadioField(
        "Must it be answered?", choices=options([("yes", "Yes"), ("no", "No")]), validate_choice=False
    )
    word_limit = FigureField("Word limit", description="Leave it empty for no limit.")
    unit = StringField("Unit", description="For example, week, hour, places. Leave it empty for none.")
    choices = TextAreaField(
        "Answers to choose from",
        description="One a line. To make a pass rule, end a line with = passes or = fails; an officer judges the others.",
    )
    answers_pass = RadioField(
        "What passes?", choices=options((k, v[0]) for k, v in _YES_NO.items()), validate_choice=False
    )
    pass_from = StringField("Passes from", description="Leave it empty for no bound.")
    pass_to = StringField("Passes up to")
    fail_below = StringField("Fails below")
    fail_above = StringField("Fails above")
    weight = FigureField("Weight", places=2, description="Per cent of the quality marks of the lot.")
    minimum_score = FigureField(
        "Minimum score", description="From 0 to 5. An agreed score below it fails the lot. Leave it empty for none."
    )
    ceiling = PoundsField("Ceiling", description="A price above it is not admitted. Leave it empty for none.")
    columns = TextAreaField(
        "Columns",
        description="One a line, parts separated by | or pasted from a spreadsheet: heading | text, number or price | unit | optional. "
        "For example: Core fee | price | week",
    )
    rows = TextAreaField(
        "Rows",
        description="One a line: label | ceiling of the first price | ceiling of the next. For example: Age 0 to 4 | 4,500.00. "
        "Leave it empty to let the applicant fill in rows of its own; a line * | 4,500.00 then holds for each.",
    )
    most_rows = FigureField(
        "Most rows of the applicant’s own", description="Only where you name no rows, from 1 to 40."
    )
    accept = TicksField(
        "Kinds of file", choices=options((k.value, k.value.upper()) for k in Kind), validate_choice=False
    )  # fmt: skip
    scorer_guidance = TextAreaField("What evaluators look for", description="Published with the question.")
    depends_on = SelectField("Ask it only for some answers to", validate_choice=False)
    operator = SelectField(
        "The answer", choices=options(OPERATORS.items()), validate_choice=False, default="is_one_of"
    )  # fmt: skip
    values = TextAreaField(
        "Compared with", description="One a line: answers as they are shown, a whole number, or a date like 31 3 2027."
    )
    then = RadioField(
        "Otherwise",
        choices=options([("ask", "it is not asked"), ("require", "it is asked and may be left out")]),
        validate_choice=False,
        default="ask",
    )

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop the fields that this kind does not have."""
        wanted = {*names, "csrf_token"}
        for name in [name for name in self._fields if name not in wanted]:
            del self[name]


class PageForm(FlaskForm):
    """A page of questions."""

    title = StringField("Heading")
    intro = TextAreaField("Introduction", description="Shown above the questions of the page.")


class ModifyForm(FlaskForm):
    """A change after publication."""

    prompt = TextAreaField("Question")
    hint = TextAreaField("Help for the applicant")
    required = RadioField(
        "Must it be answered?", choices=options([("yes", "Yes"), ("no", "No")]), validate_choice=False
    )
    word_limit = FigureField("Word limit")
    minimum_score = FigureField("Minimum score")
    ceiling = PoundsField("Ceiling")
    scorer_guidance = TextAreaField("What evaluators look for")
    reason = TextAreaField(
        "Reason", description="Everybody who registered an interest will read it, and so can the public."
    )


class LibraryForm(FlaskForm):
    """Questions to take."""

    lot = SelectField("Ask them of", validate_choice=False)
    picked = TicksField("Questions", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False)  # fmt: skip


class CopyForm(FlaskForm):
    """A round to copy from."""

    from_round = RadioField("Copy the questions of", validate_choice=False)


def fields_of(part: str, kind: str, *, fixed: bool = False, conditional: bool = True) -> tuple[str, ...]:
    """The fields of a question of this part and kind. `fixed`: its wording is not to be changed."""
    words = () if fixed else ("prompt", "hint")
    own = tuple(name for name in _BY_KIND[kind] if not (fixed and name == "choices"))
    money = (("unit", "ceiling") if part == "price" else RANGE) if kind == "money" else ()
    guided = ("scorer_guidance",) if part in ("quality", "selection") and kind != "declaration" else ()
    return (*words, "required", *own, *money, *_BY_PART[part], *guided, *(("depends_on", "operator", "values", "then") if conditional else ()))  # fmt: skip


_TOGETHER = (RANGE, ("columns", "rows", "most_rows"), ("depends_on", "operator", "values", "then"))


def sent(wanted: Iterable[str], posted: Container[str]) -> list[str]:
    """The fields a page sent; of what is read together, all or none. Boxes that nobody ticked send nothing."""
    kept = {name for name in wanted if name in posted or name == "accept"}
    for group in _TOGETHER:
        kept |= {*group} if kept & {*group} else set()
    return [name for name in wanted if name in kept]


def shown(asked: QuestionView, before: Sequence[QuestionView]) -> dict[str, Any]:
    """What the form shows of a question."""
    rule, condition = asked.pass_rule or {}, asked.condition or {}
    found: dict[str, Any] = {
        name: getattr(asked, name)
        for name in (
            "prompt",
            "hint",
            "word_limit",
            "unit",
            "weight",
            "minimum_score",
            "ceiling",
            "scorer_guidance",
            "accept",
        )
    }
    found["required"] = "yes" if asked.required else "no"
    found["choices"] = "\n".join(f"{c['label']}{_meaning(rule, c['value'])}" for c in asked.choices)
    found["answers_pass"] = next((k for k, v in _YES_NO.items() if v[1] == (asked.pass_rule or None)), "")
    found |= {name: _shown_bound(asked.kind, rule.get(name)) for name in RANGE}
    if "minimum" in rule:
        found["pass_from"] = found["fail_below"] = str(rule["minimum"])
    if asked.grid:
        found |= _shown_grid(asked.grid)
    other = next((q for q in before if q.key == condition.get("question")), None)
    found["depends_on"] = condition.get("question", "")
    if condition and other is not None:
        labels = _labels(other)
        found["operator"], found["then"] = condition["operator"], condition.get("then", "ask")
        found["values"] = "\n".join(labels.get(v, _shown_bound(other.kind, v)) for v in condition["values"])
    return found


def content(
    form: BuildForm, part: str, kind: str, before: Sequence[QuestionView], was: QuestionView | None = None
) -> dict[str, Any]:
    """The form as a data file would hold it; what the page did not show is left out. Raises Invalid beside the field."""
    found: dict[str, Any] = {"part": part, "kind": kind}
    readers: dict[str, Callable[[], dict[str, Any]]] = {
        **{n: partial(_text, form, n) for n in ("prompt", "hint", "scorer_guidance", "unit")},
        **{n: partial(_whole, form, n) for n in ("word_limit", "minimum_score")},
        "weight": lambda: {"weight": _weight(form), "descriptors": "standard"},
        "ceiling": lambda: {"ceiling": None if form.ceiling.amount is None else str(form.ceiling.amount)},
        "required": lambda: {"required": form.required.data == "yes"} if form.required.data else {},
        "accept": lambda: {"accept": [k for k in form.accept.data or [] if k in [one.value for one in Kind]]},
        "choices": lambda: dict(
            zip(("choices", "pass_rule"), _read_choices(form.choices.data or "", was), strict=True)
        ),
        "answers_pass": lambda: {"pass_rule": _YES_NO.get(form.answers_pass.data or "", _YES_NO[""])[1]},
        "pass_from": lambda: {"pass_rule": _read_bounds(form, kind)},
        "columns": lambda: {"grid": _read_grid(form)},
        "depends_on": lambda: {"condition": _read_condition(form, before)},
    }
    for name, reader in readers.items():
        if name in form:
            found |= reader()
    return found


def _text(form: BuildForm, name: str) -> dict[str, Any]:
    return {name: form[name].data or None}


def _whole(form: BuildForm, name: str) -> dict[str, Any]:
    return {name: form[name].whole}


def _weight(form: BuildForm) -> Decimal | None:
    weight = form.weight.number
    if weight is not None and not 1 <= weight <= 100:
        raise Invalid(weight="Enter a weight from 1 to 100.")
    return weight


def _meaning(rule: Mapping[str, Any], value: str) -> str:
    if value in rule.get("passes", ()):
        return " = passes"
    return " = fails" if value in rule.get("fails", ()) else ""


def _read_choices(typed: str, was: QuestionView | None) -> tuple[list[dict[str, str]], dict[str, list[str]] | None]:
    kept = {str(c["label"]): str(c["value"]) for c in (was.choices if was else THREE_WAYS)}
    made: list[dict[str, str]] = []
    rule: dict[str, list[str]] = {"passes": [], "fails": []}
    for line in filter(None, (one.strip() for one in typed.splitlines())):
        label, _, meaning = line.rpartition("=")
        said = _MEANINGS.get(meaning.strip().lower())
        if not label or said is None:
            label, said = line, None
        label = label.strip()
        taken = {c["value"] for c in made}
        value = kept.get(label) if kept.get(label) not in taken else None
        value = value or slug_of(label, taken | set(kept.values()))
        made.append({"value": value, "label": label})
        if said in rule:
            rule[said].append(value)
    if len(made) < 2:
        raise Invalid(choices="Enter at least two answers, one a line.")
    if len({c["label"] for c in made}) < len(made):
        raise Invalid(choices="Two of the answers are the same.")
    return made, rule if rule["passes"] or rule["fails"] else None


def _read_bounds(form: BuildForm, kind: str) -> dict[str, str] | None:
    rule = {name: _bound(kind, form[name].data, name) for name in RANGE if (form[name].data or "").strip()}
    return rule or None


def _bound(kind: str, typed: str, field: str) -> str:
    text = typed.strip()
    parts = re.fullmatch(r"([0-9]{1,2})[ /.-]([0-9]{1,2})[ /.-]([0-9]{4})", text, re.ASCII) if kind == "date" else None
    if parts:
        text = f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}"
    try:
        return str(figure(kind, text.replace(",", "") if kind == "number" else text))
    except ValueError as error:
        raise Invalid(**{field: str(error)}) from None


def _shown_bound(kind: str, value: Any) -> str:
    text = "" if value is None else str(value)
    if kind == "date" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        year, month, day = text.split("-")
        return f"{int(day)} {int(month)} {year}"
    return text


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"[|\t]", line)]


def _read_grid(form: BuildForm) -> dict[str, Any]:
    columns: list[dict[str, Any]] = []
    for line in filter(str.strip, (form.columns.data or "").splitlines()):
        label, kind, unit, optional = (*_cells(line), "", "", "")[:4]
        if kind and kind.lower() not in _KINDS:
            raise Invalid(columns=f"“{label}”: a column holds text, number or price, not “{kind}”.")
        made = {
            "key": slug_of(label, {c["key"] for c in columns}),
            "label": label,
            "kind": _KINDS.get(kind.lower(), "text"),
        }
        columns.append({**made, "unit": unit or None, "required": optional.lower() != "optional"})
    prices = [c["key"] for c in columns if c["kind"] == "money"]
    rows: list[dict[str, str]] = []
    ceilings: dict[str, str] = {}
    for line in filter(str.strip, (form.rows.data or "").splitlines()):
        label, *given = _cells(line)
        row = {"key": "*" if label == "*" else slug_of(label, {r["key"] for r in rows}), "label": label}
        if label != "*":
            rows.append(row)
        if len([one for one in given if one]) > len(prices):
            raise Invalid(rows=f"“{label}” has more ceilings than the table has columns of prices.")
        ceilings |= {f"{row['key']}:{column}": one for column, one in zip(prices, given, strict=False) if one}
    grid: dict[str, Any] = {"columns": columns, "rows": rows, "ceilings": ceilings}
    return grid if rows else {**grid, "most_rows": form.most_rows.whole}


def _shown_grid(grid: Mapping[str, Any]) -> dict[str, Any]:
    names = {"text": "text", "number": "number", "money": "price"}
    columns = [
        " | ".join(
            [c["label"], names[c["kind"]], c.get("unit") or "", "" if c.get("required", True) else "optional"]
        ).rstrip(" |")
        for c in grid["columns"]
    ]
    prices = [c["key"] for c in grid["columns"] if c["kind"] == "money"]
    given = grid["ceilings"]
    rows = [
        " | ".join([row["label"], *(given.get(f"{row['key']}:{p}", "") for p in prices)]).rstrip(" |")
        for row in (grid["rows"] or ([{"key": "*", "label": "*"}] if given else []))
    ]
    return {"columns": "\n".join(columns), "rows": "\n".join(rows), "most_rows": grid.get("most_rows")}


def _labels(other: QuestionView) -> dict[str, str]:
    if other.kind == "yes_no":
        return {"yes": "Yes", "no": "No"}
    if other.kind == "declaration":
        return {"agreed": "Confirmed"}
    return {str(c["value"]): str(c["label"]) for c in other.choices}


def can_depend_on(before: Iterable[QuestionView]) -> list[QuestionView]:
    """Questions whose answer can decide whether another is asked."""
    return [q for q in before if q.kind in (*CHOSEN, *ORDERED) and q.part != "price"]


def _read_condition(form: BuildForm, before: Sequence[QuestionView]) -> dict[str, Any] | None:
    key = form.depends_on.data or ""
    if not key:
        return None
    other = next((q for q in can_depend_on(before) if q.key == key), None)
    if other is None:
        raise Invalid(depends_on="Select an earlier question of the same set.")
    typed = [one.strip() for one in (form["values"].data or "").splitlines() if one.strip()]
    if not typed:
        raise Invalid(values="Enter what the answer is compared with.")
    if other.kind in ORDERED:
        values = [_bound(other.kind, one, "values") for one in typed]
    else:
        by_label = {label.casefold(): value for value, label in _labels(other).items()}
        values = [by_label.get(one.casefold(), one) for one in typed]
    return {"question": key, "operator": form.operator.data, "values": values, "then": form.then.data or "ask"}
