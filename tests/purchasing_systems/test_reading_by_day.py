"""What an authority reads follows how it stands on the day: invited, considering, leaving, gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.activity.needs import needs_of
from portal.core import clock
from portal.core.provision import Urls
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.participation import take_over
from portal.purchasing_systems.actions.versions import begin_version
from portal.purchasing_systems.models import Participation
from tests.purchasing_systems.test_participation import FIVE, TODAY, answer, list_, put, rewrite, stands, step
from tests.support.client import StrictClient
from tests.support.region import Region, acting, clock_set_back
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
ST_HELENS = "procurement@st-helens.example"
WIRRAL = "procurement@wirral.example"
DRAFTS = ("lots", "specifications", "local_schedules", "procurement_documents", "rounds", "extension_points")
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def draft(app: Flask, region: Region) -> MadeRound:
    """Five councils; nothing is public."""
    return make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=FIVE)


def counts(app: Flask, who: str, made: MadeRound, tables: tuple[str, ...]) -> dict[str, int]:
    with acting(app, who) as (session, _):
        return {
            table: session.scalar(
                text(f"SELECT count(*) FROM purchasing_systems.{table} WHERE system_id = :s"), {"s": made.system_id}
            )
            or 0
            for table in tables
        }


def needs(app: Flask, who: str, made: MadeRound) -> list[str]:
    with acting(app, who) as (session, actor):
        found = needs_of(session, actor, clock.now())["act"]
        return [need.text for need in found if str(made.system_id) in need.url]


class TestInvited:
    """It sees what the system is, not the drafts; who considers reads them."""

    @pytest.mark.parametrize("status", ["invited", "named_user"])
    def test_by_sql(self, app: Flask, region: Region, draft: MadeRound, status: str) -> None:
        made = list_(app, region, draft.system_id, "st-helens", status=status, basis="named")
        matter = put(app, region, draft, m.TAKE_PART, "St Helens")
        assert set(counts(app, ST_HELENS, draft, DRAFTS).values()) == {0}
        assert counts(app, ST_HELENS, draft, ("participations",)) == {"participations": 6}
        with acting(app, ST_HELENS) as (session, actor):
            seen = text("SELECT count(*) FROM purchasing_systems.systems WHERE id = :s")
            assert session.scalar(seen, {"s": draft.system_id}) == 1
            asked = text("SELECT id FROM decisions.matters WHERE system_id = :s")
            assert session.scalars(asked, {"s": draft.system_id}).all() == [matter]
            questions = text("SELECT id FROM questionnaires.questions WHERE system_id = :s")
            assert session.scalars(questions, {"s": draft.system_id}).all() == []
            assert (actor.may_see(draft.system_id), actor.may_read(draft.system_id)) == (True, False)
            comment = text(
                "INSERT INTO purchasing_systems.document_comments (id, system_id, lead_id, authority_id, authority_name, about, text, "
                "written_by, answer) VALUES (gen_random_uuid(), :s, app.organisation(), app.organisation(), 'x', 'x', 'x', 'x', '')"
            )
            with pytest.raises(DBAPIError, match="row-level security"):
                session.execute(comment, {"s": draft.system_id})
        assert step(app, made, "consider", by=ST_HELENS) == "considering"
        after = counts(app, ST_HELENS, draft, DRAFTS)
        assert all(after[table] for table in DRAFTS if table != "extension_points"), after

    def test_by_pages(self, app: Flask, region: Region, draft: MadeRound, client_for: ClientFor) -> None:
        made = list_(app, region, draft.system_id, "st-helens", status="invited", basis="named")
        own, base = client_for(ST_HELENS), f"/systems/{draft.system_id}"
        hidden = (
            "/lots",
            "/councils",
            "/specification",
            "/documents",
            "/term",
            "/comments",
            "/set-up",
            "/timetable",
            "/lead",
        )
        for path in hidden:
            assert own.get(base + path).status_code == 404, path
        assert f'href="{base}"' in own.get("/systems").text
        overview = own.get(base)
        assert overview.status_code == 200
        assert "/specification" not in overview.text
        assert "Rounds are shown once they are public." in overview.text
        assert "It reads the drafts once it begins to consider" in own.get(f"{base}/participation").text
        assert own.send(f"{base}/participation/{made}/step/consider", {}).status_code == 303
        for path in hidden[:6]:
            assert own.get(base + path).status_code == 200, path


class TestLeaver:
    """Reading ends with the last day, whether or not the lead has taken it over."""

    @pytest.fixture
    def left(self, app: Flask, region: Region, urls: Urls, draft: MadeRound) -> MadeRound:
        """Wirral's last day was yesterday; nobody has carried it over."""
        with clock_set_back(urls, timedelta(days=3)):
            answer(app, "wirral", put(app, region, draft, m.LEAVE, "Wirral", on=YESTERDAY), effective_on=clock.today())
            assert sum(counts(app, WIRRAL, draft, DRAFTS).values()) > 0, "to its last day it reads"
        return draft

    def test_it_reads_nothing_more_from_the_day_after(
        self, app: Flask, region: Region, left: MadeRound, client_for: ClientFor
    ) -> None:
        assert stands(app, left.system_id, "wirral", region) == "joined", "the list is late"
        assert set(counts(app, WIRRAL, left, ("specifications", "rounds", "procurement_documents")).values()) == {0}
        with acting(app, WIRRAL) as (_, actor):
            assert not actor.may_see(left.system_id)
        assert client_for(WIRRAL).get(f"/systems/{left.system_id}").status_code == 404
        assert client_for("procurement@sefton.example").get(f"/systems/{left.system_id}").status_code == 200

    def test_the_lead_is_asked_to_take_it_over(self, app: Flask, left: MadeRound) -> None:
        wanted = "Take over that Wirral Borough Council has left"
        assert wanted in needs(app, LEAD, left)
        assert wanted not in needs(app, "cabinet@halton.example", left)
        assert wanted not in needs(app, "procurement@sefton.example", left)
        with acting(app, LEAD) as (session, actor):
            take_over(session, actor, system_id=left.system_id)
        assert wanted not in needs(app, LEAD, left)


