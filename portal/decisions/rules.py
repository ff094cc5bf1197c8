"""What a decision must hold before it can be recorded, and where each council stands. Pure: plain values in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

OUTCOMES = {
    "approve": "Approve",
    "approve_with_restriction": "Approve, with a restriction on named providers",
    "not_approve": "Do not approve",
    "defer": "Defer to a later date",
}
SAID = {
    "approve": "Approved",
    "approve_with_restriction": "Approved with a restriction",
    "not_approve": "Not approved",
    "defer": "Deferred",
}
ALL_LOTS = "All lots"
TONES = {"approve": "green", "approve_with_restriction": "teal", "not_approve": "red", "defer": "orange"}

CONTENT = (
    "outcome",
    "defer_until",
    "decided_by_post",
    "decided_by_capacity",
    "authority_source",
    "consulted_post",
    "evidence",
    "report_reference",
    "record_url",
    "decided_on",
    "effective_on",
    "reasons",
    "alternatives",
    "interests",
)
"""What a council writes into its decision, in the order of the form."""

_REQUIRED = (
    ("outcome", "Choose what the council decided."),
    ("decided_by_post", "Enter the post or body that took the decision."),
    ("decided_by_capacity", "Enter in which capacity it was taken."),
    ("authority_source", "Enter the report or delegation that gives the authority to decide."),
    ("evidence", "Enter the evidence you record this on, such as the signed decision notice."),
    ("decided_on", "Enter the day the decision was taken."),
    ("reasons", "Enter the reasons for the decision."),
    ("alternatives", "Enter the alternatives considered and why they were rejected, or that there were none."),
    ("interests", "Enter the interests declared, or that there were none."),
)


@dataclass(frozen=True)
class Grounds:
    """What the published documents allow: providers that can be named, and the grounds by slug, with their titles.

    `lots`: by provider, the lots it was admitted to, by id with their names.
    """

    providers: Mapping[str, str]
    grounds: Mapping[str, str]
    lots: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def grounds_of(facts: Mapping[str, Any]) -> Grounds:
    """The providers and grounds that the slice above wrote into the matter's facts."""
    return Grounds(
        {str(p["id"]): str(p["name"]) for p in facts.get("providers", ())},
        {str(g["slug"]): str(g["title"]) for g in facts.get("grounds", ())},
        {
            str(p["id"]): {str(lot["id"]): str(lot["title"]) for lot in p["lots"] if "id" in lot}
            for p in facts.get("providers", ())
            if "lots" in p
        },
    )


def restriction_problem(
    subject_id: str, ground: str, reason: str, allowed: Grounds, lot_id: str | None = None
) -> str | None:
    """Why a restriction cannot be made, or None (R1-03a: only a provider put to the council, only on a published ground).

    `lot_id`: in this lot alone, one that the provider was admitted to; None: in all lots.
    """
    if subject_id not in allowed.providers:
        return "Choose one of the providers this joint decision is about."
    if lot_id is not None and lot_id not in allowed.lots.get(subject_id, {}):
        return f"{allowed.providers[subject_id]} was not admitted to that lot. Choose one of its lots, or all lots."
    if ground not in allowed.grounds:
        return "A restriction needs a ground that was published in the documents. Choose one of them."
    if not reason.strip():
        return f"Enter why {allowed.providers[subject_id]} is restricted on this ground."
    return None


def closed(*, rule: str, status: str, is_live: bool, answered: bool) -> str | None:
    """Why a council that was asked cannot draft or record an answer now, or None.

    Where each council decides for itself, one that has answered may decide anew, for as long as the question stands. The lead's
    one answer for all is acted on at once; another one needs a question of its own.
    """
    if status == "withdrawn" or not is_live:
        return "This joint decision is no longer open."
    if answered and rule != "each_for_itself":
        return "Your council has answered. A later change needs a new joint decision."
    if status != "open" and not answered:
        return "This joint decision is no longer open."
    return None


