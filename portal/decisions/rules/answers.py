"""What a decision must hold before it can be recorded, and where each council stands. Pure: plain values in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.core.wording import listing, say_day
from portal.governance.rules.clocks import STATUTORY_NOTICE, decision_after_notice

OUTCOMES = {
    "approve": "Approve",
    "approve_with_restriction": "Approve, with a restriction on named providers",
    "approve_in_part": "Approve in part",
    "not_approve": "Do not approve",
    "defer": "Defer to a later date",
}
SAID = {
    "approve": "Approved",
    "approve_with_restriction": "Approved with a restriction",
    "approve_in_part": "Approved in part",
    "not_approve": "Not approved",
    "defer": "Deferred",
}
YES = ("approve", "approve_with_restriction", "approve_in_part")
ROUTES = {
    "cabinet": "Cabinet, collectively",
    "cabinet_member": "Cabinet member",
    "officer": "Officer",
    "joint_holders": "Joint holders",
    "committee": "Committee",
    "council": "Full council",
}
"""By which route a council decides. A post other than these bodies needs a delegation in the council's ledger."""
DELEGATED = ("cabinet_member", "officer", "joint_holders")
URGENCY = {
    "": "The notice was published in time",
    "general_exception": "General exception: scrutiny chair told, 5 clear days",
    "special_urgency": "Special urgency: scrutiny chair agreed it cannot be deferred",
}
CORRECTABLE = {
    "decided_by_post": "Who took the decision",
    "decided_by_capacity": "In which capacity",
    "authority_source": "The authority to decide",
    "consulted_post": "In consultation with",
    "evidence": "The evidence",
    "report_reference": "Report reference",
    "record_url": "Link to the official record",
    "minute_number": "Minute number",
    "reasons": "Reasons",
    "alternatives": "Alternatives considered and rejected",
    "interests": "Interests declared",
    "dispensations": "Dispensations",
    "financial": "Financial implications",
    "legal": "Legal implications",
    "equality": "Equality implications",
}
"""Words in which a clerical error can be put right, beside the record. What was decided is changed by a later decision alone."""
ALL_LOTS = "All lots"
TONES = {
    "approve": "green",
    "approve_with_restriction": "teal",
    "approve_in_part": "teal",
    "not_approve": "red",
    "defer": "orange",
}

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
    "dispensations",
    "financial",
    "legal",
    "equality",
    "minute_number",
    "route",
    "delegation_id",
    "value_pounds",
    "wards",
    "is_key",
    "key_reason",
    "notice_on",
    "notice_id",
    "urgency",
    "urgency_agreed_by",
    "call_in_exempt_because",
    "published_on",
)
"""What a council writes into its decision, in the order of the form."""

