"""Pure rules of the forward plan: from which day a decision is lawful, until when it is talked about, what a notice must say."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal.core.wording import say_day
from portal.governance.rules.clocks import STATUTORY_NOTICE, decision_after_notice

STATES = {
    "draft": ("Draft", "grey"),
    "live": ("Decision to be taken", "blue"),
    "superseded": ("Changed by a later notice", "grey"),
    "withdrawn": ("Withdrawn", "orange"),
    "decided": ("Decision taken", "green"),
}


def earliest_lawful_day(noticed_on: date) -> date:
    """The first day with the clear days between: neither the day of the notice nor that of the decision counts."""
    return decision_after_notice(noticed_on)


def last_day(due_on: date, *, is_month: bool) -> date:
    """The last day on which a decision that is due then may be taken: of a month, its last."""
    if not is_month:
        return due_on
    return (due_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def say_due(due_on: date | None, *, is_month: bool) -> str:
    """`3 November 2020`, or `November 2020`; empty without a day."""
    if due_on is None:
        return ""
    return f"{due_on:%B %Y}" if is_month else say_day(due_on)


def before_the_month(due_on: date) -> date:
    """Until the beginning of the month in which the decision is due: the last day of the month before."""
    return due_on.replace(day=1) - timedelta(days=1)


def takes_representations(*, status: str, here: bool, until: date | None, today: date) -> bool:
    """Whether a representation can be sent through the portal today, the stated day included."""
    return status == "live" and here and until is not None and today <= until


def unsaid(entry: Mapping[str, Any], today: date) -> dict[str, str]:
    """What a notice does not yet say, or says wrongly, before it can be published: a sentence for each field, in the order of the form."""
    needed = (
        ("description", "Say what the decision is about."),
        ("decision_maker", "Enter who is to decide: the post or the body."),
        ("due_on", "Enter the day, or the month, in which the decision is due."),
        ("where_available", "Say where the documents can be read."),
        ("how_to_ask", "Say how copies or later documents can be asked for."),
        ("contact_post", "Enter the post to contact, not a name."),
        ("contact_address", "Enter the address of that office."),
    )
    found = {name: sentence for name, sentence in needed if not entry.get(name)}
    if entry.get("is_key") and not entry.get("key_reason"):
        found["key_reason"] = "Say by which test of your council it is a key decision."
    if entry.get("is_private") and not entry.get("private_because"):
        found["private_because"] = "Say why the meeting, or part of it, is to be held in private."
    due, until = entry.get("due_on"), entry.get("representations_until")
    if due and last_day(due, is_month=bool(entry.get("due_is_month"))) < today:
        found["due_on"] = "The decision would be due before its notice. Enter a later day."
    if entry.get("representations_here") and not until:
        found["representations_until"] = "Enter until when representations can be sent."
    elif until and until < today:
        found["representations_until"] = "That day has passed. Enter a later one, or take no representations."
    elif until and due and until > last_day(due, is_month=bool(entry.get("due_is_month"))):
        found["representations_until"] = "Representations end before the decision is taken."
    return found


def too_early(entry: Mapping[str, Any], noticed_on: date) -> str | None:
    """The sentence where a decision that needs the clear days is due before they have run, else None."""
    if not (entry.get("is_key") or entry.get("is_private")) or not entry.get("due_on"):
        return None
    earliest = earliest_lawful_day(noticed_on)
    if last_day(entry["due_on"], is_month=bool(entry.get("due_is_month"))) >= earliest:
        return None
    return (
        f"With {STATUTORY_NOTICE} clear days the earliest lawful day is {say_day(earliest)}. An earlier decision needs general exception "
        "or special urgency."
    )