def missing(
    values: Mapping[str, Any],
    *,
    restrictions: int,
    may_restrict: bool,
    today: date,
    earlier: tuple[str | None, date | None] | None = None,
) -> dict[str, str]:
    """What is missing or wrong before these values can be recorded: a sentence for each field, in the order of the form.

    `earlier`: outcome and day of the council's decision that this one takes the place of.
    """
    found = {name: sentence for name, sentence in _REQUIRED if not values.get(name)}
    outcome = values.get("outcome")
    if outcome == "approve_with_restriction":
        if not may_restrict:
            found["outcome"] = "This joint decision cannot carry a restriction on a provider."
        elif not restrictions:
            found["restrictions"] = "Name at least one provider, the published ground and the reason."
    elif restrictions:
        found["outcome"] = "Providers are restricted below. Choose “Approve, with a restriction”, or remove them."
    found.update(_dates(values, today))
    if earlier:
        found.update(_after(values, *earlier))
    return found


def _after(values: Mapping[str, Any], outcome: str | None, decided_on: date | None) -> dict[str, str]:
    found = {}
    if values.get("outcome") == "defer" and outcome != "defer":
        found["outcome"] = (
            "Your council has answered, so there is nothing to defer. Its answer stands until a later one."
        )
    day = values.get("decided_on")
    if day and decided_on and day < decided_on:
        found["decided_on"] = (
            f"It takes the place of a decision taken on {_day(decided_on)}. It cannot be older than that."
        )
    return found


def _dates(values: Mapping[str, Any], today: date) -> dict[str, str]:
    found = {}
    decided, effective, until = values.get("decided_on"), values.get("effective_on"), values.get("defer_until")
    if decided and decided > today:
        found["decided_on"] = "The decision cannot be dated in the future. Record it once it has been taken."
    if values.get("outcome") == "defer":
        if not until:
            found["defer_until"] = "Enter the day the council will come back to this."
        elif until <= (decided or today):
            found["defer_until"] = "The council comes back to this on a day after the decision."
    elif values.get("outcome") and not effective:
        found["effective_on"] = "Enter the day the decision takes effect."
    elif effective and decided and effective < decided:
        found["effective_on"] = "A decision cannot take effect before the day it was taken."
    return found


@dataclass(frozen=True)
class Position:
    """Where one council stands on one joint decision, in a label and a sentence."""

    code: str
    label: str
    tone: str
    sentence: str

    @property
    def answered(self) -> bool:
        """Whether nothing more is awaited from this council: a deferral is not an answer."""
        return self.code not in ("silent", "overdue", "defer", "defer_due")


def position(
    outcome: str | None,
    *,
    answer_by: date,
    today: date,
    defer_until: date | None = None,
    restricted: Sequence[str] = (),
) -> Position:
    """Silence is never consent: it means not yet, before the stated day and after it."""
    if outcome is None:
        if today > answer_by:
            return Position(
                "overdue", "No answer yet", "red", f"Was asked by {_day(answer_by)}. No answer is not consent."
            )
        return Position("silent", "No answer yet", "yellow", f"Asked by {_day(answer_by)}.")
    if outcome == "defer":
        until = _day(defer_until) if defer_until else "a later day"
        if defer_until and today > defer_until:
            return Position(
                "defer_due", "Deferral has run out", "red", f"It was deferred until {until}. No answer since."
            )
        return Position("defer", "Deferred", "orange", f"Until {until}. No effect for this council before it answers.")
    if outcome == "approve_with_restriction":
        return Position(outcome, SAID[outcome], TONES[outcome], f"Does not use {_listing(restricted)}.")
    return Position(outcome, SAID[outcome], TONES[outcome], "")


def waiting_sentence(names_by_code: Iterable[tuple[str, str]]) -> str:
    """What are we waiting for, in one sentence, from (council, code of its position)."""
    pairs = tuple(names_by_code)
    late = [name for name, code in pairs if code in ("overdue", "defer_due")]
    open_ = [name for name, code in pairs if code == "silent"]
    deferred = [name for name, code in pairs if code == "defer"]
    parts = []
    if late:
        parts.append(f"Overdue: {_listing(late)}")
    if open_:
        parts.append(f"No answer yet: {_listing(open_)}")
    if deferred:
        parts.append(f"Deferred: {_listing(deferred)}")
    return ". ".join(parts) + "." if parts else "Every council asked has answered."


def _listing(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
