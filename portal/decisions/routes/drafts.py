"""A council's own decision: writing the draft, checking it, recording it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid, Missing
from portal.core.web.pages import actor
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.actions.drafting import Named
from portal.decisions.forms.record import DecideForm, RestrictionForm
from portal.decisions.models import Decision
from portal.decisions.queries.board import board as board_of
from portal.decisions.queries.board import embargo_on
from portal.decisions.queries.contents import inside_of, parts_of
from portal.decisions.queries.decisions import draft_of, restrictions_of
from portal.decisions.queries.drafting import may_answer, seen_mark
from portal.decisions.queries.evidence import rests_on
from portal.decisions.queries.fitting_notices import linked_notice
from portal.decisions.queries.lacking import lacking
from portal.decisions.queries.views import Board
from portal.decisions.routes import pages
from portal.decisions.routes.cards import part_rows
from portal.decisions.routes.filling import fill_record, offer_delegations, offer_notices, record_values, show_controls
from portal.decisions.rules.answers import ALL_LOTS, OUTCOMES, ROUTES, URGENCY, grounds_of
from portal.decisions.wording import alternatives, paragraphs
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@pages.route("/decisions/<uuid:matter_id>/decide", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def decide(matter_id: UUID) -> ResponseReturnValue:
    """The draft of the council acted for."""
    found = board_of(session(), actor(), matter_id)
    may_answer(session(), actor(), found)
    draft = draft_of(session(), matter_id, actor().organisation_id)
    form = DecideForm()
    if request.method == "GET":
        _fill(form, draft)
        _offer(form, found, draft)
        return _page(form, found, draft)
    wants_row = "add" in request.form
    _drop_removed(form)
    if wants_row:
        form.restrictions.append_entry({})
    _offer(form, found, draft)
    if wants_row or "remove" in request.form:
        return _page(form, found, draft)
    mark = seen_mark(session(), draft)
    if draft is not None and form.seen.data != mark:
        form.form_errors.append(
            "A colleague has saved this draft since you opened it. Compare, then save again to keep yours."
        )
        form.seen.data = mark
        return _page(form, found, draft, theirs=draft), 409
    try:
        values = _values(form)
        draft_decision(session(), actor(), matter_id=matter_id, restrictions=_named(form), parts=_parts(form), **values)
    except Invalid as error:
        show_invalid(form, error)
        return _page(form, found, draft), 422
    flash("The draft of your council is saved. Nobody outside your council sees it.", "success")
    return redirect(f"/decisions/{matter_id}/draft", 303)


@pages.route("/decisions/<uuid:matter_id>/draft", permit=Permission.DECISION_DRAFT)
def check_draft(matter_id: UUID) -> ResponseReturnValue:
    """The draft as it would be recorded, and what is still missing."""
    found = board_of(session(), actor(), matter_id)
    draft = draft_of(session(), matter_id, actor().organisation_id)
    if draft is None:
        raise Missing
    restrictions = restrictions_of(session(), draft.id)
    lacks = lacking(session(), draft)
    return render_template(
        "decisions/check_draft.html",
        board=found,
        draft=draft,
        restrictions=restrictions,
        rests=rests_on(session(), draft.id),
        notice=linked_notice(session(), draft),
        closed=found.closed_to_me,
        grounds={g["slug"]: g for g in found.facts.get("grounds", ())},
        lacking=lacks,
        in_parts=part_rows(parts_of(session(), draft.id)),
        inside=inside_of(session(), draft),
        routes=ROUTES,
        urgency=URGENCY,
        may_record=actor().may(Permission.DECISION_RECORD),
        alternatives=alternatives(draft.alternatives),
        reasons=paragraphs(draft.reasons),
        embargo=embargo_on(session(), found),
    )


@pages.route("/decisions/<uuid:matter_id>/record", permit=Permission.DECISION_RECORD, methods=("POST",))
def record(matter_id: UUID) -> ResponseReturnValue:
    """The second, explicit act: from now on it stands."""
    draft = draft_of(session(), matter_id, actor().organisation_id)
    if draft is None:
        raise Missing
    recorded = record_decision(session(), actor(), decision_id=draft.id)
    flash("Your council’s decision is on the record. The participating councils can see it.", "success")
    return redirect(f"/decisions/records/{recorded.id}", 303)


def _page(form: DecideForm, found: Board, draft: Decision | None, theirs: Decision | None = None) -> str:
    show_controls(form)
    return render_template(
        "decisions/decide.html",
        form=form,
        board=found,
        draft=draft,
        theirs=theirs,
        part_titles=dict(found.parts),
        offers=_offers(found),
        embargo=embargo_on(session(), found),
    )


def _offers(found: Board) -> list[dict[str, Any]]:
    """Providers of the matter with the lots they offer for this council's area."""
    own = str(actor().organisation_id)
    listed = []
    for provider in found.facts.get("providers", ()):
        here = [lot["title"] for lot in provider.get("lots", ()) if own in lot.get("areas", ())]
        listed.append({"id": provider["id"], "name": provider["name"], "here": here})
    return listed


