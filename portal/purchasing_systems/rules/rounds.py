"""Where a round stands by the clock, and how long a window must be."""

from datetime import datetime, timedelta

PHASES = {
    "planned": ("Planned", "grey"),
    "not_yet_open": ("Opens later", "blue"),
    "open": ("Open for applications", "green"),
    "closed": ("Closed, not yet opened", "yellow"),
    "opened": ("Submissions opened", "blue"),
    "evaluating": ("In evaluation", "blue"),
    "moderating": ("In moderation", "blue"),
    "evaluated": ("Evaluated", "blue"),
    "decided": ("Outcome decided", "blue"),
    "notified": ("Outcome letters sent", "green"),
    "complete": ("Complete", "green"),
    "cancelled": ("Cancelled", "red"),
}
"""Phase to its words on the page and the colour that repeats them."""

SHORTEST_DPS_WINDOW = timedelta(days=30)
"""Regulation 34 of the Public Contracts Regulations 2015: at least 30 days from the dispatch of the notice."""


def round_phase(status: str, opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """What the public would call it. A published round opens and closes by the clock; nobody clicks it open or shut."""
    if status != "published":
        return status
    if now < opens_at:
        return "not_yet_open"
    return "open" if now < closes_at else "closed"


def window_problem(vehicle: str, notice_published_at: datetime | None, closes_at: datetime) -> str | None:
    """A dynamic purchasing system stays open 30 days from its notice; light touch windows are reasonable, by judgement."""
    if vehicle != "dps" or notice_published_at is None:
        return None
    # The day of the notice does not count: a notice of 1 April closes no earlier than the end of 1 May.
    if closes_at.date() > (notice_published_at + SHORTEST_DPS_WINDOW).date():
        return None
    return "A dynamic purchasing system needs at least 30 days between the notice and the closing time."
