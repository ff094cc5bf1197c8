"""Decisions of a council's own, by their pages: nothing is kept unconfirmed, nothing typed is lost, nobody else reads a draft."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from docx import Document
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.decisions.actions import Resolved, answer_from, draft_decision, draft_own_decision, raise_matter
from portal.decisions.kinds import MatterKind, register_kind
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.export import KEYS
from portal.decisions.rules.resolutions import MOST, pieces, read_again
from tests.decisions.test_minute_files import saved as saved_document
from tests.decisions.test_pages import words
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, decision_values
from tests.support.filling import Form, form_with
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
SEEDS = Path(__file__).parent / "seeds"
KIND = register_kind(MatterKind("own_each", "Take part", "each_for_itself", "Whether …", "Yes.", "No.", "Not yet."))
HELD = register_kind(
    MatterKind(
        "own_held", "Held back", "each_for_itself", "Whether …", "Yes.", "No.", "Not yet.",
        embargo=lambda _session, _matter: "Embargoed until the letters have gone out.",
    )
)  # fmt: skip
OFFICER, RECORDER = "procurement@sefton.example", "democratic@sefton.example"
MINUTE = """Joint buying of foster care
Meeting: 03/09/2020 - Cabinet (Item 7)
Decision Made: That:
(1) taking part in the regional system be approved;
(2) the Head of Care in consultation with the Cabinet Member for Children be granted delegated authority to agree its terms; and
(3) the Commissioning Team be authorised to work on its specification.
Reasons for the Decision:
More children can live near their school.
Alternative Options Considered and Rejected:
Buying alone - each council would check every provider again.
"""


def day(on: date) -> list[str]:
    return [str(on.day), str(on.month), str(on.year)]


@dataclass
class Own:
    """One system of six councils, and what is entered about it."""

    app: Flask
    region: Region
    system_id: UUID

    def matter(self, *slugs: str, kind: str = KIND.name) -> UUID:
        """A joint decision put to these councils, or to all."""
        asked = [(self.region.organisations[slug], COUNCILS[slug][1]) for slug in slugs or COUNCILS]
        with acting(self.app, LEAD) as (session, actor):
            return raise_matter(
                session, actor, kind=kind, system_id=self.system_id, subject_id=uuid4(), subject_label="Foster care",
                question="Whether …", answer_by=clock.today() + timedelta(days=14), parties=asked, facts={},
            ).id  # fmt: skip

    def draft(self, *resolutions: Resolved, council: str = "sefton", system: bool = True, **changed: Any) -> UUID:
        """A whole draft of that council."""
        values = decision_values(
            route="cabinet", decided_by_post="Cabinet", authority_source="Report 7", minute_number="7", **changed
        )
        with acting(self.app, f"procurement@{council}.example") as (session, actor):
            return draft_own_decision(
                session,
                actor,
                title="Joint buying of foster care",
                resolutions=resolutions or [Resolved("1", "taking part be approved", "approves")],
                system_id=self.system_id if system else None,
                **{name: value for name, value in values.items() if name not in ("outcome", "defer_until")},
            ).id

    def record(self, *resolutions: Resolved, council: str = "sefton", **changed: Any) -> UUID:
        """The same on the record, through the page."""
        drafted = self.draft(*resolutions, council=council, **changed)
        self.app.test_client_class = StrictClient
        recorder = self.app.test_client()
        assert isinstance(recorder, StrictClient)
        answer = recorder.sign_in_as(f"democratic@{council}.example").send(f"/decisions/own/{drafted}/record")
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return drafted

    def resolution(self, decision_id: UUID, number: str = "1") -> UUID:
        with acting(self.app, OFFICER) as (session, _):
            query = select(Resolution.id).where(Resolution.decision_id == decision_id, Resolution.number == number)
            return session.scalars(query).one()


@pytest.fixture(scope="module")
def case(app: Flask, region: Region) -> Own:
    return Own(app, region, make_round(app, region).system_id)


def read(client: StrictClient, text: str = MINUTE) -> tuple[Form, str]:
    """The form with what was read in this text, and the page."""
    answer = client.send("/decisions/own/new", {"text": text})
    assert answer.status_code == 200, words(answer.get_data(as_text=True))
    html = answer.get_data(as_text=True)
    return form_with(html, "title"), html


def in_word(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    return saved_document(document)


def choose(form: Form, *effects: str) -> Form:
    for n, effect in enumerate(effects):
        form.put(f"resolutions-{n}-effect", effect)
    return form


def count(case: Own) -> int:
    with acting(case.app, OFFICER) as (session, _):
        return len(session.scalars(select(Decision.id).where(Decision.matter_id.is_(None))).all())


class TestReading:
    """A minute is read, and a person confirms it."""

    def test_what_is_read_is_proposed_and_nothing_is_kept(self, client_for: ClientFor, case: Own) -> None:
        before = count(case)
        form, html = read(client_for(OFFICER))
        assert form.action == "/decisions/own/write"
        assert form.values["title"] == ["Joint buying of foster care"]
        assert form.values["decided_by_post"] == ["Cabinet"]
        assert form.values["decided_on"] == ["3", "9", "2020"]
        assert form.values["minute_number"] == ["7"]
        assert form.values["reasons"][0].startswith("More children")
        assert form.values["alternatives"] == ["Buying alone - each council would check every provider again."]
        assert [form.values[f"resolutions-{n}-number"] for n in range(3)] == [["1"], ["2"], ["3"]]
        assert not [name for name in form.values if name.endswith(("-phrases", "-effect"))]
        shown = words(html)
        assert "Its words suggest: Approves." in shown
        assert "Its words suggest: Delegates power to decide." in shown
        assert "Its words suggest: Authorises work, without power to decide." in shown
        assert "Who: Head of Care. In consultation with: Cabinet Member for Children" in shown
        assert count(case) == before

    def test_phrases_are_marked_and_lettered(self, client_for: ClientFor) -> None:
        _, html = read(client_for(OFFICER))
        assert re.search(
            r"regional system <mark>be approved</mark><span[^>]*><span[^>]*> phrase </span>\[a\]</span>", html
        )
        assert "[a] Decided by the body itself: “be approved”" in html

    def test_persons_are_left_out_and_the_unread_is_shown(self, client_for: ClientFor) -> None:
        text = (SEEDS / "extension_notice.txt").read_text()
        text = text.replace(
            "Contact: Children's Contracts and Commissioning Manager",
            "Contact: Quillon Canary, Manager Email: canary@county.example Tel: 033 022 24131.",
        )
        assert "Quillon" in text
        _, html = read(client_for(OFFICER), text)
        assert "Quillon" not in html
        assert "canary@county.example" not in html
        assert "What names persons, or how to reach them, has been left out." in html
        assert "Not read: “" in html

    @pytest.mark.parametrize("name", ["minute.docx", "minute.txt"])
    def test_a_file_is_read_alike(self, client_for: ClientFor, name: str) -> None:
        client = client_for(OFFICER)
        content = in_word(MINUTE) if name.endswith("docx") else MINUTE.encode()
        answer = client.send("/decisions/own/new", {"text": "", "file": (io.BytesIO(content), name)})
        assert answer.status_code == 200
        pasted, uploaded = read(client)[0], form_with(answer.get_data(as_text=True), "title")
        assert uploaded.values == pasted.values

    @pytest.mark.parametrize(
        ("text", "file", "sentence"),
        [
            ("", None, "Paste the text of the minute, or choose a file."),
            ("A minute.", b"text", "not both"),
            ("", b"%PDF-1.7 not really", "PDF"),
            ("", b"\x00\x01", "not"),
            ("x" * 200_001, None, "The text has 200,001 characters."),
        ],
    )
    def test_what_cannot_be_read_is_said(
        self, client_for: ClientFor, text: str, file: bytes | None, sentence: str
    ) -> None:
        typed: dict[str, Any] = {"text": text}
        if file is not None:
            typed["file"] = (io.BytesIO(file), "minute.pdf" if file.startswith(b"%PDF") else "minute.txt")
        answer = client_for(OFFICER).send("/decisions/own/new", typed)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in html
        assert "<title>Error: " in html
        assert not text or form_with(html, "text").values["text"] == [text]

    def test_a_text_that_is_no_minute_says_so(self, client_for: ClientFor) -> None:
        _, html = read(client_for(OFFICER), "Dear all, see you on Monday. <script>alert(1)</script>")
        assert "No resolutions could be read in this text." in html
        assert "<script>alert(1)" not in html

    def test_more_resolutions_than_fit_are_shown_as_not_read(self, client_for: ClientFor) -> None:
        many = "Decision Made: That:\n" + "\n".join(f"({n}) matter number {n} be approved;" for n in range(1, MOST + 3))
        form, html = read(client_for(OFFICER), many)
        assert f"resolutions-{MOST - 1}-text" in form.values
        assert f"resolutions-{MOST}-text" not in form.values
        assert f"Not read: “matter number {MOST + 1} be approved;”" in html
        assert f"The first {MOST} resolutions are in the form" in html


class TestConfirming:
    """What a person ticked and chose is kept, and no more."""

    def test_what_was_ticked_is_kept_with_who_and_with_whom(self, client_for: ClientFor, case: Own) -> None:
        client = client_for(OFFICER)
        form = choose(read(client)[0], "approves", "delegates", "notes")
        second = form.offers["resolutions-1-phrases"]
        form.put("resolutions-1-phrases", *second)
        saved = client.send(form.action, form.values)
        assert saved.status_code == 303
        with acting(case.app, OFFICER) as (session, _):
            decision = UUID(saved.location.rpartition("/")[2])
            query = select(Resolution).where(Resolution.decision_id == decision).order_by(Resolution.position)
            one, two, three = session.scalars(query).all()
            assert (one.effect, one.phrases) == ("approves", [])
            (granted,) = two.phrases
            assert (granted["kind"], granted["holders"], granted["consulted"]) == (
                "in_consultation",
                ["Head of Care"],
                ["Cabinet Member for Children"],
            )
            assert two.text[granted["start"] : granted["end"]] == granted["words"]
            assert (three.effect, three.phrases) == ("notes", [])
            assert session.get_one(Decision, decision).demonstration is True
        page = words(client.get(saved.location).get_data(as_text=True))
        assert "1 of 1 recognised phrases was not confirmed." in page
        assert "Not ready to be recorded" in page
        assert "Enter the evidence" in page

    def test_an_effect_is_chosen_by_a_person(self, client_for: ClientFor, case: Own) -> None:
        client, before = client_for(OFFICER), count(case)
        form = choose(read(client)[0], "approves", "delegates")
        form.fill(evidence="Signed minute")
        answer = client.send(form.action, form.values)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert 'href="#resolutions-2-effect"' in html
        assert "Choose what resolution (3) does." in html
        again = form_with(html, "title")
        assert {k: v for k, v in again.values.items() if k != "seen"} == {
            k: v for k, v in form.values.items() if k != "seen"
        }, "nothing typed is lost"
        assert count(case) == before

    def test_words_that_were_changed_are_read_anew(self, client_for: ClientFor, case: Own) -> None:
        client = client_for(OFFICER)
        form = choose(read(client)[0], "approves", "delegates", "authorises_work")
        form.put("resolutions-0-phrases", *form.offers["resolutions-0-phrases"])
        form.put("resolutions-0-text", "after its approval, taking part be noted.")
        answer = client.send(form.action, form.values)
        assert answer.status_code == 422
        html = answer.get_data(as_text=True)
        assert "The words have changed, so they were read anew." in html
        again = form_with(html, "title")
        assert "resolutions-0-phrases" not in again.values, "what was ticked was ticked on other words"
        assert again.values["resolutions-0-text"] == ["after its approval, taking part be noted."]
        assert client.send(again.action, again.values).status_code == 303

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"title": ""}, "Enter what the decision is about"),
            ({"title": "a\u202eb"}, "direction"),
            ({"decided_on": ["31", "2", "2026"]}, "That day does not exist"),
            ({"decided_on": ["3", "9", "2999"]}, "cannot be dated in the future"),
            ({"record_url": "javascript:alert(1)"}, "beginning with https://"),
            ({"resolutions-1-number": "1"}, "Two resolutions have the number 1"),
            ({"resolutions-1-number": ""}, "Enter its number"),
            ({"resolutions-1-text": ""}, "Enter the words of the resolution"),
            ({"resolutions-1-text": "w" * 20_001}, "20,000"),
            ({"resolutions-1-effect": "abolishes"}, "Choose what resolution (2) does."),
            ({"resolutions-1-matter_id": "nonsense"}, "Choose one of those offered"),
            ({"resolutions-1-matter_id": str(uuid4())}, "put to your council"),
            ({"system_id": "nonsense"}, "Choose one of those offered"),
            ({"system_id": str(uuid4())}, "your council takes part in"),
            ({"value_pounds": "a lot"}, "£"),
            ({"reasons": "r" * 20_001}, "20,000"),
        ],
    )
    def test_bad_input_stands_beside_its_field_and_nothing_is_lost(
        self, client_for: ClientFor, case: Own, changed: dict[str, Any], sentence: str
    ) -> None:
        client, before = client_for(OFFICER), count(case)
        form = choose(read(client)[0], "approves", "delegates", "authorises_work").fill(evidence="Canary evidence")
        form.values |= {key: [value] if isinstance(value, str) else value for key, value in changed.items()}
        answer = client.send(form.action, form.values)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in html
        assert "<title>Error: " in html
        again = form_with(html, "title")
        for name in ("evidence", "reasons", "resolutions-0-text", "resolutions-2-text", "unread", "remarks"):
            assert again.values[name] == form.values[name], name
        assert count(case) == before

    def test_lines_ended_as_a_browser_ends_them_stay_lines(self, client_for: ClientFor) -> None:
        client = client_for(OFFICER)
        form = choose(read(client, MINUTE + "\nCanary heading\n\nNot placed.")[0], "approves", "delegates").values
        sent = {name: [value.replace("\n", "\r\n") for value in typed] for name, typed in form.items()}
        sent["resolutions-0-text"] = ["first line\r\nsecond line"]
        answer = client.send("/decisions/own/write", sent)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "\ufffd" not in html
        again = form_with(html, "title").values
        assert again["resolutions-0-text"] == ["first line\nsecond line"]
        for name in ("reasons", "alternatives", "unread", "remarks", "summary"):
            assert [value.replace("\r\n", "\n") for value in again[name]] == form[name]

    def test_rows_are_added_and_removed_without_javascript(self, client_for: ClientFor) -> None:
        client = client_for(OFFICER)
        form = choose(read(client)[0], "approves", "delegates", "authorises_work")
        more = form_with(client.send(form.action, {**form.values, "add": "1"}).get_data(as_text=True), "title")
        assert more.values["resolutions-3-number"] == ["4"]
        assert more.values["resolutions-1-effect"] == ["delegates"]
        fewer = form_with(client.send(form.action, {**more.values, "remove": "1"}).get_data(as_text=True), "title")
        assert [fewer.values[f"resolutions-{n}-number"] for n in range(3)] == [["1"], ["3"], ["4"]]
        assert fewer.values["resolutions-1-effect"] == ["authorises_work"]

    def test_an_empty_form_can_be_begun_with(self, client_for: ClientFor) -> None:
        client = client_for(OFFICER)
        form = form_with(client.get("/decisions/own/write").get_data(as_text=True), "title")
        saved = client.send(form.action, form.fill(title="Later").values)
        assert saved.status_code == 422, "a number without words"
        form.put("resolutions-0-number", "")
        saved = client.send(form.action, form.values)
        assert saved.status_code == 303
        assert "Enter at least one resolution." in client.get(saved.location).get_data(as_text=True)

    def test_two_officers_who_edit_both_see_both(self, client_for: ClientFor, case: Own) -> None:
        drafted = case.draft(Resolved("1", "the first words.", "notes"))
        path = f"/decisions/own/{drafted}/edit"
        first, second = client_for(OFFICER), client_for("legal@sefton.example")
        mine = form_with(first.get(path).get_data(as_text=True), "title")
        theirs = form_with(second.get(path).get_data(as_text=True), "title")
        theirs.put("resolutions-0-text", "the colleague’s words.")
        assert second.send(path, theirs.values).status_code == 303
        mine.put("resolutions-0-text", "my words.")
        clash = first.send(path, mine.fill(reasons="My reasons.").values)
        html = clash.get_data(as_text=True)
        assert clash.status_code == 409
        assert "A colleague has saved this draft" in html
        assert "(1) the colleague’s words." in html
        assert "(1) my words." in html
        assert "Reasons for the decision: yours, not saved yet" in html
        again = form_with(html, "title")
        assert again.values["resolutions-0-text"] == ["my words."]
        assert first.send(path, again.values).status_code == 303

    def test_an_effect_changed_meanwhile_is_a_clash_too(self, client_for: ClientFor, case: Own) -> None:
        drafted = case.draft(Resolved("1", "the first words.", "notes"))
        path = f"/decisions/own/{drafted}/edit"
        first, second = client_for(OFFICER), client_for("legal@sefton.example")
        mine, theirs = (form_with(c.get(path).get_data(as_text=True), "title") for c in (first, second))
        assert second.send(path, choose(theirs, "approves").values).status_code == 303
        clash = first.send(path, mine.values)
        assert clash.status_code == 409
        assert "differs in a day, a choice or a phrase" in words(clash.get_data(as_text=True))


class TestRecord:
    """On the record: one address, a PDF, data."""

    def test_its_page_pdf_and_data(self, client_for: ClientFor, case: Own) -> None:
        recorded = case.record(
            Resolved("1", "taking part be approved", "approves", "Fostering", [
                {"kind": "approve", "start": 12, "end": 23, "words": "be approved", "holders": [], "consulted": [], "note": ""}
            ])
        )  # fmt: skip
        reader = client_for("cabinet@sefton.example")
        moved = reader.get(f"/decisions/records/{recorded}")
        assert (moved.status_code, moved.location) == (303, f"/decisions/own/{recorded}")
        html = reader.get(moved.location).get_data(as_text=True)
        assert "Copy. Official record at" in html
        assert "Resolution (1): Fostering" in html
        assert "<mark>be approved</mark>" in html
        assert "How far this decision has come" in html
        pdf = PdfReader(io.BytesIO(reader.get(f"/decisions/records/{recorded}.pdf").data))
        printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        assert "taking part be approved" in printed
        assert "Resolution (1): Fostering" in printed
        assert "Decided by the body itself" in printed
        assert "Restrictions" not in printed
        assert "/StructTreeRoot" in pdf.trailer["/Root"]
        data = json.loads(reader.get(f"/decisions/records/{recorded}.json").get_data(as_text=True))
        assert data.keys() == KEYS.keys()
        (one,) = data["resolutions"]
        assert (one["number"], one["text"], one["effect"]) == ("1", "taking part be approved", "approves")
        assert one["phrases"][0]["words"] == one["text"][one["phrases"][0]["start"] : one["phrases"][0]["end"]]
        assert (data["matter_id"], data["system_id"]) == (None, str(case.system_id))
        assert data["content"]["decided_by_post"] == "Cabinet"

    def test_an_answer_has_the_same_keys(self, client_for: ClientFor, case: Own) -> None:
        matter = case.matter("sefton")
        with acting(case.app, OFFICER) as (session, actor):
            draft_decision(session, actor, matter_id=matter, **decision_values())
        recorded = client_for(RECORDER).send(f"/decisions/{matter}/record").location
        data = json.loads(client_for("cabinet@wirral.example").get(f"{recorded}.json").get_data(as_text=True))
        assert data.keys() == KEYS.keys()
        assert (data["matter_id"], data["content"]["outcome"]) == (str(matter), "approve")

    def test_it_is_published_called_in_heard_and_corrected(self, client_for: ClientFor, case: Own) -> None:
        recorded = case.record(effective_on=None)
        client, at = client_for(RECORDER), f"/decisions/records/{recorded}"
        later = clock.today() + timedelta(days=9)
        assert "Publish the record" in client.get(f"/decisions/own/{recorded}").get_data(as_text=True)
        published = {"published_on": day(clock.today()), "effective_on": day(later)}
        assert client.send(f"{at}/publish", published).status_code == 303
        asked = {"requested_on": day(clock.today()), "requested_by": "Three members", "grounds": "Not consulted"}
        assert "Record a call-in" in client.get(f"/decisions/own/{recorded}").get_data(as_text=True)
        assert client.send(f"{at}/call-in", asked).status_code == 303
        page = client.get(f"/decisions/own/{recorded}").get_data(as_text=True)
        assert "Three members" in page
        assert client.send(f"{at}/heard", {"outcome": "upheld", "resolved_on": day(clock.today())}).status_code == 303
        put_right = {"field": "minute_number", "reads": "8", "because": "Mistyped."}
        assert client.send(f"{at}/correct", put_right).status_code == 303
        page = words(client.get(f"/decisions/own/{recorded}").get_data(as_text=True))
        assert "Scrutiny upheld the decision" in page
        assert "Recorded as 7 Should read 8" in page

    def test_it_is_not_published_while_what_it_is_about_is_embargoed(self, client_for: ClientFor, case: Own) -> None:
        recorded = case.record(
            Resolved("1", "the outcome be approved", "approves", matter_id=case.matter(kind=HELD.name)),
            effective_on=None,
        )
        typed = {"published_on": day(clock.today()), "effective_on": day(clock.today())}
        refused = client_for(RECORDER).send(f"/decisions/records/{recorded}/publish", typed)
        assert refused.status_code == 409
        assert "Embargoed until the letters have gone out." in refused.get_data(as_text=True)
        with acting(case.app, OFFICER) as (session, _):
            assert session.get_one(Decision, recorded).public_at is None

    def test_once_recorded_it_is_not_edited(self, client_for: ClientFor, case: Own) -> None:
        recorded = case.record()
        assert client_for(OFFICER).get(f"/decisions/own/{recorded}/edit").status_code == 409
        assert client_for(RECORDER).send(f"/decisions/own/{recorded}/record").status_code == 409

    def test_only_who_may_records(self, client_for: ClientFor, case: Own) -> None:
        drafted = case.draft()
        assert client_for(OFFICER).send(f"/decisions/own/{drafted}/record").status_code == 403
        assert "Record this decision" not in client_for(OFFICER).get(f"/decisions/own/{drafted}").get_data(as_text=True)

    def test_the_list_shows_drafts_to_those_who_draft(self, client_for: ClientFor, case: Own) -> None:
        drafted, recorded = case.draft(), case.record()
        page = client_for(OFFICER).get("/decisions/own").get_data(as_text=True)
        assert f"/decisions/own/{drafted}" in page
        assert f"/decisions/own/{recorded}" in page
        assert "Drafts, seen by your council alone" in page
        reads = client_for("cabinet@sefton.example").get("/decisions/own").get_data(as_text=True)
        assert f"/decisions/own/{drafted}" not in reads
        assert f"/decisions/own/{recorded}" in reads
        assert "/decisions/own" in client_for(OFFICER).get("/decisions").get_data(as_text=True)

    def test_the_list_has_pages(self, client_for: ClientFor, case: Own, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("portal.decisions.routes.own._PAGE", 2)
        made = [case.record() for _ in range(3)]
        client, seen = client_for("cabinet@sefton.example"), []
        address: str | None = "/decisions/own"
        while address:
            html = client.get(address).get_data(as_text=True)
            seen += re.findall(r'href="/decisions/own/([0-9a-f-]{36})"', html)
            older = re.search(r'href="([^"]+)" rel="next"', html)
            address = older[1].replace("&amp;", "&") if older else None
        assert [UUID(one) for one in seen[:3]] == made[::-1]
        assert len(seen) == len(set(seen))
        assert client.get("/decisions/own?before=nonsense").status_code == 404


class TestAnswering:
    """From a resolution to the answer of a joint decision."""

    def test_a_draft_that_is_there_stays_as_it_is(self, client_for: ClientFor, case: Own) -> None:
        matter = case.matter()
        with acting(case.app, OFFICER) as (session, actor):
            draft_decision(session, actor, matter_id=matter, **decision_values(reasons="Written before."))
        recorded = case.record(Resolved("1", "taking part be approved", "approves", matter_id=matter))
        client = client_for(OFFICER)
        assert "Check the draft of your council’s answer" in client.get(f"/decisions/own/{recorded}").get_data(
            as_text=True
        )
        sent = client.send(f"/decisions/own/{recorded}/answer", {"resolution": str(case.resolution(recorded))})
        assert (sent.status_code, sent.location) == (303, f"/decisions/{matter}/draft")
        page = client.get(sent.location).get_data(as_text=True)
        assert "Written before." in page
        assert "It was left as it is." in page

    def test_it_is_offered_while_an_answer_is_awaited(self, client_for: ClientFor, case: Own) -> None:
        matter, elsewhere = case.matter(), case.matter("halton", "wirral")
        recorded = case.record(Resolved("1", "taking part be approved", "approves", matter_id=matter))
        assert "Answer from this resolution" in client_for(OFFICER).get(f"/decisions/own/{recorded}").get_data(
            as_text=True
        )
        other = client_for("procurement@wirral.example")
        assert "Answer from this resolution" not in other.get(f"/decisions/own/{recorded}").get_data(as_text=True)
        sent = other.send(f"/decisions/own/{recorded}/answer", {"resolution": str(case.resolution(recorded))})
        assert sent.status_code == 404
        with acting(case.app, OFFICER) as (session, actor):
            draft_decision(session, actor, matter_id=matter, **decision_values())
        assert client_for(RECORDER).send(f"/decisions/{matter}/record").status_code == 303
        page = client_for(OFFICER).get(f"/decisions/own/{recorded}").get_data(as_text=True)
        assert "Answer from this resolution" not in page
        with pytest.raises(Invalid, match="put to your council"):
            case.draft(Resolved("1", "taking part be approved", "approves", matter_id=elsewhere))

    def test_only_a_resolution_that_stands_and_decides(self, case: Own) -> None:
        matter = case.matter()
        noted = case.record(
            Resolved("1", "the report be noted", "notes", matter_id=matter), Resolved("2", "so be it", "approves")
        )
        drafted = case.draft(Resolved("1", "taking part be approved", "approves", matter_id=matter))
        for decision, number, sentence in ((noted, "1", "no power to decide"), (noted, "2", "about no joint decision")):
            resolution = case.resolution(decision, number)
            with pytest.raises(Refused, match=sentence), acting(case.app, OFFICER) as (session, actor):
                answer_from(session, actor, resolution_id=resolution)
        with pytest.raises(Missing), acting(case.app, OFFICER) as (session, actor):
            answer_from(session, actor, resolution_id=case.resolution(drafted))
        with pytest.raises(NotPermitted), acting(case.app, "cabinet@sefton.example") as (session, actor):
            answer_from(session, actor, resolution_id=case.resolution(noted))

    def test_not_from_one_that_was_called_in(self, client_for: ClientFor, case: Own) -> None:
        recorded = case.record(
            Resolved("1", "taking part be approved", "approves", matter_id=case.matter()),
            effective_on=None,
        )
        recorder, at = client_for(RECORDER), f"/decisions/records/{recorded}"
        recorder.send(
            f"{at}/publish", {"published_on": day(clock.today()), "effective_on": day(clock.today() + timedelta(9))}
        )
        asked = {"requested_on": day(clock.today()), "requested_by": "Three members", "grounds": "Not consulted"}
        assert recorder.send(f"{at}/call-in", asked).status_code == 303
        resolution = case.resolution(recorded)
        with pytest.raises(Refused, match="called in"), acting(case.app, OFFICER) as (session, actor):
            answer_from(session, actor, resolution_id=resolution)
        page = client_for(OFFICER).get(f"/decisions/own/{recorded}").get_data(as_text=True)
        assert "Answer from this resolution" not in page

    def test_a_delegation_goes_to_the_ledger(self, client_for: ClientFor, case: Own) -> None:
        text = "the Head of Care in consultation with the Cabinet Member for Children be granted delegated authority"
        client = client_for(OFFICER)
        form = choose(read(client)[0], "approves", "delegates", "authorises_work")
        form.put("resolutions-1-phrases", *form.offers["resolutions-1-phrases"])
        form.put("resolutions-2-phrases", *form.offers["resolutions-2-phrases"])
        form.fill(
            evidence="Minute",
            interests="None.",
            published_on=day(date(2020, 9, 10)),
            effective_on=day(date(2020, 9, 17)),
        )
        form.fill(authority_source="Report 7")
        saved = client.send(form.action, form.values).location
        clerk = client_for(RECORDER)
        assert clerk.send(f"{saved}/record").status_code == 303
        html = clerk.get(saved).get_data(as_text=True)
        links = re.findall(r'href="(/governance/delegations/new\?[^"]+)"', html)
        assert len(links) == 2, "what is approved delegates nothing"
        asked = links[0].replace("&amp;", "&")
        assert "holder=Head+of+Care&consulted=Cabinet+Member+for+Children" in asked
        assert text.replace(" ", "+") in asked
        assert "number=2" in asked
        assert f"decision={saved.rpartition('/')[2]}" in asked
        assert text in clerk.get(asked).get_data(as_text=True), "the words need not be typed again"
        assert "/governance/delegations/new" not in client.get(saved).get_data(as_text=True), (
            "who does not keep the ledger"
        )


class TestWhoReads:
    """A draft is the council's own; comments and exempt texts stay with it for ever."""

    def test_nobody_else_reads_a_draft(self, client_for: ClientFor, case: Own) -> None:
        drafted = case.draft(Resolved("1", "the zebracanary be approved", "approves"), reasons="Zebracanary reasons.")
        paths = [f"/decisions/own/{drafted}", f"/decisions/own/{drafted}/edit"]
        paths += [f"/decisions/records/{drafted}{kind}" for kind in ("", ".pdf", ".json")]
        other = client_for("democratic@wirral.example")
        assert [other.get(path).status_code for path in paths] == [404] * 5
        assert other.send(paths[1], {"title": "x"}).status_code == 404
        assert other.send(f"{paths[0]}/record").status_code == 404
        sent = other.send(f"{paths[0]}/answer", {"resolution": str(case.resolution(drafted))})
        assert sent.status_code == 404
        assert "ebracanary" not in other.get("/decisions/own").get_data(as_text=True)
        own = client_for("cabinet@sefton.example")
        assert [own.get(path).status_code for path in paths] == [403, 403, 404, 404, 404]
        for email, status in (("admin@alder.example", 403), ("operator@portal.example", 403)):
            assert {client_for(email).get(path).status_code for path in (*paths, "/decisions/own")} == {status}
        assert {client_for().get(path).status_code for path in paths} <= {302, 303, 401}

    def test_a_record_is_read_by_those_who_take_part(self, client_for: ClientFor, case: Own) -> None:
        shared, alone = case.record(), case.record(system=False)
        reader = client_for("cabinet@wirral.example")
        assert reader.get(f"/decisions/own/{shared}").status_code == 200
        assert f"/decisions/own/{shared}" in reader.get("/decisions/own").get_data(as_text=True)
        for path in (f"own/{alone}", f"records/{alone}", f"records/{alone}.pdf", f"records/{alone}.json"):
            assert reader.get(f"/decisions/{path}").status_code == 404
        assert client_for("cabinet@sefton.example").get(f"/decisions/own/{alone}").status_code == 200

    def test_comments_and_exempt_texts_are_on_no_page_of_others(self, client_for: ClientFor, case: Own) -> None:
        drafted = case.draft()
        officer = client_for(OFFICER)
        noted = {
            "post": "Cabinet Member",
            "consulted_on": day(clock.today()),
            "evidence": "E-mail",
            "comment": "Xylocanary",
            "interests": "",
        }
        assert officer.send(f"/decisions/drafts/{drafted}/consult", noted).location == f"/decisions/own/{drafted}"
        secret = {"title": "Prices", "paragraph": "3", "public_interest": "Competition.", "exempt_text": "Quoggacanary"}
        assert officer.send(f"/decisions/drafts/{drafted}/appendix", secret).status_code == 303
        assert "Xylocanary" in officer.get(f"/decisions/own/{drafted}").get_data(as_text=True)
        assert client_for(RECORDER).send(f"/decisions/own/{drafted}/record").status_code == 303
        reader = client_for("democratic@wirral.example")
        for client, path in (
            (reader, f"/decisions/own/{drafted}"),
            (reader, f"/decisions/records/{drafted}.json"),
            (officer, f"/decisions/records/{drafted}.json"),
        ):
            told = client.get(path).get_data(as_text=True)
            assert "Cabinet Member" in told
            assert "Prices" in told
            assert "Xylocanary" not in told
            assert "Quoggacanary" not in told
        pdf = PdfReader(io.BytesIO(officer.get(f"/decisions/records/{drafted}.pdf").data))
        printed = " ".join(page.extract_text() for page in pdf.pages)
        assert "canary" not in printed


