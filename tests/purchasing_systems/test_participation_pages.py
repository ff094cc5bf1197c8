"""The pages of taking part and of comments: by role, with every refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.purchasing_systems import matters as m
from tests.purchasing_systems.test_participation import FIVE, NOTICE, TODAY, answer, list_, put
from tests.support.client import StrictClient
from tests.support.region import Region
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
ST_HELENS = "procurement@st-helens.example"
STRANGERS = (ST_HELENS, "admin@alder.example", "operator@portal.example", None)


@pytest.fixture
def draft(app: Flask, region: Region) -> MadeRound:
    """Five councils; nothing is public. St Helens is not in the list."""
    return make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=FIVE)


def test_from_the_list_to_joined_by_the_pages(
    app: Flask, region: Region, draft: MadeRound, client_for: ClientFor
) -> None:
    base = f"/systems/{draft.system_id}/participation"
    lead, own = client_for(LEAD), client_for(ST_HELENS)
    st_helens = str(region.organisations["st-helens"])
    wrong = lead.send(f"{base}/new", {"authority_id": st_helens, "status": "", "basis": "named", "words": ""})
    assert wrong.status_code == 422
    assert "Choose how it comes into the list." in wrong.text
    assert "Copy the words of the notice" in wrong.text
    neither = lead.send(f"{base}/new", {"authority_id": st_helens, "status": "considering", "basis": "neither"})
    assert "cannot be given the right to buy later" in neither.text
    data = {"authority_id": st_helens, "status": "considering", "basis": "described", "words": NOTICE}
    assert lead.send(f"{base}/new", data).status_code == 303
    listed = lead.get(base).text
    assert "Considering" in listed
    assert "Take over the decision to take part: No decision of this authority to take part is in effect." in listed
    seen = own.get(base).text
    assert "Your council considers whether to take part." in seen
    assert "Who could buy on" not in seen
    for page in ("", "/lots", "/councils", "/specification", "/documents", "/term", "/comments"):
        assert own.get(f"/systems/{draft.system_id}{page}").status_code == 200, page
    matter = put(app, region, draft, m.TAKE_PART, "St Helens")
    board = client_for("democratic@st-helens.example").get(f"/decisions/{matter}")
    assert board.status_code == 200
    assert "Sefton" not in board.text
    answer(app, "st-helens", matter)
    part = own.get(base).text.split("/step/decline")[0].rsplit("/", 1)[1]
    assert own.send(f"{base}/{part}/step/approve", {}).status_code == 303
    assert "The accession agreement is not recorded yet." in lead.get(base).text
    missing = lead.send(f"{base}/{part}/accession", {"reference": "", "specification_id": ""})
    assert missing.status_code == 422
    assert "Enter the reference of the agreement." in missing.text
    choice = lead.get(f"{base}/{part}/accession").text.split('<option value="')[1].split('"')[0]
    signed = [str(TODAY.day), str(TODAY.month), str(TODAY.year)]
    assert lead.send(
        f"{base}/{part}/accession", {"reference": "ACC-7", "signed_on": signed, "specification_id": choice}
    ).status_code == 303  # fmt: skip
    assert lead.send(f"{base}/{part}/step/join", {}).status_code == 303
    after = lead.get(base).text
    assert "Version 1 of the specification" in after
    assert "ACC-7" in after
    reasonless = lead.send(f"{base}/{part}/step/suspend", {"reason": " "})
    assert reasonless.status_code == 422
    assert "Give the reason." in reasonless.text
    assert "Enter the ground, and where it is published or agreed." in reasonless.text
    suspended = {"reason": "Reminded twice.", "ground": "Agreement, clause 12.3: fees not paid"}
    assert lead.send(f"{base}/{part}/step/suspend", suspended).status_code == 303
    assert "Ground of the suspension" in own.get(base).text
    assert "clause 12.3: fees not paid" in own.get(base).text
    assert lead.send(f"{base}/{part}/step/reinstate", {"reason": "Paid."}).status_code == 303
    assert "Ground of the suspension" not in own.get(base).text
    assert own.get(f"{base}/{part}/step/suspend").status_code == 404
    assert client_for("cabinet@st-helens.example").get(base).status_code == 200
    assert client_for("cabinet@st-helens.example").send(f"{base}/{part}/step/give-notice", {}).status_code == 403


def test_as_at_another_day(app: Flask, region: Region, draft: MadeRound, client_for: ClientFor) -> None:
    put_on = TODAY + timedelta(days=5)
    answer(app, "wirral", put(app, region, draft, m.LEAVE, "Wirral", on=put_on))
    lead = client_for(LEAD)
    after = put_on + timedelta(days=1)
    page = lead.get(
        f"/systems/{draft.system_id}/participation?on={after.day}&on={after.month}&on={after.year}"
    ).text  # fmt: skip
    assert "Wirral left LCR care" in page
    wrong = lead.get(f"/systems/{draft.system_id}/participation?on=31&on=2&on=2027")
    assert wrong.status_code == 422
    assert "That day does not exist." in wrong.text
    assert lead.send(f"/systems/{draft.system_id}/participation/take-over", {}).status_code == 303
    assert "Leaving" in lead.get(f"/systems/{draft.system_id}/participation").text


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_read_none_of_it(draft: MadeRound, client_for: ClientFor, who: str | None) -> None:
    client = client_for(who) if who else client_for()
    for page in ("participation", "participation/new", "comments", "comments/new"):
        answered = client.get(f"/systems/{draft.system_id}/{page}")
        assert answered.status_code in {302, 303, 401, 403, 404}, page


class TestComments:
    """Councils and who considers; neither providers nor the public."""

    def test_a_considering_council_comments_and_the_lead_answers_once(
        self, app: Flask, region: Region, draft: MadeRound, client_for: ClientFor
    ) -> None:
        list_(app, region, draft.system_id, "st-helens")
        base = f"/systems/{draft.system_id}/comments"
        own, lead, sefton = client_for(ST_HELENS), client_for(LEAD), client_for("legal@sefton.example")
        empty = own.send(f"{base}/new", {"about": "Nothing", "text": ""})
        assert empty.status_code == 422
        assert "Choose what it is about." in empty.text
        said = {"about": "Service specification", "text": "Paragraph 3 leaves out care leavers."}
        assert own.send(f"{base}/new", said).status_code == 303
        assert (
            sefton.send(f"{base}/new", {"about": "Agreement terms", "text": "Clause 4 is too short."}).status_code
            == 303
        )
        assert "care leavers" in sefton.get(base).text
        read = own.get(base).text
        assert "care leavers" in read
        assert "Clause 4" not in read, "a considering council reads its own comments alone"
        first = next(p for p in lead.get(base).text.split('href="') if "/answer" in p).split('"')[0]
        assert own.get(first).status_code == 403
        assert lead.send(first, {"answer": ""}).status_code == 422
        assert lead.send(first, {"answer": "It will be added."}).status_code == 303
        assert lead.send(first, {"answer": "Again."}).status_code == 409
        assert "It will be added." in sefton.get(base).text

    def test_not_once_frozen_and_not_without_the_role(
        self, app: Flask, region: Region, draft: MadeRound, client_for: ClientFor
    ) -> None:
        public = make_round(app, region, councils=FIVE)
        said = {"about": "Service specification", "text": "Too late."}
        frozen = client_for(LEAD).send(f"/systems/{public.system_id}/comments/new", said)
        assert frozen.status_code == 409
        cabinet = client_for("cabinet@sefton.example")
        assert cabinet.send(f"/systems/{draft.system_id}/comments/new", said).status_code == 403
        assert cabinet.get(f"/systems/{draft.system_id}/comments").status_code == 200


def test_the_public_page_names_who_buys_and_whom_the_notice_names(
    app: Flask, region: Region, client_for: ClientFor
) -> None:
    made = make_round(app, region, councils=FIVE)
    list_(app, region, made.system_id, "st-helens", status="named_user", basis="named")
    page = client_for().get("/").text.split(f'id="system-{made.system_id}"')[1].split("</section>")[0]
    assert "Named or described in the notice, and not joined: St Helens Council." in page
    assert "Sefton Metropolitan Borough Council" in page
