"""How an authority comes to take part in a system and leaves it: the machine, what is decided, and who could buy on which day."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.kinds import MatterKind
from portal.decisions.models import Decision, Matter
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.participation import (
    close_system,
    list_authority,
    record_accession,
    take_over,
    take_step,
)
from portal.purchasing_systems.actions.parts import add_participant, end_participation
from portal.purchasing_systems.actions.specifications import write_specification
from portal.purchasing_systems.models import Participation, ParticipationStep, PurchasingSystem, Specification
from portal.purchasing_systems.queries.participation import could_buy, named_publicly, parts_of
from portal.purchasing_systems.queries.subjects import subjects_of
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.queries.terms import may_call_off, term_of
from portal.purchasing_systems.subscriptions import follow
from tests.support.evaluated import decision_values
from tests.support.region import COUNCILS, Region, acting, reading
from tests.support.rounds import LEAD, MadeRound, make_round

TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)
FIVE = tuple(slug for slug in COUNCILS if slug != "st-helens")
NOTICE = "Any council of the Liverpool City Region."


def list_(
    app: Flask, region: Region, system_id: UUID, slug: str, *, status: str = "considering", basis: str = "founding"
) -> UUID:
    """Into the list, without any right to buy."""
    with acting(app, LEAD) as (session, actor):
        return list_authority(
            session, actor, system_id=system_id, authority_id=region.organisations[slug], status=status, basis=basis,
            words=NOTICE,
        ).id  # fmt: skip


def put(app: Flask, region: Region, made: MadeRound, kind: MatterKind, about: str | None = None, **more: Any) -> UUID:
    """A question of the lead; `about`: the council or thing, by its label."""
    with acting(app, LEAD) as (session, actor):
        system = session.get_one(PurchasingSystem, made.system_id)
        key = next(s.key for s in subjects_of(session, system, kind) if about in (None, s.label))
        councils = [p.authority_id for p in participants_of(session, made.system_id)]
        values: dict[str, Any] = {"answer_by": TODAY + timedelta(days=30), "councils": councils} | more
        return ask_councils(session, actor, system_id=made.system_id, kind=kind, subject=key, **values).id


def answer(app: Flask, council: str, matter: UUID, **changed: Any) -> UUID:
    """The council's decision, drafted and recorded by its democratic services."""
    with acting(app, f"democratic@{council}.example") as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values(**changed))
        return record_decision(session, actor, decision_id=drafted.id).id


def step(app: Flask, participation: UUID, verb: str, *, by: str = LEAD, reason: str = "Because.") -> str:
    """One step; the status after it."""
    with acting(app, by) as (session, actor):
        return take_step(session, actor, participation_id=participation, verb=verb, reason=reason).status


def sign(app: Flask, participation: UUID, *, by: str = LEAD, version: int | None = None) -> None:
    """The accession agreement, on the latest version or on this one."""
    with acting(app, by) as (session, actor):
        row = session.get_one(Participation, participation)
        found = session.scalars(
            select(Specification).where(Specification.system_id == row.system_id).order_by(Specification.version.desc())
        ).all()
        chosen = next(s for s in found if version in (None, s.version))
        record_accession(
            session, actor, participation_id=participation, reference="ACC-1", signed_on=TODAY, specification_id=chosen.id
        )  # fmt: skip


def stands(app: Flask, system_id: UUID, slug: str, region: Region) -> str:
    with acting(app, LEAD) as (session, _):
        found = select(Participation.status).where(
            Participation.system_id == system_id, Participation.authority_id == region.organisations[slug]
        )
        return session.scalars(found).one()


def buyers(app: Flask, system_id: UUID, on: date = TODAY) -> dict[str, bool]:
    """Who could buy on the day, and that today it says the same as the button that spends money."""
    with acting(app, LEAD) as (session, _):
        found = could_buy(session, system_id, on)
        if on == TODAY:
            for one in found:
                standing = may_call_off(session, system_id, one.authority_id)
                assert (standing.allowed, standing.sentence) == (one.could, one.sentence)
        return {one.name: one.could for one in found}


