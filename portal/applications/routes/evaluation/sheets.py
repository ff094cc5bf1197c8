"""Score sheets as .xlsx: out for scoring away from the portal, and in again, judged cell by cell."""

from decimal import Decimal
from io import BytesIO
from uuid import UUID

from flask import current_app, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue

from portal.applications.queries.evaluating import Occasion
from portal.applications.queries.scoring import Desk
from portal.applications.reading import read_parts
from portal.applications.routes.evaluation import pages
from portal.applications.routes.evaluation.scoring import desk_for, render_desk
from portal.applications.routes.shared import scanner
from portal.core.database import session
from portal.core.documents import ScannerUnavailable, UploadRefused, read_upload
from portal.core.errors import Refused
from portal.core.spreadsheets import (
    Descriptor,
    ScoreRow,
    ScoreSheet,
    SheetRefused,
    SheetScore,
    read_score_sheet,
    write_score_sheet,
)
from portal.core.web.lifecycle import note_refusal
from portal.core.web.pages import actor
from portal.evaluation.actions.scoring import save_score
from portal.evaluation.forms import SheetForm
from tenants.permissions import Permission

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/scoring/<uuid:lot_id>/sheet.xlsx",
    permit=Permission.PANEL_SCORE,
    endpoint="sheet",
)
def sheet(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """One's own sheet: answers, guidance, and what is scored so far."""
    here, desk = desk_for(round_id, lot_id)
    content = write_score_sheet(_sheet(here, desk))
    name = f"scores-round-{here.round.number}-lot-{desk.lot_number}.xlsx"
    return send_file(BytesIO(content), mimetype=_XLSX, as_attachment=True, download_name=name)


@pages.route(
    "/rounds/<uuid:round_id>/evaluation/scoring/<uuid:lot_id>/sheet",
    permit=Permission.PANEL_SCORE,
    methods=("POST",),
    endpoint="take_sheet",
)
def take_sheet(round_id: UUID, lot_id: UUID) -> ResponseReturnValue:
    """A filled sheet, taken as a whole or not at all."""
    here, desk = desk_for(round_id, lot_id)
    form = SheetForm()
    if desk.submitted_at is not None:
        raise Refused("Your scores for this lot are submitted and stay as they are.")
    try:
        upload = read_upload(request.files["sheet"], scanner()) if request.files.get("sheet") else None
        if upload is None:
            raise UploadRefused("Choose the score sheet you filled in.")
        scores = read_score_sheet(upload.content, _sheet(here, desk))
    except (UploadRefused, ScannerUnavailable) as refusal:
        note_refusal(refusal)
        form.sheet.errors = [refusal.sentence]
        return render_desk(here, desk, form), refusal.status
    except SheetRefused as refusal:
        found = [(problem.cell, problem.sentence) for problem in refusal.problems]
        form.sheet.errors = [
            f"Nothing was taken from the sheet: {len(found)} {'fault' if len(found) == 1 else 'faults'}."
        ]
        return render_desk(here, desk, form, found), 422
    for one in scores:
        _save(here, desk, one)
    flash(f"{len(scores)} scores were read from the sheet and saved. They are not submitted yet.", "success")
    return redirect(f"{here.url}/scoring/{lot_id}", 303)


def _save(here: Occasion, desk: Desk, one: SheetScore) -> None:
    application, question = (UUID(part) for part in one.row_id.split(":"))
    save_score(
        session(),
        actor(),
        panel_id=here.panel.id,
        candidate_id=application,
        question_id=question,
        lot_id=desk.lot_id,
        score=one.score,
        reason=one.reasons,
    )


def _sheet(here: Occasion, desk: Desk) -> ScoreSheet:
    answers = read_parts(session(), current_app.extensions["keys"], round_id=here.round.id, part="quality")
    seat = here.must_sit()
    rows = []
    for application, question in desk.pairs:
        asked, own = desk.questions[question], desk.scores.get((application, question))
        rows.append(
            ScoreRow(
                row_id=f"{application}:{question}",
                provider=desk.applications[application].provider_name,
                question=f"{desk.titles[question]}. {asked.prompt}",
                weight=asked.weight or Decimal(0),
                guidance=asked.scorer_guidance or "",
                answer=answers.get(application, {}).get(str(question), ""),
                minimum=asked.minimum_score,
                score=own.score if own else None,
                reasons=own.reason if own else "",
            )
        )
    scale = next(iter(desk.questions.values())).descriptors
    return ScoreSheet(
        round_id=str(here.round.id),
        panel_id=str(here.panel.id),
        evaluator_id=str(seat.id),
        system_title=here.system.title,
        round_number=here.round.number,
        lot_title=desk.lot_title,
        evaluator_post=seat.words,
        rows=tuple(rows),
        descriptors=tuple(Descriptor(score=int(d["score"]), label=d["label"], text=d["text"]) for d in scale),
    )
