"""Everything as one PDF, questions as a spreadsheet, documents as plain text: free to take away before registering."""

import re
from uuid import UUID

from flask import Response

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.spreadsheets import write_table
from portal.core.spreadsheets.tables import CellValue
from portal.core.web import public
from portal.notices.pack import procurement_pack
from portal.notices.routes import pages
from portal.notices.routes.combined import combined_choice
from portal.purchasing_systems.queries.rounds import lots_offered, published_round
from portal.purchasing_systems.queries.specifications import documents_of
from portal.purchasing_systems.specification_papers import DOCX, combined_document
from portal.questionnaires.queries import QuestionView, questions_of_round
from portal.questionnaires.wording import KINDS, choices_in_words, passing_in_words

_ANYBODY = public("All questions and documents can be downloaded before registering.")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS = (
    "Lot", "Group", "Question", "Help", "Kind of answer", "Answers and what they mean", "Required", "Word limit", "Weight %",
    "Minimum score", "Ceiling £", "Unit", "Guidance for evaluators",
)  # fmt: skip


@pages.route("/rounds/<uuid:round_id>/questions.xlsx", permit=_ANYBODY)
def questions_download(round_id: UUID) -> Response:
    """Every question on one sheet."""
    round_, system = published_round(session(), round_id)
    names = {lot.id: lot.name for lot in lots_offered(session(), round_)}
    rows = (_row(q, names) for q in questions_of_round(session(), round_id))
    sheet = write_table(title=f"Round {round_.number} questions", headings=_HEADINGS, rows=rows)
    return _attachment(sheet, f"{system.alias} round {round_.number} questions", "xlsx", _XLSX)


@pages.route("/rounds/<uuid:round_id>/specification.txt", permit=_ANYBODY)
def specification_download(round_id: UUID) -> Response:
    """Common text and local schedules: all, or those chosen."""
    round_, system = published_round(session(), round_id)
    choice = combined_choice(round_)
    found = choice.specification
    parts = [f"{found.title.upper()}\r\nVersion {found.version}", found.common_text]
    for schedule in choice.schedules:
        parts += [f"LOCAL SCHEDULE: {schedule.heading.upper()}", schedule.text or "Adds nothing to the common text."]
    return _text(parts, f"{system.alias} specification version {found.version}")


@pages.route("/rounds/<uuid:round_id>/specification.docx", permit=_ANYBODY)
def specification_document(round_id: UUID) -> Response:
    """The same as a Word document, to be marked up."""
    round_, system = published_round(session(), round_id)
    choice = combined_choice(round_)
    made = combined_document(system, round_, choice.specification, choice.schedules, choice.covers)
    return _attachment(made, f"{system.alias} specification version {choice.specification.version}", "docx", DOCX)


@pages.route("/rounds/<uuid:round_id>/documents/<slug>.txt", permit=_ANYBODY)
def document_download(round_id: UUID, slug: str) -> Response:
    """One document."""
    _, system = published_round(session(), round_id)
    found = next((d for d in documents_of(session(), system.id) if d.slug == slug), None)
    if found is None:
        raise Missing
    return _text([found.title.upper(), found.text], f"{system.alias} {found.title}")


@pages.route("/rounds/<uuid:round_id>/documents.pdf", permit=_ANYBODY)
def pack_download(round_id: UUID) -> Response:
    """All documents and all questions in one."""
    round_, system = published_round(session(), round_id)
    pack = procurement_pack(session(), round_, system)
    return _attachment(pack, f"{system.alias} round {round_.number} documents", "pdf", "application/pdf")


def _row(question: QuestionView, lots: dict[UUID, str]) -> tuple[CellValue, ...]:
    return (
        lots.get(question.lot_id, "") if question.lot_id else "All lots",
        question.group_title,
        question.prompt,
        question.hint,
        KINDS[question.kind],
        "\n".join(_answers(question)) or None,
        "Yes" if question.required else "No",
        question.word_limit,
        question.weight,
        question.minimum_score,
        question.ceiling,
        question.unit,
        question.scorer_guidance,
    )


def _answers(question: QuestionView) -> list[str]:
    passing = passing_in_words(question)
    return [
        *choices_in_words(question),
        *([f"Passes with {passing}"] if passing else []),
        *(f".{kind}" for kind in question.accept),
    ]


def _text(parts: list[str], name: str) -> Response:
    return _attachment("\r\n\r\n".join(parts).encode("utf-8"), name, "txt", "text/plain; charset=utf-8")


def _attachment(content: bytes, name: str, ending: str, mimetype: str) -> Response:
    file_name = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:80]
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}.{ending}"'
    return response
