"""Entering what was delegated, as minuted; marking it as published; revoking it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.governance.kinds import EVERY, kinds
from portal.governance.models import Delegation
from portal.governance.queries.ledger import entry, own_delegation
from portal.governance.queries.posts import Posts, posts_of
from portal.governance.rules.delegation_facts import DECIDE, POWERS, TEAM
from portal.governance.rules.delegation_words import told


@dataclass(frozen=True)
class Precedent:
    """A condition in the minute's words; `each`: certified for every case by itself."""

    words: str
    each: bool = False


@dataclass(frozen=True)
class From:
    """A purchasing system or framework it is for. `awaits`: the minute's words for what it waits for ("when in place")."""

    name: str
    system_id: UUID | None = None
    awaits: str = ""


def enter_delegation(
    session: Session,
    actor: Actor,
    *,
    granted_on: date | None,
    reference: str,
    minuted: str,
    matter: str,
    kind_names: Sequence[str],
    holder_ids: Sequence[UUID],
    starts_on: date | None = None,
    power: str = DECIDE,
    joint: bool = False,
    nominees: str = "",
    consulted_ids: Sequence[UUID] = (),
    before_commencement: bool = False,
    collective: bool = False,
    conditions: Sequence[Precedent] = (),
    paragraphs: str = "",
    sources: Sequence[From] = (),
    limit_pounds: Decimal | None = None,
    covers_key: bool = True,
    ends_on: date | None = None,
    reading: str = "",
    legal_maker_id: UUID | None = None,
    granted_by_id: UUID | None = None,
    resolution_id: UUID | None = None,
    granted_url: str = "",
    published_on: date | None = None,
) -> Delegation:
    """Enter a delegation of the council acted for, `minuted` word for word. `starts_on` None: from the day it was granted.

    `granted_by_id`: the council's decision in the portal that granted it, `resolution_id`: its resolution, which points here from now on;
    the database refuses any other, and a resolution that was entered before.
    Raises NotPermitted; Invalid with a sentence for each field.
    """
    _may(actor)
    posts = posts_of(session, actor.organisation_id)
    clean = Cleaning()
    values: dict[str, Any] = {
        "reference": clean.line(
            "reference", reference, "Enter the item and resolution that granted it, like item 32 (4)."
        ),
        "minuted": clean.lines("minuted", minuted, "Enter the words of the minute as they stand.", 20_000),
        "matter": clean.line("matter", matter, "Enter what is delegated, in plain words.", 300),
        "nominees": clean.line("nominees", nominees),
        "paragraphs": clean.line("paragraphs", paragraphs),
        "reading": clean.lines("reading", reading, None, 5000),
        "granted_url": clean.line("granted_url", granted_url, max_chars=500),
    }
    if granted_url and not granted_url.startswith(("https://", "http://")):
        clean.wrong("granted_url", "Enter the full address of the official record, beginning with https://.")
    if legal_maker_id and not reading.strip():
        clean.wrong("reading", "Enter the monitoring officer’s reading: why the decision is, in law, that of another.")
    if limit_pounds is not None and limit_pounds <= 0:
        clean.wrong("limit_pounds", "Enter a limit above £0.00, or leave it empty.")
    _check_days(clean, granted_on, starts_on, ends_on, published_on)
    _check_kinds(clean, kind_names)
    _check_posts(clean, posts, holder_ids, consulted_ids, legal_maker_id, power=power, joint=joint)
    kept_conditions = [{"words": clean.line("conditions", c.words, max_chars=500), "each": c.each} for c in conditions]
    if len({c["words"] for c in kept_conditions}) < len(kept_conditions):
        clean.wrong("conditions", "A condition is entered twice.")
    kept_sources = [_source(clean, s) for s in sources]
    clean.finish()
    row = Delegation(
        id=uuid4(),
        authority_id=actor.organisation_id,
        granted_on=granted_on,
        granted_by_id=granted_by_id,
        resolution_id=resolution_id,
        published_on=published_on,
        kinds=list(kind_names),
        power=power,
        holder_ids=list(holder_ids),
        joint=joint,
        consulted_ids=list(consulted_ids),
        before_commencement=before_commencement,
        collective=collective,
        conditions=[c for c in kept_conditions if c["words"]],
        sources=kept_sources,
        limit_pounds=limit_pounds,
        covers_key=covers_key,
        starts_on=starts_on or granted_on,
        ends_on=ends_on,
        legal_maker_id=legal_maker_id,
        **values,
    )
    session.add(row)
    session.flush()
    facts = entry(session, row.id).facts
    record(session, "governance.delegation.enter", f"Entered a delegation. {told(facts)}", delegation=row.id)
    return row


