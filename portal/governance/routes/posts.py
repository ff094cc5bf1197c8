"""The posts of a council, and who holds them."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.governance.actions.posts import create_post, end_holding, end_post, put_in_post, rename_post
from portal.governance.ledger_forms import EndForm, HolderForm, PostForm, RenameForm
from portal.governance.models import Post, PostHolder
from portal.governance.queries.posts import CAPACITIES, Holder, holders_of, in_order, own_post, posts_of
from portal.governance.routes import pages
from portal.governance.routes.answering import chosen_id, done, page, sections
from portal.governance.rules.delegation_facts import POST_KINDS
from tenants.permissions import Permission
from tenants.queries import colleagues

_BASE = "/governance/posts"


@dataclass(frozen=True)
class Line:
    """A post on screen, under its present title. Vacant: somebody was in it, and nobody is; otherwise nobody was ever entered."""

    post: Post
    kind: str
    earlier: tuple[Post, ...]
    holders: tuple[Holder, ...]
    past: tuple[Holder, ...]
    is_vacant: bool


@pages.route(_BASE, permit=Permission.GOVERNANCE_READ, endpoint="posts")
def posts_page() -> ResponseReturnValue:
    """Every post with who holds it today; vacant ones say so; ended ones below."""
    today = clock.today()
    posts = posts_of(session(), actor().organisation_id)
    held = holders_of(session(), actor().organisation_id)
    lines = []
    for post in in_order(p for p in posts.by_id.values() if posts.chain(p.id)[-1].id == p.id):
        chain = posts.chain(post.id)
        of = [h for h in held if h.post_id in {p.id for p in chain}]
        here = tuple(h for h in of if h.ends_on is None or h.ends_on >= today)
        in_it = any(h.holds_on(today) and h.capacity != "deputy" for h in of)
        past = tuple(h for h in of if h not in here)
        vacant = not in_it and any(h.capacity != "deputy" for h in of)
        lines.append(Line(post, POST_KINDS[post.kind], chain[:-1], here, past, vacant))
    return render_template(
        "governance/posts.html",
        sections=sections("Posts"),
        standing=[line for line in lines if line.post.ends_on is None or line.post.ends_on >= today],
        ended=[line for line in lines if line.post.ends_on is not None and line.post.ends_on < today],
        capacities=CAPACITIES,
        today=today,
        may_edit=actor().may(Permission.DELEGATION_EDIT),
    )


@pages.route(f"{_BASE}/new", permit=Permission.DELEGATION_EDIT, methods=("GET", "POST"))
def new_post() -> ResponseReturnValue:
    """Enter a post."""
    form = PostForm()

    def act() -> object:
        return create_post(
            session(),
            actor(),
            title=form.title.data or "",
            kind=form.kind.data or "",
            starts_on=form.starts_on.data,
        )

    return done(form, act, "The post is entered.", _BASE) or page("new_post", form)


@pages.route(
    f"{_BASE}/<uuid:post_id>/rename", permit=Permission.DELEGATION_EDIT, methods=("GET", "POST"), endpoint="rename_post"
)
def rename_post_page(post_id: UUID) -> ResponseReturnValue:
    """Give a post another title."""
    post, form = own_post(session(), actor().organisation_id, post_id), RenameForm()

    def act() -> object:
        return rename_post(
            session(), actor(), post_id=post_id, title=form.title.data or "", starts_on=form.starts_on.data
        )

    said = "The post has its new title. Its delegations stay with it."
    return done(form, act, said, _BASE) or page("rename_post", form, post=post)


@pages.route(
    f"{_BASE}/<uuid:post_id>/end", permit=Permission.DELEGATION_EDIT, methods=("GET", "POST"), endpoint="end_post"
)
def end_post_page(post_id: UUID) -> ResponseReturnValue:
    """The last day of a post."""
    post, form = own_post(session(), actor().organisation_id, post_id), EndForm()

    def act() -> object:
        return end_post(session(), actor(), post_id=post_id, ends_on=form.ends_on.data)

    return done(form, act, "The last day of the post is entered.", _BASE) or page("end_post", form, post=post)


@pages.route(f"{_BASE}/<uuid:post_id>/hold", permit=Permission.DELEGATION_EDIT, methods=("GET", "POST"))
def put_in_post_page(post_id: UUID) -> ResponseReturnValue:
    """Who holds a post, acts up in it, or deputises."""
    post, form = own_post(session(), actor().organisation_id, post_id), HolderForm()
    people = [(str(c.person_id), f"{c.post} ({c.email})") for c in colleagues(session(), actor())]
    form.person.choices = options([("", "None, or not known"), *people])

    def act() -> object:
        return put_in_post(
            session(),
            actor(),
            post_id=post_id,
            label=form.label.data or "",
            capacity=form.capacity.data or "",
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            person_id=chosen_id(form.person),
        )

    return done(form, act, "That is entered.", _BASE) or page("hold_post", form, post=post)


@pages.route(
    f"{_BASE}/holders/<uuid:holder_id>/end",
    permit=Permission.DELEGATION_EDIT,
    methods=("GET", "POST"),
    endpoint="end_holding",
)
def end_holding_page(holder_id: UUID) -> ResponseReturnValue:
    """The last day of somebody in a post."""
    holder = session().get(PostHolder, holder_id)
    if holder is None:
        raise Missing
    post, form = own_post(session(), actor().organisation_id, holder.post_id), EndForm()

    def act() -> object:
        return end_holding(session(), actor(), holder_id=holder_id, ends_on=form.ends_on.data)

    return done(form, act, "The last day is entered.", _BASE) or page(
        "end_holding", form, post=post, holder=holder, capacity=CAPACITIES[holder.capacity]
    )
