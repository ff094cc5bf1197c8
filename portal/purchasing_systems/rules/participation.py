"""What an authority may do in a purchasing system by how it takes part, and what stands in the way of a step. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core.wording import say_day

WORDS = {
    "invited": ("Invited", "grey"),
    "considering": ("Considering", "yellow"),
    "named_user": ("Named in the notice", "grey"),
    "approved": ("Approved, not signed", "blue"),
    "joined": ("Joined", "green"),
    "suspended": ("Suspended", "red"),
    "withdrawing": ("Leaving", "yellow"),
    "withdrawn": ("Left", "grey"),
    "declined": ("Declined", "grey"),
}
"""Name and tone of each status."""
BASIS = {"founding": "Founding", "named": "Named in the notice", "described": "Described in the notice"}
LEAD, OWN = "lead", "own"
SIDES = {
    "consider": (OWN, LEAD),
    "decline": (OWN,),
    "approve": (OWN, LEAD),
    "join": (LEAD,),
    "suspend": (LEAD,),
    "reinstate": (LEAD,),
    "give_notice": (OWN, LEAD),
    "stay": (LEAD,),
    "leave": (LEAD,),
    "invite_again": (LEAD,),
}
"""Who presses what: the lead, or the authority itself."""
REASONED = ("suspend", "decline", "reinstate")
"""Steps that need a reason."""
NEVER = "This council does not take part in the system, so it cannot make call-offs under it."


@dataclass(frozen=True)
class Facts:
    """What is so today: its own decision to take part in effect; all councils agreed that it joins; its last day by a decision to leave;
    an accession agreement recorded.
    """

    decision_id: UUID | None = None
    let_in: bool = False
    exit_on: date | None = None
    signed: bool = False


def missing(verb: str, *, basis: str, public: bool, leads: bool, facts: Facts, today: date) -> str | None:
    """Why this step cannot be taken today, or None. `leads`: the authority whose step it is leads the system."""
    unagreed = public and basis == "described" and not facts.let_in
    last = say_day(facts.exit_on) if facts.exit_on else ""
    ways = (
        (
            leads and verb not in ("approve", "join", "consider"),
            "The lead authority neither leaves nor is suspended while it leads.",
        ),
        (
            verb in ("approve", "join") and facts.decision_id is None,
            "No decision of this authority to take part is in effect.",
        ),
        (
            verb in ("approve", "join") and unagreed,
            "The notice describes it without its name: every council that takes part must have agreed, with effect.",
        ),
        (verb == "join" and not facts.signed, "The accession agreement is not recorded yet."),
        (verb in ("give_notice", "leave") and not last, "No decision of this authority to leave is in effect."),
        (verb == "leave" and facts.exit_on is not None and facts.exit_on >= today, f"Its last day is {last}."),
        (verb == "stay" and bool(last), "Its decision to leave is in effect."),
    )
    return next((sentence for stands, sentence in ways if stands), None)


def not_a_buyer(name: str, system: str, status: str, since: date, reason: str) -> str | None:
    """Why an authority that stands so makes no call-off, whatever the term; None for one that takes part.

    One that has left by its own decision is told so by its last day.
    """
    if status in ("joined", "withdrawing"):
        return None
    day = say_day(since)
    return {
        "invited": f"{name} is invited to {system} and has not joined.",
        "considering": f"{name} considers whether to take part in {system}. Until it has joined it makes no call-off.",
        "named_user": f"The notice of {system} names {name}, but it has not opted in and signed.",
        "approved": f"{name} has decided to take part in {system}, but has not signed the accession agreement.",
        "suspended": f"{name} is suspended from {system} since {day}{': ' + reason if reason else '.'}",
        "declined": f"{name} declined to take part in {system} on {day}.",
        "withdrawn": f"{name} left {system}: it is out since {day}.",
    }[status]
