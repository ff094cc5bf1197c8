"""Panel and decisions: every reference resolved, every day in order, everything marked."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.content.worked_region import accounts, applications, content, councils, organisations, questions

COUNCILS = ["halton", "liverpool", "sefton"]
MONDAY = datetime(2026, 11, 23)


def moment(offset: dict[str, Any], today: datetime, move: bool = True) -> datetime:
    day = today + timedelta(days=offset["day"])
    if move and day.weekday() > 4:
        day += timedelta(days=7 - day.weekday())
    return datetime.combine(day, time.fromisoformat(offset["at"]))


def test_panel_marks_every_statement_of_every_applicant_it_should() -> None:
    evaluation = content("evaluation")
    assert [member["council"] for member in evaluation["panel"]] == COUNCILS
    applied = {(a["round"], a["provider"], lot): a for a in applications() for lot in a["lots"]}
    scored = {(r["round"], r["provider"], r["lot"]): r for r in evaluation["results"]}
    for key, a in applied.items():
        expected = a["expected"][key[2]]["result"]
        marked = a["round"] < 3 and expected not in ("failed_selection", "withdrawn")
        assert (key in scored) == marked, key
    for (_, _, lot), result in scored.items():
        statements = {k for k, q in questions(lot).items() if q["part"] == "quality"}
        assert set(result["scores"]) == statements
        for marks in result["scores"].values():
            assert set(marks) <= {*COUNCILS, "consensus"}
            assert all(mark in range(6) for mark in marks.values())


def test_progress_of_round_two_agrees_with_its_marks() -> None:
    for progress in content("evaluation")["progress"]:
        for result in content("evaluation")["results"]:
            if (result["round"], result["lot"]) != (progress["round"], progress["lot"]):
                continue
            moderated = [k for k, marks in result["scores"].items() if "consensus" in marks]
            assert moderated == progress["moderated"]
            for council in progress["submitted"]:
                assert all(council in marks for marks in result["scores"].values())


def test_every_mark_has_reasons_and_a_letter_text() -> None:
    evaluation = content("evaluation")
    for theme, by_mark in evaluation["reasons"].items():
        assert set(by_mark) == set("012345") == set(evaluation["rationale"][theme])
        assert all(len(reasons) == 3 for reasons in by_mark.values())


def test_interests_and_meetings_name_real_accounts() -> None:
    evaluation = content("evaluation")
    for entry in evaluation["interests"]:
        assert entry["account"] in accounts()
        assert entry["provider"] in organisations("provider")
        if entry["treatment"] == "removed":
            stand_in = accounts()[entry["replacement"]]
            assert stand_in["organisation"] == accounts()[entry["account"]]["organisation"]
    for session in evaluation["sessions"]:
        assert all(email in accounts() for email in session["attended"] + session["apologies"])


def test_the_two_openers_differ_as_persons_and_as_councils() -> None:
    for number in content("system_ppa")["rounds"]:
        first, second = number["openers"]
        assert accounts()[first]["organisation"] != accounts()[second]["organisation"]


def test_six_councils_decide_differently_and_each_for_itself() -> None:
    use = next(m for m in content("decisions")["matters"] if m["slug"] == "round-1-use")
    by_council = {d["council"]: d for d in use["decisions"]}
    assert set(by_council) == set(councils())
    kinds = sorted(d["answer"] for d in by_council.values())
    assert kinds == ["approve"] * 4 + ["approve_with_restriction", "not_approve"]
    for matter in content("decisions")["matters"]:
        for d in matter["decisions"]:
            recorder = accounts()[d["recorded_by"]]
            assert recorder["organisation"] == d["council"]
            # Officers draft; what goes on the record is for those whose role includes it.
            assert set(recorder["roles"]) & {"head_of_service", "democratic_services"}
            if "drafted_by" in d:
                assert accounts()[d["drafted_by"]]["organisation"] == d["council"]
            assert d["demonstration"] is True
            assert d["report_reference"].startswith("DEMO-")
            assert d["record_url"].startswith(organisations()[d["council"]]["democracy_url"])
            assert d["reasons"]
            assert d["alternatives"]


def test_a_restriction_rests_on_a_published_ground_and_an_admitted_provider() -> None:
    grounds = {ground["slug"] for ground in content("system_ppa")["restriction_grounds"]}
    for matter in content("decisions")["matters"]:
        for d in matter["decisions"]:
            assert ("restriction" in d) == (d["answer"] == "approve_with_restriction")
            if "restriction" not in d:
                continue
            restriction = d["restriction"]
            assert restriction["ground"] in grounds
            (application,) = [
                a for a in applications() if (a["round"], a["provider"]) == (matter["round"], restriction["provider"])
            ]
            assert application["expected"][restriction["lot"]]["result"] == "admitted"
            assert d["council"] in application["areas"][restriction["lot"]]


@pytest.mark.parametrize("weekday", range(7))
def test_days_stay_in_order_whatever_the_weekday(weekday: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    steps = ("set_up", "opens", "closes", "opened", "evaluated_by", "decided", "letters")
    for row in content("system_ppa")["rounds"]:
        # The closing of the open round is promised as two weeks from today.
        days = [
            moment(row[s], today, move=not (row["state"] == "open" and s == "closes"))
            for s in (*steps, "agreements", "effective")
            if s in row
        ]
        assert days == sorted(set(days))
        closes = moment(row["closes"], today, move=row["state"] != "open")
        opens = moment(row["opens"], today)
        assert moment(row["notice"]["published"], today) < opens
        for a in applications():
            if a["round"] != row["number"]:
                continue
            own = ("started", "earlier_submitted", "submitted", "withdrawn")
            acts = [moment(a[key], today, move=False) for key in own if key in a]
            assert opens < acts[0]
            assert acts == sorted(acts)
            assert acts[-1] < min(closes, today)


@pytest.mark.parametrize("weekday", range(7))
def test_the_panel_marks_and_meets_between_opening_and_its_last_day(weekday: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    rounds = {row["number"]: row for row in content("system_ppa")["rounds"]}
    evaluation = content("evaluation")
    for scored in evaluation["scored"]:
        number = rounds[scored["round"]]
        assert moment(number["opened"], today) < moment(scored["at"], today)
        for session in evaluation["sessions"]:
            if session["round"] == scored["round"]:
                held = moment(session["held"], today)
                assert moment(scored["at"], today) < held
                assert held < moment(number["evaluated_by"], today)


@pytest.mark.parametrize("weekday", range(7))
def test_decisions_fall_between_the_question_and_the_day_it_is_due(weekday: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    for matter in content("decisions")["matters"]:
        for d in matter["decisions"]:
            assert moment(matter["asked"], today) < moment(d["decided"], today)
            assert moment(d["decided"], today) < moment(d["published"], today)
            assert moment(d["published"], today) <= moment(d["effective"], today)
            assert moment(d["decided"], today) <= moment(matter["answer_by"], today)
