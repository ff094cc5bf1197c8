"""The lead authority changes: asked of every council, taken over by the new lead, at once and everywhere (R1-01)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core.errors import Invalid, Missing, NotPermitted
from portal.core.provision import Urls
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.lead import take_the_lead
from portal.purchasing_systems.actions.participation import take_over
from portal.purchasing_systems.actions.parts import add_lot
from portal.purchasing_systems.models import LeadChange, PurchasingSystem
from portal.purchasing_systems.queries.lead import history, lead_on, proposals
from tests.purchasing_systems.test_participation import FIVE, TODAY, TOMORROW, answer, buyers, put, rewrite
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
SEFTON = "procurement@sefton.example"
WHY = "Sefton holds most of the contracts."
NOT_MOVED = {"programmes", "programme_steps", "programme_overrides"}
"""Their lead is that of a programme, which holds several systems; while a system stands in one, its lead does not change."""


@pytest.fixture
def draft(app: Flask, region: Region) -> MadeRound:
    """Five councils; nothing is public."""
    return make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=FIVE)


@pytest.fixture
def public(app: Flask, region: Region) -> MadeRound:
    """The same, open for applications."""
    return make_round(app, region, councils=FIVE)


def agreed(app: Flask, region: Region, made: MadeRound, to: str = "Sefton", councils: tuple[str, ...] = FIVE) -> UUID:
    """Proposed by the present lead, and every council has said yes."""
    matter = put(app, region, made, m.CHANGE_LEAD, to, reason=WHY)
    for council in councils:
        answer(app, council, matter)
    return matter


def take(app: Flask, matter: UUID, *, by: str = SEFTON) -> None:
    with acting(app, by) as (session, actor):
        take_the_lead(session, actor, matter_id=matter)


def follow_of(urls: Urls) -> dict[str, bool]:
    """Every table with a column `lead_id`, and whether a change of its system's lead is carried into it by its foreign keys."""
    columns = "SELECT table_schema || '.' || table_name FROM information_schema.columns WHERE column_name = 'lead_id'"
    keys = """
        SELECT k.conrelid::regclass::text, k.confrelid::regclass::text FROM pg_constraint k
        WHERE k.contype = 'f' AND k.confupdtype = 'c' AND EXISTS (
            SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND a.attname = 'lead_id')"""
    with psycopg.connect(urls.admin) as connection:
        found = {row[0] for row in connection.execute(columns).fetchall()}
        edges = connection.execute(keys).fetchall()
    reached = {"purchasing_systems.systems", "evaluation.panels"}
    while more := {child for child, parent in edges if parent in reached} - reached:
        reached |= more
    return {table: table in reached for table in found}


def test_no_table_with_a_lead_is_forgotten(urls: Urls) -> None:
    tables = follow_of(urls)
    assert len(tables) > 25
    assert {t.split(".")[1] for t, follows in tables.items() if not follows} == NOT_MOVED


