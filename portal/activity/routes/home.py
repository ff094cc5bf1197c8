"""Home: what needs me now, by when."""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.activity.needs import Need, needs_of
from portal.activity.queries.messages import newest_unread
from portal.activity.routes import pages
from portal.activity.rules import nearness
from portal.core import clock
from portal.core.database import session
from portal.core.web import signed_in
from portal.core.web.look import day
from portal.core.web.pages import actor
from portal.purchasing_systems.rules.rounds import PHASES


@pages.route("/home", permit=signed_in("Everybody has a home page; it shows what their roles let them do."))
def home() -> ResponseReturnValue:
    """What waits for this person, what comes by itself, what is unread."""
    who = actor()
    found = needs_of(session(), who, clock.now())
    return render_template(
        "activity/home.html",
        needs=_shown(found["act"]),
        coming=_shown(found["date"]),
        dates=any(need.by for kind in ("act", "date") for need in found[kind]),
        offers=_shown(found["offer"]),
        standing=found["standing"],
        phases=PHASES,
        messages=newest_unread(session(), who),
    )


def _shown(needs: Sequence[Need]) -> list[dict[str, Any]]:
    now, today = clock.now(), clock.today()
    shown = []
    for need in needs:
        near = nearness(need.by, now, today) if need.by is not None else None
        shown.append(
            {
                "text": need.text,
                "url": need.url,
                "organisation": need.organisation,
                "detail": need.detail,
                "due": need.by if need.by is None or hasattr(need.by, "hour") else day(need.by),
                "left": near.words if near else None,
                "tone": near.tone if near else None,
            }
        )
    return shown
