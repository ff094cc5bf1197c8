"""Where a question stands, and what presses."""

from datetime import date

STANDINGS = {
    "waiting": ("Waiting for an answer", "yellow"),
    "ruling": ("Wants to be answered alone", "orange"),
    "drafted": ("Answer drafted", "blue"),
    "to_sign": ("Answer to be signed off", "blue"),
    "signed": ("Answer to be published", "purple"),
    "published": ("Answered", "green"),
    "withdrawn": ("Withdrawn", "grey"),
}
"""Standing to its words and the colour that repeats them."""
FOR_THE_ASKER = {
    "waiting": ("Waiting for an answer", "yellow"),
    "ruling": ("To be ruled on", "yellow"),
    "published": ("Answered", "green"),
    "withdrawn": ("Withdrawn", "grey"),
}
"""The same for the asker, who does not see what the councils draft."""


def standing(*, withdrawn: bool, answered: bool, ruling: str, answer_status: str | None) -> str:
    """One key of STANDINGS."""
    if withdrawn:
        return "withdrawn"
    if answered:
        return "published"
    if ruling == "asked":
        return "ruling"
    return {"draft": "drafted", None: "waiting"}.get(answer_status, answer_status or "waiting")


def is_late(last_answer_on: date | None, today: date) -> bool:
    """Whether what is unanswered should have been answered by now."""
    return last_answer_on is not None and today > last_answer_on


def asker_name(number: int) -> str:
    """How the councils call the asker."""
    return f"Provider {number}"
