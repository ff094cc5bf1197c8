"""Who takes part in a system and how, on any day; every step by which it came to that; and what was said on its documents."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.web.look import day as say_day
from portal.purchasing_systems.models import (
    AccessionAgreement,
    DocumentComment,
    Participation,
    ParticipationStep,
    PurchasingSystem,
    Specification,
    acts_on,
)
from portal.purchasing_systems.participation_states import PARTICIPATION, facts_of, why_not
from portal.purchasing_systems.queries.specifications import documents_of
from portal.purchasing_systems.queries.terms import terms_of_everybody
from portal.purchasing_systems.queries.versions import versions_of
from portal.purchasing_systems.rules.participation import LEAD, OWN, SIDES, WORDS, Facts
from tenants.models import Organisation

SPECIFICATION = "Service specification"


@dataclass(frozen=True)
class Buyer:
    """Could this authority make a call-off on the day asked about? `sentence`: why, or why not; `decision_id`: its own, behind it."""

    authority_id: UUID
    name: str
    could: bool
    sentence: str
    decision_id: UUID | None
    status: str


@dataclass(frozen=True)
class Button:
    """A step this viewer might take. `missing`: why it cannot be taken now, None if it can."""

    verb: str
    label: str
    missing: str | None


_EVENTS = {"renewed": "Membership renewed", "confirmed": "Confirmed a later version"}
"""Steps that leave the status as it was."""


@dataclass(frozen=True)
class StepView:
    """One step, as the history shows it."""

    event: str
    status: str
    effective_on: date
    exit_on: date | None
    version: int | None
    reason: str
    ground: str
    decision_id: UUID | None
    written_by: str

    @property
    def title(self) -> str:
        """Its name."""
        return _EVENTS.get(self.event) or WORDS[self.status][0]


@dataclass(frozen=True)
class Part:
    """One authority in the list, as it stands now. `flag`: a later version of the specification waits for it (R3-03)."""

    id: UUID
    authority_id: UUID
    name: str
    slug: str
    basis: str
    basis_words: str
    status: str
    joined_on: date | None
    exit_on: date | None
    version: int | None
    flag: str | None
    agreement: str
    steps: tuple[StepView, ...]
    buttons: tuple[Button, ...]
    signs: bool

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


def could_buy(session: Session, system_id: UUID, on: date) -> list[Buyer]:
    """Who may buy on a day, past, present or to come as it is decided now; by name, for every authority in the list by then."""
    return [
        Buyer(t.authority_id, t.authority_name, t.standing.allowed, t.standing.sentence, t.decision_id, t.status)
        for t in terms_of_everybody(session, system_id, on)
    ]


def parts_of(session: Session, actor: Actor, system: PurchasingSystem) -> list[Part]:
    """Every authority in the list by name, with its history as far as the viewer may read it, and the viewer's own steps."""
    p, o = Participation, Organisation
    rows = session.execute(
        select(p, o.name, o.slug).join(o, o.id == p.authority_id).where(p.system_id == system.id).order_by(o.name)
    ).all()
    numbered = select(Specification.id, Specification.version).where(Specification.system_id == system.id)
    versions = {row.id: row.version for row in session.execute(numbered)}
    steps = defaultdict(list)
    for step in session.scalars(
        select(ParticipationStep)
        .where(ParticipationStep.system_id == system.id)
        .order_by(ParticipationStep.participation_id, ParticipationStep.number)
    ):
        steps[step.participation_id].append(_step(step, versions))
    signed = {
        a.participation_id: f"{a.reference}, signed on {say_day(a.signed_on)}"
        for a in session.scalars(
            select(AccessionAgreement)
            .where(AccessionAgreement.system_id == system.id)
            .order_by(AccessionAgreement.written_at)
        )
    }
    facts = facts_of(session, system.id)
    # A decision to adopt a later version counts from its day, whether or not anybody has carried it over.
    later = len(versions) > 1 and actor.takes_part(system.id)
    on = {c.council.authority_id: c for c in versions_of(session, system.id).councils} if later else {}
    return [
        Part(
            id=row.id,
            authority_id=row.authority_id,
            name=name,
            slug=slug,
            basis=row.basis,
            basis_words=row.basis_words,
            status=row.status,
            joined_on=row.joined_on,
            exit_on=row.exit_on,
            version=on[row.authority_id].version if row.authority_id in on else versions.get(row.specification_id),
            flag=on[row.authority_id].flag if row.authority_id in on else None,
            agreement=signed.get(row.id, ""),
            steps=tuple(steps[row.id]),
            buttons=tuple(_buttons(actor, row, system, facts.get(row.id, Facts()))),
            signs=row.status == "approved"
            and actor.organisation_id in (row.lead_id, row.authority_id)
            and actor.may("purchasing_systems:participation:move"),
        )
        for row, name, slug in rows
    ]


