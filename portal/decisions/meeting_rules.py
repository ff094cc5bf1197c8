"""Words of a board meeting, and what is missing before it moves on. Pure: plain values in, sentences out."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.core.wording import listing, say_day

NEVER_A_DECISION = (
    "What a council indicates is noted by the minute-taker. It is not that council’s decision, and nothing follows from it. "
    "Each council decides under its own rules and puts its own decision on the record."
)
POSITIONS = {
    "in_favour": "In favour",
    "against": "Against",
    "undecided": "Undecided",
    "not_present": "Not present",
}
PRESENCE = {"present": "Present", "apologies": "Apologies"}
OUTCOME_OF = {"in_favour": "approve", "against": "not_approve"}
"""The outcome with which a council's draft can begin; a council that was undecided or absent indicated nothing to begin with."""
STATUS = {
    "planned": ("Planned", "blue"),
    "held": ("Held, minutes being written", "yellow"),
    "confirmed": ("Minutes confirmed", "green"),
    "cancelled": ("Cancelled", "grey"),
}


def indicated(position: str, condition: str) -> str:
    """`In favour, subject to: cabinet in January`."""
    return f"{POSITIONS[position]}, subject to: {condition}" if condition else POSITIONS[position]


def evidence(title: str, meets_on: date, position: str, condition: str) -> str:
    """What a draft that begins from a meeting rests on. It names what was indicated, and nobody who decided."""
    said = indicated(position, condition)
    return (
        f"Board meeting of {say_day(meets_on)} (“{title}”), where this council indicated: {said[0].lower()}{said[1:]}"
    )


def not_yet_held(meets_on: date, today: date, councils: Sequence[str], recorded: Mapping[str, str]) -> str | None:
    """Why the meeting cannot be marked as held, or None. `recorded`: presence by the council's name."""
    if meets_on > today:
        return f"The meeting is on {say_day(meets_on)}. It can be marked as held on that day or later."
    silent = [name for name in councils if name not in recorded]
    if silent:
        return f"Record first who was there. Nothing is said yet of {listing(silent)}."
    if "present" not in recorded.values():
        return "Nobody was there, so no meeting was held. Cancel it, or correct the attendance."
    return None
