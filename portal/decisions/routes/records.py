"""A decision on the record: page and PDF. A copy; the official record is the council's own."""

import json
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.audit.trail import head_before
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.typeset import Trail
from portal.core.typeset.decision_records import (
    Alternative,
    DecisionCopy,
    ResolutionCopy,
    Restriction,
    decision_record,
)
from portal.core.web.pages import actor
from portal.decisions.actions.afterwards import HEARD
from portal.decisions.models import Decision
from portal.decisions.queries.authority import clocks_on, holders_of
from portal.decisions.queries.board import board as board_of
from portal.decisions.queries.board import embargo_on
from portal.decisions.queries.contents import call_in_of, corrections_of, inside_of, parts_of, resolutions_of
from portal.decisions.queries.decisions import decision_of, in_force, latest_superseded, restrictions_of
from portal.decisions.queries.evidence import evidence_of, rests_on
from portal.decisions.queries.export import record_document
from portal.decisions.queries.own import systems_named
from portal.decisions.queries.stages import stage
from portal.decisions.queries.views import Board
from portal.decisions.routes import pages
from portal.decisions.routes.cards import part_rows
from portal.decisions.rules.answers import ALL_LOTS, CORRECTABLE, ROUTES, SAID
from portal.decisions.rules.resolutions import EFFECTS, kept, marked
from portal.decisions.wording import HERE, alternatives, paragraphs, posts
from tenants.permissions import Permission


@pages.route("/decisions/records/<uuid:decision_id>", permit=Permission.MATTER_READ)
def decision(decision_id: UUID) -> ResponseReturnValue:
    """What was decided, by whom, why; recorded by whom, on what evidence. A decision of a council's own has its page elsewhere."""
    if recorded_decision(decision_id).matter_id is None:
        return redirect(f"/decisions/own/{decision_id}", 303)
    found, board = _recorded(decision_id)
    held = call_in_of(session(), decision_id)
    reached, steps = stage(found, held)
    return render_template(
        "decisions/decision.html",
        stage=reached,
        steps=steps,
        call_in=held,
        clocks=clocks_on(session(), found),
        holders=holders_of(session(), found),
        heard=HEARD,
        corrections=corrections_of(session(), decision_id),
        correctable=CORRECTABLE,
        in_parts=part_rows(parts_of(session(), decision_id)),
        inside=inside_of(session(), found),
        rests=rests_on(session(), found.id),
        may_see_files=found.authority_id == actor().organisation_id and actor().may(Permission.DECISION_DRAFT),
        routes=ROUTES,
        is_mine=found.authority_id == actor().organisation_id and actor().may("decisions:decision:record"),
        decision=found,
        board=board,
        embargo=embargo_on(session(), board),
        council=next(c for c in board.councils if c.authority_id == found.authority_id),
        reference=reference_of(found),
        said=SAID[found.outcome or "defer"],
        restrictions=restrictions_of(session(), decision_id),
        grounds={g["slug"]: g for g in board.facts.get("grounds", ())},
        alternatives=alternatives(found.alternatives),
        reasons=paragraphs(found.reasons),
        consulted=posts(found.consulted_post),
        later=in_force(session(), board.id, found.authority_id) if found.status == "superseded" else None,
        earlier=latest_superseded(session(), board.id, found.authority_id) if found.status == "recorded" else None,
    )


@pages.route("/decisions/records/<uuid:decision_id>.pdf", permit=Permission.MATTER_READ)
def decision_pdf(decision_id: UUID) -> ResponseReturnValue:
    """The copy as a tagged PDF."""
    found = recorded_decision(decision_id)
    if found.decided_on is None or found.recorded_at is None:
        raise Missing
    head = head_before(session())
    made = decision_record(
        DecisionCopy(
            council=found.authority_name,
            reference=reference_of(found),
            decided_on=found.decided_on,
            decided_by_post=found.decided_by_post,
            decided_by_capacity=found.decided_by_capacity,
            recorded_by_post=found.recorded_by_post,
            recorded_at=found.recorded_at,
            evidence=evidence_of(session(), found.id),
            report_reference=found.report_reference or "None given",
            reasons=found.reasons,
            official_record=found.authority_name,
            is_the_record=found.record_kept == HERE,
            trail=Trail(position=head["n"], head=head["hash"], demonstration=found.demonstration),
            in_consultation_with=posts(found.consulted_post),
            authority=found.authority_source,
            official_record_url=found.record_url or None,
            alternatives=tuple(
                Alternative(option=a.option, rejected_because=a.because) for a in alternatives(found.alternatives)
            ),
            interests=paragraphs(found.interests),
            deferred_until=found.defer_until,
            effective_on=found.effective_on,
            **(_of_answer(found) if found.matter_id else _of_own(found)),
        )
    )
    name = f"decision-{reference_of(found)}.pdf"
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@pages.route("/decisions/records/<uuid:decision_id>.json", permit=Permission.MATTER_READ)
def decision_json(decision_id: UUID) -> ResponseReturnValue:
    """The record as data: its keys are those of `queries.export.KEYS`."""
    found = recorded_decision(decision_id)
    made = json.dumps(record_document(session(), found, reference_of(found)), ensure_ascii=False, indent=1)
    return Response(made, mimetype="application/json")


def _of_answer(found: Decision) -> dict[str, Any]:
    """What the copy says of an answer to a joint decision."""
    _, board = _recorded(found.id)
    lots = {p["id"]: ", ".join(lot["title"] for lot in p.get("lots", ())) for p in board.facts.get("providers", ())}
    grounds = {g["slug"]: g["title"] for g in board.facts.get("grounds", ())}
    later = in_force(session(), board.id, found.authority_id) if found.status == "superseded" else None
    return {
        "matter": board.title,
        "system_title": str(board.facts.get("system_title", "")),
        "outcome": SAID[found.outcome or "defer"],
        "restrictions": tuple(
            Restriction(
                provider_name=r.subject_name,
                lot=r.lot_name or f"{ALL_LOTS}: {lots.get(str(r.subject_id), '')}",
                ground=f"{grounds.get(r.ground, r.ground)}. {r.reason}",
            )
            for r in restrictions_of(session(), found.id)
        ),
        "superseded_on": clock.local_day(later.recorded_at) if later and later.recorded_at else None,
        "superseded_from": later.effective_on if later else None,
    }


def _of_own(found: Decision) -> dict[str, Any]:
    """What the copy says of a decision of the council's own."""
    resolutions = resolutions_of(session(), found.id)
    return {
        "matter": found.title,
        "system_title": systems_named(session(), actor()).get(found.system_id, "") if found.system_id else "",
        "outcome": f"{len(resolutions)} {'resolution' if len(resolutions) == 1 else 'resolutions'}",
        "resolutions": tuple(
            ResolutionCopy(
                number=one.number,
                heading=one.heading,
                text=one.text,
                effect=EFFECTS[one.effect],
                phrases=tuple(p.label for p in marked(one.text, kept(one.phrases))),
            )
            for one in resolutions
        ),
    }


def reference_of(found: Decision) -> str:
    """How the record is quoted: by the first digits of its id."""
    return f"D-{found.id.hex[:8].upper()}"


def recorded_decision(decision_id: UUID) -> Decision:
    """A decision on the record that this reader may read. Raises Missing for any other."""
    found = decision_of(session(), decision_id)
    if found.status == "draft":
        raise Missing
    return found


def _recorded(decision_id: UUID) -> tuple[Decision, Board]:
    found = recorded_decision(decision_id)
    if found.matter_id is None:
        raise Missing
    return found, board_of(session(), actor(), found.matter_id)
