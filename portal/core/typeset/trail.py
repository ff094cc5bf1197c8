"""Where a document stands in the audit trail, shown in its foot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Head of the audit chain when the document was made: number of its last line and its hash.

    `demonstration` puts a mark on every page that no council made what the page says.
    """

    position: int
    head: str
    demonstration: bool

    def worded(self) -> dict[str, object]:
        return {
            "position": f"{self.position:,}",
            "head": self.head,
            "demonstration": self.demonstration,
        }