class TestR101:
    """R1-01: a purchasing system has exactly one lead authority and one or more member authorities."""

    def test_r1_01_the_lead_changes_at_once_and_everywhere(
        self, app: Flask, region: Region, urls: Urls, public: MadeRound
    ) -> None:
        """R1-01: one lead before, one lead after; the powers go with it in the same instant."""
        halton, sefton = region.organisations["halton"], region.organisations["sefton"]
        matter = agreed(app, region, public)
        with acting(app, LEAD) as (session, actor):
            assert actor.leads(public.system_id), "decided is not taken over"
        take(app, matter)
        with psycopg.connect(urls.admin) as connection:
            for table in (t for t, follows in follow_of(urls).items() if follows):
                columns = {
                    row[0]
                    for row in connection.execute(
                        "SELECT column_name FROM information_schema.columns WHERE table_schema || '.' || table_name = %s",
                        (table,),
                    )
                }
                key = "id" if table.endswith(".systems") else "system_id" if "system_id" in columns else "round_id"
                of = public.round_id if key == "round_id" else public.system_id
                leads = connection.execute(
                    f"SELECT DISTINCT lead_id FROM {table} WHERE {key} = %s",
                    (of,),  # names of our own
                ).fetchall()
                assert leads in ([], [(sefton,)]), table
            kept = connection.execute(
                "SELECT count(*) FROM purchasing_systems.participation_steps WHERE system_id = %s", (public.system_id,)
            ).fetchone()
            assert kept == (5,), "no step is written: nobody's part has changed"
        with acting(app, LEAD) as (session, actor):
            assert (actor.leads(public.system_id), actor.takes_part(public.system_id)) == (False, True)
            with pytest.raises(NotPermitted, match="Only Sefton"):
                add_lot(session, actor, system_id=public.system_id, number=9, title="x", description="x")
            for statement in (
                "UPDATE purchasing_systems.systems SET status = 'paused' WHERE id = :system",
                "UPDATE purchasing_systems.rounds SET notice_number = 'x' WHERE system_id = :system",
                "UPDATE purchasing_systems.systems SET alias = 'x' WHERE id = :system",
            ):
                assert session.execute(text(statement), {"system": public.system_id}).rowcount == 0, statement
        with acting(app, SEFTON) as (session, actor):
            assert actor.leads(public.system_id)
            system = session.get_one(PurchasingSystem, public.system_id)
            assert (system.lead_id, system.lead_name) == (sefton, "Sefton Metropolitan Borough Council")
            add_lot(session, actor, system_id=system.id, number=9, title="Short breaks", description="For children.")
            change = session.scalars(select(LeadChange).where(LeadChange.system_id == system.id)).one()
            assert (change.from_id, change.to_id, change.reason, change.matter_id) == (halton, sefton, WHY, matter)
        assert buyers(app, public.system_id)["Halton"] is True

    def test_r1_01_of_two_changes_at_once_one_is_carried_out(
        self, app: Flask, region: Region, draft: MadeRound
    ) -> None:
        """R1-01: exactly one lead, whoever presses first."""
        to_sefton, to_wirral = agreed(app, region, draft), agreed(app, region, draft, "Wirral")
        said: list[str] = []

        def press(matter: UUID, by: str) -> None:
            try:
                take(app, matter, by=by)
                said.append("done")
            except DBAPIError as error:
                said.append(str(error.orig))

        presses = [
            threading.Thread(target=press, args=(to_sefton, SEFTON)),
            threading.Thread(target=press, args=(to_wirral, "procurement@wirral.example")),
        ]
        for one in presses:
            one.start()
        for one in presses:
            one.join(60)
        assert len(said) == 2
        assert sorted(("no longer leads" in s, s == "done") for s in said) == [(False, True), (True, False)]
        with acting(app, LEAD) as (session, _):
            assert len(session.scalars(select(LeadChange).where(LeadChange.system_id == draft.system_id)).all()) == 1
            leads = text(
                "SELECT count(DISTINCT lead_id) FROM purchasing_systems.participations WHERE system_id = :system"
            )
            assert session.scalar(leads, {"system": draft.system_id}) == 1

    def test_the_old_lead_can_leave_and_the_lead_can_come_back(
        self, app: Flask, region: Region, draft: MadeRound
    ) -> None:
        take(app, agreed(app, region, draft))
        with acting(app, SEFTON) as (session, actor):
            halton = str(region.organisations["halton"])
            back = ask_councils(
                session, actor, system_id=draft.system_id, kind=m.CHANGE_LEAD, subject=halton, reason="Back.",
                answer_by=TOMORROW, councils=[region.organisations[slug] for slug in FIVE],
            ).id  # fmt: skip
        for council in FIVE:
            answer(app, council, back)
        take(app, back, by=LEAD)
        with acting(app, LEAD) as (session, actor):
            system = session.get_one(PurchasingSystem, draft.system_id)
            assert [t.name for t in history(session, system)] == [
                "Halton Borough Council",
                "Sefton Metropolitan Borough Council",
                "Halton Borough Council",
            ]
        again = agreed(app, region, draft)
        take(app, again)
        with acting(app, SEFTON) as (session, actor):
            leave = ask_councils(
                session, actor, system_id=draft.system_id, kind=m.LEAVE, subject=halton, on=TODAY,
                answer_by=TOMORROW, councils=[],
            ).id  # fmt: skip
        answer(app, "halton", leave)
        with acting(app, SEFTON) as (session, actor):
            take_over(session, actor, system_id=draft.system_id)
            status = text(
                "SELECT status FROM purchasing_systems.participations WHERE system_id = :s AND authority_id = :a"
            )
            found = session.scalar(status, {"s": draft.system_id, "a": halton})
            assert found == "withdrawing"


