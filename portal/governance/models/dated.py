"""What all facts of a council have in common: from when until when they hold, and who says so."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Identified
from portal.core.rls import AN_AUTHORITY, NEIGHBOURS, Word, condition, owner


class Dated(Identified):
    """A fact of one council. `ends_on` is the last day on which it holds (None: until further notice).

    Nothing is overwritten: a fact is ended and another begun. One that was entered by mistake ends on the day before it starts, so
    that it never held and yet stays to be seen. `source`: where it is written down.
    """

    authority_id: Mapped[UUID] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    source: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(default=now)

    def holds_on(self, day: date) -> bool:
        """Is it so on that day?"""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def is_mistake(self) -> bool:
        """Whether it was entered by mistake and never held."""
        return self.ends_on is not None and self.ends_on < self.starts_on


ENDS = "ends_on IS NULL OR ends_on >= starts_on - 1"


def of_one_council(*update: str, born: str | None = AN_AUTHORITY) -> tuple[Word, ...]:
    """The council alone writes its facts; those that share a system with it read them, because they plan together; no provider does.

    `born`: what an inserted row must be besides its writer's own; None where a key to another row says it already.
    """
    own = owner("authority_id", select=False, insert=True, update=update)
    return (
        replace(own, born=f"({own.rows}) AND ({born})") if born else own,
        condition("neighbours", f"authority_id = {NEIGHBOURS}"),
    )
