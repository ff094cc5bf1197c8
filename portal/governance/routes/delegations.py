"""The ledger of delegations: reading it, and what is done under one."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.governance.actions.delegations import publish_delegation, revoke_delegation
from portal.governance.actions.nominations import certify, nominate, own_nomination, revoke_nomination
from portal.governance.kinds import EVERY, title_of
from portal.governance.ledger_forms import CertifyForm, NominateForm, PublishForm, RevokeForm
from portal.governance.queries.ledger import Entry, entry, ledger, own_delegation, published_ledger
from portal.governance.queries.posts import in_order, posts_of
from portal.governance.routes import pages
from portal.governance.routes.answering import chosen_id, done, page, sections
from tenants.permissions import Permission
from tenants.queries import organisation_named

_BASE = "/governance/delegations"


@pages.route(_BASE, permit=Permission.GOVERNANCE_READ)
def delegations() -> ResponseReturnValue:
    """The ledger of one's own council: in force, to come, and ended below."""
    return _ledger(ledger(session(), actor()), actor().organisation_name, own=True)


@pages.route(f"{_BASE}/of/<uuid:authority_id>", permit=Permission.GOVERNANCE_READ)
def published_delegations(authority_id: UUID) -> ResponseReturnValue:
    """What published decisions of another council delegated."""
    name = organisation_named(session(), authority_id)
    return _ledger(published_ledger(session(), authority_id), name, own=authority_id == actor().organisation_id)


def _ledger(entries: tuple[Entry, ...], council: str, *, own: bool) -> ResponseReturnValue:
    return render_template(
        "governance/delegations.html",
        council=council,
        own=own,
        sections=sections("Delegations"),
        standing=[e for e in entries if e.state != "ended"],
        ended=[e for e in entries if e.state == "ended"],
        may_edit=own and actor().may(Permission.DELEGATION_EDIT),
    )


@pages.route(f"{_BASE}/<uuid:delegation_id>", permit=Permission.GOVERNANCE_READ)
def delegation(delegation_id: UUID) -> ResponseReturnValue:
    """One delegation: the minuted words, the rules in plain words, what was done under it."""
    found = entry(session(), delegation_id)
    own = found.row.authority_id == actor().organisation_id
    return render_template(
        "governance/delegation.html",
        found=found,
        own=own,
        council=organisation_named(session(), found.row.authority_id),
        posts=posts_of(session(), found.row.authority_id),
        kinds=["Every kind of matter" if k == EVERY else title_of(k) for k in found.facts.kinds],
        may_edit=own and actor().may(Permission.DELEGATION_EDIT),
        may_nominate=own and found.state != "ended" and actor().may(Permission.DELEGATION_NOMINATE),
    )


@pages.route(
    f"{_BASE}/<uuid:delegation_id>/nominate",
    permit=Permission.DELEGATION_NOMINATE,
    methods=("GET", "POST"),
    endpoint="nominate",
)
def nominate_page(delegation_id: UUID) -> ResponseReturnValue:
    """Nominate a post."""
    found = _own(delegation_id)
    form = NominateForm()
    holders = set(found.row.holder_ids)
    there = [p for p in in_order(posts_of(session(), actor().organisation_id).by_id.values()) if p.ends_on is None]
    form.post_id.choices = options(
        [("", "Select a post"), *((str(p.id), p.title) for p in there if p.id not in holders)]
    )

    def act() -> object:
        return nominate(
            session(),
            actor(),
            delegation_id=delegation_id,
            post_id=chosen_id(form.post_id),
            starts_on=form.starts_on.data,
            evidence=form.evidence.data or "",
        )

    return done(form, act, "The post is nominated.", f"{_BASE}/{delegation_id}") or page("nominate", form, found=found)


@pages.route(
    f"{_BASE}/nominations/<uuid:nomination_id>/revoke",
    permit=Permission.DELEGATION_NOMINATE,
    methods=("GET", "POST"),
    endpoint="revoke_nomination",
)
def revoke_nomination_page(nomination_id: UUID) -> ResponseReturnValue:
    """Revoke a nomination."""
    nomination = own_nomination(session(), actor(), nomination_id)
    found = entry(session(), nomination.delegation_id)
    form = RevokeForm()

    def act() -> object:
        return revoke_nomination(
            session(),
            actor(),
            nomination_id=nomination_id,
            revoked_on=form.revoked_on.data,
            because=form.because.data or "",
        )

    title = posts_of(session(), actor().organisation_id).by_id[nomination.post_id].title
    url = f"{_BASE}/{nomination.delegation_id}"
    return done(form, act, "The nomination is revoked.", url) or page(
        "revoke_nomination", form, found=found, nomination=nomination, title=title
    )


@pages.route(
    f"{_BASE}/<uuid:delegation_id>/certify",
    permit=Permission.DELEGATION_NOMINATE,
    methods=("GET", "POST"),
    endpoint="certify",
)
def certify_page(delegation_id: UUID) -> ResponseReturnValue:
    """Certify that a condition holds, or does not."""
    found = _own(delegation_id)
    if not found.conditions:
        raise Missing
    form = CertifyForm()
    form.condition.choices = options([(c.words, c.words) for c in found.conditions])

    def act() -> object:
        return certify(
            session(),
            actor(),
            delegation_id=delegation_id,
            condition=form.condition.data or "",
            holds={"yes": True, "no": False}.get(form.holds.data or ""),
            found_on=form.found_on.data,
            certified_by=form.certified_by.data or "",
            evidence=form.evidence.data or "",
            case=form.case.data or "",
        )

    return done(form, act, "The finding is recorded.", f"{_BASE}/{delegation_id}") or page("certify", form, found=found)


@pages.route(
    f"{_BASE}/<uuid:delegation_id>/end",
    permit=Permission.DELEGATION_EDIT,
    methods=("GET", "POST"),
    endpoint="end_delegation",
)
def end_delegation_page(delegation_id: UUID) -> ResponseReturnValue:
    """Revoke a delegation."""
    found = _own(delegation_id)
    form = RevokeForm()

    def act() -> object:
        return revoke_delegation(
            session(),
            actor(),
            delegation_id=delegation_id,
            revoked_on=form.revoked_on.data,
            because=form.because.data or "",
        )

    return done(form, act, "The delegation is revoked.", f"{_BASE}/{delegation_id}") or page(
        "end_delegation", form, found=found
    )


@pages.route(
    f"{_BASE}/<uuid:delegation_id>/publish",
    permit=Permission.DELEGATION_EDIT,
    methods=("GET", "POST"),
    endpoint="publish_delegation",
)
def publish_delegation_page(delegation_id: UUID) -> ResponseReturnValue:
    """Let the other councils read it, because the decision that granted it is public."""
    found = _own(delegation_id)
    form = PublishForm()

    def act() -> object:
        return publish_delegation(session(), actor(), delegation_id=delegation_id, published_on=form.published_on.data)

    return done(form, act, "The other councils can read this delegation.", f"{_BASE}/{delegation_id}") or page(
        "publish_delegation", form, found=found
    )


def _own(delegation_id: UUID) -> Entry:
    own_delegation(session(), actor(), delegation_id)
    return entry(session(), delegation_id)
