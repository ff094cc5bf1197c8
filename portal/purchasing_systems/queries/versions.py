"""Versions of a specification: which there are, how far each has come, which one each council is on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.web.look import day
from portal.decisions.models import Matter
from portal.decisions.queries.effects import Effect, effects_on
from portal.purchasing_systems.matters import ADOPT_VERSION
from portal.purchasing_systems.models import (
    Modification,
    Participation,
    Specification,
    SpecificationSection,
    VersionSignOff,
)
from portal.purchasing_systems.queries.systems import Participant, participants_of

STATES = {
    "draft": ("Draft", "yellow"),
    "put": ("With the councils", "blue"),
    "adopted": ("Adopted, not yet in force", "blue"),
    "in_force": ("In force", "green"),
    "earlier": ("Earlier version", "grey"),
}


@dataclass(frozen=True)
class Version:
    """One version. `state`: a key of `STATES`; `matter_id`: the joint decision to adopt it, once it has been put."""

    id: UUID
    system_id: UUID
    version: int
    title: str
    reason: str
    begun_by: str
    begun_at: datetime | None
    issued_at: datetime | None
    frozen_at: datetime | None
    editors: tuple[UUID, ...]
    matter_id: UUID | None
    put: bool
    adopted: bool
    state: str

    @property
    def words(self) -> tuple[str, str]:
        """Its state in words, and the colour that repeats it."""
        return STATES[self.state]

    @property
    def is_draft(self) -> bool:
        """Can its text be changed, section by section?"""
        return self.version > 1 and self.frozen_at is None and not self.put


@dataclass(frozen=True)
class CouncilVersion:
    """Which version a council is on (R3-02). `flag`: what is missing, where a later one waits (R3-03); None where nothing is."""

    council: Participant
    version: int
    flag: str | None


@dataclass(frozen=True)
class Standing:
    """Versions, the latest first; of every council that takes part, the one it is on."""

    versions: tuple[Version, ...]
    councils: tuple[CouncilVersion, ...]

    @property
    def drafted(self) -> Version | None:
        """The later version that is on its way: drafted, put or adopted, and not in force."""
        return next((v for v in self.versions if v.version > 1 and v.issued_at is None), None)

    @property
    def flagged(self) -> tuple[CouncilVersion, ...]:
        """Councils for which a later version waits."""
        return tuple(c for c in self.councils if c.flag)

    def of(self, version_id: UUID) -> Version:
        """One version. Raises Missing."""
        found = next((v for v in self.versions if v.id == version_id), None)
        if found is None:
            raise Missing
        return found


def versions_of(session: Session, system_id: UUID) -> Standing:
    """For officers of its councils: in five statements, however many versions and councils."""
    rows = session.scalars(
        select(Specification).where(Specification.system_id == system_id).order_by(Specification.version.desc())
    ).all()
    matters = session.execute(
        select(Matter.id, Matter.subject_id, Matter.status)
        .where(
            Matter.kind == ADOPT_VERSION.name,
            Matter.subject_id.in_([row.id for row in rows]),
            Matter.status != "withdrawn",
            Matter.asked_again_at.is_(None),
        )
        .order_by(Matter.raised_at)
    ).all()
    effects = effects_on(session, [m.id for m in matters])
    asked = {m.subject_id: m for m in matters}
    in_force = max((row.version for row in rows if row.issued_at), default=1)
    versions = []
    for row in rows:
        matter = asked.get(row.id)
        said = [e for (of, _), e in effects.items() if matter is not None and of == matter.id]
        adopted = any(e.in_effect for e in said)
        refused = matter is not None and matter.status == "settled" and any(e.outcome == "not_approve" for e in said)
        put = matter is not None and not refused
        versions.append(_version(row, matter.id if matter else None, put=put, adopted=adopted, in_force=in_force))
    joined_to = session.execute(
        select(Participation.authority_id, Specification.version)
        .join(Specification, Specification.id == Participation.specification_id)
        .where(Participation.system_id == system_id)
    )
    joined = {row.authority_id: row.version for row in joined_to}
    return Standing(
        tuple(versions),
        tuple(_of_council(c, versions, effects, joined) for c in participants_of(session, system_id)),
    )


def has_later_version(session: Session, system_id: UUID) -> bool:
    """Has a second version been begun?"""
    s = Specification
    return session.scalar(select(s.id).where(s.system_id == system_id, s.version == 2)) is not None


def sections_of(session: Session, specification_id: UUID) -> list[SpecificationSection]:
    """Of a later version, in order."""
    s = SpecificationSection
    return list(session.scalars(select(s).where(s.specification_id == specification_id).order_by(s.position)))


def sign_offs_of(session: Session, specification_id: UUID) -> dict[UUID, VersionSignOff]:
    """The latest sign-off of each council, withdrawn or not."""
    v = VersionSignOff
    found = session.scalars(select(v).where(v.specification_id == specification_id).order_by(v.signed_at, v.id))
    return {one.authority_id: one for one in found}


def version_hash(session: Session, specification_id: UUID, authority_id: UUID) -> str:
    """SHA-256, in hex, of what an officer signs off for a council: title, common text, that council's own schedules."""
    return str(
        session.execute(
            text("SELECT app.version_hash(:version, :authority)"),
            {"version": specification_id, "authority": authority_id},
        ).scalar_one()
    )


def modifications_of(session: Session, system_id: UUID) -> list[tuple[Modification, int, int]]:
    """Changes after the first publication, the latest first, each with the numbers of its earlier and its new version."""
    earlier = Specification.__table__.alias("earlier")
    m = Modification
    rows = session.execute(
        select(m, earlier.c.version, Specification.version)
        .join(Specification, Specification.id == m.specification_id)
        .join(earlier, earlier.c.id == m.earlier_id)
        .where(m.system_id == system_id)
        .order_by(m.made_at.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _version(row: Specification, matter_id: UUID | None, *, put: bool, adopted: bool, in_force: int) -> Version:
    if row.version <= in_force:
        state = "in_force" if row.version == in_force else "earlier"
    else:
        state = "adopted" if adopted else "put" if put else "draft"
    return Version(
        id=row.id,
        system_id=row.system_id,
        version=row.version,
        title=row.title,
        reason=row.reason,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        issued_at=row.issued_at,
        frozen_at=row.frozen_at,
        editors=tuple(row.editors),
        matter_id=matter_id,
        put=put,
        adopted=adopted,
        state=state,
    )


def _of_council(
    council: Participant,
    versions: list[Version],
    effects: dict[tuple[UUID, UUID], Effect],
    joined: dict[UUID, int],
) -> CouncilVersion:
    said = {v.version: effects.get((v.matter_id, council.authority_id)) for v in versions if v.matter_id}
    confirmed = [number for number, effect in said.items() if effect is not None and effect.in_effect]
    on = max([joined.get(council.authority_id, 1), *confirmed])
    later = next((v for v in versions if v.version > on and (v.matter_id or v.issued_at)), None)
    if later is None:
        return CouncilVersion(council, on, None)
    return CouncilVersion(council, on, f"On version {on}; version {later.version} {_waits(said.get(later.version))}.")


def _waits(effect: Effect | None) -> str:
    if effect is None or effect.outcome is None or effect.outcome == "defer":
        return "waits for its decision"
    if effect.outcome == "not_approve":
        return "was not approved by it"
    if effect.own_from is not None and effect.own_from <= clock.today():
        return "is approved by it, and waits for other councils"
    if effect.own_from is not None:
        return f"is approved by it from {day(effect.own_from)}"
    return "waits for its decision to take effect"
