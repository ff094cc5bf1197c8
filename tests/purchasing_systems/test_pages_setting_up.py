"""Setting a system up through its pages, from nothing to a published round; and who is refused on the way."""

import io
import tomllib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.places import CHECKOUT
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.specifications import documents_of, specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of
from portal.questionnaires.queries import questions_of_round
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, make_round

Clients = Callable[..., StrictClient]
TERMS = {
    "title": "Provision of short breaks",
    "alias": "Short breaks",
    "client_group": "Disabled children",
    "regime": "procurement_act_2023_light_touch",
    "vehicle": "open_framework",
    "legal_basis": "Procurement Act 2023, section 9.",
    "valid_from": ["1", "4", "2027"],
    "valid_until": ["31", "3", "2031"],
    "value_pounds": "1,250,000",
    "cpv": "85311300; 85312000",
    "standstill_days": "",
    "quality_pass_mark": "62.5",
    "panel_councils": "2",
}


def _id_in(location: str) -> UUID:
    return UUID(location.rstrip("/").split("/")[-1])


def test_a_lead_sets_a_system_up_page_by_page(app: Flask, region: Region, client_for: Clients) -> None:
    client = client_for(LEAD)
    made = client.send("/systems/new", TERMS)
    assert made.status_code == 303
    base = made.headers["Location"]
    system_id = _id_in(base)
    page = client.get(base).get_data(as_text=True)
    for words in (
        "Add at least one lot.",
        "does not take part itself yet",
        "£1,250,000.00",
        "62.5 % of the quality marks",
    ):
        assert words in page
    assert client.send(f"{base}/lots/new", {"number": "1", "title": "Day", "description": "By day."}).status_code == 303
    for slug in ("halton", "sefton"):
        values = {"authority_id": str(region.organisations[slug]), "joined_on": ["1", "9", "2026"]}
        assert client.send(f"{base}/councils/add", values).status_code == 303
    values = {"title": "Specification", "common_text": "## Purpose\n\nChildren come first."}
    assert client.send(f"{base}/specification/edit", values).status_code == 303
    values = {"title": "Invitation to apply", "kind": "invitation", "text": "## Who\n\n- You"}
    assert client.send(f"{base}/documents/new", values).status_code == 303
    values = {"grounds-0-title": "Lapsed insurance", "grounds-0-text": "Until shown again.", "add": "1"}
    saved = client.send(f"{base}/restriction-grounds", values)
    assert (saved.status_code, saved.headers["Location"]) == (303, f"{base}/restriction-grounds")
    with acting(app, LEAD) as (session, _):
        system = session.get_one(PurchasingSystem, system_id)
        assert (system.cpv, system.standstill_days) == ("85311300, 85312000", None)
        assert system.restriction_grounds == [
            {"slug": "lapsed-insurance", "title": "Lapsed insurance", "text": "Until shown again."}
        ]
        assert [lot.name for lot in lots_of(session, system_id)] == ["Lot 1: Day"]
        assert [c.slug for c in participants_of(session, system_id)] == ["halton", "sefton"]
        found = specification_of(session, system_id)
        assert found is not None
        assert [s.slug for s in found.schedules] == ["halton", "sefton"]
        assert [d.slug for d in documents_of(session, system_id)] == ["invitation-to-apply"]
        lot_id = lots_of(session, system_id)[0].id
        document_id = documents_of(session, system_id)[0].id
    assert client.send(f"{base}/lots/{lot_id}", {"title": "Night", "description": "By night."}).status_code == 303
    values = {"title": "How to apply", "kind": "invitation", "text": "Read this."}
    assert client.send(f"{base}/documents/{document_id}/edit", values).status_code == 303
    assert "Read this." in client.get(f"{base}/documents/{document_id}").get_data(as_text=True)
    assert client.send(f"{base}/documents/{document_id}/remove").status_code == 303
    assert client.get(f"{base}/documents/{document_id}").status_code == 404
    sefton = region.organisations["sefton"]
    assert client.send(f"{base}/councils/{sefton}/remove").status_code == 303
    assert client_for("procurement@sefton.example").get(base).status_code == 404
    assert client.send(f"{base}/edit", {**TERMS, "title": "Another title"}).status_code == 303
    assert "Another title" in client.get(base).get_data(as_text=True)
    assert client.send(f"{base}/cancel", {"reason": "A trial."}).status_code == 303
    assert "Cancelled" in client.get(base).get_data(as_text=True)


