"""The critical path: from a wanted day backwards to the last day on which each council can publish its report. Pure.

Counted on these assumptions, which the page states: the record of a decision is published as soon as the council usually does, nobody
calls it in, and an act of an office falls on a working day. What a council has not entered is named, never guessed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.core.wording import say_day
from portal.core.working_days import previous_working_day
from portal.governance.rules.calendar import PRE_ELECTION, Calendar, Sitting
from portal.governance.rules.clocks import (
    CouncilClocks,
    is_key,
    latest,
    standstill_of_the_act,
    standstill_of_the_regulations,
)

LABELS = {
    "notice": "Notice of the key decision published",
    "clearance": "Last day for reports",
    "report": "Agenda and report published",
    "decision": "Decision",
    "call_in": "Call-in ends",
    "effective": "Decision effective",
    "letters": "Outcome letters sent",
    "standstill": "Standstill ends",
    "start": "Contracts begin",
}
"""Milestones in the order in which they come; `notice` and `clearance` may come either way round."""
_QUIET = {"recess": "in recess", PRE_ELECTION: "in the pre-election period"}


@dataclass(frozen=True)
class Target:
    """What is wanted: contracts from a day on. `standstill_days`: calendar days from the letters (None: none is set); `act`: the
    Procurement Act 2023 governs, under which a standstill is never shorter than eight working days. `value_pounds`: at stake for each
    council; the whole of the system where nothing smaller is known."""

    starts_on: date
    value_pounds: Decimal
    standstill_days: int | None = None
    act: bool = False


@dataclass(frozen=True)
class Council:
    """A council that must decide. `clocks` None: not entered. `by_officer`: an officer decides for it, not a meeting.

    `executive_name`: the body that decides, as the council calls it.
    """

    id: UUID
    name: str
    clocks: CouncilClocks | None
    executive_name: str = ""
    calendar: Calendar = field(default_factory=Calendar)
    by_officer: bool = False


@dataclass(frozen=True)
class Milestone:
    """One day of the path and why it is that day. `key`: of LABELS."""

    key: str
    day: date
    reason: str

    @property
    def label(self) -> str:
        """Its words."""
        return LABELS[self.key]


@dataclass(frozen=True)
class Path:
    """One council's way. `status`: possible, exception (only under general exception), late, unknown (something is not entered).

    `report_by`: the last day to publish its report. `missing`: what is not entered; with `unknown` it stops the count, otherwise it
    only makes it less exact.
    """

    council: Council
    status: str
    sentence: str
    milestones: tuple[Milestone, ...] = ()
    missing: tuple[str, ...] = ()
    report_by: date | None = None

    def on(self, key: str) -> date | None:
        """The day of a milestone, where this council has it."""
        return next((m.day for m in self.milestones if m.key == key), None)


@dataclass(frozen=True)
class Plan:
    """All councils, in the order given, what they share at the end, and who holds everybody up."""

    target: Target
    shared: tuple[Milestone, ...]
    paths: tuple[Path, ...]
    holds_up: Path | None

    @property
    def possible(self) -> bool:
        """Whether every council can still decide in time, without any exception."""
        return bool(self.paths) and all(path.status == "possible" for path in self.paths)


def plan(councils: Iterable[Council], target: Target, today: date) -> Plan:
    """Every council's path. Who holds everybody up: the first in time of the last days to publish a report; by name if they are one."""
    shared = shared_milestones(target)
    paths = tuple(path_of(council, shared[0].day, target, today) for council in councils)
    counted = [(path.report_by, path.council.name, path) for path in paths if path.report_by]
    return Plan(target, shared, paths, min(counted, key=lambda one: one[:2])[2] if counted else None)


def shared_milestones(target: Target) -> tuple[Milestone, ...]:
    """Letters, the end of the standstill where there is one, and the first day: the same for every council."""
    start = Milestone("start", target.starts_on, "The day that is wanted.")
    if not target.standstill_days:
        day = previous_working_day(target.starts_on)
        return Milestone("letters", day, "No standstill is set; letters go out on a working day."), start
    over = _standstill(target)
    last = latest(lambda letters: over(letters) + timedelta(days=1), target.starts_on)
    letters = previous_working_day(last)
    days = f"{target.standstill_days} calendar days from the letters, to the end of a working day"
    if target.act:
        days += ", and not less than eight working days of the whole United Kingdom"
    return (
        Milestone("letters", letters, "The last working day that leaves the whole standstill before contracts begin."),
        Milestone("standstill", over(letters), f"{days[0].upper()}{days[1:]}."),
        start,
    )


def path_of(council: Council, effective_by: date, target: Target, today: date) -> Path:
    """One council's path to a decision that is effective on the day of the letters."""
    if council.clocks is None:
        missing = "Its form of governance or its clocks are not entered."
        return Path(council, "unknown", "Cannot be counted yet.", missing=(missing,))
    work = _Work(council, council.clocks, effective_by, target)
    decided = work.by_officer() if council.by_officer else work.by_meeting()
    if decided is None:
        return Path(council, "unknown", "Cannot be counted yet.", missing=tuple(work.missing))
    work.after(decided)
    work.notice(decided)
    work.milestones.sort(key=lambda m: (m.day, list(LABELS).index(m.key)))
    status, sentence = work.standing(decided, today)
    return Path(council, status, sentence, tuple(work.milestones), tuple(work.missing), work.report_by)


