"""The other systems, each in the state its file tells; and a second region on the same host that sees nothing of the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import clock
from portal.core.audit.trail import keep_heads_in
from portal.core.database import Base
from portal.decisions.models import Matter
from portal.decisions.queries.effects import effects_on
from portal.demonstration.content import accounts, content, councils, holder, organisations, other_systems
from portal.purchasing_systems.models import ExternalSystem, Lot, Participation, PurchasingSystem, Round
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.programmes import waits_for
from portal.purchasing_systems.queries.rolling import received_of, system_runs
from portal.purchasing_systems.queries.set_up import set_up
from portal.purchasing_systems.queries.terms import may_call_off, terms_of
from portal.purchasing_systems.queries.versions import versions_of
from tests.support.story import Played

SYSTEMS = {slug: entry for slug, entry in other_systems().items() if "system" in entry}
SECOND = "west-sussex"
FIRST_PAGES = ("/home", "/systems", "/register", "/decisions", "/external-systems", "/trail", "/inbox", "/programmes")


@contextmanager
def signed_in(played: Played, email: str) -> Iterator[FlaskClient]:
    # Signing in writes to the trail of the played region, so its heads go where that region keeps them.
    keep_heads_in(played.settings.heads_folder)
    client = played.app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in", data={"email": email, "password": accounts()[email]["password"], "csrf_token": token}
    )
    assert answer.status_code == 303, email
    yield client


def system_of(played: Played, slug: str) -> Any:
    return played.world.others[slug, "system"]


@pytest.mark.parametrize("slug", SYSTEMS)
def test_each_system_is_what_its_file_says_and_a_demonstration(played: Played, slug: str) -> None:
    facts = SYSTEMS[slug]["system"]
    with played.reading(holder(facts["lead"], "procurement_officer")) as (session, _):
        system = session.get_one(PurchasingSystem, system_of(played, slug))
        lots = session.scalars(select(Lot.number).where(Lot.system_id == system.id).order_by(Lot.number)).all()
        states = session.execute(
            select(Participation.authority_id, Participation.status).where(Participation.system_id == system.id)
        ).all()
    assert system.demonstration
    assert (system.title, system.vehicle, system.regime) == (facts["title"], facts["vehicle"], facts["regime"])
    assert lots == [lot["number"] for lot in SYSTEMS[slug]["lots"]]
    assert {(played.slug(of), status) for of, status in states} == {
        (row["council"], row["status"]) for row in SYSTEMS[slug]["participants"]
    }


def test_r2_01_an_external_system_is_registered_for_those_that_use_it(played: Played) -> None:
    told = other_systems()["placements-north-west"]["external"]
    for council in told["readers"]:
        with played.reading(holder(council, "placement_officer")) as (session, _):
            (system,) = session.scalars(select(ExternalSystem)).all()
        assert (system.reference, system.demonstration) == ("DN299325", True)
        assert len(system.lots) == len(told["lots"])


def test_r3_01_who_considers_reads_and_cannot_buy(played: Played) -> None:
    with played.reading(holder("st-helens", "commissioning_officer")) as (session, actor):
        system = system_of(played, "care-and-support")
        assert session.get(PurchasingSystem, system) is not None
        assert not may_call_off(session, system, actor.organisation_id).allowed
        asked = session.scalars(select(Matter.kind).where(Matter.system_id == system, Matter.status == "open")).all()
    assert "take_part" in asked


def test_r3_03_a_council_on_the_old_version_is_flagged(played: Played) -> None:
    with played.reading(holder("wirral", "procurement_officer")) as (session, _):
        standing = versions_of(session, system_of(played, "care-and-support"))
    assert [(v.version, v.state) for v in standing.versions] == [(2, "put"), (1, "in_force")]
    on = {c.council.slug: (c.version, c.flag) for c in standing.councils}
    # Adopted by all or by none: nobody is on the later version before Sefton has decided.
    assert {version for version, _ in on.values()} == {1}
    waiting = {slug for slug, (_, flag) in on.items() if "waits for its decision" in (flag or "")}
    assert waiting == {"sefton"}
    assert all("waits for other councils" in (flag or "") for slug, (_, flag) in on.items() if slug not in waiting)


def test_r4_01_two_councils_are_undecided_six_weeks_before_the_point(played: Played) -> None:
    matter = played.world.others["leaving-care", "matter year-2"]
    with played.reading(holder("liverpool", "procurement_officer")) as (session, _):
        said = {played.slug(of): e.outcome for (_, of), e in effects_on(session, [matter]).items()}
        terms = terms_of(session, system_of(played, "leaving-care"))
    assert {slug for slug, outcome in said.items() if outcome is None} == {"knowsley", "st-helens"}
    assert said["wirral"] == "not_approve"
    ends = {played.slug(t.authority_id): (t.ends_on - clock.today()).days for t in terms}
    assert all(41 <= ends[slug] <= 42 for slug in ("knowsley", "st-helens", "wirral")), ends
    assert all(ends[slug] > 365 for slug in ("halton", "liverpool", "sefton")), ends


def test_r5_01_the_second_procurement_waits_for_the_first(played: Played) -> None:
    with played.reading(holder("sefton", "procurement_officer")) as (session, _):
        first = session.scalars(select(Round).where(Round.system_id == system_of(played, "r5-supported-living"))).one()
        assert (first.status, waits_for(session, first.system_id)) == ("published", None)
        said = waits_for(session, system_of(played, "r6-community-support"))
    assert said is not None
    assert "the outcome is decided" in said


def test_r7_set_up_is_half_done(played: Played) -> None:
    with played.reading(holder("knowsley", "procurement_officer")) as (session, actor):
        system = session.get_one(PurchasingSystem, system_of(played, "complex-needs"))
        found = set_up(session, actor, system)
    assert (found.done, len(found.tasks)) == (7, 14)


def test_r8_01_a_scheme_added_later_is_in_a_later_round_alone(played: Played) -> None:
    added = played.world.others["extra-care", "lot 5"]
    with played.reading(holder("liverpool", "procurement_officer")) as (session, _):
        rounds = session.scalars(
            select(Round).where(Round.system_id == system_of(played, "extra-care")).order_by(Round.number)
        ).all()
    assert [(r.status, added in r.lots) for r in rounds] == [("published", False), ("planned", True)]


def test_r9_03_four_applicants_wait_and_r9_04_call_offs_are_blocked(played: Played) -> None:
    system_id = system_of(played, "sixteen-plus")
    with played.reading(holder(SECOND, "head_of_service")) as (session, actor):
        standing = may_call_off(session, system_id, actor.organisation_id)
        round_ = session.scalars(select(Round).where(Round.system_id == system_id)).one()
        system = session.get_one(PurchasingSystem, system_id)
        received = received_of(session, round_, profile_of(session, system), system_runs(session, system_id))
    assert not standing.allowed
    assert "No extension is in effect" in standing.sentence
    assert sum(row.number for row in received) == 4
    assert all(row.waits and row.by is None for row in received)


def test_both_regimes_are_seen(played: Played) -> None:
    with played.reading(holder("halton", "procurement_officer")) as (session, _):
        laws = set(session.scalars(select(PurchasingSystem.regime)))
    assert {"pcr_2015_light_touch", "procurement_act_2023_light_touch"} <= laws


def hidden_from(region: str) -> list[str]:
    """Titles that are not public and not this region's own."""
    return [
        entry["system"]["alias"]
        for entry in SYSTEMS.values()
        if (entry["system"]["lead"] == SECOND) != (region == SECOND)
        and not any("published" in row or "established" in row for row in entry.get("rounds", ()))
    ]