def part_of(session: Session, actor: Actor, system: PurchasingSystem, participation_id: UUID) -> Part | None:
    """One of them."""
    return next((one for one in parts_of(session, actor, system) if one.id == participation_id), None)


def named_publicly(session: Session, system_ids: Sequence[UUID]) -> dict[UUID, tuple[list[str], list[str]]]:
    """Of public systems: who buys under each, and whom its notice names or describes besides; by system, by name."""
    found: dict[UUID, tuple[list[str], list[str]]] = {id_: ([], []) for id_ in system_ids}
    p = Participation
    rows = session.execute(
        select(p.system_id, p.authority_name, acts_on(clock.today()).label("acts"))
        .where(p.system_id.in_(system_ids), p.status.not_in(("withdrawn", "declined")))
        .where(acts_on(clock.today()) | p.basis.in_(("named", "described")))
        .order_by(p.authority_name)
    )
    for system_id, name, acts in rows:
        found[system_id][0 if acts else 1].append(name)
    return found


def versions_in_force(session: Session, system_id: UUID) -> list[tuple[UUID, int, str]]:
    """Id, number and title of the version a council joins to now: the highest that was issued, and the first before any was."""
    s = Specification
    issued = select(func.coalesce(func.max(s.version).filter(s.issued_at.is_not(None)), 1)).where(
        s.system_id == system_id
    )
    rows = session.execute(
        select(s.id, s.version, s.title).where(s.system_id == system_id, s.version == issued.scalar_subquery())
    )
    return [(row.id, row.version, row.title) for row in rows]


def comments_of(session: Session, system_id: UUID) -> list[DocumentComment]:
    """What was said, the latest first, as far as the viewer may read it."""
    return list(
        session.scalars(
            select(DocumentComment)
            .where(DocumentComment.system_id == system_id)
            .order_by(DocumentComment.written_at.desc(), DocumentComment.id)
        )
    )


def commented_on(session: Session, system_id: UUID) -> list[str]:
    """What can be commented on, by its name."""
    return [SPECIFICATION, *(d.title for d in documents_of(session, system_id))]


def _buttons(actor: Actor, row: Participation, system: PurchasingSystem, facts: Facts) -> list[Button]:
    mine = {side for side, who in ((LEAD, row.lead_id), (OWN, row.authority_id)) if who == actor.organisation_id}
    return [
        Button(move.verb, move.label, why_not(move.verb, actor, row, system, facts))
        for move in PARTICIPATION.moves
        if row.status in move.sources
        and actor.may(move.permission)
        and mine & set(SIDES[move.verb])
        # While it leads, an authority neither leaves nor is suspended, so it is not offered that.
        and (row.authority_id != row.lead_id or move.target in ("considering", "approved", "joined"))
    ]


def _step(step: ParticipationStep, versions: dict[UUID, int]) -> StepView:
    return StepView(
        event=step.event,
        status=step.to_status,
        effective_on=step.effective_on,
        exit_on=step.exit_on,
        version=versions.get(step.specification_id) if step.specification_id else None,
        reason=step.reason,
        ground=step.ground,
        decision_id=step.decision_id,
        written_by=step.written_by,
    )
