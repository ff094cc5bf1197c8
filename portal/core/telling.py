"""What the portal says of its own accord, once a day or once a week: read as one person reads, told to that person alone.

A slice declares what it has to say by `@tells(what)`. For everybody whom it concerns (`app.begin_telling` knows who) there is a job that
reads in their scope, in a transaction that can write nothing, and tells them each word once, by its key (`app.tell_once`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.settings import Settings
from portal.core.types import Actor

EVERY = {"warn_of_terms": "17 5-22 * * *", "weekly_digest": "27 5-22 * * 1"}
"""When each is begun, UTC. Tried every hour of the day, begun once: a host that was asleep at five begins it later."""


@dataclass(frozen=True)
class Word:
    """`key`: what it is about and when, without content, so that it is said once. A line of `body` that begins with a slash is a page."""

    key: str
    subject: str
    body: str
    link: str


Reader = Callable[[Session, Actor, Settings], Sequence[Word]]
_readers: dict[str, Reader] = {}
_BEGIN = text("SELECT app.begin_telling(:what)")
_TELL = text("SELECT app.tell_once(:job, :key, :subject, :body, :link)")


def tells(what: str) -> Callable[[Reader], Reader]:
    """Declare who reads it. Raises ValueError for what is said at no time."""
    if what not in EVERY:
        raise ValueError(f"{what} is said at no time.")

    def declare(reader: Reader) -> Reader:
        _readers[what] = reader
        return reader

    return declare


def begin(session: Session, what: str) -> int:
    """Order the jobs of this day or week; how many, 0 where they have been ordered already."""
    jobs: int = session.execute(_BEGIN, {"what": what}).scalar_one()
    return jobs


def read(session: Session, actor: Actor, what: str, settings: Settings) -> Sequence[Word]:
    """What there is to say to this person."""
    return _readers[what](session, actor, settings)


def tell(session: Session, job: int, word: Word) -> bool:
    """Say it, unless it was said before."""
    said: bool = session.execute(
        _TELL, {"job": job, "key": word.key, "subject": word.subject, "body": word.body, "link": word.link}
    ).scalar_one()
    return said