def test_pages_of_the_second_region_show_nothing_of_the_first_that_is_not_public(played: Played) -> None:
    private = [*hidden_from(SECOND), "DN299325", "Mersey Haven", "Copperas Yard", "Weirside Gate"]
    assert len(private) == 7
    for role in ("procurement_officer", "head_of_service", "democratic_services", "placement_officer"):
        with signed_in(played, holder(SECOND, role)) as client:
            for path in FIRST_PAGES:
                page = client.get(path, follow_redirects=True)
                assert page.status_code in (200, 403, 404), path
                words = page.get_data(as_text=True)
                assert [name for name in private if name in words] == [], (role, path)


def test_a_system_of_the_first_region_does_not_exist_for_the_second_and_the_other_way_round(played: Played) -> None:
    with signed_in(played, holder(SECOND, "procurement_officer")) as client:
        for slug in ("care-and-support", "complex-needs", "r6-community-support"):
            for part in ("", "/term", "/participation", "/specification", "/set-up"):
                assert client.get(f"/systems/{system_of(played, slug)}{part}").status_code == 404, (slug, part)
    with signed_in(played, holder("halton", "procurement_officer")) as client:
        for part in ("/term", "/participation", "/set-up"):
            assert client.get(f"/systems/{system_of(played, 'sixteen-plus')}{part}").status_code in (403, 404), part


