"""What the story knows by name: ids as they come to be."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.demonstration.content import councils


@dataclass
class World:
    """Ids by the names that the content uses. Filled by the steps, in the order of the story."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    lots: dict[str, UUID] = field(default_factory=dict)
    rounds: dict[int, UUID] = field(default_factory=dict)
    questions: dict[tuple[int, str], UUID] = field(default_factory=dict)
    """By round and question key: each round has its own copy."""
    applications: dict[tuple[int, str], UUID] = field(default_factory=dict)
    panels: dict[int, UUID] = field(default_factory=dict)
    meetings: dict[tuple[int, str], UUID] = field(default_factory=dict)
    matters: dict[str, UUID] = field(default_factory=dict)
    decisions: dict[tuple[str, str], UUID] = field(default_factory=dict)
    """By matter and council."""
    others: dict[tuple[str, str], UUID] = field(default_factory=dict)
    """What belongs to the other systems: by the slug of the system and a name of the thing, like `lot 2`."""
    system_id: UUID | None = None

    @property
    def system(self) -> UUID:
        """The purchasing system, once it is there."""
        if self.system_id is None:
            raise LookupError("The purchasing system is not created yet.")
        return self.system_id

    def councils(self) -> dict[str, UUID]:
        """The councils of the partner provider arrangement, by slug, in the order of the content."""
        return {slug: self.organisations[slug] for slug in councils()}
