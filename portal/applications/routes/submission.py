"""Declaring and submitting, withdrawing."""

import secrets
from uuid import UUID

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from portal.applications.actions.submitting import submit_application, withdraw_application
from portal.applications.content import content_of
from portal.applications.forms import SubmitForm, option
from portal.applications.queries.overview import Draft
from portal.applications.routes import pages
from portal.applications.routes.shared import draft, keys, page
from portal.applications.routes.summaries import above_ceiling
from portal.applications.rules import by_page
from portal.core.database import session
from portal.core.errors import Invalid, PortalError, Refused
from portal.core.web.lifecycle import as_refusal
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route(
    "/applications/<uuid:application_id>/declare-and-submit",
    permit=Permission.APPLICATION_SUBMIT,
    methods=("GET", "POST"),
)
def declare_and_submit(application_id: UUID) -> ResponseReturnValue:
    """The declaration and the button. Sent twice it is one submission with one receipt."""
    form = SubmitForm()
    if request.method == "GET":
        return _page(draft(application_id), form)
    try:
        made = submit_application(
            session(),
            actor(),
            keys(),
            application_id=application_id,
            idempotency_key=form.key.data or "",
            declared=bool(form.declared.data),
            leave_out=_ids(form.leave_out.data or []),
            seen=form.content.data or None,
        )
    except Invalid as fault:
        form.declared.errors = [fault.fields["declared"]]
        return _page(draft(application_id), form), 422
    except (Refused, DBAPIError) as error:
        refusal = as_refusal(error) if isinstance(error, DBAPIError) else error
        if refusal is None or refusal.status != 409:
            raise
        return _not_submitted(application_id, form, refusal)
    return redirect(f"/receipts/{made.id}", 303)


@pages.route(
    "/applications/<uuid:application_id>/withdraw", permit=Permission.APPLICATION_SUBMIT, methods=("GET", "POST")
)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Asked once more, then taken back. The draft stays."""
    if request.method == "GET":
        return page("withdraw", draft(application_id))
    withdraw_application(session(), actor(), application_id=application_id)
    flash(
        "Your application is withdrawn. It is NOT SUBMITTED any more. You can change it and submit it again.", "success"
    )
    return redirect(f"/applications/{application_id}", 303)


def _page(shown: Draft, form: SubmitForm, *, refusal: str | None = None) -> str:
    """With a fresh key each time it is shown anew, and the same one when only the box was not ticked."""
    unfinished = [lot for lot in shown.chosen if lot.id in shown.readiness.unfinished_lots]
    form.leave_out.choices = [option(lot.id, f"Leave out lot {lot.number}: {lot.title}") for lot in unfinished]
    ready = shown.case.is_open and shown.readiness.can_submit
    if ready:
        content = content_of(session(), keys(), shown.case, shown.readiness.unfinished_lots)
        form.content.data = content.figure.hex()
    if not form.key.data or refusal is not None:
        form.key.data = secrets.token_urlsafe(24)
    return page(
        "declare_and_submit",
        shown,
        form=form,
        unfinished=unfinished,
        ready=ready,
        refusal=refusal,
        warnings=above_ceiling(shown),
        lacks={lot.id: by_page(shown.readiness.by_lot[lot.id]) for lot in unfinished},
    )


def _not_submitted(application_id: UUID, form: SubmitForm, refusal: PortalError) -> ResponseReturnValue:
    session().rollback()
    g.refusal = {"status": refusal.status, "sentence": refusal.sentence}
    form.declared.data = False
    return _page(draft(application_id), form, refusal=refusal.sentence), refusal.status


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
