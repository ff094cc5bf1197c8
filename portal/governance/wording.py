"""Words of governance for the screen."""

from datetime import date

from portal.core.web.look import day

BODIES = {
    "executive": "Executive",
    "committee": "Committee",
    "council": "Full council",
    "scrutiny": "Overview and scrutiny",
}
QUIET = {"recess": "Recess", "pre_election": "Pre-election period"}
RECORDS = {"council_system": "A system of the council", "portal": "This portal"}
NOT_ENTERED = "Not entered yet"


def period(starts_on: date, ends_on: date | None) -> str:
    """`from 1 May 2020` or `from 1 May 2020 to 31 March 2027`; both days are included."""
    return f"from {day(starts_on)}" + (f" to {day(ends_on)}" if ends_on else "")
