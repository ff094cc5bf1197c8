"""May I? One question to the ledger, one sentence back."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.governance.kinds import kinds, systems_of
from portal.governance.ledger_forms import MayForm
from portal.governance.queries.ledger import delegations_of
from portal.governance.queries.posts import CAPACITIES, holder_on, in_order, posts_of
from portal.governance.routes import pages
from portal.governance.routes.answering import page, sections
from portal.governance.rules.delegation import Act, Agreement, Consulted, DelegationFacts, covering
from portal.governance.rules.delegation_words import told
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@pages.route("/governance/delegations/may-i", permit=Permission.GOVERNANCE_READ)
def may_i() -> ResponseReturnValue:
    """Whether a post may do a thing on a day under a delegation of one's own council, and what is lacking."""
    asked = "post" in request.args
    form = MayForm(request.args if asked else None, data={"on": clock.today()})
    titles = [p.title for p in in_order(posts_of(session(), actor().organisation_id).by_id.values())]
    ledger = delegations_of(session(), actor().organisation_id, clock.today())
    systems = systems_of(session(), actor())
    form.kind.choices = options([("", "Select what is to be done"), *kinds().items()])
    form.post.choices = options([("", "Select a post"), *((t, t) for t in titles)])
    form.consulted.choices = form.agreed.choices = options([(t, t) for t in titles])
    form.system.choices = options([("", "None in particular"), *_about(ledger, systems)])
    under: DelegationFacts | None = None
    sentence, in_post = "", ""
    if asked and form.validate():
        try:
            act = _act(form, systems)
            under, sentence = covering(ledger, act)
            in_post = _in_post(act)
        except Invalid as error:
            show_invalid(form, error)
    said = told(under) if under else ""
    return page("may_i", form, sections=sections("May I?"), under=under, told=said, sentence=sentence, in_post=in_post)


def _about(ledger: tuple[DelegationFacts, ...], systems: dict[UUID, str]) -> list[tuple[str, str]]:
    """The purchasing systems of the council, and what else its delegations name."""
    known = [(str(system_id), title) for system_id, title in systems.items()]
    named = {source.name for d in ledger for source in d.sources if source.system_id is None}
    return [*known, *((name, name) for name in sorted(named))]


def _act(form: MayForm, systems: dict[UUID, str]) -> Act:
    wrong = {}
    if form.kind.data not in kinds():
        wrong["kind"] = "Select what is to be done."
    if not form.post.data:
        wrong["post"] = "Select the post that acts."
    day = form.on.data
    if day is None:
        wrong["on"] = "Enter the day."
    if wrong or day is None:
        raise Invalid(**wrong)
    about = {str(system_id): system_id for system_id in systems}.get(form.system.data or "")
    return Act(
        kind=form.kind.data,
        subject_id=None,
        day=day,
        acting_posts=(form.post.data,),
        consulted=tuple(Consulted(post, day) for post in form.consulted.data or ()),
        agreements=tuple(Agreement(post, agreed=True, on=day) for post in form.agreed.data or ()),
        value_pounds=form.value.amount,
        commenced=bool(form.commenced.data),
        collective=bool(form.collective.data),
        key=bool(form.key.data),
        does=form.does.data or "decide",
        case=form.case.data or "",
        source_id=about,
        source="" if about else form.system.data or "",
    )


def _in_post(act: Act) -> str:
    """Who was in the post that day, in a sentence."""
    held = holder_on(session(), actor().organisation_id, act.acting_posts[0], act.day)
    if not held:
        return "Nobody is entered as holding this post on that day."
    return f"In the post on that day: {'; '.join(f'{h.label} ({CAPACITIES[h.capacity].lower()})' for h in held)}."
