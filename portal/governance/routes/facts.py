"""Reading: how each council of the region decides, and one council's facts with their history."""

from datetime import timedelta
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.web.pages import actor
from portal.governance.models import Body, ClockSettings, FormOfGovernance, QuietPeriod
from portal.governance.queries.facts import calendar_of, council, facts_of_all, history_of
from portal.governance.routes import pages
from portal.governance.rules.clocks import CALL_IN_ENDS, COMMITTEE_SYSTEM, COUNTS, EFFECTIVE, FORMS
from portal.governance.wording import BODIES, NOT_ENTERED, QUIET, RECORDS
from tenants.permissions import Permission

_AHEAD = timedelta(days=400)
_BEHIND = timedelta(days=60)
WORDS = {
    "forms": FORMS,
    "counts": COUNTS,
    "call_in_ends": CALL_IN_ENDS,
    "effective": EFFECTIVE,
    "bodies": BODIES,
    "quiet": QUIET,
    "records": RECORDS,
    "not_entered": NOT_ENTERED,
    "committee_system": COMMITTEE_SYSTEM,
}


@pages.route("/governance", permit=Permission.GOVERNANCE_READ)
def governance() -> ResponseReturnValue:
    """How each council decides, side by side."""
    today = clock.today()
    return render_template(
        "governance/governance.html", councils=facts_of_all(session(), today, today + _AHEAD), words=WORDS
    )


@pages.route("/governance/<uuid:authority_id>", permit=Permission.GOVERNANCE_READ)
def council_facts(authority_id: UUID) -> ResponseReturnValue:
    """One council: what holds, what held, and its calendar."""
    today = clock.today()
    found = council(session(), authority_id)
    return render_template(
        "governance/council.html",
        council=found,
        keeps=authority_id == actor().organisation_id and actor().may(Permission.GOVERNANCE_EDIT),
        forms=history_of(session(), FormOfGovernance, authority_id),
        clocks=history_of(session(), ClockSettings, authority_id),
        bodies=history_of(session(), Body, authority_id),
        quiet=history_of(session(), QuietPeriod, authority_id),
        calendar=calendar_of(session(), authority_id, today - _BEHIND, today + _AHEAD),
        today=today,
        words=WORDS,
    )
