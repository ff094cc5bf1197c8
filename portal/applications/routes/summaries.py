"""Answers as they are read: on the check page, on a closed draft, and by officers."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portal.applications.queries.overview import Draft
from portal.applications.rules import Group, problem_of
from portal.core.money import pounds
from portal.core.typeset.wording import size
from portal.questionnaires import grids
from portal.questionnaires.conditions import NOT_ASKED
from portal.questionnaires.rules import answer_warning, word_count
from portal.questionnaires.wording import answer_in_words


@dataclass(frozen=True)
class Summary:
    """One page's answers. `rows`: for `ui.summary_list`; `problems`: what is missing there."""

    group: Group
    title: str
    url: str
    rows: list[dict[str, Any]]
    problems: int


def summaries(draft: Draft) -> list[Summary]:
    """Every page, common ones first, then lot by lot."""
    return [_summary(draft, group) for group in draft.groups]


def read_rows(draft: Draft, group: Group) -> list[dict[str, Any]]:
    """The written answers of one page, to be read only."""
    asked = replace(group, questions=tuple(q for q in group.questions if q.id in draft.asked))
    rows = _summary(draft, asked).rows
    return [row for row, question in zip(rows, asked.questions, strict=True) if question.kind != "file"]


def above_ceiling(draft: Draft) -> list[str]:
    """Prices of the lots that are ready which can be submitted and will not be admitted."""
    ready = draft.readiness.ready_lots
    return [
        question.prompt
        for group in draft.groups
        if group.lot_id in ready
        for question in group.questions
        if answer_warning(question, draft.texts.get(question.id, ""))
    ]


def _summary(draft: Draft, group: Group) -> Summary:
    base = f"/applications/{draft.case.application.id}/group/{group.slug}"
    rows, problems = [], 0
    for question in group.questions:
        text = draft.texts.get(question.id, "")
        sentence = problem_of(question, text, documented=question.id in draft.documented)
        problems += sentence is not None
        actions = [
            {
                "url": f"{base}#q-{question.key}",
                "text": "Change" if text or not sentence else "Answer",
                "hidden": question.prompt,
            }
        ]
        rows.append(
            {
                "key": question.prompt,
                "value": _value(draft, question, text, sentence),
                "actions": actions if draft.case.is_open else [],
            }
        )
    return Summary(group, group.title, base, rows, problems)


def _value(draft: Draft, question: Any, text: str, sentence: str | None) -> Markup:
    shown = worded(question, text)
    if question.kind == "file":
        for document in draft.of_question(question.id):
            shown += Markup('<p class="govuk-body">{} <span class="app-muted">({})</span></p>').format(
                document.name, size(document.size)
            )
    elif text and question.word_limit and question.word_limit > 40:
        shown += Markup('<p class="govuk-body-s app-muted">{:,} of {:,} words</p>').format(
            word_count(text), question.word_limit
        )
    if draft.changed(question):
        shown += Markup(
            '<p class="govuk-body"><strong class="govuk-tag govuk-tag--yellow">Question changed</strong> Your answer is kept. '
            "Please check it.</p>"
        )
    warning = answer_warning(question, text)
    if warning:
        shown += Markup(
            '<p class="govuk-body"><strong class="govuk-tag govuk-tag--orange">Above ceiling</strong> {}</p>'
        ).format(warning)
    if sentence:
        shown += Markup('<p class="govuk-error-message">{}</p>').format(sentence)
    return shown or Markup('<span class="app-muted">Not answered, and not needed</span>')


def worded(question: Any, text: str) -> Markup:
    """An answer as it is read; nothing for none."""
    if not text or question.kind == "file":
        return Markup("")
    if text == NOT_ASKED:
        return Markup('<span class="app-muted">Not asked of this applicant</span>')
    if question.kind == "grid":
        return grid_table(question, text)
    if question.kind == "money":
        unit = f" per {question.unit}" if question.unit else ""
        return Markup('<p class="govuk-body">{}{}</p>').format(pounds(Decimal(text)), unit)
    return Markup('<p class="govuk-body app-answer">{}</p>').format(answer_in_words(question, text))


def grid_table(question: Any, text: str) -> Markup:
    """A filled table as it is read, each price beside its ceiling."""
    grid = question.grid or {}
    heads = Markup("").join(
        Markup('<th scope="col" class="govuk-table__header">{}{}</th>').format(
            column["label"], f" (per {column['unit']})" if column.get("unit") else ""
        )
        for column in grid["columns"]
    )
    rows = Markup("").join(
        Markup('<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{}</th>{}</tr>').format(
            row[0].row_label, Markup("").join(_cell(cell) for cell in row)
        )
        for row in grids.filled(grid, text)
    )
    return Markup(
        '<div class="app-table-scroll" role="region" aria-label="{}" tabindex="0"><table class="govuk-table app-sheet">'
        '<caption class="govuk-visually-hidden">{}</caption><thead class="govuk-table__head">'
        '<tr class="govuk-table__row"><th scope="col" class="govuk-table__header">Row</th>{}</tr></thead>'
        '<tbody class="govuk-table__body">{}</tbody></table></div>'
    ).format(question.prompt, question.prompt, heads, rows)


def _cell(cell: grids.Cell) -> Markup:
    above = (
        Markup(' <strong class="govuk-tag govuk-tag--orange">Above {}</strong>').format(pounds(cell.ceiling))
        if cell.above and cell.ceiling is not None
        else ""
    )
    numeric = "" if cell.kind == "text" else " govuk-table__cell--numeric"
    return Markup('<td class="govuk-table__cell{}">{}{}</td>').format(numeric, cell.words or "–", above)
