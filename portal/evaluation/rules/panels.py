"""The make-up of a panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

QUALITY = ("quality", "documents")
PRICE = ("price",)
CHAIR = ("quality", "documents", "price")
FEWEST_SCORERS = 2
"""Every scored question has at least two evaluators (common practice, domain 5.4)."""


def named(post: str, organisation_name: str) -> str:
    """A person by post and council; the council once, where the post says it already ("Finance officer, Halton")."""
    place = post.rpartition(", ")[2]
    return post if place != post and place in organisation_name else f"{post}, {organisation_name}"


@dataclass(frozen=True, kw_only=True)
class PanelSeat:
    """One person for one council. `parts` they read: quality (with selection), documents, price (once quality is agreed).

    Who reads quality and does not chair scores it.
    """

    person_id: UUID
    organisation_id: UUID
    organisation_name: str
    post: str
    parts: tuple[str, ...]
    chair: bool = False

    @property
    def words(self) -> str:
        """Post and council."""
        return named(self.post, self.organisation_name)

    @property
    def scores(self) -> bool:
        """Does this person score quality?"""
        return "quality" in self.parts and not self.chair


def missing_from_panel(seats: Sequence[PanelSeat], *, councils: int) -> dict[str, str]:
    """What the make-up lacks: a sentence for each field. `councils`: from how many councils at least the scorers come."""
    scorers = [seat for seat in seats if seat.scores]
    theirs = {seat.organisation_id for seat in scorers}
    chairs = [seat for seat in seats if seat.chair]
    found: dict[str, str] = {}
    if len({seat.person_id for seat in seats}) < len(seats):
        found["evaluators"] = "A person has one seat on a panel. Somebody is named twice."
    elif len(scorers) < FEWEST_SCORERS:
        found["evaluators"] = "Choose at least two evaluators for quality."
    elif len(theirs) < councils:
        found["evaluators"] = (
            f"Evaluators come from at least {councils} councils. These come from {len(theirs)}: choose from more."
        )
    if len(chairs) != 1:
        found["chair"] = "Choose one person to chair."
    elif not set(CHAIR) <= set(chairs[0].parts):
        found["chair"] = "The chair reads every part; price only once quality is agreed."
    if not any("price" in seat.parts and not seat.chair for seat in seats):
        found["price"] = "Choose somebody to check the prices."
    return found
