"""Pages that build a question set: every kind of answer, the library, the test run; and who may not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.questionnaires.queries import QuestionView, questions_of_round
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

Clients = Callable[..., StrictClient]


@pytest.fixture(scope="module")
def made(app: Flask, region: Region) -> MadeRound:
    return make_round(app, region, publish=False)


def _path(made: MadeRound) -> str:
    return f"/systems/{made.system_id}/rounds/{made.round_id}/questions"


def _asked(app: Flask, made: MadeRound) -> dict[str, QuestionView]:
    with acting(app, LEAD) as (session, _):
        return {q.key: q for q in questions_of_round(session, made.round_id)}


ADDED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"prompt": "Who answers the telephone", "word_limit": "50"}, {"kind": "text", "word_limit": 50}),
    (
        "yes_no",
        {"prompt": "Open at night", "answers_pass": "yes_judge"},
        {"pass_rule": {"passes": ["yes"], "fails": []}},
    ),
    (
        "three_ways",
        {"prompt": "Cover of two million", "choices": "We hold this now = passes\nWe cannot obtain it = fails"},
        {"kind": "choice", "pass_rule": {"passes": ["hold"], "fails": ["cannot"]}},
    ),
    (
        "choices",
        {"prompt": "Languages", "choices": "Welsh\nUrdu\nBritish Sign Language"},
        {"kind": "choices", "pass_rule": None},
    ),
    (
        "number",
        {"prompt": "Beds", "pass_from": "4", "fail_below": "2", "unit": "beds"},
        {"pass_rule": {"pass_from": "4", "fail_below": "2"}, "unit": "beds"},
    ),
    (
        "sum",
        {"prompt": "Turnover", "pass_from": "500,000"},
        {"pass_rule": {"pass_from": "500000.00"}, "part": "selection"},
    ),
    ("date", {"prompt": "Open since", "pass_to": "31 3 2027"}, {"pass_rule": {"pass_to": "2027-03-31"}}),
    ("declaration", {"prompt": "We agree to visits"}, {"kind": "declaration"}),
    ("file", {"prompt": "Floor plan", "accept": ["pdf"]}, {"part": "documents", "accept": ["pdf"]}),
    ("table", {"prompt": "Homes", "columns": "Name\nBeds | number | | optional", "most_rows": "5"}, {"kind": "grid"}),
]


@pytest.mark.parametrize(("kind", "typed", "wanted"), ADDED, ids=[kind for kind, _, _ in ADDED])
def test_each_kind_of_answer_is_built_in_two_pages(
    app: Flask, made: MadeRound, client_for: Clients, kind: str, typed: dict[str, Any], wanted: dict[str, Any]
) -> None:
    client = client_for(LEAD)
    assert "What kind of answer do you want?" in client.get(f"{_path(made)}/new?lot=all").get_data(as_text=True)
    url = f"{_path(made)}/new?lot=all&type={kind}"
    page = client.get(url).get_data(as_text=True)
    assert 'name="prompt"' in page
    values = {"heading": "about", "required": "yes", **typed}
    empty = client.send(url, {**values, "prompt": " "})
    assert empty.status_code == 422
    assert "Enter the question." in empty.get_data(as_text=True)
    assert client.send(url, values).status_code == 303
    found = next(q for q in _asked(app, made).values() if q.prompt == typed["prompt"])
    assert {name: getattr(found, name) for name in wanted} == wanted
    # What the page shows of it and sends back as it stands changes nothing.
    edit = f"{_path(made)}/{found.id}"
    assert typed["prompt"] in client.get(edit).get_data(as_text=True)
    same = {**values, "prompt": f"{typed['prompt']}?"}
    same.pop("heading")
    assert client.send(edit, same).status_code == 303
    again = _asked(app, made)[found.key]
    assert again.prompt == f"{typed['prompt']}?"
    assert {name: getattr(again, name) for name in wanted} == wanted


def test_prices_and_statements_are_built_for_a_lot(app: Flask, made: MadeRound, client_for: Clients) -> None:
    client = client_for(LEAD)
    base = f"{_path(made)}/new?lot={made.lots[0]}"
    assert "Begin there to add one." in client.get(f"{_path(made)}/new?lot=all&type=price").get_data(as_text=True)
    table = {
        "heading": "+", "new_heading": "Fees by age", "required": "yes", "prompt": "Fees", "hint": "", "most_rows": "",
        "columns": "Core fee | price | week\nTherapy\tprice\tweek\toptional", "rows": "Age 0 to 4 | 4,500.00\nAge 5 and over | | 250",
    }  # fmt: skip
    for wrong, sentence in (
        ({"columns": "Core fee | gold"}, "a column holds text, number or price, not “gold”"),
        ({"rows": "Age 0 to 4 | NaN"}, "Enter an amount in pounds"),
        ({"rows": "Age 0 to 4 | 1 | 2 | 3"}, "more ceilings than the table has columns of prices"),
        ({"rows": "", "most_rows": "1e9"}, "Enter a number in digits"),
        ({"new_heading": ""}, "Enter the heading of the page"),
    ):
        answer = client.send(f"{base}&type=price_table", {**table, **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in answer.get_data(as_text=True)
    assert client.send(f"{base}&type=price_table", table).status_code == 303
    fees = next(q for q in _asked(app, made).values() if q.prompt == "Fees")
    assert fees.grid is not None
    assert fees.grid["ceilings"] == {"age-0-to-4:core-fee": "4500.00", "age-5-and-over:therapy": "250.00"}
    assert (fees.group_title, fees.part, fees.lot_id) == ("Fees by age", "price", made.lots[0])
    page = client.get(f"{_path(made)}/{fees.id}").get_data(as_text=True)
    assert "Therapy | price | week | optional" in page
    statement = {"heading": "l1-quality", "required": "yes", "prompt": "Why you?", "weight": "12.345"}
    assert client.send(f"{base}&type=statement", statement).status_code == 422
    assert client.send(f"{base}&type=statement", {**statement, "weight": "5"}).status_code == 303
    assert "the weights add up to 105 %" in client.get(_path(made)).get_data(as_text=True)
    with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
        session.execute(
            text("UPDATE questionnaires.questions SET wording_fixed = true WHERE id = :id"), {"id": fees.id}
        )


def test_a_condition_is_built_moved_and_removed(app: Flask, made: MadeRound, client_for: Clients) -> None:
    client = client_for(LEAD)
    url = f"{_path(made)}/new?lot=all&type=text"
    values = {"heading": "about", "required": "yes", "prompt": "Why can you not?", "depends_on": "insurance",
              "operator": "is_one_of", "values": "Cannot", "then": "ask"}  # fmt: skip
    for wrong, sentence in (
        ({"values": ""}, "Enter what the answer is compared with."),
        ({"values": "Perhaps"}, "names an answer that cannot be given"),
        ({"operator": "at_least"}, "cannot be compared"),
        ({"operator": "guess"}, "names a question, a comparison"),
        ({"depends_on": "l1-safe"}, "Select an earlier question of the same set."),
    ):
        answer = client.send(url, {**values, **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in answer.get_data(as_text=True)
    assert client.send(url, values).status_code == 303
    found = _asked(app, made)["why-can-you-not"]
    assert found.condition == {"question": "insurance", "operator": "is_one_of", "values": ["cannot"], "then": "ask"}
    assert "Asked only if “Public liability insurance” is one of: Cannot." in client.get(_path(made)).get_data(
        as_text=True
    )
    insurance = _asked(app, made)["insurance"]
    assert client.send(f"{_path(made)}/{insurance.id}/remove").status_code == 409
    assert client.send(f"{_path(made)}/{found.id}/move", {"to": "up"}).status_code == 303
    assert client.send(f"{_path(made)}/{found.id}/page", {"title": "About yourselves", "intro": ""}).status_code == 303
    assert client.send(f"{_path(made)}/{found.id}/page", {"title": "a\u202eb", "intro": ""}).status_code == 422
    run = f"{_path(made)}/test-run"
    assert "hidden disabled" in client.get(run).get_data(as_text=True)
    tried = client.send(run, {"q-legal-name": "A", "q-insurance": "cannot", "q-beds": "NaN"})
    page = tried.get_data(as_text=True)
    assert tried.status_code == 422
    assert "Could not be submitted yet" in page
    assert 'name="q-why-can-you-not"' in page
    assert "Fails</strong> Public liability insurance" in page
    assert client.send(f"{_path(made)}/{found.id}/remove").status_code == 303
    assert "why-can-you-not" not in _asked(app, made)


def test_the_library_is_searched_taken_from_and_the_set_taken_away_as_a_file(
    app: Flask, made: MadeRound, client_for: Clients
) -> None:
    client = client_for(LEAD)
    url = f"{_path(made)}/library"
    assert "Own wording, after PPN 03/24" in client.get(f"{url}?q=fraud").get_data(as_text=True)
    assert "No question has all of these words." in client.get(f"{url}?q=zebra").get_data(as_text=True)
    assert client.send(url, {"lot": "all"}).status_code == 422
    homeless = client.send(url, {"lot": "all", "picked": ["6_method_statements.ms-matching"]})
    assert "Method statements and prices are asked of one lot." in homeless.get_data(as_text=True)
    assert client.send(url, {"lot": "all", "picked": ["2_sq_part_2.sq2-fraud-detail"]}).status_code == 303
    fraud = _asked(app, made)["sq2-fraud"]
    page = client.get(f"{_path(made)}/{fraud.id}").get_data(as_text=True)
    assert "The wording is fixed by PPN 03/24 part 2" in page
    assert 'name="prompt"' not in page
    assert client.send(f"{_path(made)}/{fraud.id}/keep").status_code == 303
    assert "Your authority’s own questions" in client.get(url).get_data(as_text=True)
    file = client.get(f"{_path(made)}/set.toml?lot=all")
    assert file.headers["Content-Disposition"].endswith('.toml"')
    assert "sq2-fraud-detail" in {q["key"] for q in tomllib.loads(file.get_data(as_text=True))["questions"]}


def test_who_may_not_build(app: Flask, region: Region, made: MadeRound, client_for: Clients) -> None:
    published = make_round(app, region)
    question = _asked(app, made)["legal-name"].id
    frozen = _asked(app, published)["legal-name"].id
    reads = ("/new?lot=all", "/library", "/copy-from", f"/{question}", f"/{question}/page")
    writes = (f"/{question}/move", f"/{question}/remove", "/library", "/copy-from")
    for email in ("procurement@sefton.example", "head@halton.example"):
        client = client_for(email)
        assert {client.get(_path(made) + one).status_code for one in reads} == {403}
        assert {client.send(_path(made) + one).status_code for one in writes} == {403}
        assert client.get(f"{_path(made)}/test-run").status_code == 200, "who reads the questions may try them"
    provider = client_for("writer@alder.example")
    assert {provider.get(_path(made) + one).status_code for one in ("", "/test-run", "/set.toml", *reads)} == {403}
    assert {provider.send(_path(made) + one).status_code for one in writes} == {403}
    lead = client_for(LEAD)
    for one in ("/new?lot=all", "/library", f"/{frozen}", f"/{frozen}/page", "/test-run"):
        assert lead.get(_path(published) + one).status_code == 409
    assert lead.send(f"{_path(published)}/{frozen}/remove").status_code == 409
    assert lead.get(f"{_path(made)}/{frozen}").status_code == 404
    assert lead.get(f"{_path(made)}/new?lot={published.lots[0]}").status_code == 404
    assert lead.get(f"{_path(made)}/{question}/modify").status_code == 409


def test_a_published_question_is_modified_on_its_page(app: Flask, region: Region, client_for: Clients) -> None:
    published = make_round(app, region)
    found = _asked(app, published)["l1-safe"]
    url = f"{_path(published)}/{found.id}/modify"
    lead = client_for(LEAD)
    assert "Everybody who registered an interest is told" in lead.get(url).get_data(as_text=True)
    values = {"prompt": "How do you keep everybody safe?", "hint": "", "required": "yes", "word_limit": "600",
              "minimum_score": "3", "scorer_guidance": "Look for learning.", "reason": "It was unclear."}  # fmt: skip
    for wrong, sentence in (({"reason": ""}, "Enter the reason."), ({"word_limit": "NaN"}, "Enter a number in digits"), ({"minimum_score": "9"}, "from 0 to 5")):  # fmt: skip
        answer = lead.send(url, {**values, **wrong})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    assert client_for("procurement@sefton.example").send(url, values).status_code == 403
    assert client_for("writer@alder.example").send(url, values).status_code == 403
    assert lead.send(url, values).status_code == 303
    after = _asked(app, published)["l1-safe"]
    assert (after.prompt, after.word_limit, after.version, after.weight) == (values["prompt"], 600, 2, found.weight)
    page = lead.get(_path(published)).get_data(as_text=True)
    assert "Changed since publication" in page
    assert "Changed in version 2" in page


@pytest.mark.parametrize(
    ("email", "changes"),
    [
        ("procurement@sefton.example", '{"prompt": "x"}'),
        ("head@halton.example", '{"prompt": "x"}'),
        ("writer@alder.example", '{"prompt": "x"}'),
        (LEAD, '{"weight": 1}'),
        (LEAD, '{"lead_id": "00000000-0000-0000-0000-000000000000"}'),
        (LEAD, "{}"),
        (LEAD, '{"prompt": null}'),
        (LEAD, '{"ceiling": "NaN"}'),
    ],
)
def test_the_database_refuses_the_same_by_itself(app: Flask, region: Region, email: str, changes: str) -> None:
    published = make_round(app, region)
    found = _asked(app, published)["l1-week"]
    with acting(app, email) as (session, _):
        with pytest.raises(DBAPIError):
            session.execute(
                text("SELECT app.modify_question(:id, CAST(:changes AS jsonb), 'Why.')"),
                {"id": found.id, "changes": changes},
            )
        session.rollback()
    assert _asked(app, published)["l1-week"] == found
