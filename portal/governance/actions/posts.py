"""Keeping the posts of a council: which there are, what they are called, who holds them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.governance.models import Post, PostHolder
from portal.governance.queries.posts import CAPACITIES, own_post, posts_of
from portal.governance.rules.delegation_facts import POST_KINDS, same_title
from portal.governance.rules.delegation_words import the


def create_post(session: Session, actor: Actor, *, title: str, kind: str, starts_on: date | None) -> Post:
    """Enter a post, team or body. Raises NotPermitted; Invalid (title, kind, starts_on), also for one that is there already."""
    _may(actor)
    clean = Cleaning()
    called = clean.line("title", title, "Enter the title of the post.")
    if kind not in POST_KINDS:
        clean.wrong("kind", "Choose what kind of post it is.")
    if starts_on is None:
        clean.wrong("starts_on", "Enter the day since when there has been this post.")
    _refuse_double(session, actor, clean, called)
    clean.finish()
    post = Post(id=uuid4(), authority_id=actor.organisation_id, title=called, kind=kind, starts_on=starts_on)
    session.add(post)
    session.flush()
    record(session, "governance.post.create", f"Entered the post “{called}”.", post=post.id)
    return post


def rename_post(session: Session, actor: Actor, *, post_id: UUID, title: str, starts_on: date | None) -> Post:
    """Give a post another title from a day on. What was delegated to it, and who holds it, goes on under either title.

    Raises Missing, NotPermitted, Refused for a post that ended or has been renamed, Invalid (title, starts_on).
    """
    _may(actor)
    old = own_post(session, actor.organisation_id, post_id)
    _refuse_ended(session, old)
    clean = Cleaning()
    called = clean.line("title", title, "Enter the new title.")
    if starts_on is None:
        clean.wrong("starts_on", "Enter the day from which it is called that.")
    elif starts_on <= old.starts_on:
        clean.wrong("starts_on", f"“{old.title}” began on {say_day(old.starts_on)}. Enter a later day.")
    _refuse_double(session, actor, clean, called)
    clean.finish()
    assert starts_on is not None
    old.ends_on = starts_on - timedelta(1)
    new = Post(
        id=uuid4(),
        authority_id=actor.organisation_id,
        title=called,
        kind=old.kind,
        starts_on=starts_on,
        follows_id=old.id,
    )
    session.add(new)
    session.flush()
    record(
        session,
        "governance.post.rename",
        f"The post “{old.title}” is called “{called}” from {say_day(starts_on)}. Its delegations stay with it.",
        post=new.id,
        follows=old.id,
    )
    return new


def end_post(session: Session, actor: Actor, *, post_id: UUID, ends_on: date | None) -> Post:
    """Say on which day a post is there for the last time. Raises Missing, NotPermitted, Refused, Invalid (ends_on)."""
    _may(actor)
    post = own_post(session, actor.organisation_id, post_id)
    _refuse_ended(session, post)
    post.ends_on = _last_day(ends_on, post.starts_on)
    session.flush()
    record(session, "governance.post.end", f"The post “{post.title}” ends on {say_day(post.ends_on)}.", post=post.id)
    return post


def put_in_post(
    session: Session,
    actor: Actor,
    *,
    post_id: UUID,
    label: str,
    capacity: str,
    starts_on: date | None,
    ends_on: date | None = None,
    person_id: UUID | None = None,
) -> PostHolder:
    """Say who holds a post, acts up in it or deputises, from when. `ends_on`: the last day, if it is known.

    Raises Missing, NotPermitted, Invalid (label, capacity, starts_on, ends_on).
    """
    _may(actor)
    post = own_post(session, actor.organisation_id, post_id)
    clean = Cleaning()
    called = clean.line("label", label, "Enter who it is, as your council calls them.")
    if capacity not in CAPACITIES:
        clean.wrong("capacity", "Choose in which capacity.")
    if starts_on is None:
        clean.wrong("starts_on", "Enter the first day.")
    elif starts_on < post.starts_on:
        clean.wrong("starts_on", f"This post began on {say_day(post.starts_on)}. Enter that day or a later one.")
    elif ends_on and ends_on < starts_on:
        clean.wrong("ends_on", "The last day is not before the first.")
    clean.finish()
    holder = PostHolder(
        id=uuid4(),
        authority_id=actor.organisation_id,
        post_id=post.id,
        person_id=person_id,
        label=called,
        capacity=capacity,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(holder)
    session.flush()
    assert starts_on is not None
    record(
        session,
        "governance.post.hold",
        f"{CAPACITIES[capacity]}, {the(post.title).removesuffix(',')}, from {say_day(starts_on)}: {called}.",
        post=post.id,
        holder=holder.id,
    )
    return holder


def end_holding(session: Session, actor: Actor, *, holder_id: UUID, ends_on: date | None) -> PostHolder:
    """Say on which day somebody was in a post for the last time. Raises Missing, NotPermitted, Refused, Invalid (ends_on)."""
    _may(actor)
    holder = session.get(PostHolder, holder_id)
    if holder is None:
        raise Missing
    last = _last_day(ends_on, holder.starts_on)
    if holder.ends_on is not None and last > holder.ends_on:
        raise Refused(f"This ended on {say_day(holder.ends_on)}. What begins again is entered again.")
    holder.ends_on = last
    session.flush()
    record(
        session,
        "governance.post.leave",
        f"{CAPACITIES[holder.capacity]}, until {say_day(last)}: {holder.label}.",
        post=holder.post_id,
        holder=holder.id,
    )
    return holder


def _may(actor: Actor) -> None:
    if not actor.may("governance:delegation:edit"):
        raise NotPermitted("Only democratic services or a legal officer keeps your council's posts and delegations.")


def _refuse_double(session: Session, actor: Actor, clean: Cleaning, title: str) -> None:
    there = posts_of(session, actor.organisation_id).by_id.values()
    if any(same_title(p.title) == same_title(title) and p.ends_on is None for p in there):
        clean.wrong("title", "Your council has a post of that title already.")


def _refuse_ended(session: Session, post: Post) -> None:
    if session.scalar(select(Post.id).where(Post.follows_id == post.id)):
        raise Refused("This post has been renamed. Go on with its present title.")
    if post.ends_on is not None:
        raise Refused(f"This post ended on {say_day(post.ends_on)}.")


def _last_day(ends_on: date | None, starts_on: date) -> date:
    clean = Cleaning()
    if ends_on is None:
        clean.wrong("ends_on", "Enter the last day.")
    elif ends_on < starts_on:
        clean.wrong("ends_on", f"It began on {say_day(starts_on)}. The last day is not before that.")
    clean.finish()
    assert ends_on is not None
    return ends_on
