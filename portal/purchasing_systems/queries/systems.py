"""Reading systems, their lots, and who takes part."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing, NotPermitted
from portal.core.types import Actor
from portal.decisions.kinds import MatterKind
from portal.purchasing_systems.models import Lot, Participation, PurchasingSystem, Round, acts_on
from tenants.models import Organisation

SYSTEM_STATUS = {
    "draft": ("Draft", "grey"),
    "approved": ("Approved", "blue"),
    "advertised": ("Public", "green"),
    "established": ("Established", "green"),
    "active": ("Active", "green"),
    "paused": ("Paused", "yellow"),
    "closing": ("Closing", "yellow"),
    "closed": ("Closed", "grey"),
    "cancelled": ("Cancelled", "red"),
    "terminated": ("Ended early", "red"),
}


@dataclass(frozen=True)
class SystemRow:
    """A system in a list."""

    id: UUID
    title: str
    alias: str
    lead_id: UUID
    lead_name: str
    client_group: str
    valid_until: date
    status: str
    demonstration: bool
    value_pounds: Decimal
    councils: int
    rounds: int


@dataclass(frozen=True)
class Participant:
    """An authority in a system, with the class of its colour."""

    id: UUID
    authority_id: UUID
    name: str
    short_name: str
    slug: str
    status: str
    joined_on: date | None
    left_on: date | None

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"


@dataclass(frozen=True)
class LotRow:
    """A lot."""

    id: UUID
    number: int
    title: str
    description: str
    service: str = ""
    area: str = ""
    scheme: str = ""
    need_level: str = ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is written about it, in words: kind of service, area, scheme, level of need."""
        said = (
            ("Service", self.service),
            ("Area", self.area),
            ("Scheme", self.scheme),
            ("Level of need", self.need_level),
        )
        return [(name, value) for name, value in said if value]

    @property
    def name(self) -> str:
        """`Lot 1: Residential care`."""
        return f"Lot {self.number}: {self.title}"


def systems_of(session: Session, actor: Actor) -> list[SystemRow]:
    """Systems in which the actor's authority leads, takes part or could, newest first."""
    councils = (
        select(func.count())
        .select_from(Participation)
        .where(Participation.system_id == PurchasingSystem.id, acts_on(clock.today()))
        .correlate(PurchasingSystem)
        .label("councils")
    )
    rounds = (
        select(func.count())
        .select_from(Round)
        .where(Round.system_id == PurchasingSystem.id)
        .correlate(PurchasingSystem)
        .label("rounds")
    )
    s = PurchasingSystem
    rows = session.execute(
        select(
            s.id, s.title, s.alias, s.lead_id, s.lead_name, s.client_group, s.valid_until, s.status, s.demonstration,
            s.value_pounds, councils, rounds,
        )
        .where(s.id.in_(actor.systems | actor.invited) | (s.lead_id == actor.organisation_id))
        .order_by(s.created_at.desc(), s.id)
    )  # fmt: skip
    return [SystemRow(**row) for row in rows.mappings()]


def system_for(session: Session, actor: Actor, system_id: UUID) -> PurchasingSystem:
    """The system, for an authority that leads it, takes part or considers to. Raises Missing for every other."""
    system = session.get(PurchasingSystem, system_id)
    if system is None or not (system.lead_id == actor.organisation_id or actor.may_read(system_id)):
        raise Missing
    return system


def seen_system(session: Session, actor: Actor, system_id: UUID) -> PurchasingSystem:
    """The system, for an authority that is invited or named in the notice too: what it is and who takes part, no drafts. Raises Missing."""
    system = session.get(PurchasingSystem, system_id)
    if system is None or not (system.lead_id == actor.organisation_id or actor.may_see(system_id)):
        raise Missing
    return system


def led_system(
    session: Session, actor: Actor, system_id: UUID, permission: str, *, lock: bool = False
) -> PurchasingSystem:
    """The system, for an officer of its lead authority who may do this. Raises Missing, NotPermitted."""
    system = system_for(session, actor, system_id)
    if system.lead_id != actor.organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    if not actor.may(permission):
        raise NotPermitted("Your role does not include this.")
    if lock:
        session.refresh(system, with_for_update=True)
    return system


def lots_of(session: Session, system_id: UUID) -> list[LotRow]:
    """The lots of a system by number."""
    rows = session.execute(
        select(Lot.id, Lot.number, Lot.title, Lot.description, Lot.service, Lot.area, Lot.scheme, Lot.need_level)
        .where(Lot.system_id == system_id)
        .order_by(Lot.number)
    )
    return [LotRow(*row) for row in rows]


def participants_of(session: Session, system_id: UUID, *, joined_only: bool = True) -> list[Participant]:
    """Authorities that take part, by name."""
    p, o = Participation, Organisation
    query = (
        select(p.id, p.authority_id, p.authority_name, o.name, o.slug, p.status, p.joined_on, p.left_on)
        .join(o, o.id == p.authority_id)
        .where(p.system_id == system_id)
        .order_by(o.name)
    )
    if joined_only:
        query = query.where(acts_on(clock.today()))
    return [Participant(*row) for row in session.execute(query)]


CANDIDATES = ("invited", "considering", "named_user")
"""Not in yet; asked whether they will take part, and nothing else."""


def may_be_asked(session: Session, system_id: UUID, kind: MatterKind) -> list[Participant]:
    """Whom a question of this kind can be put to: who takes part; on taking part, who considers it; on leaving, who is suspended too."""
    more = {"take_part": CANDIDATES, "leave": ("suspended",)}.get(kind.name, ())
    acting = {p.authority_id for p in participants_of(session, system_id)}
    return [
        p
        for p in participants_of(session, system_id, joined_only=False)
        if p.authority_id in acting or p.status in more
    ]


def authorities(session: Session) -> list[Organisation]:
    """Every authority the portal knows, by name."""
    return list(
        session.scalars(select(Organisation).where(Organisation.kind == "authority").order_by(Organisation.name))
    )


def published_systems(session: Session) -> list[PurchasingSystem]:
    """What anybody may see."""
    return list(
        session.scalars(
            select(PurchasingSystem)
            .where(PurchasingSystem.published_at.is_not(None))
            .order_by(PurchasingSystem.title, PurchasingSystem.id)
        )
    )


def published_system(session: Session, system_id: UUID) -> PurchasingSystem:
    """A published system. Raises Missing."""
    system = session.scalars(
        select(PurchasingSystem).where(PurchasingSystem.id == system_id, PurchasingSystem.published_at.is_not(None))
    ).one_or_none()
    if system is None:
        raise Missing
    return system
