"""Pages of the ceremony: confirm the opening, and the record of it."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.opening import OPENED, confirm_opening
from portal.applications.opening_forms import OpenForm
from portal.applications.queries.opened import confirmations_of, opened_applications, refused_openings_of
from portal.core import clock
from portal.core.audit import head_before
from portal.core.database import session
from portal.core.errors import NotPermitted, Refused
from portal.core.typeset.openings import (
    OpenedApplication,
    Opener,
    OpeningRecord,
    RefusedAttempt,
    record_of_opening,
)
from portal.core.typeset.trail import Trail
from portal.core.web import Pages
from portal.core.web.pages import actor
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.lead import lead_at
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.rolling import received_of, system_runs
from portal.purchasing_systems.queries.rounds import phase_of, round_for
from tenants.permissions import Permission

pages = Pages("opening", __name__)
_NOT_YOURS = "That is not your password."


@pages.route("/rounds/<uuid:round_id>/open-submissions", permit=Permission.ROUND_OPEN, methods=("GET", "POST"))
def open_submissions(round_id: UUID) -> ResponseReturnValue:
    """Confirm with one's password; the second officer, of another council, opens the round."""
    who = actor()
    form = OpenForm()
    if request.method == "GET":
        return _page(round_id, form)
    if not form.validate():
        return _page(round_id, form), 422
    try:
        state = confirm_opening(session(), who, round_id=round_id, password=form.password.data or "")
    except (Refused, NotPermitted) as refusal:
        # Recorded already, by the action and in a transaction of its own: the page only says it.
        if refusal.sentence.startswith(_NOT_YOURS):
            form.password.errors = [refusal.sentence]
        else:
            form.form_errors.append(refusal.sentence)
        return _page(round_id, form), refusal.status
    if state.state == OPENED:
        flash(f"The round is open. Applications opened: {state.count}.", "success")
        return redirect(f"/rounds/{state.round_id or round_id}/record-of-opening", 303)
    flash(
        "Your confirmation is recorded. Nothing is open yet: an officer of another council must confirm too.", "success"
    )
    return redirect(f"/rounds/{round_id}/open-submissions", 303)


@pages.route("/rounds/<uuid:round_id>/record-of-opening", permit=Permission.SYSTEM_READ, endpoint="record_of_opening")
def record_page(round_id: UUID) -> ResponseReturnValue:
    """Who opened what, when, and which attempts were refused."""
    round_, system = _opened(round_id)
    assert round_.opened_at is not None  # `_opened` has looked
    return render_template(
        "opening/record_of_opening.html",
        round=round_,
        system=system,
        lead=lead_at(session(), system, round_.opened_at),
        confirmations=confirmations_of(session(), round_id),
        applications=opened_applications(session(), round_id),
        refused=refused_openings_of(session(), round_id),
    )


@pages.route("/rounds/<uuid:round_id>/record-of-opening.pdf", permit=Permission.SYSTEM_READ)
def record_as_pdf(round_id: UUID) -> ResponseReturnValue:
    """The same on paper."""
    round_, system = _opened(round_id)
    pdf = record_of_opening(_record(round_, system))
    name = f"record-of-opening-round-{round_.number}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(round_id: UUID, form: OpenForm) -> str:
    who = actor()
    round_, system = round_for(session(), who, round_id)
    confirmations = confirmations_of(session(), round_id)
    received = (
        received_of(session(), round_, profile_of(session(), system), system_runs(session(), system.id))
        if round_.always_open
        else []
    )
    return render_template(
        "opening/open_submissions.html",
        form=form,
        round=round_,
        system=system,
        phase=phase_of(round_),
        left=round_.closes_at - clock.now(),
        received=received,
        openable=sum(r.number for r in received if not r.waits),
        confirmations=confirmations,
        own=next((c for c in confirmations if c.person_id == who.person_id), None),
        same_council=next((c for c in confirmations if c.organisation_id == who.organisation_id), None),
        refused=refused_openings_of(session(), round_id),
    )


def _opened(round_id: UUID) -> tuple[Round, PurchasingSystem]:
    round_, system = round_for(session(), actor(), round_id)
    if round_.opened_at is None:
        raise Refused("This round has not been opened, so there is no record of opening.")
    return round_, system


def _record(round_: Round, system: PurchasingSystem) -> OpeningRecord:
    first, second = (
        Opener(post=c.post, council=c.organisation_name, confirmed_at=c.confirmed_at)
        for c in confirmations_of(session(), round_.id)
    )
    head = head_before(session())
    assert round_.opened_at is not None  # `_opened` has looked
    return OpeningRecord(
        reference=f"{system.alias or system.title}, round {round_.number}",
        system_title=system.title,
        lead_authority=lead_at(session(), system, round_.opened_at),
        round_number=round_.number,
        closed_at=round_.closes_at,
        opened_at=round_.opened_at,
        openers=(first, second),
        applications=tuple(
            OpenedApplication(
                provider_name=a.provider_name,
                reference=a.reference,
                version=a.version,
                received_at=a.submitted_at,
                sealed_sha256=a.sha256.hex(),
            )
            for a in opened_applications(session(), round_.id)
        ),
        refused=tuple(
            RefusedAttempt(at=r.at, who=r.words, sentence=r.sentence) for r in refused_openings_of(session(), round_.id)
        ),
        trail=Trail(position=int(head["n"]), head=str(head["hash"]), demonstration=system.demonstration),
    )