class TestRefusals:
    """What stands in the way, in a sentence; from the database itself."""

    def test_a_reason_is_asked_and_only_the_lead_proposes(self, app: Flask, region: Region, draft: MadeRound) -> None:
        with pytest.raises(Invalid, match="why the lead is to change"):
            put(app, region, draft, m.CHANGE_LEAD, "Sefton", reason=" ")
        with pytest.raises(StopIteration):
            put(app, region, draft, m.CHANGE_LEAD, "St Helens", reason=WHY)
        with pytest.raises(Invalid, match="Choose them all"):
            put(app, region, draft, m.CHANGE_LEAD, "Sefton", reason=WHY, councils=[region.organisations["sefton"]])

    def test_not_before_every_council_has_decided(self, app: Flask, region: Region, draft: MadeRound) -> None:
        matter = agreed(app, region, draft, councils=FIVE[:-1])
        with pytest.raises(DBAPIError, match="Not every council"):
            take(app, matter)
        answer(app, FIVE[-1], matter, effective_on=TOMORROW)
        with pytest.raises(DBAPIError, match="Not every council"):
            take(app, matter)

    @pytest.mark.parametrize("who", ["head@sefton.example", "democratic@sefton.example", "cabinet@sefton.example"])
    def test_only_an_officer_of_the_new_lead_takes_it_over(
        self, app: Flask, region: Region, draft: MadeRound, who: str
    ) -> None:
        matter = agreed(app, region, draft)
        with pytest.raises(NotPermitted):
            take(app, matter, by=who)
        with acting(app, who) as (session, _), pytest.raises(DBAPIError, match="Only a procurement"):
            session.execute(text("SELECT app.change_lead(:m)"), {"m": matter})
        with pytest.raises(NotPermitted, match="An officer of Sefton"):
            take(app, matter, by=LEAD)
        with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="no such joint decision"):
            session.execute(text("SELECT app.change_lead(:m)"), {"m": matter})
        with pytest.raises(Missing):
            take(app, uuid4())

    @pytest.mark.parametrize(
        ("status", "refused"), [("published", False), ("opened", True), ("moderating", True), ("notified", True)]
    )
    def test_while_a_round_is_being_decided(
        self, app: Flask, region: Region, urls: Urls, public: MadeRound, status: str, refused: bool
    ) -> None:
        """Sealed applications wait for two officers of any two councils; what is opened is one authority's work to the end."""
        matter = agreed(app, region, public)
        opened = (
            ", opens_at = opens_at - interval '2 days', closes_at = opens_at, opened_at = opens_at" if refused else ""
        )
        rewrite(
            urls, f"UPDATE purchasing_systems.rounds SET status = %s{opened} WHERE id = %s", status, public.round_id
        )
        if not refused:
            take(app, matter)
            return
        with pytest.raises(DBAPIError, match="Round 1 has been opened and is not complete"):
            take(app, matter)

    def test_while_another_question_is_open_or_a_council_was_not_asked(
        self, app: Flask, region: Region, urls: Urls, draft: MadeRound
    ) -> None:
        matter = agreed(app, region, draft)
        open_one = put(app, region, draft, m.CLOSE, on=TOMORROW)
        with pytest.raises(DBAPIError, match="Another joint decision is open"):
            take(app, matter)
        with acting(app, LEAD) as (session, _):
            session.execute(text("SELECT app.withdraw_matter(:m, 'x')"), {"m": open_one})
        rewrite(
            urls, "DELETE FROM decisions.matter_parties WHERE matter_id = %s AND authority_id = %s",
            matter, region.organisations["liverpool"],
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="Liverpool City Council takes part and was not asked"):
            take(app, matter)

    def test_not_to_one_that_is_leaving_or_suspended(
        self, app: Flask, region: Region, urls: Urls, draft: MadeRound
    ) -> None:
        matter = agreed(app, region, draft)
        rewrite(
            urls, "UPDATE purchasing_systems.participations SET status = 'suspended' WHERE system_id = %s AND authority_id = %s",
            draft.system_id, region.organisations["sefton"],
        )  # fmt: skip
        with pytest.raises(DBAPIError, match="must take part"):
            take(app, matter)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE purchasing_systems.systems SET lead_id = app.organisation() WHERE id = :system",
            "UPDATE purchasing_systems.rounds SET lead_id = app.organisation() WHERE system_id = :system",
            "UPDATE evaluation.panels SET lead_id = app.organisation()",
            (
                "INSERT INTO purchasing_systems.lead_changes (id, system_id, number, from_id, from_name, to_id, to_name, reason, matter_id, "
                "decision_id, effective_on, changed_at, changed_by) SELECT gen_random_uuid(), id, 1, lead_id, 'x', app.organisation(), 'x', '', "
                "id, id, '2020-01-01', app.now(), 'x' FROM purchasing_systems.systems"
            ),
        ],
    )
    @pytest.mark.parametrize("who", [LEAD, SEFTON])
    def test_by_raw_sql_nobody_moves_it(self, app: Flask, draft: MadeRound, statement: str, who: str) -> None:
        with acting(app, who) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text(statement), {"system": draft.system_id})


