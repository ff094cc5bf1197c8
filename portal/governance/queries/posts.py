"""Posts of a council, and who held one on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.governance.models import Post, PostHolder
from portal.governance.rules import delegation_facts as facts

CAPACITIES = {"acting": "Acting up", "substantive": "Holds the post", "deputy": "Deputy"}
"""In the order in which they act for a post."""
_KINDS = tuple(facts.POST_KINDS)


@dataclass(frozen=True)
class Holder:
    """Somebody in a post. `label`: how the council calls them in the portal; `ends_on`: the last day."""

    id: UUID
    post_id: UUID
    person_id: UUID | None
    label: str
    capacity: str
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether they were in the post that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Posts:
    """The posts of one council with the chains of their titles: a renamed post is the same post."""

    def __init__(self, rows: Iterable[Post]) -> None:
        self.by_id = {post.id: post for post in rows}
        self._next = {post.follows_id: post.id for post in self.by_id.values() if post.follows_id}

    def chain(self, post_id: UUID) -> tuple[Post, ...]:
        """The post under every title it has had, the earliest first."""
        first = self.by_id[post_id]
        while first.follows_id in self.by_id:
            first = self.by_id[first.follows_id]
        titles = [first]
        while titles[-1].id in self._next:
            titles.append(self.by_id[self._next[titles[-1].id]])
        return tuple(titles)

    def fact(self, post_id: UUID) -> facts.Post:
        """The post as a rule sees it: the title as minuted, and its other titles."""
        own = self.by_id[post_id]
        return facts.Post(own.title, own.kind, tuple(p.title for p in self.chain(post_id) if p.id != post_id))

    def called(self, title: str) -> tuple[Post, ...]:
        """Every row of the posts that have, or had, this title."""
        found = {p.id for p in self.by_id.values() if facts.same_title(p.title) == facts.same_title(title)}
        return tuple({p.id: p for one in found for p in self.chain(one)}.values())

    def now(self, day: date) -> list[Post]:
        """The posts there are on a day, as they are chosen from: officers, members, teams, bodies, each by title."""
        there = [p for p in self.by_id.values() if p.starts_on <= day and (p.ends_on is None or day <= p.ends_on)]
        return in_order(there)


def in_order(posts: Iterable[Post]) -> list[Post]:
    """Officers, members, teams, bodies; each by title."""
    return sorted(posts, key=lambda p: (_KINDS.index(p.kind), p.title.casefold(), p.starts_on))


def posts_of(session: Session, authority_id: UUID) -> Posts:
    """Every post of a council, past ones too."""
    return Posts(session.scalars(select(Post).where(Post.authority_id == authority_id)))


def own_post(session: Session, authority_id: UUID, post_id: UUID) -> Post:
    """A post of this very council. Raises Missing."""
    found = session.get(Post, post_id)
    if found is None or found.authority_id != authority_id:
        raise Missing
    return found


def holders_of(session: Session, authority_id: UUID) -> Sequence[Holder]:
    """Who is or was in the posts of one's own council, the latest first. Nobody reads another council's."""
    rows = session.execute(
        select(
            PostHolder.id,
            PostHolder.post_id,
            PostHolder.person_id,
            PostHolder.label,
            PostHolder.capacity,
            PostHolder.starts_on,
            PostHolder.ends_on,
        )
        .where(PostHolder.authority_id == authority_id)
        .order_by(PostHolder.starts_on.desc(), PostHolder.label)
    )
    return [Holder(*row) for row in rows]


def holder_on(session: Session, authority_id: UUID, post_title: str, day: date) -> tuple[Holder, ...]:
    """Who held a post of one's own council on a day, under whichever title: acting first, then who holds it, then deputies.

    Empty: the post was vacant, or there is none. Two who hold it share the job.
    """
    titles = {post.id for post in posts_of(session, authority_id).called(post_title)}
    held = [h for h in holders_of(session, authority_id) if h.post_id in titles and h.holds_on(day)]
    return tuple(sorted(held, key=lambda h: (tuple(CAPACITIES).index(h.capacity), h.starts_on)))
