"""Small value types shared by every slice."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Choice:
    """Another organisation the same person can act for."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Actor:
    """Who acts, for which organisation: resolved by the database when the scope is entered, never by the client."""

    person_id: UUID
    person_label: str
    organisation_id: UUID
    organisation_name: str
    organisation_kind: str
    organisation_slug: str
    roles: frozenset[str]
    permissions: frozenset[str] = frozenset()
    choices: tuple[Choice, ...] = ()
    session_ends: str = ""
    systems: frozenset[UUID] = frozenset()
    considered: frozenset[UUID] = frozenset()
    invited: frozenset[UUID] = frozenset()
    """Systems that it could join and has not: it sees what they are. Those it considers, or has decided to join, are among them."""
    led: frozenset[UUID] = frozenset()
    ended: frozenset[UUID] = frozenset()
    """Purchasing systems whose term may be over for some council: only there pages look closer."""
    unread_count: int = field(default=0, compare=False)

    def may(self, permission: str) -> bool:
        """Does one of this person's roles here carry the permission?"""
        return permission in self.permissions

    def takes_part(self, system_id: UUID) -> bool:
        """Is the organisation acted for a participating authority of this purchasing system?"""
        return system_id in self.systems

    def may_read(self, system_id: UUID) -> bool:
        """Does it take part, or consider to? Then it reads what is shared before a decision."""
        return system_id in self.systems or system_id in self.considered

    def may_see(self, system_id: UUID) -> bool:
        """Does it take part, or could it? Then it sees what the system is and who takes part."""
        return system_id in self.systems or system_id in self.invited

    def leads(self, system_id: UUID) -> bool:
        """Is it the lead authority of this purchasing system?"""
        return system_id in self.led

    @property
    def organisation_colour_class(self) -> str | None:
        """CSS class with the council's colour."""
        return f"council-{self.organisation_slug}" if self.organisation_kind == "authority" else None
