"""One step of the story: who does what, when, and what they are given to do it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.documents import DocumentStore
from portal.core.sealing import KeyService
from portal.core.types import Actor


class StoryError(RuntimeError):
    """A step of the story was refused by the portal: the content and the rules disagree."""


@dataclass(frozen=True)
class Scene:
    """What a step is given: a session in the scope of the person who acts, and that actor."""

    session: Session
    actor: Actor
    app: Flask

    @property
    def keys(self) -> KeyService:
        """Where the wrapping keys live."""
        found: KeyService = self.app.extensions["keys"]
        return found

    @property
    def today(self) -> date:
        """The day of the step, in London."""
        return clock.today()

    @property
    def documents(self) -> DocumentStore:
        """Where encrypted files live."""
        found: DocumentStore = self.app.extensions["documents"]
        return found


@dataclass(frozen=True)
class Step:
    """One act of one person at one instant. `organisation`: the slug acted for, where it is not the person's own."""

    at: datetime
    who: str
    what: str
    act: Callable[[Scene], object]
    organisation: str | None = None
