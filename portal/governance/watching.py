"""Who wants to know what a change of a council's facts brings about: the slices above say so here, and the pages ask before and after."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.core.types import Actor

Told = list[tuple[str, str, list[str]]]
"""Name, page and sentences of each plan that is touched."""
Watch = Callable[[Session, Actor], Callable[[], Told]]

_watches: list[Watch] = []


def register_watch(watch: Watch) -> Watch:
    """Be asked before and after every change of a council's calendar, clocks and periods."""
    _watches.append(watch)
    return watch


def watching(session: Session, actor: Actor) -> Callable[[], Told]:
    """Begin to watch; call the answer after the change."""
    begun = [watch(session, actor) for watch in _watches]
    return lambda: [told for after in begun for told in after()]
