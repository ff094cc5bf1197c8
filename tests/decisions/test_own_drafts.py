"""Drafts of a council's own: deleted, moved to another system, put right; the notice that announced them, the ledger that followed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, text

from portal.core import clock
from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions import Resolved, draft_decision, draft_own_decision
from portal.decisions.actions.forward_plan import draft_entry, publish_entry
from portal.decisions.actions.own import discard_own_decision
from portal.decisions.models import Decision, Resolution
from portal.governance.actions.delegations import enter_delegation, revoke_delegation
from portal.governance.actions.posts import create_post
from portal.governance.models import Delegation
from tests.decisions.test_evidence import attached
from tests.decisions.test_own import OFFICER, RECORDER, Own, choose, day, read
from tests.decisions.test_pages import typed, words
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.filling import form_with
from tests.support.governance import enter_clocks
from tests.support.publishing import notice_values
from tests.support.region import Region, acting, clock_set_back
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
READER = "cabinet@sefton.example"


@pytest.fixture(scope="module")
def case(app: Flask, region: Region) -> Own:
    return Own(app, region, make_round(app, region).system_id)


def found(app: Flask, decision: UUID) -> Decision | None:
    with acting(app, OFFICER) as (session, _):
        return session.get(Decision, decision)


class TestDeleting:
    """Whoever may write a draft of the council's own may delete it, once asked; it goes with all that is in it."""

    def test_it_asks_and_everything_goes(self, client_for: ClientFor, case: Own) -> None:
        drafted, client = case.draft(), client_for(OFFICER)
        noted = {"post": "Cabinet Member", "consulted_on": day(clock.today()), "evidence": "E-mail", "comment": "Yes"}
        assert client.send(f"/decisions/drafts/{drafted}/consult", noted).status_code == 303
        attached(client, drafted)
        path = f"/decisions/own/{drafted}/discard"
        assert path in client.get(f"/decisions/own/{drafted}").get_data(as_text=True)
        asked = words(client.get(path).get_data(as_text=True))
        assert "Delete this draft?" in asked
        assert "1 resolution, 1 attached file" in asked
        assert found(case.app, drafted) is not None, "asking deletes nothing"
        assert client.send(path).location == "/decisions/own"
        assert found(case.app, drafted) is None
        with acting(case.app, OFFICER) as (session, _):
            for table in ("resolutions", "consultations", "evidence", "attachments"):
                query = text(f"SELECT count(*) FROM decisions.{table} WHERE decision_id = :d")
                assert session.execute(query, {"d": drafted}).scalar_one() == 0, table
            query = select(AuditLine.sentence).where(AuditLine.verb == "decisions.decision.discard")
            assert "Joint buying of foster care" in session.scalars(query).all()[-1]

    def test_refusals(self, client_for: ClientFor, case: Own) -> None:
        drafted, recorded = case.draft(), case.record()
        for email, status in ((READER, 403), ("procurement@wirral.example", 404), ("admin@alder.example", 403)):
            client = client_for(email)
            assert client.get(f"/decisions/own/{drafted}/discard").status_code == status, email
            assert client.send(f"/decisions/own/{drafted}/discard").status_code == status, email
        late = client_for(OFFICER).send(f"/decisions/own/{recorded}/discard")
        assert late.status_code == 409
        assert "What was recorded stays" in late.get_data(as_text=True)
        with acting(case.app, OFFICER) as (session, actor), pytest.raises(Refused):
            discard_own_decision(session, actor, decision_id=recorded)
        with acting(case.app, READER) as (session, actor), pytest.raises(NotPermitted):
            discard_own_decision(session, actor, decision_id=drafted)
        assert found(case.app, drafted) is not None

    def test_an_answer_to_a_joint_decision_is_not_deleted(self, client_for: ClientFor, case: Own) -> None:
        matter, client = case.matter(), client_for(OFFICER)
        with acting(case.app, OFFICER) as (session, actor):
            answer = draft_decision(session, actor, matter_id=matter, **decision_values()).id
        assert client.send(f"/decisions/own/{answer}/discard").status_code == 404
        with acting(case.app, OFFICER) as (session, actor), pytest.raises(Missing):
            discard_own_decision(session, actor, decision_id=answer)
        with acting(case.app, OFFICER) as (session, _):
            statement = text("DELETE FROM decisions.decisions WHERE id = :d")
            assert session.execute(statement, {"d": answer}).rowcount == 0


