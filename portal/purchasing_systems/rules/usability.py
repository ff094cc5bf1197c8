"""What a council waits for before it may use a provider, in one sentence. Pure."""

from datetime import date

_ADMISSION = {
    "proposed": "Outcome not yet approved by the lead authority",
    "approved": "Outcome letters not yet sent",
    "standstill": "Standstill running, agreement not yet issued",
    "agreement_issued": "Agreement not yet effective: the provider has not accepted it",
    "signed": "Agreement not yet effective: the lead authority has not accepted it",
    "declined_by_provider": "The provider declined the agreement",
    "lapsed": "The agreement was not accepted in time",
    "suspended": "Suspended by the lead authority",
    "removed": "Removed from the purchasing system",
    "ended": "The admission has ended",
}
_FINAL = ("declined_by_provider", "lapsed", "suspended", "removed", "ended")


def waiting_for(
    *,
    council: str,
    round_number: int,
    admission_status: str,
    offered: bool,
    outcome: str | None,
    answer_by: date | None,
    defer_until: date | None,
    ground: str | None,
    usable_from: date | None,
    today: date,
    to_provider: bool = False,
    in_lot: bool = False,
    taken_on: str | None = None,
    lead: str = "the lead authority",
) -> str | None:
    """The sentence, or None when nothing is in the way. `ground`: title of the published ground, where this provider is restricted; `in_lot`: in this
    lot alone.

    `taken_on`: `unconfirmed` or `refused`, where `lead` says that the council decided before there was a portal.

    The council's own decision is named before the agreement: it is what a reader can ask somebody about.
    """
    if not offered:
        return f"Not offered for {council}"
    if admission_status in _FINAL:
        return _ADMISSION[admission_status]
    if outcome in ("approve", "approve_with_restriction"):
        if ground is not None:
            where = " in this lot" if in_lot else ""
            return (
                f"{council} restricts {'your' if to_provider else 'its'} use{where} on the published ground “{ground}”"
            )
        if admission_status == "effective" and usable_from and usable_from > today:
            return f"{council}’s decision takes effect on {_day(usable_from)}"
        return _ADMISSION.get(admission_status)
    claimed = {
        "unconfirmed": f"Taken on by {lead}, not yet confirmed by {council}",
        "refused": f"{council} does not have the decision that {lead} took on in its records",
    }
    return claimed.get(taken_on or "") or _undecided(council, round_number, outcome, answer_by, defer_until)


def _undecided(
    council: str, round_number: int, outcome: str | None, answer_by: date | None, defer_until: date | None
) -> str:
    if outcome == "not_approve":
        return f"{council} decided not to use the providers of round {round_number}"
    if outcome == "defer":
        return f"{council} has deferred its decision to {_day(defer_until)}"
    return (
        f"{council} has not decided yet (asked by {_day(answer_by)})"
        if answer_by
        else f"{council} has not been asked yet"
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
