"""The forms of an application: a page's fields are made from its questions; what may be typed is the rules' business."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget

from portal.applications.rules import Group
from portal.questionnaires.grids import Cell, cells

PREFIX = "q-"
_YES_NO = [SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
_ROWS = ((80, 3), (200, 6), (400, 10))


class BoxesField(SelectMultipleField):
    """Any of the answers offered, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PageForm(BaseForm):
    """One field a question, named by the question's key. `form_errors` as in WTForms' own form."""

    def __init__(self, group: Group) -> None:
        super().__init__({q.key: _field(q) for q in group.questions if q.kind != "file"}, prefix=PREFIX)
        self.group = group
        self.tables: dict[UUID, str] = {}
        self.form_errors: list[str] = []

    @property
    def errors(self) -> dict[str, Any]:
        """Sentences by field; "": of the page as a whole."""
        found = {name: field.errors for name, field in self._fields.items() if field.errors}
        return found | ({"": self.form_errors} if self.form_errors else {})

    def fill(self, texts: Mapping[UUID, str]) -> None:
        """Show what is saved."""
        self.process(data={q.key: _shown(q, texts.get(q.id, "")) for q in self.group.questions})
        self.tables = {q.id: texts.get(q.id, "") for q in self.group.questions if q.kind == "grid"}

    def show(self, posted: MultiDict[str, str]) -> None:
        """Show what was typed; a character that no page may hold is shown as a mark in its place."""
        self.process(formdata=MultiDict((name, _visible(value)) for name, value in posted.items(multi=True)))
        for field in self._fields.values():
            field.errors = []  # WTForms' own sentences; the rules have better ones
        self.tables = {
            q.id: _table(q, {name: _visible(value) for name, value in posted.items()})
            for q in self.group.questions
            if q.kind == "grid"
        }

    def cells(self, question: Any) -> list[list[Cell]]:
        """A table to fill in, with what is saved or was typed."""
        return cells(question.grid, self.tables.get(question.id, ""))

    def typed(self, posted: MultiDict[str, str]) -> dict[UUID, str]:
        """What was typed, by question; a question that the form did not hold is left alone."""
        found = {}
        for question in self.group.questions:
            name = PREFIX + question.key
            if question.kind == "grid":
                if any(one.startswith(f"{name}:") for one in posted):
                    found[question.id] = _table(question, posted)
                continue
            # Boxes that nobody ticked send nothing; where a condition may have hidden them, the page says that they were shown.
            boxes = question.kind in ("declaration", "choices") and (
                not question.condition or f"{name}-shown" in posted
            )
            if question.kind == "file" or (not boxes and name not in posted):
                continue
            found[question.id] = _typed(question, posted.getlist(name))
        return found

    def tell(self, faults: Mapping[str, str]) -> None:
        """Put each sentence beside its field. `faults`: by question id."""
        for question in self.group.questions:
            if str(question.id) in faults:
                field = self._fields[question.key]
                field.errors = [*field.errors, faults[str(question.id)]]


def _field(question: Any) -> Any:
    label = question.prompt
    choices = [SelectChoice(str(c["value"]), str(c["label"])) for c in question.choices]
    match question.kind:
        case "choice" | "yes_no":
            return RadioField(label, choices=choices or _YES_NO, validate_choice=False)
        case "choices":
            return BoxesField(label, choices=choices, validate_choice=False)
        case "declaration":
            return BooleanField(label)
        case "date":
            return DateField(label, format="%d %m %Y")
        case "text" if (question.word_limit or 0) > 40:
            return TextAreaField(label)
    return StringField(label)


def _visible(text: str) -> str:
    return "".join(c if c in "\n\r\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)


def option(value: object, label: str) -> Any:
    """One of the answers offered."""
    return SelectChoice(str(value), label)


def rows_of(question: Any) -> int:
    """Lines of a text box, by how much is asked for."""
    return next((rows for words, rows in _ROWS if (question.word_limit or 0) <= words), 16)


def _shown(question: Any, text: str) -> Any:
    if question.kind == "declaration":
        return text == "agreed"
    if question.kind == "choices":
        return text.split("\n") if text else []
    if question.kind == "date":
        return date.fromisoformat(text) if text else None
    return text


def _table(question: Any, posted: Mapping[str, str]) -> str:
    """The cells of one table as they were typed; the rules say what may be kept of it."""
    found: dict[str, dict[str, str]] = {}
    for row in cells(question.grid, ""):
        for cell in row:
            typed = posted.get(f"{PREFIX}{question.key}:{cell.row}:{cell.column}", "")
            if typed.strip():
                found.setdefault(cell.row, {})[cell.column] = typed
    return json.dumps(found, ensure_ascii=True) if found else ""


def _typed(question: Any, values: list[str]) -> str:
    if question.kind == "declaration":
        return "agreed" if values and values[0] else ""
    if question.kind == "choices":
        return "\n".join(values)
    if question.kind == "date":
        return _iso(values)
    return values[0] if values else ""


def _iso(values: list[str]) -> str:
    parts = [value.strip() for value in values]
    if not any(parts):
        return ""
    if len(parts) == 3 and all(re.fullmatch(r"[0-9]{1,4}", part, re.ASCII) for part in parts):
        day, month, year = parts
        return f"{year:0>4}-{month:0>2}-{day:0>2}"
    return "-".join(parts)


class LotsForm(FlaskForm):
    """Which lots; for each, which councils' areas (a field `areas-<lot id>` each, read by the route)."""

    lots = SelectMultipleField(
        "Which lots do you apply for?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class UploadForm(FlaskForm):
    """One file for one question."""

    question_id = HiddenField()
    file = FileField("Choose a file")


class SubmitForm(FlaskForm):
    """`key`: made once for each time the page is shown; `content`: the figure of what it showed."""

    key = HiddenField()
    content = HiddenField()
    leave_out = SelectMultipleField(
        "Lots to leave out",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    declared = BooleanField(
        "I have the authority to submit this application for my organisation, and it is correct to the best of my knowledge."
    )


class HelpForm(FlaskForm):
    """Until which day the help desk may look."""

    until = DateField("Until which day?", format="%d %m %Y")


class LongerForm(FlaskForm):
    """Why it takes longer to decide on an application."""

    reason = TextAreaField("Reason", description="The provider reads it. For example, documents that are awaited.")