class TestSystem:
    """While it is a draft the system can be changed; who reads it is settled when it is recorded."""

    def test_changed_in_the_form_and_read_by_the_others_then(
        self,
        app: Flask,
        client_for: ClientFor,
        case: Own,
    ) -> None:
        drafted, client = case.draft(system=False), client_for(OFFICER)
        form = form_with(client.get(f"/decisions/own/{drafted}/edit").get_data(as_text=True), "title")
        assert form.values["system_id"] == [""]
        form.put("system_id", str(case.system_id))
        assert client.send(f"/decisions/own/{drafted}/edit", form.values).status_code == 303
        assert client_for(RECORDER).send(f"/decisions/own/{drafted}/record").status_code == 303
        with acting(app, "cabinet@wirral.example") as (session, _):
            rows = session.scalars(select(Resolution.system_id).where(Resolution.decision_id == drafted)).all()
        assert rows == [case.system_id], "what stands inside it moved with it"

    def test_only_to_one_taken_part_in_and_only_in_a_draft(self, app: Flask, case: Own) -> None:
        drafted, other = case.draft(), uuid4()
        whole = {"title": "A minute", "resolutions": [Resolved("1", "That it be so.", "approves")]}
        values = {name: value for name, value in decision_values().items() if name not in ("outcome", "defer_until")}
        with acting(app, OFFICER) as (session, actor), pytest.raises(Missing):
            draft_own_decision(session, actor, decision_id=drafted, system_id=other, **whole, **values)
        recorded = case.record()
        with acting(app, OFFICER) as (session, actor), pytest.raises(Refused, match="on the record"):
            draft_own_decision(session, actor, decision_id=recorded, **whole, **values)


class TestWhoWasRead:
    """A misread holder is put right, or taken out; what was put right is what is kept, shown and handed on."""

    def test_corrected_and_removed(self, client_for: ClientFor, case: Own) -> None:
        client = client_for(OFFICER)
        form, html = read(client)
        assert "Put right who was read" in html
        form = choose(form, "approves", "delegates", "authorises_work").fill(
            evidence="Minute", authority_source="Report 7"
        )
        form.put("resolutions-1-phrases", *form.offers["resolutions-1-phrases"])
        named = [name for name in form.values if name.startswith("resolutions-1-named-") and name.endswith("-holders")]
        assert named
        assert "Head of Care" in form.values[named[0]]
        for name in named:
            form.put(name, "Director of Care; Director of Finance")
            form.put(name.replace("-holders", "-consulted"), "")
        saved = client.send(form.action, form.values).location
        kept = UUID(saved.rpartition("/")[2])
        with acting(case.app, OFFICER) as (session, _):
            query = select(Resolution.phrases).where(Resolution.decision_id == kept, Resolution.number == "2")
            phrases = session.scalars(query).one()
        listed = [p for p in phrases if p["holders"]]
        assert listed
        assert {tuple(p["holders"]) for p in listed} == {("Director of Care", "Director of Finance")}
        assert all(p["consulted"] == [] for p in listed)
        shown = words(client.get(saved).get_data(as_text=True))
        assert "Director of Care; Director of Finance" in shown
        # Opened again it stands as it was put right, and removing everybody lasts as well.
        again = form_with(client.get(f"{saved}/edit").get_data(as_text=True), "title")
        assert again.values[named[0]] == ["Director of Care; Director of Finance"]
        for name in named:
            again.put(name, "")
        client.send(f"{saved}/edit", again.values)
        last = form_with(client.get(f"{saved}/edit").get_data(as_text=True), "title")
        assert {tuple(last.values[name]) for name in named} == {("",)}
        assert client.send(f"{saved}/edit", last.values).status_code == 303

    def test_too_long_is_said(self, client_for: ClientFor, case: Own) -> None:
        client = client_for(OFFICER)
        form = choose(read(client)[0], "approves", "delegates", "authorises_work")
        name = next(n for n in form.values if n.startswith("resolutions-1-named-") and n.endswith("-holders"))
        form.put(name, "x" * 501)
        answer = client.send(form.action, form.values)
        assert answer.status_code == 422
        assert "500" in words(answer.get_data(as_text=True))