def _offer(form: DecideForm, found: Board, draft: Decision | None) -> None:
    providers = {"": "Choose a provider"} | {p["id"]: p["name"] for p in found.facts.get("providers", ())}
    grounds = {"": "Choose a ground"} | {g["slug"]: g["title"] for g in found.facts.get("grounds", ())}
    offered = (lot for by_lot in grounds_of(found.facts).lots.values() for lot in by_lot.items())
    lots = {"": ALL_LOTS} | dict(sorted(offered, key=lambda lot: lot[1]))
    if not form.restrictions.entries:
        form.restrictions.append_entry({})
    for entry in form.restrictions.entries:
        entry.form.provider.choices = providers
        entry.form.lot.choices = lots
        entry.form.ground.choices = grounds
    left_out = set() if found.kind.may_restrict else {"approve_with_restriction"}
    if not found.parts:
        left_out.add("approve_in_part")
    if found.may_decide_anew:
        left_out.add("defer")
    offer_delegations(form)
    offer_notices(form, matter_id=found.id, system_ids=[found.system_id], linked=draft.notice_id if draft else None)
    said = {entry.form.slug.data for entry in form.parts.entries}
    for slug, _ in found.parts:
        if slug not in said:
            form.parts.append_entry({"slug": slug})
    form.outcome.choices = {k: said for k, said in OUTCOMES.items() if k not in left_out}


def _fill(form: DecideForm, draft: Decision | None) -> None:
    if draft is None:
        return
    fill_record(form, draft)
    form.outcome.data, form.defer_until.data = draft.outcome, draft.defer_until
    for part in parts_of(session(), draft.id):
        form.parts.append_entry({"slug": part.slug, "outcome": part.outcome, "reasons": part.reasons})
    for restriction in restrictions_of(session(), draft.id):
        form.restrictions.append_entry(
            {
                "provider": str(restriction.subject_id),
                "lot": str(restriction.lot_id or ""),
                "ground": restriction.ground,
                "reason": restriction.reason,
            }
        )
    form.seen.data = seen_mark(session(), draft)


def _drop_removed(form: DecideForm) -> None:
    number = request.form.get("remove", "")
    if number.isdecimal() and int(number) < len(form.restrictions.entries):
        kept = [e.form.data for n, e in enumerate(form.restrictions.entries) if n != int(number)]
        while form.restrictions.entries:
            form.restrictions.pop_entry()
        for values in kept:
            form.restrictions.append_entry(values)


def _values(form: DecideForm) -> Mapping[str, Any]:
    if not form.validate():
        raise Invalid
    return record_values(form) | {"outcome": form.outcome.data or None, "defer_until": form.defer_until.data}


def _parts(form: DecideForm) -> dict[str, tuple[str, str]]:
    if form.outcome.data != "approve_in_part":
        return {}
    clean = Cleaning()
    said = {
        entry.form.slug.data or "": (
            entry.form.outcome.data,
            clean.lines("parts", entry.form.reasons.data, max_chars=4000),
        )
        for entry in form.parts.entries
        if entry.form.outcome.data
    }
    clean.finish()
    return said


def _named(form: DecideForm) -> list[Named]:
    clean = Cleaning()
    named = []
    for entry in form.restrictions.entries:
        if entry.form.is_empty:
            continue
        try:
            subject = UUID(entry.form.provider.data)
        except (TypeError, ValueError):
            entry.form.provider.errors = ["Choose one of the providers this joint decision is about."]
            raise Invalid from None
        reason = clean.lines("restrictions", entry.form.reason.data, max_chars=4000)
        named.append(Named(subject, "", entry.form.ground.data or "", reason, _lot(entry.form)))
    clean.finish()
    return named


def _lot(form: RestrictionForm) -> UUID | None:
    try:
        return UUID(form.lot.data) if form.lot.data else None
    except ValueError:
        form.lot.errors = ["Choose one of the lots, or all lots."]
        raise Invalid from None
