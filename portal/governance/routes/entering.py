"""Entering a delegation as it was minuted."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import FieldList, FormField

from portal.core.database import session
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.core.wording import say_day
from portal.governance.actions.delegations import From, Precedent, enter_delegation
from portal.governance.kinds import EVERY, kinds, systems_of
from portal.governance.ledger_forms import DelegationForm
from portal.governance.models import Delegation, Post
from portal.governance.queries.posts import in_order, posts_of
from portal.governance.routes import pages
from portal.governance.routes.answering import chosen_id, chosen_ids, done, page
from tenants.permissions import Permission

_BASE = "/governance/delegations"
_LINES = ("reference", "minuted", "matter", "nominees", "paragraphs", "reading", "granted_url")
_DAYS = ("granted_on", "starts_on", "ends_on", "published_on")
_TICKS = ("before_commencement", "collective")


@pages.route(f"{_BASE}/new", permit=Permission.DELEGATION_EDIT, methods=("GET", "POST"))
def new_delegation() -> ResponseReturnValue:
    """A delegation, word for word, with its rules and limits."""
    form = DelegationForm()
    if request.method == "GET":
        _begin(form)
    wants_row = request.form.get("add", "")
    for rows in (form.conditions, form.sources):
        _grow(rows, wants_row)
    _offer(form)
    if wants_row:
        return page("new_delegation", form)
    answer = done(form, lambda: _enter(form), "The delegation is entered.", _BASE)
    return answer or page("new_delegation", form)


def _enter(form: DelegationForm) -> Delegation:
    values: dict[str, Any] = {name: form[name].data or "" for name in _LINES}
    values |= {name: form[name].data for name in (*_DAYS, *_TICKS)}
    return enter_delegation(
        session(),
        actor(),
        kind_names=form.kind_names.data or [],
        power=form.power.data or "",
        holder_ids=chosen_ids(form.holder_ids),
        joint=form.joint.data == "y",
        consulted_ids=chosen_ids(form.consulted_ids),
        covers_key=not form.without_key.data,
        conditions=[
            Precedent(c.form.words.data or "", bool(c.form.each.data))
            for c in form.conditions.entries
            if not c.form.is_empty
        ],
        sources=[
            From(s.form.name.data or "", chosen_id(s.form.system), s.form.awaits.data or "")
            for s in form.sources.entries
            if not s.form.is_empty
        ],
        limit_pounds=form.limit_pounds.amount,
        legal_maker_id=chosen_id(form.legal_maker_id),
        granted_by_id=chosen_id(form.granted_by_id),
        resolution_id=chosen_id(form.resolution_id),
        **values,
    )


def _begin(form: DelegationForm) -> None:
    """From a resolution of a minute: its words and number, and those of the council's posts that it names. A person completes the rest."""
    asked, known = request.args, posts_of(session(), actor().organisation_id)
    form.granted_by_id.data = asked.get("decision", "")
    form.resolution_id.data = asked.get("resolution", "")
    form.minuted.data = asked.get("words", "")
    form.reference.data = f"({asked['number']})" if asked.get("number") else ""
    form.holder_ids.data = [str(p.id) for title in asked.getlist("holder") for p in known.called(title)[:1]]
    form.consulted_ids.data = [str(p.id) for title in asked.getlist("consulted") for p in known.called(title)[:1]]


def _grow(rows: "FieldList[FormField[Any]]", wanted: str) -> None:
    if not rows.entries or wanted == rows.name:
        rows.append_entry({})


def _offer(form: DelegationForm) -> None:
    posts = [(str(p.id), _titled(p)) for p in in_order(posts_of(session(), actor().organisation_id).by_id.values())]
    form.kind_names.choices = options([*kinds().items(), (EVERY, "Every kind of matter")])
    form.holder_ids.choices = form.consulted_ids.choices = options(posts)
    form.legal_maker_id.choices = options([("", "As minuted"), *posts])
    systems = [(str(key), title) for key, title in systems_of(session(), actor()).items()]
    for one in form.sources.entries:
        one.form.system.choices = options([("", "Not in this portal"), *systems])


def _titled(post: Post) -> str:
    return f"{post.title} (until {say_day(post.ends_on)})" if post.ends_on else post.title