class TestPages:
    """As officers, cabinet, providers and the public see it."""

    def test_from_the_proposal_to_the_new_lead(
        self, app: Flask, region: Region, public: MadeRound, client_for: ClientFor
    ) -> None:
        base = f"/systems/{public.system_id}/lead"
        lead, sefton = client_for(LEAD), client_for(SEFTON)
        assert "No change is proposed." in lead.get(base).text
        ask = f"/systems/{public.system_id}/ask?kind=change_lead&subject={region.organisations['sefton']}"
        councils = [str(region.organisations[slug]) for slug in FIVE]
        day = [str(TOMORROW.day), str(TOMORROW.month), str(TOMORROW.year)]
        wrong = lead.send(ask, {"reason": "", "councils": councils, "answer_by": day})
        assert wrong.status_code == 422
        assert "Say why the lead is to change." in wrong.text
        put_ = lead.send(ask, {"reason": WHY, "councils": councils, "answer_by": day})
        assert put_.status_code == 303
        matter = put_.location.rsplit("/", 1)[1]
        waiting = sefton.get(base).text
        assert "Not every council that was asked has decided" in waiting
        assert f"{base}/{matter}" not in waiting
        assert sefton.send(f"{base}/{matter}/accept", {}).status_code == 409
        for council in FIVE:
            answer(app, council, UUID(matter))
        assert "It counts at once." in sefton.get(f"{base}/{matter}").text
        assert lead.get(f"{base}/{matter}").status_code == 404
        assert lead.send(f"{base}/{matter}/accept", {}).status_code == 403
        assert client_for("cabinet@sefton.example").send(f"{base}/{matter}/accept", {}).status_code == 403
        assert sefton.send(f"{base}/{matter}/accept", {}).status_code == 303
        after = sefton.get(base).text
        assert WHY in after
        assert "Sefton Metropolitan Borough Council" in client_for().get(f"/rounds/{public.round_id}").text
        assert sefton.get(f"/systems/{public.system_id}/participation/new").status_code == 200
        assert lead.get(f"/systems/{public.system_id}/participation/new").status_code == 403
        assert lead.get(f"{base}").status_code == 200
        assert "leads LCR care from now on" in client_for("procurement@wirral.example").get("/inbox").text
        assert f"in place of Halton Borough Council. {WHY}" in sefton.get("/trail").text

    @pytest.mark.parametrize(
        "who", ["procurement@st-helens.example", "admin@alder.example", "operator@portal.example", None]
    )
    def test_strangers_read_none_of_it(self, public: MadeRound, client_for: ClientFor, who: str | None) -> None:
        client = client_for(who) if who else client_for()
        assert client.get(f"/systems/{public.system_id}/lead").status_code in {302, 303, 401, 403, 404}

    def test_who_led_on_a_past_day(
        self, app: Flask, region: Region, urls: Urls, draft: MadeRound, client_for: ClientFor
    ) -> None:
        take(app, agreed(app, region, draft))
        past = TODAY - timedelta(days=30)
        rewrite(
            urls,
            "UPDATE purchasing_systems.lead_changes SET effective_on = %s WHERE system_id = %s",
            past,
            draft.system_id,
        )
        before = past - timedelta(days=1)
        with acting(app, SEFTON) as (session, _):
            system = session.get_one(PurchasingSystem, draft.system_id)
            assert lead_on(session, system, before) == "Halton Borough Council"
            assert lead_on(session, system, past) == "Sefton Metropolitan Borough Council"
            assert proposals(session, system) == []
        page = f"/systems/{draft.system_id}/participation"
        asked = client_for(SEFTON).get(f"{page}?on={before.day}&on={before.month}&on={before.year}").text
        assert "On that day led by Halton Borough Council." in asked
        assert "Led by Sefton Metropolitan Borough Council." in client_for(SEFTON).get(page).text
