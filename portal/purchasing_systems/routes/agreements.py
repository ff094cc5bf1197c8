"""The agreement of one admission: read, accepted by the provider, then by the lead."""

from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.core.audit.trail import head_before
from portal.core.database import session
from portal.core.typeset import Trail
from portal.core.typeset.agreements import agreement as typeset_agreement
from portal.core.web.pages import actor
from portal.core.workflow import offers
from portal.purchasing_systems.actions.admissions import accept_agreement, decline_agreement
from portal.purchasing_systems.admission_states import ADMISSION
from portal.purchasing_systems.queries.agreements import agreement_of
from portal.purchasing_systems.routes import pages
from tenants.permissions import Permission


@pages.route("/agreements/<uuid:admission_id>", permit=Permission.REGISTER_READ)
def agreement(admission_id: UUID) -> ResponseReturnValue:
    """What was offered, on which terms, and who has accepted."""
    found = agreement_of(session(), actor(), admission_id)
    buttons = {offer.move.verb for offer in offers(session(), actor(), ADMISSION, found.admission) if not offer.missing}
    return render_template("purchasing_systems/agreement.html", agreement=found, buttons=buttons)


@pages.route("/agreements/<uuid:admission_id>.pdf", permit=Permission.REGISTER_READ)
def agreement_pdf(admission_id: UUID) -> ResponseReturnValue:
    """The agreement as a tagged PDF, with the acceptances so far."""
    found = agreement_of(session(), actor(), admission_id)
    head = head_before(session())
    trail = Trail(position=head["n"], head=head["hash"], demonstration=found.system.demonstration)
    return Response(
        typeset_agreement(found.copy(trail)),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="agreement-{found.reference}.pdf"'},
    )


@pages.route("/agreements/<uuid:admission_id>/accept", permit=Permission.AGREEMENT_ACCEPT, methods=("POST",))
def accept(admission_id: UUID) -> ResponseReturnValue:
    """For the organisation acted for."""
    accepted = accept_agreement(session(), actor(), admission_id=admission_id)
    flash(
        "Both sides have accepted. The agreement is in effect."
        if accepted.status == "effective"
        else "You have accepted the agreement. The lead authority accepts it next.",
        "success",
    )
    return redirect(f"/agreements/{admission_id}", 303)


@pages.route("/agreements/<uuid:admission_id>/decline", permit=Permission.AGREEMENT_ACCEPT, methods=("POST",))
def decline(admission_id: UUID) -> ResponseReturnValue:
    """The provider does not want it."""
    decline_agreement(session(), actor(), admission_id=admission_id)
    flash("You have declined the agreement.", "success")
    return redirect(f"/agreements/{admission_id}", 303)
