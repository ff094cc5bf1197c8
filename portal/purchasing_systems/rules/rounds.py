"""Where a round stands by the clock."""

from datetime import datetime

PHASES = {
    "planned": ("Planned", "grey"),
    "not_yet_open": ("Opens later", "blue"),
    "open": ("Open for applications", "green"),
    "lapsed": ("Not valid at present: applications wait", "yellow"),
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


def round_phase(status: str, opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """What the public would call it. A published round opens and closes by the clock; nobody clicks it open or shut."""
    if status != "published":
        return status
    if now < opens_at:
        return "not_yet_open"
    return "open" if now < closes_at else "closed"
