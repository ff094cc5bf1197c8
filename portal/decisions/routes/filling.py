"""Between the form of a record and its draft: what was typed, cleaned; what was saved, shown again."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.pages import actor
from portal.decisions.forms.record import RecordForm
from portal.decisions.models import Decision
from portal.decisions.queries.evidence import content_of
from portal.decisions.queries.fitting_notices import fitting_notices
from portal.governance.queries.ledger import ledger
from portal.governance.rules.delegation_facts import DECIDE

_LINES = (
    "decided_by_post",
    "decided_by_capacity",
    "consulted_post",
    "evidence",
    "report_reference",
    "minute_number",
    "record_url",
    "key_reason",
    "urgency_agreed_by",
    "call_in_exempt_because",
)
TEXTS = (
    "authority_source",
    "reasons",
    "alternatives",
    "interests",
    "dispensations",
    "financial",
    "legal",
    "equality",
)
_DAYS = ("decided_on", "published_on", "effective_on", "notice_on")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def fill_record(form: RecordForm, draft: Decision) -> None:
    """Show what is saved."""
    for name, value in content_of(session(), draft).items():
        if name in form and name not in ("is_key", "delegation_id", "notice_id", "value_pounds", "wards"):
            form[name].data = value
    form.is_key.data = "yes" if draft.is_key else "no"
    form.delegation_id.data = str(draft.delegation_id or "")
    form.notice_id.data = str(draft.notice_id or "")
    form.value_pounds.process_data(draft.value_pounds)
    form.wards.process_data(draft.wards)


def record_values(form: RecordForm) -> dict[str, Any]:
    """What was typed, cleaned. Raises Invalid (by field)."""
    clean = Cleaning()
    values: dict[str, Any] = {name: clean.line(name, form[name].data, max_chars=500) for name in _LINES}
    values |= {name: clean.lines(name, form[name].data, max_chars=20_000) for name in TEXTS}
    values |= {name: form[name].data for name in _DAYS}
    clean.finish()
    return values | {
        "route": form.route.data or "",
        "delegation_id": _delegation(form),
        "notice_id": _notice(form),
        "value_pounds": form.value_pounds.amount,
        "wards": form.wards.whole,
        "is_key": form.is_key.data == "yes",
        "urgency": form.urgency.data or "",
    }


def show_controls(form: RecordForm) -> None:
    """A control character has no place in a page: it is shown as the mark for one, where it can be deleted."""
    for name in (*_LINES, *TEXTS):
        form[name].data = _CONTROL.sub("\ufffd", form[name].data or "")


def offer_delegations(form: RecordForm) -> None:
    """The council's own ledger, what is in force first."""
    entries = sorted(ledger(session(), actor()), key=lambda entry: entry.state != "in force")
    named = {
        str(e.facts.id): f"{e.facts.reference}: {e.facts.matter}"[:120] for e in entries if e.facts.power == DECIDE
    }
    form.delegation_id.choices = {"": "None: the body named decides itself"} | named


def offer_notices(
    form: RecordForm, *, matter_id: UUID | None, system_ids: Collection[UUID], linked: UUID | None
) -> None:
    """Published notices of the council that fit: about this joint decision or these systems; and the one that is linked already."""
    found = fitting_notices(session(), actor(), matter_id=matter_id, system_ids=system_ids, linked=linked)
    form.notice_id.choices = {"": "None of these"} | {str(one.id): one.label for one in found}


def _notice(form: RecordForm) -> UUID | None:
    try:
        return UUID(form.notice_id.data) if form.notice_id.data else None
    except ValueError:
        raise Invalid(notice_id="Choose one of the published notices of your council, or none.") from None


def _delegation(form: RecordForm) -> UUID | None:
    try:
        return UUID(form.delegation_id.data) if form.delegation_id.data else None
    except ValueError:
        raise Invalid(delegation_id="Choose one of the delegations in your council’s ledger, or none.") from None
