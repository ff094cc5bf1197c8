"""Once a week to everybody in a council: what waits for them, by when. Titles, days and pages; nothing of what was decided."""

from sqlalchemy.orm import Session

from portal.activity.needs import Need, needs_of
from portal.core import clock
from portal.core.settings import Settings
from portal.core.telling import Word, tells
from portal.core.types import Actor
from portal.core.web.look import day

_MOST = 25
_LONGEST = 160


@tells("weekly_digest")
def weekly_digest(session: Session, actor: Actor, settings: Settings) -> list[Word]:
    """One message, or none where nothing waits."""
    waiting = needs_of(session, actor, clock.now())["act"]
    if not waiting:
        return []
    year, week, _ = clock.today().isocalendar()
    number = "One thing waits" if len(waiting) == 1 else f"{len(waiting)} things wait"
    more = f"\n\nAnd {len(waiting) - _MOST} more." if len(waiting) > _MOST else ""
    return [
        Word(
            key=f"digest {year}-W{week:02}",
            subject=f"{number} for you: week of {day(clock.today())}",
            body=f"{number} for you at {actor.organisation_name}.\n\n"
            + "\n\n".join(_item(need) for need in waiting[:_MOST])
            + more,
            link="/home",
        )
    ]


def _item(need: Need) -> str:
    by = f"By {day(need.by)}: " if need.by else ""
    title = (need.title or need.text)[:_LONGEST]
    return f"{by}{title}{f' ({need.organisation})' if need.organisation else ''}\n{need.url}"