class TestLedger:
    """A delegation entered from a resolution: each leads to the other; one at a time."""

    def entered(self, case: Own, decision: UUID, resolution: UUID, post: UUID) -> UUID:
        with acting(case.app, RECORDER) as (session, actor):
            return enter_delegation(
                session, actor, granted_on=clock.today(), reference="(1)", minuted="That the head decide.", matter="Terms",
                kind_names=["award_call_off"], holder_ids=[post], granted_by_id=decision, resolution_id=resolution,
            ).id  # fmt: skip

    def post(self, case: Own) -> UUID:
        with acting(case.app, RECORDER) as (session, actor):
            return create_post(
                session, actor, title=f"Head {uuid4().hex[:6]}", kind="officer", starts_on=date(2020, 1, 1)
            ).id

    def test_linked_both_ways_once(self, client_for: ClientFor, case: Own) -> None:
        recorded, post = (
            case.record(Resolved("1", "the head be granted delegated authority", "delegates")),
            self.post(case),
        )
        resolution, clerk = case.resolution(recorded), client_for(RECORDER)
        page = f"/decisions/own/{recorded}"
        assert "Enter it in the ledger" in clerk.get(page).get_data(as_text=True)
        first = self.entered(case, recorded, resolution, post)
        html = clerk.get(page).get_data(as_text=True)
        assert f"/governance/delegations/{first}" in html
        assert "Enter it in the ledger" not in html
        back = words(clerk.get(f"/governance/delegations/{first}").get_data(as_text=True))
        assert "The decision in this portal, its resolution (1)" in back
        document = json.loads(clerk.get(f"/decisions/records/{recorded}.json").data)
        assert document["resolutions"][0]["delegation_id"] == str(first)
        with pytest.raises(Exception, match="entered already"):
            self.entered(case, recorded, resolution, post)
        # Another council reads the record; the entry is the council's own until it is marked as published.
        assert str(first) not in client_for("cabinet@wirral.example").get(page).get_data(as_text=True)
        with acting(case.app, RECORDER) as (session, actor):
            revoke_delegation(session, actor, delegation_id=first, revoked_on=clock.today(), because="Wrong post")
        assert "Enter it in the ledger" in clerk.get(page).get_data(as_text=True), "what was revoked is entered anew"
        second = self.entered(case, recorded, resolution, post)
        assert f"/governance/delegations/{second}" in clerk.get(page).get_data(as_text=True)

    def test_what_grants_nothing_is_entered_from_nowhere(self, case: Own) -> None:
        recorded, post = case.record(), self.post(case)
        other = case.record(Resolved("1", "the head be granted delegated authority", "delegates"))
        for decision, resolution in (
            (recorded, case.resolution(recorded)),
            (recorded, case.resolution(other)),
            (other, uuid4()),
        ):
            with pytest.raises(Exception, match="grants nothing"):
                self.entered(case, decision, resolution, post)
        with acting(case.app, RECORDER) as (session, _):
            assert session.scalars(select(Delegation).where(Delegation.granted_by_id == recorded)).all() == []