def test_a_round_goes_from_plan_to_public(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    client = client_for(LEAD)
    base = f"/systems/{made.system_id}"
    window = {
        "opens_on": ["1", "2", "2027"],
        "opens_time": "9am",
        "closes_on": ["12", "3", "2027"],
        "closes_time": "noon",
    }
    planned = client.send(f"{base}/rounds/new", {"number": "2", **window})
    assert planned.status_code == 303
    path = planned.headers["Location"]
    round_id = _id_in(path)
    page = client.get(path).get_data(as_text=True)
    assert "Missing before it can be published" in page
    assert "12 noon on 12 March 2027" in page
    assert client.send(f"{path}/publish").status_code == 409
    assert client.send(f"{path}/window", {**window, "closes_time": "2pm"}).status_code == 303
    foreign = {"from_round": str(make_round(app, region, publish=False).round_id)}
    for wrong in ({}, {"from_round": "x"}, foreign):
        assert client.send(f"{path}/questions/copy", wrong).status_code == 404
    assert client.send(f"{path}/questions/copy", {"from_round": str(made.round_id)}).status_code == 303
    notice = client.get(f"{path}/notice").get_data(as_text=True)
    for words in (
        "CONTRACTING AUTHORITY",
        "Closes: 2pm on 12 March 2027 (London time)",
        "How do you keep children safe? (60 %)",
    ):
        assert words in notice
    values = {
        "notice_number": "012345-2026",
        "notice_url": "https://notices.example/012345-2026",
        "published_on": ["2", "11", "2026"],
        "published_time": "8:15",
    }
    assert client.send(f"{path}/notice", values).status_code == 303
    page = client.get(path).get_data(as_text=True)
    assert "Ready to be published" in page
    assert client_for().get(f"/rounds/{round_id}").status_code == 404
    assert client.send(f"{path}/publish").status_code == 303
    assert client_for().get(f"/rounds/{round_id}").status_code == 200
    for late in ("/publish", "/window", "/notice"):
        assert client.send(f"{path}{late}", {**window, **values}).status_code == 409
    with acting(app, LEAD) as (session, _):
        assert session.scalar(select(Round.status).where(Round.id == round_id)) == "published"


@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        (["28", "3", "2027"], "1:30", "That time does not exist: the clocks go forward that night."),
        (["31", "10", "2027"], "1:30", "That time happens twice: the clocks go back that night."),
        (["30", "2", "2027"], "14:00", "That day does not exist. Enter a real date."),
        (["", "", ""], "14:00", "Enter a date."),
        (["1", "2", "2027"], "", "Enter a time of day."),
        (["1", "2", "2027"], "25:00", "Enter a time of day, like 14:00 or 2pm."),
        (["1", "2", "2020"], "14:00", "The closing time must be later than the opening time."),
        (["1", "2", "٢٠٢٧"], "14:00", "Enter a day, a month and a year, like 27 3 2027."),
    ],
)
def test_a_closing_time_that_happens_once(
    app: Flask, region: Region, client_for: Clients, day: list[str], hour: str, sentence: str
) -> None:
    made = make_round(app, region, publish=False)
    values = {
        "number": "2",
        "opens_on": ["1", "1", "2027"],
        "opens_time": "9:00",
        "closes_on": day,
        "closes_time": hour,
    }
    answer = client_for(LEAD).send(f"/systems/{made.system_id}/rounds/new", values)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count(sentence) == 2, "in the summary and at the field"
    assert "<title>Error: Plan a round" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Enter the official title."),
        ({"regime": ""}, "Select the law the procurement was commenced under."),
        ({"vehicle": ""}, "Select the vehicle."),
        ({"valid_until": ["1", "1", "2020"]}, "The last day must be later than the first."),
        ({"valid_from": ["", "", ""]}, "Enter the first day of validity."),
        ({"value_pounds": "a lot"}, "Enter an amount in pounds using digits, like 1234.50."),
        ({"value_pounds": ""}, "Enter the estimated value."),
        ({"quality_pass_mark": "101"}, "Enter a pass mark from 0 to 100."),
        ({"standstill_days": "1.5"}, "Enter a number in digits, without decimals."),
    ],
)
def test_terms_that_cannot_be_accepted_come_back_with_a_sentence(
    app: Flask, region: Region, client_for: Clients, change: dict[str, Any], sentence: str
) -> None:
    answer = client_for(LEAD).send("/systems/new", {**TERMS, **change})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count(sentence) == 2
    assert "Disabled children" in page, "what was typed is kept"


