"""The ledger: what was delegated, as the rules read it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.types import Actor
from portal.governance.models import Certification, Delegation, Nomination
from portal.governance.queries.posts import Posts, posts_of
from portal.governance.rules import delegation as rules
from portal.governance.rules.delegation_facts import DECIDE
from portal.governance.rules.delegation_words import holders, rules_in_words


@dataclass(frozen=True)
class Entry:
    """One delegation on screen: the facts, the row, and what was done under it, in the order of doing."""

    facts: rules.DelegationFacts
    row: Delegation
    nominations: tuple[Nomination, ...]
    certifications: tuple[Certification, ...]
    state: str

    @property
    def to_whom(self) -> str:
        """To whom, with the rule that binds them."""
        said = holders(self.facts)
        return said[:1].upper() + said[1:]

    @property
    def in_words(self) -> tuple[str, ...]:
        """Each rule and limit, a sentence each."""
        return rules_in_words(self.facts)

    @property
    def terms(self) -> tuple[str, ...]:
        """The rules that naming the holder does not say already."""
        return self.in_words if self.facts.joint or self.facts.power != DECIDE else self.in_words[1:]

    @property
    def conditions(self) -> tuple[rules.Condition, ...]:
        """Its own conditions, and what its sources await."""
        return (*self.facts.conditions, *(s.awaits for s in self.facts.sources if s.awaits))


def delegations_of(session: Session, authority_id: UUID, on: date) -> tuple[rules.DelegationFacts, ...]:
    """What a council had delegated by a day, the latest first; what had ended too, so that a rule can say that it had.

    Four statements, however many there are. Of another council only what is published, without its nominations and findings.
    """
    return tuple(e.facts for e in _entries(session, authority_id, on, Delegation.granted_on <= on))


def ledger(session: Session, actor: Actor) -> tuple[Entry, ...]:
    """The ledger of the council acted for, the latest first."""
    return _entries(session, actor.organisation_id, clock.today())


def published_ledger(session: Session, authority_id: UUID) -> tuple[Entry, ...]:
    """What any council can read of a council's ledger: what a published decision granted."""
    return _entries(session, authority_id, clock.today(), Delegation.published_on.is_not(None))


def entry(session: Session, delegation_id: UUID) -> Entry:
    """One delegation: of one's own council, or a published one. Raises Missing."""
    found = session.get(Delegation, delegation_id)
    if found is None:
        raise Missing
    return _entries(session, found.authority_id, clock.today(), Delegation.id == delegation_id)[0]


def own_delegation(session: Session, actor: Actor, delegation_id: UUID) -> Delegation:
    """A delegation of the council acted for. Raises Missing, for another council's published one too."""
    found = session.get(Delegation, delegation_id)
    if found is None or found.authority_id != actor.organisation_id:
        raise Missing
    return found


def _entries(session: Session, authority_id: UUID, on: date, *where: ColumnElement[bool]) -> tuple[Entry, ...]:
    rows = session.scalars(
        select(Delegation)
        .where(Delegation.authority_id == authority_id, *where)
        .order_by(Delegation.granted_on.desc(), Delegation.reference, Delegation.id)
    ).all()
    posts = posts_of(session, authority_id)
    nominated: dict[UUID, list[Nomination]] = defaultdict(list)
    for nomination in session.scalars(
        select(Nomination).where(Nomination.authority_id == authority_id).order_by(Nomination.starts_on, Nomination.id)
    ):
        nominated[nomination.delegation_id].append(nomination)
    certified: dict[UUID, list[Certification]] = defaultdict(list)
    for found in session.scalars(
        select(Certification)
        .where(Certification.authority_id == authority_id)
        .order_by(Certification.written_at, Certification.id)
    ):
        certified[found.delegation_id].append(found)
    made = []
    for row in rows:
        facts = _facts(row, posts, nominated[row.id], certified[row.id])
        state = "in force" if rules.in_force(facts, on) else ("not yet" if on < facts.starts_on else "ended")
        made.append(Entry(facts, row, tuple(nominated[row.id]), tuple(certified[row.id]), state))
    return tuple(made)


def _facts(
    row: Delegation, posts: Posts, nominated: Sequence[Nomination], certified: Sequence[Certification]
) -> rules.DelegationFacts:
    def condition(words: str, *, each: bool) -> rules.Condition:
        own = (c for c in certified if c.condition_words == words)
        findings = tuple(
            rules.Certified(c.holds, c.found_on, c.certified_by, c.subject_id, c.case_reference) for c in own
        )
        return rules.Condition(words, each, findings)

    def source(said: dict[str, Any]) -> rules.Source:
        awaits = condition(said["awaits"], each=False) if said.get("awaits") else None
        return rules.Source(said["name"], UUID(said["system_id"]) if said.get("system_id") else None, awaits)

    return rules.DelegationFacts(
        id=row.id,
        granted_on=row.granted_on,
        reference=row.reference,
        matter=row.matter,
        minuted=row.minuted,
        holders=tuple(posts.fact(one) for one in row.holder_ids),
        kinds=tuple(row.kinds),
        starts_on=row.starts_on,
        power=row.power,
        joint=row.joint,
        nominees=row.nominees,
        nominations=tuple(rules.Nomination(posts.fact(n.post_id), n.starts_on, n.revoked_on) for n in nominated),
        consulted=tuple(posts.fact(one) for one in row.consulted_ids),
        before_commencement=row.before_commencement,
        collective=row.collective,
        conditions=tuple(condition(c["words"], each=c["each"]) for c in row.conditions),
        paragraphs=row.paragraphs,
        sources=tuple(source(s) for s in row.sources),
        limit_pounds=row.limit_pounds,
        covers_key=row.covers_key,
        ends_on=row.ends_on,
        revoked_on=row.revoked_on,
        reading=row.reading,
        legal_maker=posts.fact(row.legal_maker_id) if row.legal_maker_id else None,
    )
