"""Decisions of the council's own: the list, the draft to check, the record, and what follows from a resolution."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.web.pages import actor
from portal.decisions.actions.afterwards import HEARD
from portal.decisions.actions.own import ANSWERABLE, answer_from, discard_own_decision
from portal.decisions.actions.recording import record_decision
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.board import boards_of
from portal.decisions.queries.contents import call_in_of, corrections_of, inside_of, resolutions_of
from portal.decisions.queries.evidence import rests_on
from portal.decisions.queries.fitting_notices import linked_notice
from portal.decisions.queries.granted import Granted, granted_by
from portal.decisions.queries.lacking import lacking
from portal.decisions.queries.own import colour_of, own_decision, own_drafts, own_records, systems_named
from portal.decisions.queries.stages import stage
from portal.decisions.queries.views import Board
from portal.decisions.routes import pages
from portal.decisions.routes.records import reference_of
from portal.decisions.rules.answers import CORRECTABLE, ROUTES, URGENCY
from portal.decisions.rules.resolutions import EFFECTS, Marked, Piece, holders_of, kept, marked, pieces, read_again
from portal.decisions.wording import alternatives, paragraphs, posts
from tenants.permissions import Permission

_PAGE = 50
_LEDGER = "/governance/delegations/new"


@dataclass(frozen=True)
class Shown:
    """A resolution as a page shows it. `recognised`: phrases found in its words, confirmed or not; `board`: the joint decision it is about."""

    row: Resolution
    effect: str
    pieces: tuple[Piece, ...]
    phrases: tuple[Marked, ...]
    recognised: int
    board: Board | None
    answer: str
    """What the button says that drafts the answer; "" where none follows now."""
    delegation_url: str
    granted: Granted | None
    """The entry of the ledger that was made from it, where this reader may read it."""


@pages.route("/decisions/own", permit=Permission.MATTER_READ)
def own_list() -> ResponseReturnValue:
    """Drafts of one's own council, and what is on the record."""
    before = _key(request.args.get("before"))
    recorded = own_records(session(), actor(), before=before, limit=_PAGE)
    last = recorded[_PAGE - 1] if len(recorded) > _PAGE else None
    older = urlencode({"before": f"{last.recorded_at.isoformat()}_{last.id}"}) if last else None
    may_draft = actor().may(Permission.DECISION_DRAFT)
    return render_template(
        "decisions/own_list.html",
        drafts=own_drafts(session(), actor()) if may_draft and before is None else [],
        recorded=recorded[:_PAGE],
        may_draft=may_draft,
        is_first=before is None,
        older_url=f"/decisions/own?{older}" if older else None,
    )


@pages.route("/decisions/own/<uuid:decision_id>", permit=Permission.MATTER_READ)
def own(decision_id: UUID) -> ResponseReturnValue:
    """The draft to be checked, or the record, at one address."""
    found = own_decision(session(), decision_id)
    return _check(found) if found.status == "draft" else _record(found)


@pages.route("/decisions/own/<uuid:decision_id>/record", permit=Permission.DECISION_RECORD, methods=("POST",))
def record_own(decision_id: UUID) -> ResponseReturnValue:
    """The second, explicit act."""
    found = own_decision(session(), decision_id)
    if found.authority_id != actor().organisation_id:
        raise Missing
    record_decision(session(), actor(), decision_id=decision_id)
    flash("The decision is on the record.", "success")
    return redirect(f"/decisions/own/{decision_id}", 303)