_REQUIRED = (
    ("outcome", "Choose what the council decided."),
    ("route", "Choose by which route the council decided."),
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


def closed(*, rule: str, status: str, is_live: bool, answered: bool, called_in: bool = False) -> str | None:
    """Why a council that was asked cannot draft or record an answer now, or None.

    While the question stands open a council that has answered may decide anew; where each council decides for itself, for as long as
    the question stands. One that was called in may always be followed by a later one. Effects already taken under any other rule are
    unwound by a question of their own.
    """
    if status == "withdrawn" or not is_live:
        return "This joint decision is no longer open."
    if status == "open" or called_in:
        return None
    if answered and rule != "each_for_itself":
        return "Your council has answered. A later change needs a new joint decision."
    return None if answered else "This joint decision is no longer open."


def missing(
    values: Mapping[str, Any],
    *,
    restrictions: int,
    may_restrict: bool,
    today: date,
    parts: Sequence[str | None] = (),
    earlier: tuple[str | None, date | None] | None = None,
) -> dict[str, str]:
    """What is missing or wrong before these values can be recorded: a sentence for each field, in the order of the form.

    `parts`: for each part of the question its answer, or None. `earlier`: outcome and day of the council's decision that this one takes
    the place of.
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
    found.update(_parts(outcome, parts))
    found.update(_dates(values, today))
    found.update(_key(values))
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
            f"It takes the place of a decision taken on {say_day(decided_on)}. It cannot be older than that."
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
    elif values.get("outcome") and not effective and values.get("published_on"):
        found["effective_on"] = "Its record has been published: enter the day your council states that it takes effect."
    elif effective and decided and effective < decided:
        found["effective_on"] = "A decision cannot take effect before the day it was taken."
    return found


def not_agreed(outcome: str | None, holders: Sequence[str], said: Mapping[str, bool]) -> dict[str, str]:
    """Why joint holders have not approved: either can refuse, and all must agree (R4-02). `said`: by post, in lower case."""
    if outcome not in YES:
        return {}
    if False in said.values():
        return {"agreements": "A joint holder has refused, so the decision cannot be to approve."}
    silent = [post for post in holders if post.casefold() not in said]
    if len(holders) == 1:
        return {"decided_by_post": "Name every one of the joint holders, divided by semicolons."}
    return {"agreements": f"Add what each joint holder said. Not noted yet: {listing(silent)}."} if silent else {}


def _parts(outcome: str | None, parts: Sequence[str | None]) -> dict[str, str]:
    if outcome != "approve_in_part":
        return {}
    if not parts:
        return {"outcome": "This joint decision has no parts that could be answered apart."}
    if None in parts:
        return {"parts": "Say for each part whether it is approved."}
    return (
        {} if len(set(parts)) > 1 else {"outcome": "Every part has the same answer. Choose that answer for the whole."}
    )


def _key(values: Mapping[str, Any]) -> dict[str, str]:
    """What a key decision needs (SI 2012/2089 regs 9 to 11): 28 clear days' notice, or an agreed exception."""
    if not values.get("is_key"):
        return {}
    found = (
        {} if values.get("key_reason") else {"key_reason": "Say by which test of your council it is a key decision."}
    )
    if values.get("urgency"):
        if not values.get("urgency_agreed_by"):
            found["urgency_agreed_by"] = (
                "Enter who was told or agreed, and when. For example, chair of scrutiny, 3 May 2026."
            )
        return found
    notice, decided = values.get("notice_on"), values.get("decided_on")
    if not notice:
        return found | {
            "notice_on": "Enter the day the notice of this key decision was published, or the exception relied on."
        }
    earliest = decision_after_notice(notice)
    if decided and decided < earliest:
        found["decided_on"] = (
            f"The notice was published on {say_day(notice)}. With {STATUTORY_NOTICE} clear days the earliest lawful day for this "
            f"decision is {say_day(earliest)}."
        )
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
        return self.code not in ("silent", "overdue", "defer", "defer_due", "called_in")


def position(
    outcome: str | None,
    *,
    answer_by: date,
    today: date,
    defer_until: date | None = None,
    restricted: Sequence[str] = (),
    parts: Sequence[str] = (),
    called_in: bool = False,
    excused: str = "",
) -> Position:
    """Silence is never consent: it means not yet, before the stated day and after it. `parts`: those not approved."""
    if excused:
        return Position("excused", "No longer awaited", "grey", excused)
    if outcome is None:
        return _silent(answer_by, today)
    if called_in:
        said = f"{SAID[outcome]}, then called in. No effect until scrutiny has spoken."
        return Position("called_in", "Called in", "orange", said)
    if outcome == "defer":
        return _deferred(defer_until, today)
    said = f"Does not use {listing(restricted)}." if outcome == "approve_with_restriction" else ""
    if parts:
        said = f"Not approved: {listing(parts)}."
    return Position(outcome, SAID[outcome], TONES[outcome], said)


def _silent(answer_by: date, today: date) -> Position:
    if today > answer_by:
        return Position(
            "overdue", "No answer yet", "red", f"Was asked by {say_day(answer_by)}. No answer is not consent."
        )
    return Position("silent", "No answer yet", "yellow", f"Asked by {say_day(answer_by)}.")


def _deferred(defer_until: date | None, today: date) -> Position:
    until = say_day(defer_until) if defer_until else "a later day"
    if defer_until and today > defer_until:
        return Position("defer_due", "Deferral has run out", "red", f"It was deferred until {until}. No answer since.")
    return Position("defer", "Deferred", "orange", f"Until {until}. No effect for this council before it answers.")


def waiting_sentence(names_by_code: Iterable[tuple[str, str]]) -> str:
    """What are we waiting for, in one sentence, from (council, code of its position)."""
    pairs = tuple(names_by_code)
    late = [name for name, code in pairs if code in ("overdue", "defer_due")]
    open_ = [name for name, code in pairs if code == "silent"]
    deferred = [name for name, code in pairs if code == "defer"]
    called_in = [name for name, code in pairs if code == "called_in"]
    parts = []
    if late:
        parts.append(f"Overdue: {_named(late)}")
    if open_:
        parts.append(f"No answer yet: {_named(open_)}")
    if deferred:
        parts.append(f"Deferred: {_named(deferred)}")
    if called_in:
        parts.append(f"Called in: {_named(called_in)}")
    return ". ".join(parts) + "." if parts else "Every council asked has answered."


MOST_NAMED = 8
"""Of more councils than this the sentence tells the number; the board below names them."""


def _named(names: Sequence[str]) -> str:
    return listing(names) if len(names) <= MOST_NAMED else f"{len(names)} councils"
