"""The provider's applications, the task list of one, and its answers to be checked."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.cases import cases_of_provider
from portal.applications.routes import pages
from portal.applications.routes.shared import draft, page, time_left
from portal.applications.routes.summaries import summaries
from portal.applications.routes.tasks import missing, sections
from portal.core.database import session
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route("/applications", permit=Permission.APPLICATION_DRAFT)
def applications() -> ResponseReturnValue:
    """Every application of the provider acted for."""
    cases = cases_of_provider(session())
    lefts = {
        case.application.id: time_left(case.at, case.round.closes_at)
        for case in cases
        if case.is_open and not case.round.always_open
    }
    return render_template("applications/applications.html", cases=cases, lefts=lefts)


@pages.route("/applications/<uuid:application_id>", permit=Permission.APPLICATION_DRAFT)
def task_list(application_id: UUID) -> ResponseReturnValue:
    """What is done and what is left, lot by lot."""
    shown = draft(application_id)
    return page("task_list", shown, sections=sections(shown, actor()), missing=missing(shown))


@pages.route("/applications/<uuid:application_id>/check", permit=Permission.APPLICATION_DRAFT)
def check(application_id: UUID) -> ResponseReturnValue:
    """Every answer on one page, with what is missing and where to mend it."""
    shown = draft(application_id)
    return page("check", shown, summaries=summaries(shown), missing=missing(shown))
