"""Answers as they are read: on the check page, on a closed draft, and by officers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portal.applications.candidates import answer_in_words
from portal.applications.queries.overview import Draft
from portal.applications.rules import Group, problem_of
from portal.core.money import pounds
from portal.core.typeset.wording import size
from portal.questionnaires.rules import answer_warning, word_count


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
    rows = _summary(draft, group).rows
    return [row for row, question in zip(rows, group.questions, strict=True) if question.kind != "file"]


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
    if question.kind == "money":
        unit = f" per {question.unit}" if question.unit else ""
        return Markup('<p class="govuk-body">{}{}</p>').format(pounds(Decimal(text)), unit)
    return Markup('<p class="govuk-body app-answer">{}</p>').format(answer_in_words(question, text))
