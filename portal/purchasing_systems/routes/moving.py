"""Forms that change a date: "Show what moves" before saving, and what has moved after it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import flash, request
from flask_wtf import FlaskForm

from portal.core.database import session
from portal.core.web.pages import actor
from portal.governance.watching import register_watch
from portal.purchasing_systems.queries.consequences import Consequence, consequences, watch
from portal.purchasing_systems.routes.answering import made_by

_MOST = 6
register_watch(watch)


def moving(form: FlaskForm, act: Callable[[], object], *, system_id: UUID) -> tuple[bool, list[Consequence] | None]:
    """Was it saved, and what moves. Asked only to show, nothing is saved; None: the form could not be read."""
    seen = made_by(form, lambda: (consequences(session(), actor(), act, system_id=system_id),))
    if seen is None:
        return False, None
    _, found = seen[0]
    if wants_preview():
        session().rollback()
        return False, found
    tell(found)
    return True, found


def wants_preview() -> bool:
    """Only to be shown."""
    return "preview" in request.form


def tell(found: Iterable[Consequence]) -> None:
    """What has moved, above the next page: what breaks in red."""
    for one in found:
        if one.broken:
            flash(f"{one.name}: {_some(one.broken)}", "error")
        if one.shifts:
            flash(f"{one.name}: {_some([shift.sentence for shift in one.shifts])}", "notice")


def _some(sentences: Iterable[str]) -> str:
    said = list(sentences)
    more = len(said) - _MOST
    return " ".join(said[:_MOST]) + (f" And {more} more." if more > 0 else "")
