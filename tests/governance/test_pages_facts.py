"""The pages: one table for the region, one page a council, forms that keep what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from tests.support.client import StrictClient
from tests.support.governance import clerk, enter_body, enter_clocks, enter_form, enter_meeting
from tests.support.region import Region
from tests.support.statements import Statements

pytestmark = pytest.mark.usefixtures("consortium")

ClientFor = Callable[..., StrictClient]
Counting = Callable[[], AbstractContextManager[Statements]]
DAY = timedelta(days=1)
BODY = {
    "name": "Board",
    "kind": "executive",
    "reviews_id": "",
    "starts_on": ["1", "5", "2020"],
    "ends_on": ["", "", ""],
    "source": "Article",
}


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def boxes(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def test_the_region_side_by_side(app: Flask, region: Region, client_for: ClientFor) -> None:
    enter_form(app, "wirral", form="committee_system", executive_name="Policy and Resources Committee")
    enter_clocks(app, "wirral", record_kept="portal")
    enter_form(app, "sefton")
    enter_clocks(app, "sefton", key_threshold_pounds=None, call_in_working_days=0)
    body = enter_body(app, "sefton")
    enter_meeting(app, "sefton", body.id, clock.today() + 30 * DAY)
    page = words(client_for("cabinet@knowsley.example").get("/governance").get_data(as_text=True))
    assert "Committee system: Policy and Resources Committee No key decisions in a committee system None" in page
    assert "Threshold: not entered yet , or 2 or more wards 28 clear days 5 clear working days" in page
    assert "No call-in: effective when published Committee system Cabinet:" in page
    assert page.count("Not entered yet") == 4 * 7 + 1  # four councils without anything, and Wirral without a meeting


def test_a_provider_has_no_such_page(client_for: ClientFor, region: Region) -> None:
    provider = client_for("admin@alder.example")
    assert provider.get("/governance").status_code == 403
    assert provider.get(f"/governance/{region.organisations['sefton']}").status_code == 403
    assert "How councils decide" not in provider.get("/home").get_data(as_text=True)


def test_what_is_no_council_has_no_page(client_for: ClientFor, region: Region) -> None:
    reader = client_for("cabinet@knowsley.example")
    assert "How councils decide" in reader.get("/home").get_data(as_text=True)
    assert reader.get(f"/governance/{region.organisations['alder']}").status_code == 404
    assert reader.get(f"/governance/{region.organisations['operator']}").status_code == 404


def test_facts_are_entered_and_ended_on_the_council_s_page(client_for: ClientFor, region: Region) -> None:
    keeper, own = client_for(clerk("halton")), f"/governance/{region.organisations['halton']}"
    empty = keeper.get(own).get_data(as_text=True)
    assert empty.count("Not entered yet.") == 4
    start = ["1", "5", "2021"]
    dated = {"starts_on": start, "ends_on": ["", "", ""], "source": "Constitution, part 3"}
    for path, values, shown in (
        ("forms", {"form": "leader_and_cabinet", "executive_name": "Executive Board"}, "Executive Board"),
        (
            "clocks",
            {
                "key_threshold_pounds": "1,000,000", "key_wards": "", "notice_clear_days": "28", "agenda_clear_days": "5",
                "agenda_counts": "calendar", "call_in_working_days": "5", "call_in_ends": "noon", "effective": "when_ended",
                "exception_working_days": "5", "record_kept": "council_system", "record_name": "Minutes online",
                "record_address": "https://minutes.example",
            },
            "5 working days, to noon; effective at once when call-in ends",
        ),
        ("bodies", {"name": "Executive Board", "kind": "executive", "reviews_id": ""}, "Executive Board"),
    ):  # fmt: skip
        assert keeper.get(f"/governance/{path}/new").status_code == 200
        sent = keeper.send(f"/governance/{path}/new", {**values, **dated})
        assert (sent.status_code, sent.location) == (303, own)
        assert shown in words(keeper.get(own).get_data(as_text=True))
    page = keeper.get(own).get_data(as_text=True)
    ends = re.findall(r"/governance/facts/[0-9a-f-]+/end", page)
    assert len(ends) == 3
    assert "End this form of governance" in keeper.get(ends[0]).get_data(as_text=True)
    wrong = keeper.send(ends[0], {"last_day": ["", "", ""]})
    assert (wrong.status_code, "Enter the last day on which it holds." in wrong.get_data(as_text=True)) == (422, True)
    assert keeper.send(ends[0], {"last_day": ["31", "3", "2031"]}).status_code == 303
    reader = client_for("legal@wirral.example")
    seen = reader.get(own).get_data(as_text=True)
    assert "From 1 May 2021 to 31 March 2031" in words(seen)
    assert "/end" not in seen
    assert "Enter a body" not in seen


def test_meetings_are_called_moved_and_cancelled(app: Flask, client_for: ClientFor, region: Region) -> None:
    body = enter_body(app, "liverpool")
    keeper, own = client_for(clerk("liverpool")), f"/governance/{region.organisations['liverpool']}"
    held = clock.today() + 40 * DAY
    typed = {"body_id": str(body.id), "held_on": boxes(held), "report_deadline_on": ["", "", ""], "source": "Calendar"}
    assert keeper.send("/governance/meetings/new", typed).status_code == 303
    again = keeper.send("/governance/meetings/new", typed)
    assert (again.status_code, "Cabinet already meets on that day." in again.get_data(as_text=True)) == (422, True)
    page = keeper.get(own).get_data(as_text=True)
    (deadline,) = set(re.findall(r"/governance/meetings/[0-9a-f-]+/deadline", page))
    late = keeper.send(deadline, {"report_deadline_on": boxes(held + DAY)})
    assert (late.status_code, "before the meeting, not after it" in late.get_data(as_text=True)) == (422, True)
    assert keeper.send(deadline, {"report_deadline_on": boxes(held - 20 * DAY)}).status_code == 303
    cancel = deadline.replace("/deadline", "/cancel")
    assert client_for(clerk("wirral")).send(cancel).status_code == 404
    assert client_for("procurement@liverpool.example").send(cancel).status_code == 403
    assert keeper.send(cancel).status_code == 303
    assert "Cancelled" in keeper.get(own).get_data(as_text=True)
    assert keeper.send(cancel).status_code == 409
    assert keeper.send(deadline, {"report_deadline_on": boxes(held)}).status_code == 409


def test_a_recess_is_entered_and_an_overlapping_one_refused(client_for: ClientFor, region: Region) -> None:
    keeper = client_for(clerk("st-helens"))
    typed = {"kind": "recess", "starts_on": ["1", "8", "2031"], "ends_on": ["31", "8", "2031"], "source": "Calendar"}
    assert keeper.get("/governance/quiet-periods/new").status_code == 200
    assert keeper.send("/governance/quiet-periods/new", typed).status_code == 303
    again = keeper.send(
        "/governance/quiet-periods/new", {**typed, "starts_on": ["31", "8", "2031"], "ends_on": ["2", "9", "2031"]}
    )
    page = again.get_data(as_text=True)
    assert again.status_code == 422
    assert "already has a quiet period of this kind from 1 August 2031 to 31 August 2031" in page
    assert 'value="2031"' in page  # nothing typed is lost
    other = {**typed, "kind": "pre_election"}
    assert keeper.send("/governance/quiet-periods/new", other).status_code == 303


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("forms", {}, "Choose the form of governance."),
        ("forms", {"starts_on": ["31", "2", "2026"]}, "That day does not exist."),
        ("clocks", {"notice_clear_days": "four"}, "Enter a number in digits"),
        ("clocks", {"key_threshold_pounds": "lots"}, "Enter an amount in pounds"),
        ("bodies", {**BODY, "reviews_id": "nothing"}, "Choose a body of your own council."),
        ("meetings", {"body_id": "nothing"}, "Choose a body of your council."),
        ("quiet-periods", {}, "Choose what kind of period it is."),
    ],
)
def test_bad_input_is_said_beside_the_field(client_for: ClientFor, path: str, typed: dict[str, Any], said: str) -> None:
    answer = client_for(clerk("knowsley")).send(f"/governance/{path}/new", typed)
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize("path", ["forms", "clocks", "bodies", "quiet-periods", "meetings"])
def test_others_have_no_form(client_for: ClientFor, path: str) -> None:
    assert client_for("procurement@knowsley.example").get(f"/governance/{path}/new").status_code == 403
    assert client_for("procurement@knowsley.example").send(f"/governance/{path}/new", BODY).status_code == 403


def test_more_meetings_need_no_more_statements(
    app: Flask, region: Region, client_for: ClientFor, count_statements: Counting
) -> None:
    body = enter_body(app, "knowsley", name="Policy Board")
    reader, one = client_for("legal@knowsley.example"), f"/governance/{region.organisations['knowsley']}"
    counts = []
    for number in (1, 20):
        for n in range(number):
            enter_meeting(app, "knowsley", body.id, clock.today() + (number + n + 1) * DAY)
        for url in ("/governance", one):
            with count_statements() as sent:
                assert reader.get(url).status_code == 200
            counts.append(len(sent))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10
