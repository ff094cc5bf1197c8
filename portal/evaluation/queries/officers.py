"""Officers who can sit on a panel: those of participating authorities whose role scores."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Invalid
from portal.evaluation.rules import PanelSeat, named
from tenants.models import Membership
from tenants.permissions import ROLES, Permission

SCORING_ROLES = sorted(role for role, (_, permissions) in ROLES.items() if Permission.PANEL_SCORE in permissions)
CHAIRING_ROLES = sorted(role for role, (_, permissions) in ROLES.items() if Permission.PANEL_RUN in permissions)


@dataclass(frozen=True)
class Officer:
    """One person acting for one council. `value`: how a form names them."""

    person_id: UUID
    organisation_id: UUID
    organisation_name: str
    post: str
    roles: Sequence[str]

    @property
    def value(self) -> str:
        """`person:organisation`."""
        return f"{self.person_id}:{self.organisation_id}"

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)

    @property
    def can_chair(self) -> bool:
        """Does the role run evaluations?"""
        return bool(set(self.roles) & set(CHAIRING_ROLES))

    def seat(self, parts: tuple[str, ...], *, chair: bool = False) -> PanelSeat:
        """A seat for this officer."""
        return PanelSeat(
            person_id=self.person_id,
            organisation_id=self.organisation_id,
            organisation_name=self.organisation_name,
            post=self.post,
            parts=parts,
            chair=chair,
        )


def officers_for_panel(session: Session, organisations: Collection[UUID]) -> tuple[Officer, ...]:
    """By council, then post. Empty for who is not of an authority."""
    m, today = Membership, clock.today()
    rows = session.execute(
        select(m.person_id, m.organisation_id, m.organisation_name, m.post, m.roles)
        .where(
            m.organisation_id.in_(organisations),
            type_coerce(m.roles, ARRAY(Text)).overlap(SCORING_ROLES),
            m.starts_on <= today,
            m.ends_on.is_(None) | (m.ends_on >= today),
        )
        .order_by(m.organisation_name, m.post, m.person_id)
    )
    return tuple(Officer(*row) for row in rows)


def chosen(officers: Sequence[Officer], value: str | None, field: str) -> Officer:
    """The officer a form names. Raises Invalid (`field`)."""
    found = next((officer for officer in officers if officer.value == value), None)
    if found is None:
        raise Invalid(**{field: "Choose an officer from the list."})
    return found