class TestNeeds:
    """What waits for the lead, and for each council's officers."""

    @pytest.mark.parametrize(("days", "asked"), [(59, False), (60, True)])
    def test_an_invitation_without_a_move(
        self, app: Flask, region: Region, urls: Urls, draft: MadeRound, days: int, asked: bool
    ) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        rewrite(
            urls, "UPDATE purchasing_systems.participation_steps SET effective_on = %s WHERE participation_id = %s",
            TODAY - timedelta(days=days), made,
        )  # fmt: skip
        wanted = [text_ for text_ in needs(app, LEAD, draft) if text_.startswith("Ask St Helens")]
        assert bool(wanted) is asked
        assert not [t for t in needs(app, ST_HELENS, draft) if t.startswith("Ask ")]

    def test_a_version_to_sign_off_and_councils_on_an_old_one(self, app: Flask, region: Region, urls: Urls) -> None:
        made = make_round(app, region, councils=FIVE)
        with acting(app, LEAD) as (session, actor):
            version = begin_version(
                session, actor, system_id=made.system_id, reason="Children asked for it.", editors=[]
            ).id  # fmt: skip
        wanted = "Read version 2 of the specification and sign it off"
        for who in (LEAD, WIRRAL):
            assert wanted in needs(app, who, made), who
        assert wanted not in needs(app, "cabinet@wirral.example", made)
        rewrite(
            urls,
            "UPDATE purchasing_systems.specifications SET issued_at = app.now(), frozen_at = app.now() WHERE id = %s",
            version,
        )
        assert wanted not in needs(app, WIRRAL, made)
        old = "5 councils not on version 2 of the specification"
        assert old in needs(app, LEAD, made)
        assert old not in needs(app, WIRRAL, made)
        rewrite(
            urls, "UPDATE purchasing_systems.participations SET specification_id = %s WHERE system_id = %s",
            version, made.system_id,
        )  # fmt: skip
        assert old not in needs(app, LEAD, made)


class TestVersionInForce:
    """R3-02: who joins later joins to the version in force."""

    def test_another_version_is_refused(
        self, app: Flask, region: Region, urls: Urls, draft: MadeRound, client_for: ClientFor
    ) -> None:
        made = list_(app, region, draft.system_id, "st-helens")
        answer(app, "st-helens", put(app, region, draft, m.TAKE_PART, "St Helens"))
        assert step(app, made, "approve") == "approved"
        with acting(app, LEAD) as (session, _):
            first = session.scalar(
                text("SELECT id FROM purchasing_systems.specifications WHERE system_id = :s"), {"s": draft.system_id}
            )
        second = (
            "INSERT INTO purchasing_systems.specifications (id, system_id, lead_id, version, title, common_text, issued_at) "
            "SELECT gen_random_uuid(), system_id, lead_id, 2, 'Later', 'Later.', app.now() FROM purchasing_systems.specifications "
            "WHERE id = %s"
        )
        rewrite(urls, second, first)
        accession = text("SELECT app.record_accession(:part, 'ACC', :day, :version)")
        with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="that is in force"):
            session.execute(accession, {"part": made, "day": TODAY, "version": first})
        page = client_for(LEAD).get(f"/systems/{draft.system_id}/participation/{made}/accession").text
        assert "Version 2: Later" in page
        assert "Version 1:" not in page
        with acting(app, LEAD) as (session, _):
            assert session.get_one(Participation, made).specification_id is None
