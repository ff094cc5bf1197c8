"""What the provider's pages share: where the keys and documents are, and how a draft stands."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app, render_template

from portal.applications.queries.overview import Draft, draft_of
from portal.core.database import session
from portal.core.documents import DocumentStore, Scanner
from portal.core.sealing import KeyService


def keys() -> KeyService:
    """The key service of this portal."""
    found: KeyService = current_app.extensions["keys"]
    return found


def store() -> DocumentStore:
    """The document store of this portal."""
    found: DocumentStore = current_app.extensions["documents"]
    return found


def scanner() -> Scanner | None:
    """The malware scanner of this portal, if it has one."""
    found: Scanner | None = current_app.extensions["scanner"]
    return found


def draft(application_id: UUID) -> Draft:
    """The draft of this request. Raises Missing."""
    return draft_of(session(), keys(), application_id)


def page(template: str, shown: Draft, **more: object) -> str:
    """A page of a draft: every one says, loudly, whether it is submitted."""
    left = time_left(shown.case.at, shown.case.round.closes_at)
    return render_template(f"applications/{template}.html", draft=shown, case=shown.case, left=left, **more)


def time_left(at: datetime, until: datetime) -> str:
    """`in 18 minutes`, `in 3 days`: coarse, cut and never rounded up, so that nobody is told of time there is not."""
    left = until - at
    if left < timedelta(minutes=1):
        return "in less than a minute"
    if left < timedelta(hours=2):
        return _in(left, timedelta(minutes=1), "minute")
    if left < timedelta(days=2):
        return _in(left, timedelta(hours=1), "hour")
    return _in(left, timedelta(days=1), "day")


def _in(left: timedelta, unit: timedelta, name: str) -> str:
    count = left // unit
    return f"in {count} {name}{'' if count == 1 else 's'}"
