"""Posts of a council, by title, and who holds them from a day to a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import AN_AUTHORITY, NEIGHBOURS, condition, owner


class Post(Identified, Base):
    """A post, team or body. Its title never changes: a renamed post is a new row that follows the old one, and holds what was
    delegated to it.

    Titles name nobody, so every council reads them. `ends_on` is the last day. Who wrote it is taken from the scope.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("id", "authority_id"),
        ForeignKeyConstraint(["follows_id", "authority_id"], ["governance.posts.id", "governance.posts.authority_id"]),
        Index("uq_posts_one_follows", "follows_id", unique=True, postgresql_where=text("follows_id IS NOT NULL")),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("kind IN ('officer', 'member', 'team', 'body')", name="kind"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        {"schema": "governance"},
    )
    __tenancy__ = (
        owner("authority_id", select=False, insert=True, when=AN_AUTHORITY),
        owner("authority_id", select=False, update=("ends_on",)),
        condition("neighbours", f"authority_id = {NEIGHBOURS}"),
    )

    authority_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str]
    kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    follows_id: Mapped[UUID | None]
    written_by_id: Mapped[UUID | None]
    written_by_post: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=now)


class PostHolder(Identified, Base):
    """Somebody in a post. `person_id`: their account in the portal, if they have one; `label`: how the council calls them there.

    `capacity`: substantive, acting (in the post's place while it is vacant or its holder away) or deputy. A vacant post has none.
    """

    __tablename__ = "post_holders"
    __table_args__ = (
        ForeignKeyConstraint(["post_id", "authority_id"], ["governance.posts.id", "governance.posts.authority_id"]),
        Index("ix_post_holders_post_id", "post_id"),
        CheckConstraint("label <> ''", name="label"),
        CheckConstraint("capacity IN ('substantive', 'acting', 'deputy')", name="capacity"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        {"schema": "governance"},
    )
    __tenancy__ = (owner("authority_id", insert=True, update=("ends_on",)),)

    authority_id: Mapped[UUID] = mapped_column(index=True)
    post_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    label: Mapped[str]
    capacity: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    written_by_id: Mapped[UUID | None]
    written_by_post: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=now)