def test_rows_of_one_region_are_not_rows_of_the_other(played: Played) -> None:
    """Every table that says whose a row is, asked as the role of the application: an officer reads of the other region what nobody reads too."""
    first = [played.world.organisations[slug] for slug in councils()]
    second = [played.world.organisations[SECOND]]
    for officer, others in ((holder(SECOND, "head_of_service"), first), (holder("halton", "head_of_service"), second)):
        anybody = rows_of(played, None, others)
        theirs = rows_of(played, officer, others)
        assert len(theirs) > 40
        assert {table: ids - anybody[table] for table, ids in theirs.items() if ids - anybody[table]} == {}, officer


def rows_of(played: Played, email: str | None, councils_: list[Any]) -> dict[str, set[Any]]:
    """By table: the rows of these councils that this person reads, None for somebody who is not signed in."""
    found = {}
    with played.reading(email) as (session, _):
        for table in Base.metadata.sorted_tables:
            whose = next((table.c[name] for name in ("authority_id", "lead_id") if name in table.c), None)
            if whose is None or not granted(session, table):
                continue
            found[table.fullname] = set(session.scalars(select(table.c.id).where(whose.in_(councils_))))
    return found


def granted(session: Any, table: Any) -> bool:
    return bool(session.scalar(select(func.has_any_column_privilege(table.fullname, "SELECT"))))


def test_the_public_reads_the_mark_on_every_page_and_file_of_the_new_systems(played: Played) -> None:
    client = played.app.test_client()
    public = [slug for slug, e in SYSTEMS.items() if any("published" in r for r in e.get("rounds", ()))]
    assert {"sixteen-plus", "short-breaks", "extra-care", "r5-supported-living"} == set(public)
    home = client.get("/").get_data(as_text=True)
    assert "Not valid at present: applications wait" in home, "the lapsed purchasing system"
    for slug in public:
        assert SYSTEMS[slug]["system"]["title"] in home
        round_id = played.world.others[slug, "round 1"]
        for part in ("", "/questions", "/specification"):
            page = client.get(f"/rounds/{round_id}{part}")
            assert page.status_code == 200, (slug, part)
            assert "emonstration" in page.get_data(as_text=True), (slug, part)


def test_nothing_new_is_published_without_being_public(played: Played) -> None:
    with played.reading(None) as (session, _):
        titles = set(session.scalars(select(PurchasingSystem.title)))
    hidden = {
        SYSTEMS[slug]["system"]["title"] for slug in ("care-and-support", "complex-needs", "r6-community-support")
    }
    assert not titles & hidden
    assert content("system_ppa")["system"]["title"] in titles


def test_every_provider_of_the_second_region_applies_there_and_nowhere_else() -> None:
    second = {slug for slug, one in organisations("provider").items() if one.get("region") == SECOND}
    applied = {
        row["provider"]: entry["system"]["lead"] for entry in SYSTEMS.values() for row in entry.get("applications", ())
    }
    assert {provider for provider, lead in applied.items() if lead == SECOND} == second