def test_the_number_of_statements_does_not_grow_with_the_resolutions(
    client_for: ClientFor, case: Own, count_statements: Any
) -> None:
    def counted(many: int) -> dict[str, int]:
        matters = [case.matter() for _ in range(2)]
        rows = [Resolved(str(n), f"matter {n} be approved", "approves", matter_id=matters[n % 2]) for n in range(many)]
        drafted = case.draft(*rows)
        client, path = client_for(OFFICER), f"/decisions/own/{drafted}"
        form = form_with(client.get(f"{path}/edit").get_data(as_text=True), "title")
        steps = {
            "check": lambda: client.get(path),
            "form": lambda: client.get(f"{path}/edit"),
            "save": lambda: client.send(f"{path}/edit", form.values),
            "record": lambda: client_for(RECORDER).send(f"{path}/record"),
            "page": lambda: client.get(path),
            "data": lambda: client.get(f"/decisions/records/{drafted}.json"),
            "list": lambda: client.get("/decisions/own"),
        }
        counts = {}
        for name, ask in steps.items():
            with count_statements() as sent:
                assert ask().status_code in (200, 303), name
            counts[name] = len(sent)
        return counts

    few, many = counted(2), counted(MOST)
    assert few == many
    assert few["page"] <= 25
    assert few["list"] <= 8


def test_the_pieces_of_marked_words_are_the_words() -> None:
    text = "following its approval, the Head of Care be authorised to award contracts where practicable."
    phrases = read_again(text)
    assert len(phrases) > 2
    assert "".join(piece.text for piece in pieces(text, phrases)) == text
    assert {piece.text for piece in pieces(text, phrases) if piece.is_marked} == {
        text[p.start : p.end] for p in phrases
    }