@pages.route("/decisions/own/<uuid:decision_id>/discard", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def discard_own(decision_id: UUID) -> ResponseReturnValue:
    """Throw a draft away, once it has been asked whether that is meant."""
    found = own_decision(session(), decision_id)
    if found.authority_id != actor().organisation_id:
        raise Missing
    if found.status != "draft":
        raise Refused("This decision is on the record. What was recorded stays.")
    if request.method == "POST":
        discard_own_decision(session(), actor(), decision_id=decision_id)
        flash(f"The draft “{found.title}” is deleted.", "success")
        return redirect("/decisions/own", 303)
    return render_template(
        "decisions/own_discard.html",
        draft=found,
        resolutions=len(resolutions_of(session(), found.id)),
        files=rests_on(session(), found.id).files,
    )


@pages.route("/decisions/own/<uuid:decision_id>/answer", permit=Permission.DECISION_DRAFT, methods=("POST",))
def answer_own(decision_id: UUID) -> ResponseReturnValue:
    """Draft the answer to the joint decision that a resolution is about. A draft that is there is shown as it is."""
    own_decision(session(), decision_id)
    try:
        resolution_id = UUID(request.form.get("resolution", ""))
    except ValueError:
        raise Missing from None
    draft, is_new = answer_from(session(), actor(), resolution_id=resolution_id)
    if is_new:
        flash("The answer is drafted from the resolution. Check it, and add what the minute does not say.", "success")
    else:
        flash("Your council has a draft of this answer already. It was left as it is.", "neutral")
    return redirect(f"/decisions/{draft.matter_id}/draft", 303)


def _check(found: Decision) -> str:
    if not actor().may(Permission.DECISION_DRAFT):
        raise NotPermitted(
            "Your role does not include drafting your council’s decision. You can read it once it is recorded."
        )
    return render_template(
        "decisions/own_check.html",
        draft=found,
        resolutions=_shown(found),
        lacking=lacking(session(), found),
        inside=inside_of(session(), found),
        rests=rests_on(session(), found.id),
        notice=linked_notice(session(), found),
        system=systems_named(session(), actor()).get(found.system_id) if found.system_id else None,
        routes=ROUTES,
        urgency=URGENCY,
        may_record=actor().may(Permission.DECISION_RECORD),
        alternatives=alternatives(found.alternatives),
        reasons=paragraphs(found.reasons),
    )


def _record(found: Decision) -> str:
    held = call_in_of(session(), found.id)
    reached, steps = stage(found, held)
    mine = found.authority_id == actor().organisation_id
    return render_template(
        "decisions/own_record.html",
        decision=found,
        resolutions=_shown(found),
        stage=reached,
        steps=steps,
        call_in=held,
        heard=HEARD,
        corrections=corrections_of(session(), found.id),
        correctable=CORRECTABLE,
        inside=inside_of(session(), found),
        rests=rests_on(session(), found.id),
        may_see_files=mine and actor().may(Permission.DECISION_DRAFT),
        system=systems_named(session(), actor()).get(found.system_id) if found.system_id else None,
        routes=ROUTES,
        is_mine=mine and actor().may(Permission.DECISION_RECORD),
        may_answer=mine and found.status == "recorded" and actor().may(Permission.DECISION_DRAFT),
        may_delegate=mine and found.status == "recorded" and actor().may(Permission.DELEGATION_EDIT),
        colour_class=colour_of(session(), found.authority_id),
        reference=reference_of(found),
        alternatives=alternatives(found.alternatives),
        reasons=paragraphs(found.reasons),
        consulted=posts(found.consulted_post),
    )


def _shown(found: Decision) -> list[Shown]:
    """Resolutions with their phrases and joint decisions; the same few statements however many there are."""
    rows = resolutions_of(session(), found.id)
    boards = boards_of(session(), actor(), {row.matter_id for row in rows if row.matter_id})
    mine = found.authority_id == actor().organisation_id
    ledger = granted_by(session(), rows)
    shown = []
    for row in rows:
        granted = ledger.get(row.delegation_id) if row.delegation_id else None
        phrases, board = kept(row.phrases), boards.get(row.matter_id) if row.matter_id else None
        shown.append(
            Shown(
                row,
                EFFECTS[row.effect],
                pieces(row.text, phrases),
                marked(row.text, phrases),
                len(read_again(row.text)),
                board,
                _answer(row, board) if mine else "",
                _delegation_url(found, row, granted) if mine else "",
                granted,
            )
        )
    return shown


def _answer(row: Resolution, board: Board | None) -> str:
    if board is None or not board.needs_me or row.effect not in ANSWERABLE:
        return ""
    if board.has_draft:
        return "Check the draft of your council’s answer"
    return "Answer under this delegation" if row.effect == "delegates" else "Answer from this resolution"


def _delegation_url(found: Decision, row: Resolution, granted: Granted | None) -> str:
    """Where the delegation that a resolution granted is entered in the ledger, with what the minute says of it."""
    entered = row.delegation_id is not None and not (granted and granted.revoked)
    if row.effect not in ("delegates", "authorises_work") or entered:
        return ""
    holders, consulted = holders_of(row.phrases)
    asked = [("decision", str(found.id)), ("resolution", str(row.id)), ("number", row.number), ("words", row.text)]
    asked += [("holder", post) for post in holders] + [("consulted", post) for post in consulted]
    return f"{_LEDGER}?{urlencode(asked)}"


def _key(typed: str | None) -> tuple[datetime, UUID] | None:
    if not typed:
        return None
    at, _, ident = typed.rpartition("_")
    try:
        return datetime.fromisoformat(at), UUID(ident)
    except ValueError:
        raise Missing from None
