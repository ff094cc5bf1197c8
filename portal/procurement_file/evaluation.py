"""How a round was opened, evaluated and told: what the council that asks may read of it."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.applications.models import Letter
from portal.applications.queries.opened import (
    OpenedApplication,
    confirmations_of,
    opened_applications,
    refused_openings_of,
)
from portal.applications.reading import documents_of, read_document, read_parts
from portal.core.errors import Missing
from portal.core.web.look import instant
from portal.evaluation.models import CheckRuling, Consensus, ModerationMeeting, Panel, PanelMember, Score
from portal.evaluation.queries.panels import declarations_of, members_of, panel_of
from portal.evaluation.queries.results import reopenings_of, results_of
from portal.procurement_file.pieces import Paper, Piece, Sheet, Wanted, safe
from portal.purchasing_systems.models import Round
from portal.purchasing_systems.queries.systems import lots_of
from portal.questionnaires.queries import QuestionView, questions_of_round


def pieces(wanted: Wanted) -> Iterator[Piece]:
    """Round by round: opening, receipts, answers, panel, declarations, scores, results, letters."""
    for round_ in wanted.rounds:
        if round_.opened_at is None:
            continue
        folder = f"2 Round {round_.number}"
        applications = opened_applications(wanted.session, round_.id)
        yield from _opening(wanted, folder, round_, applications)
        yield from _answers(wanted, folder, round_, applications)
        panel = panel_of(wanted.session, round_.id)
        if panel is not None:
            yield from _evaluation(wanted, folder, round_, panel, applications)
        yield from _letters(wanted, folder, round_)


def _opening(
    wanted: Wanted, folder: str, round_: Round, applications: tuple[OpenedApplication, ...]
) -> Iterator[Sheet]:
    yield Sheet(
        f"{folder}/opening.xlsx",
        f"Round {round_.number}: who opened it, and attempts that were refused",
        {"At": "", "Who": "personal", "What": ""},
        [(c.confirmed_at, c.words, "Confirmed the opening") for c in confirmations_of(wanted.session, round_.id)]
        + [(r.at, r.words, f"Refused: {r.sentence}") for r in refused_openings_of(wanted.session, round_.id)],
    )
    yield Sheet(
        f"{folder}/submissions.xlsx",
        f"Round {round_.number}: what was received, to the second",
        {
            "Reference": "",
            "Provider": "",
            "Received": "",
            "Version that counts": "",
            "SHA-256 of the sealed content": "",
        },
        [(a.reference, a.provider_name, a.submitted_at, a.version, a.sha256.hex()) for a in applications],
    )


def _answers(
    wanted: Wanted, folder: str, round_: Round, applications: tuple[OpenedApplication, ...]
) -> Iterator[Piece]:
    asked = questions_of_round(wanted.session, round_.id)
    lots = _lots(wanted)
    quality = read_parts(wanted.session, wanted.keys, round_id=round_.id, part="quality")
    price = read_parts(wanted.session, wanted.keys, round_id=round_.id, part="price")
    for a in applications:
        given = quality.get(a.id, {}) | price.get(a.id, {})
        if given:
            yield Sheet(
                f"{folder}/applications/{safe(a.provider_name)}/answers.xlsx",
                f"Round {round_.number}: answers of {a.provider_name}",
                {"Lot": "", "Question": "", "Answer": "commercial"},
                [(_of_lot(lots, q), q.prompt, given[str(q.id)]) for q in asked if str(q.id) in given],
            )
        if wanted.uploads:
            yield from _uploads(wanted, f"{folder}/applications/{safe(a.provider_name)}", a)


def _uploads(wanted: Wanted, folder: str, application: OpenedApplication) -> Iterator[Paper]:
    try:
        documents = documents_of(wanted.session, wanted.keys, application_id=application.id)
    except Missing:
        return
    for document in documents:

        def content(one: UUID = document.id) -> bytes:
            return read_document(
                wanted.session, wanted.keys, wanted.store, application_id=application.id, document_id=one
            )[1]

        title = f"{document.name}, uploaded by {application.provider_name}"
        yield Paper(f"{folder}/documents/{safe(document.name)}", title, content, ("commercial",))


def _evaluation(
    wanted: Wanted, folder: str, round_: Round, panel: Panel, applications: tuple[OpenedApplication, ...]
) -> Iterator[Sheet]:
    folder = f"{folder}/evaluation"
    members = members_of(wanted.session, panel.id)
    names = {a.id: a.provider_name for a in applications}
    seats = {member.id: member for member in members}
    yield Sheet(
        f"{folder}/panel.xlsx",
        f"Round {round_.number}: the panel",
        {"Seat": "personal", "Council": "", "Reads": "", "Chairs": "", "Status": ""},
        [(m.post, m.organisation_name, ", ".join(m.parts), "Yes" if m.chair else "", m.status) for m in members],
    )
    yield Sheet(
        f"{folder}/declarations-of-interests.xlsx",
        f"Round {round_.number}: declarations of interests and the rulings on them",
        {"Declared": "", "Seat": "personal", "Provider": "", "Interest": "", "What": "personal", "Ruling": "",
         "How it is managed": "personal", "Ruled": "", "Ruled by": "personal"},
        [
            (d.declared_at, seats[d.member_id].words if d.member_id in seats else "", d.candidate_name,
             "Yes" if d.interest else "No", d.text, d.ruling, d.managed_how, d.ruled_at, d.ruled_by)
            for d in declarations_of(wanted.session, panel.id)
        ],
    )  # fmt: skip
    yield from _scored(wanted, folder, round_, names, seats)
    yield from _concluded(wanted, folder, round_, panel)


def _scored(
    wanted: Wanted, folder: str, round_: Round, names: Mapping[UUID, str], seats: Mapping[UUID, PanelMember]
) -> Iterator[Sheet]:
    questions = {q.id: q for q in questions_of_round(wanted.session, round_.id)}
    panel_id = next(iter(seats.values())).panel_id if seats else None

    def asked(question_id: UUID) -> str:
        return questions[question_id].prompt if question_id in questions else ""

    scores = wanted.session.scalars(
        select(Score)
        .where(Score.panel_id == panel_id, Score.submitted_at.is_not(None))
        .order_by(Score.candidate_id, Score.question_id, Score.member_id)
    )
    yield Sheet(
        f"{folder}/individual-scores.xlsx",
        f"Round {round_.number}: every evaluator’s own scores, as submitted",
        {"Provider": "", "Question": "", "Evaluator": "personal", "Score of 5": "commercial", "Reason": "commercial",
         "Submitted": ""},
        [
            (names.get(s.candidate_id, ""), asked(s.question_id), seats[s.member_id].words, s.score, s.reason,
             s.submitted_at)
            for s in scores
        ],
    )  # fmt: skip
    agreed = wanted.session.scalars(
        select(Consensus).where(Consensus.panel_id == panel_id).order_by(Consensus.candidate_id, Consensus.agreed_at)
    )
    yield Sheet(
        f"{folder}/agreed-scores.xlsx",
        f"Round {round_.number}: agreed scores with their rationale",
        {"Provider": "", "Question": "", "Score of 5": "commercial", "Rationale for the letter": "commercial",
         "Internal rationale": "commercial", "Agreed": "", "Recorded by": "personal", "Version": ""},
        [
            (names.get(c.candidate_id, ""), asked(c.question_id), c.score, c.letter_rationale, c.internal_rationale,
             c.agreed_at, c.recorded_by, "left behind" if c.superseded_by_id else "current")
            for c in agreed
        ],
    )  # fmt: skip
    rulings = wanted.session.scalars(
        select(CheckRuling).where(CheckRuling.panel_id == panel_id).order_by(CheckRuling.candidate_id)
    )
    yield Sheet(
        f"{folder}/selection-checks.xlsx",
        f"Round {round_.number}: selection questions that were ruled on",
        {"Provider": "", "Question": "", "Passed": "commercial", "Reason": "commercial", "Ruled": "", "Ruled by": "personal"},
        [
            (names.get(r.candidate_id, ""), asked(r.question_id), "Yes" if r.passed else "No", r.reason, r.ruled_at,
             "By rule" if r.by_rule else r.ruled_by)
            for r in rulings
        ],
    )  # fmt: skip


def _concluded(wanted: Wanted, folder: str, round_: Round, panel: Panel) -> Iterator[Sheet]:
    lots = _lots(wanted)
    meetings = wanted.session.scalars(
        select(ModerationMeeting).where(ModerationMeeting.panel_id == panel.id).order_by(ModerationMeeting.started_at)
    )
    yield Sheet(
        f"{folder}/moderation-meetings.xlsx",
        f"Round {round_.number}: moderation meetings",
        {"Meeting": "", "Lot": "", "Began": "", "Ended": "", "Attendance": "personal"},
        [
            (m.title, lots.get(m.lot_id, ""), m.started_at, m.ended_at, "; ".join(_seat(row) for row in m.attendance))
            for m in meetings
        ],
    )
    versions: list[tuple[str, UUID | None]] = [("current", None)]
    versions += [
        (f"version {r.number}, left behind: {r.reason}", r.id) for r in reopenings_of(wanted.session, panel.id)
    ]
    rows = []
    for words, version in versions:
        for r in results_of(wanted.session, round_.id, version):
            outcome = "Recommended" if r.outcome == "recommended" else "Not recommended"
            rows.append(
                (
                    r.candidate_name,
                    lots.get(r.lot_id, ""),
                    outcome,
                    r.quality_total,
                    " ".join(r.reasons),
                    r.signed_off_at,
                    words,
                )
            )
    yield Sheet(
        f"{folder}/results.xlsx",
        f"Round {round_.number}: results by provider and lot",
        {"Provider": "", "Lot": "", "Outcome": "commercial", "Quality in per cent": "commercial", "Reasons": "commercial",
         "Signed off": "", "Version": ""},
        rows,
    )  # fmt: skip


def _letters(wanted: Wanted, folder: str, round_: Round) -> Iterator[Paper]:
    letters = wanted.session.scalars(
        select(Letter).where(Letter.round_id == round_.id, Letter.released_at.is_not(None))
    )
    for letter in sorted(letters, key=lambda one: str(one.content["provider_name"])):
        name = str(letter.content["provider_name"])
        title = f"Outcome letter to {name}, released {instant(letter.released_at)}"
        path = f"{folder}/letters/{safe(name)}.pdf"
        yield Paper(path, title, partial(bytes, letter.pdf), ("commercial",))


def _lots(wanted: Wanted) -> dict[UUID, str]:
    return {lot.id: lot.name for lot in lots_of(wanted.session, wanted.system.id)}


def _of_lot(lots: Mapping[UUID, str], question: QuestionView) -> str:
    return lots.get(question.lot_id, "") if question.lot_id else "All lots"


def _seat(row: Any) -> str:
    return ", ".join(str(value) for value in row.values() if value) if isinstance(row, dict) else str(row)