@dataclass
class _Work:
    """What is gathered on the way back."""

    council: Council
    clocks: CouncilClocks
    effective_by: date
    target: Target
    milestones: list[Milestone] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    report_by: date | None = None

    @property
    def key(self) -> tuple[bool, str]:
        return is_key(self.clocks, self.target.value_pounds, 0)

    @property
    def is_called_in(self) -> bool:
        # What an officer decides that is not key is recorded, and usually neither announced nor called in.
        return self.clocks.call_in_working_days > 0 and not (self.council.by_officer and not self.key[0])

    @property
    def decide_by(self) -> date:
        c = self.clocks
        if self.is_called_in:
            return c.decided_before_effect(self.effective_by)
        return latest(c.usually_published_on, self.effective_by)

    def by_officer(self) -> date | None:
        day = previous_working_day(self.decide_by)
        passed = self.council.calendar.quiet_on(day, officer=True)
        while quiet := self.council.calendar.quiet_on(day, officer=True):
            day = previous_working_day(quiet.first - timedelta(days=1))
        why = " The days after it are in the pre-election period." if passed else ""
        self._add("decision", day, f"The last working day for an officer’s decision to be effective in time.{why}")
        self.report_by = day
        return day

    def by_meeting(self) -> date | None:
        theirs = [s for s in self.council.calendar.meetings if self._decides(s) and s.held_on <= self.decide_by]
        skipped: list[str] = []
        for sitting in sorted(theirs, key=lambda s: s.held_on, reverse=True):
            quiet = self.council.calendar.quiet_on(sitting.held_on)
            if not sitting.cancelled and quiet is None:
                self._sits(sitting, skipped)
                return sitting.held_on
            skipped.append(f"{say_day(sitting.held_on)} is {_QUIET[quiet.kind] if quiet else 'cancelled'}")
        name = self.council.executive_name or "the body that decides"
        said = f"No meeting of {name} by {say_day(self.decide_by)} is in its calendar"
        self.missing.append(said + (f" ({'; '.join(skipped)})." if skipped else "."))
        return None

    def _decides(self, sitting: Sitting) -> bool:
        return sitting.body == self.council.executive_name or (
            self.clocks.has_key_decisions and sitting.kind == "executive"
        )

    def _sits(self, sitting: Sitting, skipped: list[str]) -> None:
        later = f" Of those after it, {'; '.join(skipped)}." if skipped else ""
        self._add("decision", sitting.held_on, f"The last meeting of {sitting.body} that is in time.{later}")
        c = self.clocks
        agenda = previous_working_day(c.agenda_before_meeting(sitting.held_on))
        counted = f"{c.agenda_clear_days} clear {c.agenda_counts} days before the meeting"
        self._add("report", agenda, f"The last working day that leaves {counted}.")
        self.report_by = agenda
        if sitting.report_deadline_on:
            self._add("clearance", sitting.report_deadline_on, "Agenda clearance, as the council has entered it.")
        else:
            self.missing.append("The last day for reports of that meeting is not entered; it comes before the agenda.")

    def after(self, decided: date) -> None:
        c = self.clocks
        published, days = c.usually_published_on(decided), c.publication_working_days
        counted = (
            f", which usually takes {days} working {'day' if days == 1 else 'days'} from the decision" if days else ""
        )
        if not self.is_called_in:
            said = f"There is no call-in, so it is effective when published{counted}."
            self._add("effective", published, said)
            return
        ends = {"noon": "at noon", "end_of_day": "at the end of the day"}[c.call_in_ends]
        over = c.call_in_ends_on(published)
        self._add("call_in", over, f"{c.call_in_working_days} working days after publication{counted}, {ends}.")
        when = {
            "when_ended": "As soon as call-in has ended",
            "next_day": "The day after call-in has ended",
            "next_working_day": "The working day after call-in has ended",
        }
        self._add("effective", c.effective_on(published), f"{when[c.effective]}, by the council’s rule.")

    def notice(self, decided: date) -> None:
        key, why = self.key
        if key:
            day = previous_working_day(self.clocks.notice_before_decision(decided))
            counted = (
                f"The last working day that leaves {self.clocks.notice_clear_days} clear days before the decision."
            )
            self._add("notice", day, f"{counted} {why}")

    def standing(self, decided: date, today: date) -> tuple[str, str]:
        own = [m for m in self.milestones if m.key not in ("call_in", "effective")]
        late = [m for m in own if m.day < today]
        if not late:
            first = own[0]
            return "possible", f"First: {_lower(first.label)} by {say_day(first.day)}."
        exception = previous_working_day(latest(self.clocks.decision_after_exception, decided))
        if [m.key for m in late] == ["notice"] and exception >= today:
            days = f"{self.clocks.exception_working_days} clear working days, given by {say_day(exception)}"
            said = f"The notice was due by {say_day(late[0].day)}. If it is not out, only general exception is left: {days}."
            return "exception", said
        gone = " and ".join(f"{_lower(m.label)} by {say_day(m.day)}" for m in late)
        return "late", f"Too late, unless it has happened: {gone}."

    def _add(self, key: str, day: date, reason: str) -> None:
        self.milestones.append(Milestone(key, day, reason))


def _standstill(target: Target) -> Callable[[date], date]:
    days = target.standstill_days or 0

    def over(letters: date) -> date:
        ends = standstill_of_the_regulations(letters, days)
        return max(ends, standstill_of_the_act(letters)) if target.act else ends

    return over


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]