def events(session: Session, participation: UUID) -> list[tuple[str, str]]:
    rows = session.execute(
        select(ParticipationStep.event, ParticipationStep.to_status)
        .where(ParticipationStep.participation_id == participation)
        .order_by(ParticipationStep.number)
    )
    return [(event, to) for event, to in rows]


def rewrite(urls: Urls, statement: str, *values: Any) -> None:
    """Put a day into the past, past every trigger: what only time can do."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement, values)


@pytest.fixture
def draft(app: Flask, region: Region) -> MadeRound:
    """Five councils; nothing is public. St Helens is not in the list."""
    return make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=FIVE)


@pytest.fixture
def public(app: Flask, region: Region) -> MadeRound:
    """The same, with its first round published."""
    return make_round(app, region, councils=FIVE)


def test_r1_01_one_lead_that_can_neither_leave_nor_be_suspended(app: Flask, region: Region, draft: MadeRound) -> None:
    """R1-01: exactly one lead authority, and one or more member authorities."""
    with acting(app, LEAD) as (session, actor):
        system = session.get_one(PurchasingSystem, draft.system_id)
        parts = {p.slug: p for p in parts_of(session, actor, system)}
        assert system.lead_id == region.organisations["halton"]
        assert len(parts) == 5
        for verb in ("suspend", "give_notice"):
            with pytest.raises(Refused, match="neither leaves nor is suspended"):
                take_step(session, actor, participation_id=parts["halton"].id, verb=verb, reason="x")
        with pytest.raises(DBAPIError, match="neither leaves nor is suspended"):
            session.execute(
                text("SELECT app.move_participation(:id, 'joined', 'suspended', 'x')"), {"id": parts["halton"].id}
            )


class TestConsidering:
    """St Helens considers, as in the worked example."""

    def test_r3_01_reads_and_comments_but_does_not_buy(self, app: Flask, region: Region, draft: MadeRound) -> None:
        """R3-01: a considering authority can read documents and take part in drafting but cannot call off."""
        list_(app, region, draft.system_id, "st-helens")
        st_helens = region.organisations["st-helens"]
        assert buyers(app, draft.system_id)["St Helens"] is False
        with acting(app, "procurement@st-helens.example") as (session, actor):
            assert not actor.takes_part(draft.system_id)
            assert draft.system_id in actor.considered
            for table in ("lots", "specifications", "local_schedules", "procurement_documents", "rounds"):
                where = {"system": draft.system_id}
                assert session.execute(
                    text(f"SELECT 1 FROM purchasing_systems.{table} WHERE system_id = :system"), where
                ).all(), table
            assert session.execute(text("SELECT 1 FROM questionnaires.questions")).all()
            standing = may_call_off(session, draft.system_id, st_helens)
            assert not standing.allowed
            assert "considers whether to take part" in standing.sentence

    def test_it_answers_whether_it_takes_part_and_reads_no_other_answer(
        self, app: Flask, region: Region, draft: MadeRound
    ) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        everybody = [region.organisations[slug] for slug in COUNCILS]
        matter = put(app, region, draft, m.TAKE_PART, "LCR care", councils=everybody)
        other = put(app, region, draft, m.COMMENCE)
        answer(app, "sefton", matter)
        with acting(app, "democratic@st-helens.example") as (session, _):
            assert [row.id for row in session.scalars(select(Matter))] == [matter]
            assert other not in session.scalars(select(Matter.id)).all()
            assert session.scalars(select(Decision)).all() == []
            parties = session.execute(text("SELECT authority_id FROM decisions.matter_parties")).scalars().all()
            assert parties == [region.organisations["st-helens"]]
            seen = session.execute(
                text("SELECT authority_id FROM app.effects(CAST(:ids AS uuid[]))"), {"ids": [matter, other]}
            )
            assert seen.scalars().all() == [region.organisations["st-helens"]]
        answer(app, "st-helens", matter)
        assert stands(app, draft.system_id, "st-helens", region) == "considering", "decided is not signed"
        with acting(app, LEAD) as (session, actor):
            assert take_over(session, actor, system_id=draft.system_id) == [
                "St Helens Council: approved, not signed, as decided."
            ]
            assert take_over(session, actor, system_id=draft.system_id) == []
            assert events(session, made) == [("considering", "considering"), ("approved", "approved")]
        assert buyers(app, draft.system_id)["St Helens"] is False

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT app.move_participation(:part, 'considering', 'joined')",
            "UPDATE purchasing_systems.participations SET status = 'joined', joined_on = '2026-01-01'",
            (
                "INSERT INTO purchasing_systems.participation_steps (id, participation_id, number, event, system_id, authority_id, to_status, "
                "effective_on, reason, written_by, written_at) SELECT gen_random_uuid(), id, 9, 'joined', system_id, authority_id, 'joined', "
                "'2026-01-01', '', 'x', app.now() FROM purchasing_systems.participations WHERE id = :part"
            ),
            (
                "INSERT INTO purchasing_systems.term_overrides (id, system_id, authority_id, reason, need_note, until) VALUES "
                "(gen_random_uuid(), :system, app.organisation(), 'x', 'x', '2030-01-01')"
            ),
            "SELECT app.set_participation(p, 'joined', 'joined', '', NULL, NULL, NULL, NULL) FROM purchasing_systems.participations p",
            "SELECT app.propose_closing(r.id, r.closes_at + interval '1 day', 'x') FROM purchasing_systems.rounds r WHERE system_id = :system",
        ],
    )
    def test_by_raw_sql_it_gets_no_further(self, app: Flask, region: Region, draft: MadeRound, statement: str) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        with acting(app, "procurement@st-helens.example") as (session, _), pytest.raises(DBAPIError):
            session.execute(text(statement), {"part": made, "system": draft.system_id})

    def test_what_is_the_councils_stays_hidden(self, app: Flask, region: Region, draft: MadeRound) -> None:
        list_(app, region, draft.system_id, "st-helens")
        put(app, region, draft, m.COMMENCE)
        with acting(app, "procurement@st-helens.example") as (session, _):
            where = {"system": draft.system_id}
            for table in ("decisions.matters", "decisions.matter_parties"):
                assert session.execute(text(f"SELECT 1 FROM {table} WHERE system_id = :system"), where).all() == [], (
                    table
                )
            steps = text(
                "SELECT DISTINCT authority_id FROM purchasing_systems.participation_steps WHERE system_id = :system"
            )
            assert session.execute(steps, where).scalars().all() == [region.organisations["st-helens"]]

    def test_it_declines_with_a_reason_and_reads_nothing_more(
        self, app: Flask, region: Region, draft: MadeRound
    ) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        who = "commissioning@st-helens.example"
        with acting(app, who) as (session, actor), pytest.raises(Invalid, match="reason"):
            take_step(session, actor, participation_id=made, verb="decline", reason=" ")
        with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="authority’s own"):
            take_step(session, actor, participation_id=made, verb="decline", reason="They told us.")
        assert step(app, made, "decline", by=who) == "declined"
        with acting(app, who) as (session, actor):
            assert not actor.may_read(draft.system_id)
            assert session.get(PurchasingSystem, draft.system_id) is None
        assert step(app, made, "invite_again") == "invited"


class TestJoining:
    """Only on a decision of its own in effect, and signed."""

    def test_r3_02_it_joins_a_version_that_stands_for_good(self, app: Flask, region: Region, draft: MadeRound) -> None:
        """R3-02: the authority joins a specific version; joining is recorded against that version."""
        made = list_(app, region, draft.system_id, "st-helens")
        with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="No decision of this authority"):
            take_step(session, actor, participation_id=made, verb="approve")
        matter = put(app, region, draft, m.TAKE_PART, "St Helens")
        answer(app, "st-helens", matter, effective_on=TODAY)
        with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="once the authority"):
            record_accession(
                session, actor, participation_id=made, reference="X", signed_on=TODAY, specification_id=None
            )
        assert step(app, made, "approve", by="procurement@st-helens.example") == "approved"
        with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="not recorded yet"):
            take_step(session, actor, participation_id=made, verb="join")
        sign(app, made, by="procurement@st-helens.example")
        with acting(app, "procurement@st-helens.example") as (session, actor), pytest.raises(Refused, match="lead"):
            take_step(session, actor, participation_id=made, verb="join")
        assert step(app, made, "join") == "joined"
        assert buyers(app, draft.system_id)["St Helens"] is True
        with acting(app, LEAD) as (session, actor):
            write_specification(session, actor, system_id=draft.system_id, title="Later", common_text="Later.")
            system = session.get_one(PurchasingSystem, draft.system_id)
            part = next(p for p in parts_of(session, actor, system) if p.slug == "st-helens")
            assert (part.version, part.agreement.split(",")[0]) == (1, "ACC-1")
            assert part.steps[-1].version == 1
            assert part.steps[-1].decision_id is not None

    def test_a_decision_that_waits_for_its_day_lets_nobody_in(
        self, app: Flask, region: Region, draft: MadeRound
    ) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        answer(app, "st-helens", put(app, region, draft, m.TAKE_PART, "St Helens"), effective_on=TOMORROW)
        with acting(app, LEAD) as (session, actor):
            assert take_over(session, actor, system_id=draft.system_id) == []
            with pytest.raises(DBAPIError, match="to take part is in effect"):
                session.execute(text("SELECT app.move_participation(:id, 'considering', 'approved')"), {"id": made})

    def test_after_publication_nobody_that_the_notice_does_not_hold(
        self, app: Flask, region: Region, public: MadeRound
    ) -> None:
        with pytest.raises(Invalid, match="neither names nor describes"):
            list_(app, region, public.system_id, "st-helens", status="invited")
        insert = text(
            "INSERT INTO purchasing_systems.participations (id, system_id, lead_id, authority_id, authority_name, status, basis, "
            "basis_words, joined_on) VALUES (gen_random_uuid(), :system, app.organisation(), :who, 'X', :status, :basis, :words, '2026-01-01')"
        )
        for status, basis, words in (
            ("joined", "founding", ""), ("joined", "named", NOTICE), ("considering", "described", NOTICE),
            ("invited", "founding", ""), ("approved", "named", NOTICE),
        ):  # fmt: skip
            with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="right to buy later"):
                session.execute(
                    insert,
                    {
                        "system": public.system_id, "who": region.organisations["st-helens"], "status": status,
                        "basis": basis, "words": words,
                    },
                )  # fmt: skip

    def test_one_that_the_notice_describes_needs_every_council(
        self, app: Flask, region: Region, public: MadeRound
    ) -> None:
        matter = put(
            app, region, public, m.JOIN, "St Helens", named="described", notice_words=NOTICE
        )  # fmt: skip
        assert stands(app, public.system_id, "st-helens", region) == "invited"
        with acting(app, LEAD) as (session, _):
            made = session.scalars(
                select(Participation.id).where(
                    Participation.system_id == public.system_id,
                    Participation.authority_id == region.organisations["st-helens"],
                )
            ).one()
        answer(app, "st-helens", put(app, region, public, m.TAKE_PART, "St Helens"))
        for slug in FIVE[:-1]:
            answer(app, slug, matter)
        with acting(app, LEAD) as (session, actor):
            assert take_over(session, actor, system_id=public.system_id) == []
            with pytest.raises(Refused, match="every council"):
                take_step(session, actor, participation_id=made, verb="approve")
        answer(app, FIVE[-1], matter)
        with acting(app, LEAD) as (session, actor):
            assert take_over(session, actor, system_id=public.system_id)
        sign(app, made)
        assert step(app, made, "join") == "joined"
        assert buyers(app, public.system_id)["St Helens"]

    def test_a_named_user_opts_in_and_signs_before_use(self, app: Flask, region: Region, public: MadeRound) -> None:
        made = list_(app, region, public.system_id, "st-helens", status="named_user", basis="named")
        with reading(app, None) as session:
            who = named_publicly(session, [public.system_id])[public.system_id]
        assert (len(who[0]), who[1]) == (5, ["St Helens Council"])
        assert buyers(app, public.system_id)["St Helens"] is False
        who_decides = put(app, region, public, m.TAKE_PART, "St Helens")
        answer(app, "st-helens", who_decides)
        assert step(app, made, "approve", by="procurement@st-helens.example") == "approved"
        assert buyers(app, public.system_id)["St Helens"] is False, "not signed"
        sign(app, made)
        assert step(app, made, "join") == "joined"
        assert buyers(app, public.system_id)["St Helens"]
        with reading(app, None) as session:
            assert len(named_publicly(session, [public.system_id])[public.system_id][0]) == 6


class TestLeaving:
    """By a decision of its own, from the day it states, whether or not anybody has carried it over."""

    def test_it_decides_and_buys_to_its_last_day_and_not_after(
        self, app: Flask, region: Region, public: MadeRound, urls: Urls
    ) -> None:
        wirral = region.organisations["wirral"]
        matter = put(app, region, public, m.LEAVE, "Wirral", on=TOMORROW)
        decision = answer(app, "wirral", matter)
        later = TODAY + timedelta(days=2)
        assert buyers(app, public.system_id, TODAY)["Wirral"]
        assert buyers(app, public.system_id, TOMORROW)["Wirral"]
        assert not buyers(app, public.system_id, later)["Wirral"], "before anything has been carried over"
        with acting(app, "democratic@wirral.example") as (session, actor):
            follow(session, actor, id=str(decision))
        assert stands(app, public.system_id, "wirral", region) == "withdrawing"
        with acting(app, "procurement@wirral.example") as (_, actor):
            assert actor.takes_part(public.system_id)
        rewrite(
            urls, "UPDATE decisions.matters SET facts = facts || jsonb_build_object('exit_on', %s::text) WHERE id = %s",
            TODAY - timedelta(days=1), matter,
        )  # fmt: skip
        rewrite(urls, "UPDATE decisions.decisions SET effective_on = %s, decided_on = %s WHERE id = %s", TODAY - timedelta(days=3), TODAY - timedelta(days=3), decision)  # fmt: skip
        assert not buyers(app, public.system_id)["Wirral"], "the day counts, not the status"
        with acting(app, LEAD) as (session, actor):
            assert len(take_over(session, actor, system_id=public.system_id)) == 2
            row = session.scalars(
                select(Participation).where(
                    Participation.system_id == public.system_id, Participation.authority_id == wirral
                )
            ).one()
            assert (row.status, row.exit_on) == ("withdrawn", TODAY - timedelta(days=1))
            assert term_of(session, public.system_id, wirral).expired
        with acting(app, "procurement@wirral.example") as (_, actor):
            assert not actor.takes_part(public.system_id)
        assert buyers(app, public.system_id, TODAY - timedelta(days=1))["Wirral"], "the past stays as it was"

    def test_nobody_leaves_without_a_decision(self, app: Flask, region: Region, public: MadeRound) -> None:
        with acting(app, LEAD) as (session, actor):
            system = session.get_one(PurchasingSystem, public.system_id)
            part = next(p for p in parts_of(session, actor, system) if p.slug == "wirral")
            with pytest.raises(Refused, match="No decision of this authority to leave"):
                take_step(session, actor, participation_id=part.id, verb="give_notice")
            for target in ("withdrawing", "withdrawn", "considering", "declined"):
                with pytest.raises(DBAPIError), session.begin_nested():
                    session.execute(
                        text("SELECT app.move_participation(:id, 'joined', :to, 'x')"), {"id": part.id, "to": target}
                    )
            with pytest.raises(Refused, match="frozen"):
                end_participation(session, actor, system_id=public.system_id, authority_id=part.authority_id)


class TestSuspension:
    """It goes on reading; it buys nothing and decides nothing, and can still leave."""

    def test_suspended_and_reinstated(self, app: Flask, region: Region, public: MadeRound) -> None:
        with acting(app, LEAD) as (session, actor):
            system = session.get_one(PurchasingSystem, public.system_id)
            made = next(p.id for p in parts_of(session, actor, system) if p.slug == "sefton")
            with pytest.raises(Invalid, match="reason"):
                take_step(session, actor, participation_id=made, verb="suspend", reason="")
        with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(Refused, match="lead"):
            take_step(session, actor, participation_id=made, verb="suspend", reason="x")
        with acting(app, "finance@halton.example") as (session, actor), pytest.raises(NotPermitted):
            take_step(session, actor, participation_id=made, verb="suspend", reason="x")
        with acting(app, "procurement@st-helens.example") as (session, actor), pytest.raises(Missing):
            take_step(session, actor, participation_id=made, verb="suspend", reason="x")
        asked = put(app, region, public, m.CLOSE, on=TODAY + timedelta(days=300))
        leave = put(app, region, public, m.LEAVE, "Sefton", on=TOMORROW)
        assert step(app, made, "suspend", reason="Clause 9: share not paid.") == "suspended"
        assert not buyers(app, public.system_id)["Sefton"]
        with acting(app, "procurement@sefton.example") as (session, actor):
            assert actor.takes_part(public.system_id)
            told = session.execute(
                text("SELECT subject, body FROM notify.messages ORDER BY created_at DESC LIMIT 1")
            ).one()
            assert "is suspended from" in told[0]
            assert "share not paid" in told[1]
        with pytest.raises(DBAPIError, match="suspended from this system"):
            answer(app, "sefton", asked)
        assert step(app, made, "reinstate") == "joined"
        assert buyers(app, public.system_id)["Sefton"]
        answer(app, "sefton", asked)
        step(app, made, "suspend")
        answer(app, "sefton", leave)
        with acting(app, LEAD) as (session, actor):
            assert take_over(session, actor, system_id=public.system_id) == [], "notice gives nothing back"
        assert not buyers(app, public.system_id)["Sefton"]


def test_r4_04_a_renewal_is_not_an_extension(app: Flask, region: Region, public: MadeRound) -> None:
    """R4-04: renewal of membership is a distinct event from extension of the system."""
    wirral = region.organisations["wirral"]
    with acting(app, LEAD) as (session, _):
        before = term_of(session, public.system_id, wirral)
    until = TODAY + timedelta(days=700)
    answer(app, "wirral", put(app, region, public, m.RENEW, "Wirral", on=until))
    with acting(app, LEAD) as (session, actor):
        assert take_over(session, actor, system_id=public.system_id) == [
            "Wirral Borough Council: renewed its membership, as decided."
        ]
        assert take_over(session, actor, system_id=public.system_id) == []
        system = session.get_one(PurchasingSystem, public.system_id)
        part = next(p for p in parts_of(session, actor, system) if p.slug == "wirral")
        assert [s.title for s in part.steps] == ["Joined", "Membership renewed"]
        assert part.steps[1].reason == f"To {until.isoformat()}, on version 1"
        assert term_of(session, public.system_id, wirral).ends_on == before.ends_on == system.valid_until
    put(app, region, public, m.RENEW, "Wirral", on=until)  # the next renewal is a question of its own


def test_r7_01_an_authority_belongs_to_two_systems_at_once(app: Flask, region: Region) -> None:
    """R7-01: an authority may belong to a local system and a regional system for overlapping needs."""
    regional = make_round(app, region, councils=FIVE)
    local = make_round(app, region, councils=("halton", "wirral"))
    assert buyers(app, regional.system_id)["Wirral"]
    assert buyers(app, local.system_id) == {"Halton": True, "Wirral": True}
    matter = put(app, region, local, m.LEAVE, "Wirral", on=TODAY)
    answer(app, "wirral", matter)
    assert not buyers(app, local.system_id, TOMORROW)["Wirral"]
    assert buyers(app, regional.system_id, TOMORROW)["Wirral"], "leaving one leaves the other alone"


def test_r8_04_three_of_six_form_a_system(app: Flask, region: Region) -> None:
    """R8-04: a subset of a regional group (three of six) can form a system."""
    made = make_round(app, region, councils=("halton", "sefton", "wirral"))
    assert buyers(app, made.system_id) == {"Halton": True, "Sefton": True, "Wirral": True}
    with acting(app, "procurement@knowsley.example") as (session, actor):
        assert not actor.may_read(made.system_id)
        assert could_buy(session, made.system_id, TODAY) == []
        assert take_over_refused(session, made.system_id)


def take_over_refused(session: Session, system_id: UUID) -> bool:
    return session.execute(text("SELECT * FROM app.follow_decisions(:id)"), {"id": system_id}).all() == []


class TestClosing:
    """By a joint decision; nobody buys after its last day."""

    def test_closes_when_the_lead_and_most_agree(
        self, app: Flask, region: Region, public: MadeRound, urls: Urls
    ) -> None:
        matter = put(app, region, public, m.CLOSE, on=TOMORROW)
        for slug in FIVE[:3]:
            answer(app, slug, matter)
        assert all(buyers(app, public.system_id).values())
        assert not any(buyers(app, public.system_id, TODAY + timedelta(days=2)).values())
        with acting(app, LEAD) as (session, actor):
            with pytest.raises(DBAPIError), session.begin_nested():
                session.execute(
                    text("UPDATE purchasing_systems.systems SET status = 'closed' WHERE id = :id"),
                    {"id": public.system_id},
                )
            assert "is closing, as decided." in take_over(session, actor, system_id=public.system_id)[0]
            assert session.get_one(PurchasingSystem, public.system_id).status == "closing"
            with pytest.raises(Refused, match="still running"):
                close_system(session, actor, system_id=public.system_id)
        rewrite(urls, "UPDATE purchasing_systems.rounds SET status = 'cancelled', cancelled_at = now(), cancelled_because = 'Closing.' WHERE id = %s", public.round_id)  # fmt: skip
        with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="Its last day is"):
            close_system(session, actor, system_id=public.system_id)
        past = TODAY - timedelta(days=2)
        rewrite(urls, "UPDATE decisions.decisions SET effective_on = %s, decided_on = %s WHERE matter_id = %s", past, past, matter)  # fmt: skip
        rewrite(urls, "UPDATE decisions.matters SET facts = facts || jsonb_build_object('closes_on', %s::text) WHERE id = %s", past, matter)  # fmt: skip
        assert not any(buyers(app, public.system_id).values())
        with acting(app, LEAD) as (session, actor):
            assert close_system(session, actor, system_id=public.system_id).status == "closed"

    def test_no_system_closes_undecided(self, app: Flask, public: MadeRound) -> None:
        for status in ("closing", "closed"):
            with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="No joint decision to close"):
                session.execute(
                    text("UPDATE purchasing_systems.systems SET status = :to WHERE id = :id"),
                    {"to": status, "id": public.system_id},
                )


def test_of_two_steps_at_once_one_is_refused(app: Flask, region: Region, public: MadeRound) -> None:
    with acting(app, LEAD) as (session, actor):
        system = session.get_one(PurchasingSystem, public.system_id)
        made = next(p.id for p in parts_of(session, actor, system) if p.slug == "wirral")
    done: list[str] = []
    start = threading.Barrier(2)

    def press(email: str) -> None:
        try:
            with acting(app, email) as (session, _):
                start.wait(10)
                session.execute(text("SELECT app.move_participation(:id, 'joined', 'suspended', 'x')"), {"id": made})
            done.append("moved")
        except DBAPIError as error:
            done.append("refused" if "Somebody else was faster" in str(error) else str(error))

    both = [threading.Thread(target=press, args=(email,)) for email in (LEAD, "commissioning@halton.example")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == ["moved", "refused"]
    with acting(app, LEAD) as (session, _):
        assert events(session, made) == [("joined", "joined"), ("suspended", "suspended")]


def test_founders_come_and_go_until_publication_and_each_step_is_kept(
    app: Flask, region: Region, draft: MadeRound
) -> None:
    st_helens = region.organisations["st-helens"]
    values: dict[str, Any] = {"system_id": draft.system_id, "authority_id": st_helens}
    with acting(app, LEAD) as (session, actor):
        made = add_participant(session, actor, **values, authority_name="", joined_on=date(2026, 1, 1))
        end_participation(session, actor, **values)
        add_participant(session, actor, **values, authority_name="", joined_on=TODAY)
        assert [to for _, to in events(session, made.id)] == ["joined", "withdrawn", "joined"]
    assert buyers(app, draft.system_id, date(2026, 2, 1)) == {"St Helens": False} | {
        COUNCILS[slug][0]: True for slug in FIVE
    } | {"St Helens": True}
    assert buyers(app, draft.system_id, date(2025, 12, 31)).get("St Helens") is None, "not in the list yet"