def test_questions_are_loaded_and_edited_in_pages(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    client = client_for(LEAD)
    path = f"/systems/{made.system_id}/rounds/{made.round_id}/questions"
    raw = (CHECKOUT / "config" / "demo" / "questions_foster.toml").read_bytes()

    def load(lot: str, content: bytes, name: str = "questions.toml") -> Any:
        values = {"lot": lot, "content": (io.BytesIO(content), name)}
        return client.send(f"{path}/load", values, content_type="multipart/form-data")

    assert load(str(made.lots[1]), raw).status_code == 303
    for lot, content, name, sentence in (
        ("", raw, "a.toml", "Select whom these questions are for."),
        ("all", b"", "", "Select a data file."),
        ("all", b"\xff\xfe", "a.toml", "The file is not text in UTF-8."),
        ("all", b"title = ", "a.toml", "The file cannot be read as TOML"),
        ("all", b"title = 'x'", "a.toml", "There are no questions in it."),
        ("all", b"#" * (256 * 1024 + 1), "a.toml", "The file is larger than 256 KB."),
    ):
        answer = load(lot, content, name)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    with acting(app, LEAD) as (session, _):
        asked = {q.key: q for q in questions_of_round(session, made.round_id) if q.lot_id == made.lots[1]}
    assert len(asked) == len(tomllib.loads(raw.decode())["questions"])
    page = client.get(path).get_data(as_text=True)
    assert "Weekly fee, standard foster care, age 0 to 4" in page
    price = asked["fos-price-standard-0-4"]
    form = client.get(f"{path}/{price.id}").get_data(as_text=True)
    assert 'value="905.00"' in form
    assert client.send(f"{path}/{price.id}", {"prompt": price.prompt, "ceiling": "910"}).status_code == 303
    assert "Enter the question." in client.send(f"{path}/{price.id}", {"prompt": ""}).get_data(as_text=True)
    statements = [q for q in asked.values() if q.part == "quality"]
    weights = f"/systems/{made.system_id}/rounds/{made.round_id}/weights/{made.lots[1]}"
    client.get(weights)
    even = {f"weight-{q.id}": "14" for q in statements}
    answer = client.send(weights, even)
    assert answer.status_code == 422
    assert "the weights add up to 98 %, not to 100 %" in answer.get_data(as_text=True)
    assert client.send(weights, {**even, f"weight-{statements[0].id}": "16"}).status_code == 303
    with acting(app, LEAD) as (session, _):
        found = {q.key: q for q in questions_of_round(session, made.round_id)}
        assert str(found["fos-price-standard-0-4"].ceiling) == "910.00"
        assert [found[q.key].weight for q in statements] == [16, 14, 14, 14, 14, 14, 14]
        assert found["fos-safeguarding"].word_limit == 750, "what a page does not show is kept"


def test_a_council_writes_its_own_schedule_in_pages(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    sefton, wirral = region.organisations["sefton"], region.organisations["wirral"]
    base = f"/systems/{made.system_id}/local-schedules"
    client = client_for("commissioning@sefton.example")
    specification = client.get(f"/systems/{made.system_id}/specification").get_data(as_text=True)
    assert f"{base}/{sefton}" in specification
    assert f"{base}/{wirral}" not in specification
    client.get(f"{base}/{sefton}")
    assert client.send(f"{base}/{sefton}", {"text": "Sefton’s words."}).status_code == 303
    for answer in (client.get(f"{base}/{wirral}"), client.send(f"{base}/{wirral}", {"text": "No."})):
        assert answer.status_code == 403
    assert client_for("placement@sefton.example").get(f"{base}/{sefton}").status_code == 403
    assert client_for(LEAD).send(f"{base}/{wirral}", {"text": "The lead may."}).status_code == 303
    page = client_for("head@knowsley.example").get(f"/systems/{made.system_id}/specification").get_data(as_text=True)
    assert "Sefton’s words." in page
    assert "The lead may." in page
    answer = client.send(f"{base}/{sefton}", {"text": "hidden\u202e"})
    assert answer.status_code == 422


def test_every_form_of_the_lead_can_be_opened(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    base = f"/systems/{made.system_id}"
    round_ = f"{base}/rounds/{made.round_id}"
    with acting(app, LEAD) as (session, _):
        document = documents_of(session, made.system_id)[0].id
        asked = [q.id for q in questions_of_round(session, made.round_id)]
    client = client_for(LEAD)
    for path in (
        "/systems/new", f"{base}/edit", f"{base}/restriction-grounds", f"{base}/cancel", f"{base}/lots/new",
        f"{base}/lots/{made.lots[0]}", f"{base}/councils/add", f"{base}/specification/edit", f"{base}/documents/new",
        f"{base}/documents/{document}/edit", f"{base}/local-schedules/{region.organisations['wirral']}", f"{base}/rounds/new",
        f"{round_}/window", f"{round_}/notice", f"{round_}/cancel", f"{round_}/questions/load",
        f"{round_}/weights/{made.lots[0]}", *(f"{round_}/questions/{question}" for question in asked),
        f"/rounds/{made.round_id}/preview",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_writing_is_refused_to_everybody_but_the_lead(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    base = f"/systems/{made.system_id}"
    round_ = f"{base}/rounds/{made.round_id}"
    forms = (
        f"{base}/edit", f"{base}/restriction-grounds", f"{base}/cancel", f"{base}/lots/new", f"{base}/lots/{made.lots[0]}",
        f"{base}/councils/add", f"{base}/specification/edit", f"{base}/documents/new", f"{base}/rounds/new",
        f"{round_}/window", f"{round_}/notice", f"{round_}/cancel", f"{round_}/questions/load", f"{round_}/weights/{made.lots[0]}",
    )  # fmt: skip
    buttons = (
        f"{base}/publish", f"{base}/activate", f"{round_}/publish", f"{round_}/questions/copy",
        f"{base}/councils/{region.organisations['wirral']}/remove",
    )  # fmt: skip
    for email in ("procurement@sefton.example", "head@halton.example", "writer@alder.example"):
        client = client_for(email)
        for path in forms:
            assert client.get(path).status_code == 403, (email, path)
        for path in (*forms, *buttons):
            assert client.send(path).status_code == 403, (email, path)
    with acting(app, LEAD) as (session, _):
        assert session.get_one(PurchasingSystem, made.system_id).status == "draft"


def test_a_published_system_answers_409_to_its_lead(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region)
    base = f"/systems/{made.system_id}"
    client = client_for(LEAD)
    for path in ("/edit", "/restriction-grounds", "/specification/edit", "/documents/new", "/councils/add"):
        answer = client.get(base + path)
        assert answer.status_code == 409, path
        assert "frozen when the first round was published" in answer.get_data(as_text=True)
    for path in ("/questions/load", f"/weights/{made.lots[0]}", "/notice", "/window"):
        assert client.get(f"{base}/rounds/{made.round_id}{path}").status_code == 409, path
    assert client.send(f"{base}/activate").status_code == 409
    assert client.send(f"{base}/cancel", {"reason": "No."}).status_code == 409


def test_a_later_closing_goes_through_two_councils_in_pages(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region)
    path = f"/systems/{made.system_id}/rounds/{made.round_id}"
    lead = client_for(LEAD)
    lead.get(f"{path}/closing")
    early = lead.send(f"{path}/closing", {"closes_on": ["1", "1", "2026"], "closes_time": "9am", "reason": "Holidays."})
    assert early.status_code == 422
    values = {"closes_on": ["1", "3", "2029"], "closes_time": "9am", "reason": "Holidays."}
    assert lead.send(f"{path}/closing", values).status_code == 303
    page = lead.get(path).get_data(as_text=True)
    assert "9am on 1 March 2029" in page
    assert "Confirm the later closing time" not in page
    other = client_for("procurement@sefton.example")
    page = other.get(path).get_data(as_text=True)
    change = page.split("/closing/")[1].split("/confirm")[0]
    assert client_for("head@sefton.example").send(f"{path}/closing/{change}/confirm").status_code == 403
    assert lead.send(f"{path}/closing/{change}/confirm").status_code == 409
    assert other.send(f"{path}/closing/{made.round_id}/confirm").status_code == 404
    assert other.send(f"{path}/closing/{change}/confirm").status_code == 303
    public = client_for().get(f"/rounds/{made.round_id}").get_data(as_text=True)
    assert "The closing time was changed" in public
    assert "Holidays." in public
    assert client_for(LEAD).send(f"{path}/cancel", {"reason": ""}).status_code == 422
    assert client_for(LEAD).send(f"{path}/cancel", {"reason": "Given up."}).status_code == 303
    assert "This round was cancelled" in client_for().get(f"/rounds/{made.round_id}").get_data(as_text=True)