class TestNotice:
    """The drafting form offers the notices of this council that fit; the clear days then count from the notice."""

    def live(self, app: Flask, email: str = "sefton", **changed: object) -> tuple[UUID, str]:
        title = f"Extension {uuid4().hex[:8]}"
        plain = {"representations_until": None, "representations_here": False}
        with acting(app, f"procurement@{email}.example") as (session, actor):
            entry = draft_entry(session, actor, **notice_values(title=title, **plain, **changed)).id
        with acting(app, f"democratic@{email}.example") as (session, actor):
            publish_entry(session, actor, entry_id=entry)
        return entry, title

    def test_what_fits_is_offered_and_counts(
        self,
        app: Flask,
        urls: Urls,
        client_for: ClientFor,
        case: Own,
    ) -> None:
        matter, other, client = case.matter(), case.matter(), client_for(OFFICER)
        with clock_set_back(urls, timedelta(days=40)):
            old, old_title = self.live(app, system_id=case.system_id)
        fits, fit = self.live(app, matter_id=matter, system_id=case.system_id)
        _, elsewhere = self.live(app, matter_id=other, system_id=case.system_id)
        _, nothing = self.live(app)
        _, theirs = self.live(app, "wirral", matter_id=matter, system_id=case.system_id)
        html = client.get(f"/decisions/{matter}/decide").get_data(as_text=True)
        form = form_with(html, "notice_id")
        assert {str(fits), str(old)} <= form.offers["notice_id"].keys()
        assert fit in html
        assert old_title in html
        assert [t for t in (elsewhere, nothing, theirs) if t in html] == []
        values = {**typed(None), "is_key": "yes", "key_reason": "Value", "notice_id": str(fits)}
        assert client.send(f"/decisions/{matter}/decide", values).status_code == 303
        shown = words(client.get(f"/decisions/{matter}/draft").get_data(as_text=True))
        assert fit in shown
        assert "the earliest lawful day" in shown, "published today, so far too late"
        form = form_with(client.get(f"/decisions/{matter}/decide").get_data(as_text=True), "notice_id")
        assert form.values["notice_id"] == [str(fits)]
        form.put("notice_id", str(old))
        assert client.send(f"/decisions/{matter}/decide", form.values).status_code == 303
        assert "the earliest lawful day" not in words(client.get(f"/decisions/{matter}/draft").get_data(as_text=True))
        with acting(app, OFFICER) as (session, _):
            drafted = session.scalars(select(Decision).where(Decision.matter_id == matter)).one()
            assert (drafted.notice_id, drafted.notice_on and drafted.notice_on < clock.today()) == (old, True)

    @pytest.mark.parametrize("chosen", ["theirs", "nobody's", "no id"])
    def test_what_is_not_the_councils_is_refused_beside_the_field(
        self,
        app: Flask,
        client_for: ClientFor,
        case: Own,
        chosen: str,
    ) -> None:
        matter, client = case.matter(), client_for(OFFICER)
        self.live(app, matter_id=matter, system_id=case.system_id)
        theirs, _ = self.live(app, "wirral", matter_id=matter, system_id=case.system_id)
        named = {"theirs": str(theirs), "nobody's": str(uuid4()), "no id": "x"}[chosen]
        answer = client.send(f"/decisions/{matter}/decide", {**typed(None), "notice_id": named})
        assert answer.status_code == 422
        html = answer.get_data(as_text=True)
        assert 'href="#notice_id"' in html
        assert "Choose one of the published notices" in html
        with acting(app, OFFICER) as (session, actor), pytest.raises(Invalid):
            draft_own_decision(
                session, actor, title="A minute", resolutions=[Resolved("1", "So.", "approves")], notice_id=theirs
            )


class TestWhereTheRecordIs:
    """Where the portal is the record, every page says so; it is what the council had entered for the day of the decision."""

    def test_copy_or_record(self, app: Flask, client_for: ClientFor, region: Region) -> None:
        enter_clocks(app, "knowsley", starts_on=date(2019, 1, 1), ends_on=date(2024, 12, 31))
        enter_clocks(app, "knowsley", starts_on=date(2025, 1, 1), record_kept="portal", record_name="")
        records = {}
        for when in (date(2024, 12, 31), clock.today()):
            with acting(app, "procurement@knowsley.example") as (session, actor):
                values = decision_values(decided_on=when, effective_on=None, decided_by_post="Cabinet")
                drafted = draft_own_decision(
                    session, actor, title="A minute", resolutions=[Resolved("1", "So.", "approves")], **values
                )
                # Not for the application to say.
                assert drafted.record_kept == ""
                records[when] = drafted.id
            clerk = client_for("democratic@knowsley.example")
            assert clerk.send(f"/decisions/own/{records[when]}/record").status_code == 303
        (old, new), copy, here = records.values(), "Copy. Official record at", "This is the official record of"
        clerk = client_for("democratic@knowsley.example")
        for decision, said, unsaid in ((old, copy, here), (new, here, copy)):
            pages = [f"/decisions/own/{decision}"]
            assert clerk.send(
                f"/decisions/records/{decision}/publish", {"published_on": day(clock.today()), "effective_on": day(clock.today())}
            ).status_code == 303  # fmt: skip
            pages.append(f"/public/decisions/{decision}")
            for page in pages:
                shown = words(clerk.get(page).get_data(as_text=True))
                assert said in shown, page
                assert unsaid not in shown, page
            kept = "portal" if said == here else "council_system"
            document = json.loads(clerk.get(f"/decisions/records/{decision}.json").data)
            assert (document["record_kept"], document["copy_of"] is None) == (kept, kept == "portal")
            public = json.loads(client_for().get(f"/public/decisions/{decision}.json").data)
            assert (public["record_kept"], public["copy_of"] is None) == (kept, kept == "portal")
            text_of = pdf_words(clerk.get(f"/decisions/records/{decision}.pdf").data)
            assert said in text_of
            assert unsaid not in text_of
        with (
            acting(app, "democratic@knowsley.example") as (session, _),
            pytest.raises(Exception, match="permission denied"),
        ):
            session.execute(text("UPDATE decisions.decisions SET record_kept = 'portal' WHERE id = :d"), {"d": old})


def pdf_words(content: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split())