def publish_delegation(session: Session, actor: Actor, *, delegation_id: UUID, published_on: date | None) -> Delegation:
    """Mark the decision that granted it as published: the other councils read the delegation from now on.

    Raises Missing, NotPermitted, Refused, Invalid (published_on).
    """
    _may(actor)
    row = own_delegation(session, actor, delegation_id)
    if row.published_on is not None:
        raise Refused(f"The decision that granted it has been public since {say_day(row.published_on)}.")
    clean = Cleaning()
    if published_on is None:
        clean.wrong("published_on", "Enter the day on which the decision was published.")
    _check_days(clean, row.granted_on, None, None, published_on)
    clean.finish()
    row.published_on = published_on
    session.flush()
    record(
        session,
        "governance.delegation.publish",
        f"The delegation of {say_day(row.granted_on)}, {row.reference}, was granted by a published decision. Other councils read it.",
        delegation=row.id,
    )
    return row


def revoke_delegation(
    session: Session, actor: Actor, *, delegation_id: UUID, revoked_on: date | None, because: str
) -> Delegation:
    """End a delegation from a day on: nothing is done under it on that day or later. What was done before stands.

    Raises Missing, NotPermitted, Refused when it was revoked already, Invalid (revoked_on, because).
    """
    _may(actor)
    row = own_delegation(session, actor, delegation_id)
    if row.revoked_on is not None:
        raise Refused(f"This delegation was revoked on {say_day(row.revoked_on)}.")
    clean = Cleaning()
    reason = clean.line("because", because, "Enter by which decision, or why, it was revoked.", 500)
    if revoked_on is None:
        clean.wrong("revoked_on", "Enter the day from which it is revoked.")
    elif revoked_on < row.granted_on:
        clean.wrong("revoked_on", f"It was granted on {say_day(row.granted_on)}. It is not revoked before that.")
    clean.finish()
    assert revoked_on is not None
    row.revoked_on, row.revoked_because = revoked_on, reason
    session.flush()
    record(
        session,
        "governance.delegation.revoke",
        f"The delegation of {say_day(row.granted_on)}, {row.reference}, is revoked from {say_day(revoked_on)}: {reason}",
        delegation=row.id,
    )
    return row


def _may(actor: Actor) -> None:
    if not actor.may("governance:delegation:edit"):
        raise NotPermitted("Only democratic services or a legal officer keeps your council's delegations.")


def _check_days(
    clean: Cleaning, granted_on: date | None, starts_on: date | None, ends_on: date | None, published_on: date | None
) -> None:
    today = clock.today()
    if granted_on is None:
        clean.wrong("granted_on", "Enter the day of the decision that granted it.")
        return
    if granted_on > today:
        clean.wrong("granted_on", "A delegation is entered once it has been granted. This day is still to come.")
    if starts_on and starts_on < granted_on:
        clean.wrong("starts_on", "It cannot begin before it was granted.")
    if ends_on and ends_on < (starts_on or granted_on):
        clean.wrong("ends_on", "The last day is not before the first.")
    if published_on and not granted_on <= published_on <= today:
        clean.wrong("published_on", "The decision was published on the day it was taken or later, and not after today.")


def _check_kinds(clean: Cleaning, names: Sequence[str]) -> None:
    if not names:
        clean.wrong("kind_names", "Choose at least one kind of matter that it covers.")
    elif not set(names) <= {EVERY, *kinds()}:
        clean.wrong("kind_names", "Choose from the kinds of matter shown.")


def _check_posts(
    clean: Cleaning,
    posts: Posts,
    holder_ids: Sequence[UUID],
    consulted_ids: Sequence[UUID],
    legal_maker_id: UUID | None,
    *,
    power: str,
    joint: bool,
) -> None:
    named: Mapping[str, Sequence[UUID]] = {
        "holder_ids": holder_ids,
        "consulted_ids": consulted_ids,
        "legal_maker_id": (legal_maker_id,) if legal_maker_id else (),
    }
    for field, ids in named.items():
        if not set(ids) <= set(posts.by_id):
            clean.wrong(field, "Choose from the posts of your council.")
    if power not in POWERS:
        clean.wrong("power", "Choose what the holder may do.")
    if not holder_ids:
        clean.wrong("holder_ids", "Choose the post, or the posts, that it is granted to.")
    if joint and len(set(holder_ids)) < 2:
        clean.wrong("holder_ids", "A joint delegation has two holders or more. Choose them all.")
    if set(holder_ids) & set(consulted_ids):
        clean.wrong("consulted_ids", "A post that holds the delegation is not consulted as well.")
    teams = [posts.by_id[i].title for i in holder_ids if i in posts.by_id and posts.by_id[i].kind == TEAM]
    if teams and power == DECIDE:
        clean.wrong("power", f"“{teams[0]}” is a team. A team can work on a matter; it cannot decide it.")


def _source(clean: Cleaning, source: From) -> dict[str, Any]:
    name = clean.line("sources", source.name, "Enter the name of the purchasing system or framework.")
    awaits = clean.line("sources", source.awaits)
    return {"name": name, "system_id": str(source.system_id) if source.system_id else None, "awaits": awaits}
