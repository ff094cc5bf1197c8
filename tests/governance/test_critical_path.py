"""The critical path of councils that decide differently, worked out by hand from the clocks' vectors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.core.working_days import is_working_day
from portal.governance.rules.calendar import Calendar, Quiet, Sitting
from portal.governance.rules.clocks import CouncilClocks, standstill_of_the_act
from portal.governance.rules.critical_path import Council, Path, Target, path_of, plan, shared_milestones

CLOCKS = CouncilClocks(
    "leader_and_cabinet", Decimal(500_000), 2, 28, 5, "working", 5, "end_of_day", "next_day", exception_working_days=5
)
TARGET = Target(date(2027, 9, 1), Decimal(12_000_000), standstill_days=10)
TODAY = date(2027, 3, 1)


def sitting(day: date, body: str = "Cabinet", kind: str = "executive", **more: object) -> Sitting:
    return Sitting(uuid4(), body, kind, day, **more)  # type: ignore[arg-type]


def council(*meetings: Sitting, quiet: tuple[Quiet, ...] = (), **more: object) -> Council:
    made = Council(uuid4(), "Sefton", CLOCKS, "Cabinet", Calendar(meetings, quiet))
    return replace(made, **more)  # type: ignore[arg-type]


def days_of(path: Path) -> dict[str, date]:
    return {m.key: m.day for m in path.milestones}


def test_what_all_share_is_counted_back_from_the_first_day() -> None:
    letters, standstill, start = shared_milestones(TARGET)
    # 20 August + 10 days is 30 August, a bank holiday: the 31st, and contracts begin on the 1st.
    assert (letters.day, standstill.day, start.day) == (date(2027, 8, 20), date(2027, 8, 31), date(2027, 9, 1))
    plain = shared_milestones(replace(TARGET, standstill_days=None, starts_on=date(2027, 9, 5)))
    assert [(m.key, m.day) for m in plain] == [("letters", date(2027, 9, 3)), ("start", date(2027, 9, 5))]


def test_under_the_act_no_standstill_is_shorter_than_eight_working_days() -> None:
    letters, standstill, _ = shared_milestones(replace(TARGET, act=True))
    assert letters.day == date(2027, 8, 19)
    assert standstill.day == standstill_of_the_act(date(2027, 8, 19)) == date(2027, 8, 31)
    assert "eight working days" in standstill.reason


def test_a_cabinet_s_way_back() -> None:
    found = path_of(
        council(sitting(date(2027, 7, 15), report_deadline_on=date(2027, 6, 30)), sitting(date(2027, 8, 16))),
        date(2027, 8, 20),
        TARGET,
        TODAY,
    )
    assert days_of(found) == {
        "notice": date(2027, 6, 16),
        "clearance": date(2027, 6, 30),
        "report": date(2027, 7, 7),
        "decision": date(2027, 7, 15),
        "call_in": date(2027, 7, 22),
        "effective": date(2027, 7, 23),
    }
    assert (found.status, found.report_by, found.missing) == ("possible", date(2027, 7, 7), ())
    assert found.sentence == "First: notice of the key decision published by 16 June 2027."
    assert "£12,000,000.00 is above" in found.milestones[0].reason
    assert [m.day for m in found.milestones] == sorted(m.day for m in found.milestones)


def test_cancelled_meetings_recess_and_elections_are_passed_over() -> None:
    quiet = (
        Quiet("recess", date(2027, 8, 1), date(2027, 8, 31)),
        Quiet("pre_election", date(2027, 7, 20), date(2027, 7, 30)),
    )
    found = path_of(
        council(
            sitting(date(2027, 6, 10)),
            sitting(date(2027, 7, 15), cancelled=True),
            sitting(date(2027, 7, 22)),
            sitting(date(2027, 8, 5)),
            quiet=quiet,
        ),
        date(2027, 8, 20),
        TARGET,
        TODAY,
    )
    decision = next(m for m in found.milestones if m.key == "decision")
    assert decision.day == date(2027, 6, 10)
    assert decision.reason == (
        "The last meeting of Cabinet that is in time. Of those after it, 5 August 2027 is in recess; "
        "22 July 2027 is in the pre-election period; 15 July 2027 is cancelled."
    )


def test_a_committee_system_has_no_notice_and_decides_in_its_committee() -> None:
    clocks = replace(CLOCKS, form="committee_system")
    found = path_of(
        council(
            sitting(date(2027, 7, 15), "Policy Committee", "committee"),
            sitting(date(2027, 7, 20), "Planning Committee", "committee"),
            clocks=clocks,
            executive_name="Policy Committee",
        ),
        date(2027, 8, 20),
        TARGET,
        TODAY,
    )
    assert found.on("decision") == date(2027, 7, 15)
    assert found.on("notice") is None
    assert found.missing == ("The last day for reports of that meeting is not entered; it comes before the agenda.",)
    assert found.status == "possible"


def test_an_officer_s_decision_needs_no_agenda() -> None:
    key = path_of(council(by_officer=True), date(2027, 8, 20), TARGET, TODAY)
    assert days_of(key) == {
        "notice": date(2027, 7, 14),
        "decision": date(2027, 8, 12),
        "call_in": date(2027, 8, 19),
        "effective": date(2027, 8, 20),
    }
    assert key.report_by == date(2027, 8, 12)
    minor = path_of(council(by_officer=True), date(2027, 8, 20), replace(TARGET, value_pounds=Decimal(1)), TODAY)
    assert days_of(minor) == {"decision": date(2027, 8, 20), "effective": date(2027, 8, 20)}
    quiet = (
        Quiet("recess", date(2027, 8, 1), date(2027, 8, 31)),
        Quiet("pre_election", date(2027, 8, 9), date(2027, 8, 16)),
    )
    before = path_of(council(by_officer=True, quiet=quiet), date(2027, 8, 20), TARGET, TODAY)
    assert before.on("decision") == date(2027, 8, 6)
    assert "pre-election period" in before.milestones[1].reason


def test_what_is_not_entered_is_named_and_not_guessed() -> None:
    unknown = path_of(council(clocks=None), date(2027, 8, 20), TARGET, TODAY)
    assert (unknown.status, unknown.milestones, unknown.report_by) == ("unknown", (), None)
    assert unknown.missing == ("Its form of governance or its clocks are not entered.",)
    bare = path_of(council(sitting(date(2027, 7, 15), "Scrutiny", "scrutiny")), date(2027, 8, 20), TARGET, TODAY)
    assert bare.missing == ("No meeting of Cabinet by 12 August 2027 is in its calendar.",)
    cancelled = path_of(council(sitting(date(2027, 7, 15), cancelled=True)), date(2027, 8, 20), TARGET, TODAY)
    assert cancelled.missing == (
        "No meeting of Cabinet by 12 August 2027 is in its calendar (15 July 2027 is cancelled).",
    )
    assert cancelled.status == "unknown"


def test_whether_it_is_still_possible_today() -> None:
    one = council(sitting(date(2027, 7, 15), report_deadline_on=date(2027, 7, 6)))

    def on(today: date) -> Path:
        return path_of(one, date(2027, 8, 20), TARGET, today)

    assert on(date(2027, 6, 16)).status == "possible"
    missed = on(date(2027, 6, 17))
    assert missed.status == "exception"
    assert "given by 7 July 2027" in missed.sentence
    assert on(date(2027, 7, 6)).status == "exception"
    late = on(date(2027, 7, 7))
    assert late.status == "late"
    assert late.sentence == (
        "Too late, unless it has happened: notice of the key decision published by 16 June 2027 and "
        "last day for reports by 6 July 2027."
    )


def test_the_first_last_day_holds_everybody_up() -> None:
    slow = council(sitting(date(2027, 6, 10)), name="Wirral")
    quick = council(sitting(date(2027, 7, 15)), name="Halton")
    officer = council(by_officer=True, name="Knowsley")
    empty = council(clocks=None, name="Liverpool")
    found = plan([quick, slow, officer, empty], TARGET, TODAY)
    assert found.holds_up is not None
    assert (found.holds_up.council.name, found.holds_up.report_by) == ("Wirral", date(2027, 6, 2))
    assert [p.council.name for p in found.paths] == ["Halton", "Wirral", "Knowsley", "Liverpool"]
    assert not found.possible
    assert plan([quick, slow, officer], TARGET, TODAY).possible
    assert plan([empty], TARGET, TODAY).holds_up is None
    assert not plan([], TARGET, TODAY).possible


@given(
    starts_on=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    gap=st.integers(7, 40),
    counts=st.sampled_from(["working", "calendar"]),
    ends=st.sampled_from(["noon", "end_of_day"]),
    effective=st.sampled_from(["when_ended", "next_day", "next_working_day"]),
    officer=st.booleans(),
)
def test_every_way_back_is_in_time_and_in_order(
    starts_on: date, gap: int, counts: str, ends: str, effective: str, officer: bool
) -> None:
    clocks = replace(CLOCKS, agenda_counts=counts, call_in_ends=ends, effective=effective)
    meetings = [sitting(starts_on - timedelta(days=gap * n)) for n in range(12)]
    target = replace(TARGET, starts_on=starts_on)
    letters, standstill, _ = shared_milestones(target)
    found = path_of(council(*meetings, clocks=clocks, by_officer=officer), letters.day, target, date(2020, 1, 1))
    days = days_of(found)
    assert days["decision"] < days["call_in"] <= days["effective"] <= letters.day < standstill.day < starts_on
    assert clocks.decision_after_notice(days["notice"]) <= days["decision"]
    if not officer:
        assert clocks.meeting_after_agenda(days["report"]) <= days["decision"]
        later = [m.held_on for m in meetings if days["decision"] < m.held_on]
        assert all(clocks.effective_on(day) > letters.day for day in later)  # no later meeting would have done
    assert all(is_working_day(days[key]) for key in ("notice", "report") if key in days)


def test_days_until_publication_are_counted_where_the_council_has_entered_them() -> None:
    sits = (sitting(date(2027, 7, 15)), sitting(date(2027, 8, 9)), sitting(date(2027, 8, 12)))
    usual = path_of(council(*sits), date(2027, 8, 20), TARGET, TODAY)
    slow = path_of(council(*sits, clocks=replace(CLOCKS, publication_working_days=2)), date(2027, 8, 20), TARGET, TODAY)
    # Five working days after Thursday 12 August end on the 19th; published on Monday the 16th they would end on the 23rd.
    assert (usual.on("decision"), usual.on("call_in")) == (date(2027, 8, 12), date(2027, 8, 19))
    assert (slow.on("decision"), slow.on("call_in")) == (date(2027, 8, 9), date(2027, 8, 18))
    assert "usually takes 2 working days" in next(m.reason for m in slow.milestones if m.key == "call_in")


def test_without_call_in_it_is_effective_when_published() -> None:
    clocks = replace(CLOCKS, call_in_working_days=0, publication_working_days=3)
    found = path_of(
        council(sitting(date(2027, 8, 17)), sitting(date(2027, 8, 18)), clocks=clocks), date(2027, 8, 20), TARGET, TODAY
    )
    assert (found.on("decision"), found.on("effective")) == (date(2027, 8, 17), date(2027, 8, 20))
