"""Until when a council may buy: the system's term, extensions in effect for it, leaving, and going on with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.kinds import MatterKind
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.terms import add_extension_point, go_on_after_term, remove_extension_point
from portal.purchasing_systems.models import TermOverride
from portal.purchasing_systems.queries.terms import may_call_off, term_of, terms_of
from portal.purchasing_systems.rules.terms import months_before, warning_due
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values, set_days
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
TODAY = clock.today()
ENDED = TODAY - timedelta(days=10)
NEW_END = TODAY + timedelta(days=355)


def note_point(app: Flask, system_id: UUID, ends_on: date = ENDED, new_end: date = NEW_END) -> UUID:
    with acting(app, LEAD) as (session, actor):
        return add_extension_point(
            session, actor, system_id=system_id, title="End of year 2", ends_on=ends_on, new_end=new_end, source="Terms, clause 4"
        ).id  # fmt: skip


def put(app: Flask, region: Region, made: MadeRound, kind: MatterKind, subject: str, **more: Any) -> UUID:
    with acting(app, LEAD) as (session, actor):
        return ask_councils(
            session, actor, system_id=made.system_id, kind=kind, subject=subject, answer_by=TODAY + timedelta(days=30),
            councils=[region.organisations[slug] for slug in COUNCILS], **more,
        ).id  # fmt: skip


def answer(app: Flask, council: str, matter: UUID, **changed: Any) -> UUID:
    with acting(app, f"democratic@{council}.example") as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values(**changed))
        return record_decision(session, actor, decision_id=drafted.id).id


@pytest.fixture
def ended(app: Flask, region: Region, urls: Urls) -> MadeRound:
    """Its term ended ten days ago; what happened before is not told here."""
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    set_days(urls, "UPDATE purchasing_systems.systems SET valid_until = %s WHERE id = %s", ENDED, made.system_id)
    return made


def test_a_running_term_lets_every_council_buy(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    with acting(app, "procurement@wirral.example") as (session, actor):
        term = term_of(session, made.system_id, actor.organisation_id)
        standing = may_call_off(session, made.system_id, actor.organisation_id)
    assert (term.ends_on, term.expired, term.extended_by, term.next_extension_point) == (
        date(2030, 10, 18),
        False,
        None,
        None,
    )
    assert standing.allowed
    assert standing.sentence == "Wirral can make call-offs under LCR care until 18 October 2030."


def test_r9_04_an_expired_term_blocks_until_an_extension_is_in_effect_for_that_council(
    app: Flask, region: Region, ended: MadeRound
) -> None:
    point = note_point(app, ended.system_id)
    matter = put(app, region, ended, m.EXTEND, str(point))
    later = TODAY + timedelta(days=5)
    extended = answer(app, "sefton", matter)
    answer(app, "knowsley", matter, effective_on=later)
    answer(app, "wirral", matter, outcome="not_approve")
    with acting(app, "procurement@halton.example") as (session, _):
        found = {t.slug: t for t in terms_of(session, ended.system_id)}
        then = {t.slug: t for t in terms_of(session, ended.system_id, on=later)}
    assert {slug: t.expired for slug, t in found.items()} == {slug: slug != "sefton" for slug in COUNCILS}
    assert (found["sefton"].ends_on, found["sefton"].extended_by) == (NEW_END, extended)
    assert (found["wirral"].ends_on, found["wirral"].extended_by) == (ENDED, None)
    assert {slug for slug, t in then.items() if not t.expired} == {"sefton", "knowsley"}, "each from its own day"
    point_of = {slug: t.next_extension_point for slug, t in found.items()}
    assert point_of["halton"] is not None, "a late decision can still extend it"
    assert (point_of["halton"].id, point_of["sefton"]) == (point, None)
    assert not found["halton"].standing.allowed
    assert "No extension is in effect for it" in found["halton"].standing.sentence


def test_together_or_nobody(app: Flask, region: Region, ended: MadeRound) -> None:
    matter = put(app, region, ended, m.EXTEND_TOGETHER, str(note_point(app, ended.system_id)), minimum=3)
    for council in ("halton", "sefton"):
        answer(app, council, matter)
    with acting(app, LEAD) as (session, _):
        assert all(t.expired for t in terms_of(session, ended.system_id)), "two are too few"
    answer(app, "wirral", matter)
    with acting(app, LEAD) as (session, _):
        running = {t.slug for t in terms_of(session, ended.system_id) if not t.expired}
    assert running == {"halton", "sefton", "wirral"}


def test_a_lot_that_is_refused_does_not_stop_the_extension(app: Flask, region: Region, ended: MadeRound) -> None:
    matter = put(app, region, ended, m.EXTEND, str(note_point(app, ended.system_id)), added_lot="Short breaks")
    parts = {"extend": ("approve", ""), "add-lot": ("not_approve", "No need for it here.")}
    answer(app, "sefton", matter, outcome="approve_in_part", parts=parts)
    turned = {"extend": ("not_approve", "Enough is enough."), "add-lot": ("approve", "")}
    answer(app, "wirral", matter, outcome="approve_in_part", parts=turned)
    with acting(app, LEAD) as (session, _):
        assert {t.slug for t in terms_of(session, ended.system_id) if not t.expired} == {"sefton"}


def test_who_leaves_makes_no_call_off_after_its_day(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    wirral, exit_on = region.organisations["wirral"], TODAY + timedelta(days=3)
    matter = put(app, region, made, m.LEAVE, str(wirral), on=exit_on)
    with acting(app, LEAD) as (session, _):
        assert term_of(session, made.system_id, wirral).ends_on == date(2030, 10, 18), "asked is not decided"
    answer(app, "wirral", matter)
    with acting(app, LEAD) as (session, _):
        term = term_of(session, made.system_id, wirral)
        assert (term.ends_on, term.leaves_on, term.expired) == (exit_on, exit_on, False)
        assert term_of(session, made.system_id, wirral, on=exit_on + timedelta(days=1)).expired
        assert not term_of(session, made.system_id, region.organisations["sefton"]).leaves_on


def test_the_next_extension_point_is_the_one_still_open(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1), valid_until=TODAY + timedelta(days=20))
    first = note_point(app, made.system_id, TODAY + timedelta(days=20), TODAY + timedelta(days=375))
    second = note_point(app, made.system_id, TODAY + timedelta(days=375), TODAY + timedelta(days=740))
    matter = put(app, region, made, m.EXTEND, str(first))
    answer(app, "sefton", matter)
    with acting(app, LEAD) as (session, _):
        found = {t.slug: t.next_extension_point for t in terms_of(session, made.system_id)}
    assert found["sefton"] is not None
    assert found["wirral"] is not None
    assert (found["sefton"].id, found["wirral"].id) == (second, first)


def test_a_council_that_takes_no_part_has_no_term(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1), councils=("halton", "sefton"))
    with acting(app, "procurement@wirral.example") as (session, actor):
        assert not may_call_off(session, made.system_id, actor.organisation_id).allowed
        with pytest.raises(Missing):
            term_of(session, made.system_id, actor.organisation_id)


class TestExtensionPoints:
    def test_what_the_documents_cannot_hold_is_said(self, app: Flask, region: Region) -> None:
        made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
        whole: dict[str, Any] = {
            "title": "End of year 2", "ends_on": date(2030, 10, 18), "new_end": date(2031, 10, 18), "source": "Terms, clause 4",
        }  # fmt: skip
        for changed, field in (
            ({"title": " "}, "title"),
            ({"source": ""}, "source"),
            ({"ends_on": None}, "ends_on"),
            ({"ends_on": date(2019, 1, 1)}, "ends_on"),
            ({"new_end": date(2030, 10, 18)}, "new_end"),
            ({"new_end": None}, "new_end"),
        ):
            with pytest.raises(Invalid) as said, acting(app, LEAD) as (session, actor):
                add_extension_point(session, actor, system_id=made.system_id, **whole | changed)
            assert list(said.value.fields) == [field]
        note_point(app, made.system_id, whole["ends_on"], whole["new_end"])
        with pytest.raises(Invalid, match="on this day already"), acting(app, LEAD) as (session, actor):
            add_extension_point(session, actor, system_id=made.system_id, **whole)
        with pytest.raises(NotPermitted), acting(app, "procurement@sefton.example") as (session, actor):
            add_extension_point(session, actor, system_id=made.system_id, **whole)

    def test_taken_out_until_it_is_put(self, app: Flask, region: Region, ended: MadeRound) -> None:
        point = note_point(app, ended.system_id)
        with acting(app, LEAD) as (session, actor):
            remove_extension_point(session, actor, system_id=ended.system_id, point_id=point)
        point = note_point(app, ended.system_id)
        put(app, region, ended, m.EXTEND, str(point))
        with pytest.raises(Refused, match="have been asked"), acting(app, LEAD) as (session, actor):
            remove_extension_point(session, actor, system_id=ended.system_id, point_id=point)
        with pytest.raises(Missing), acting(app, LEAD) as (session, actor):
            remove_extension_point(session, actor, system_id=ended.system_id, point_id=uuid4())


class TestGoingOn:
    """A head of service's reason, where somebody must be placed."""

    VALUES: ClassVar[dict[str, Any]] = {
        "reason": "The Cabinet meets on 3 December; a child cannot wait.",
        "need_note": "A foster placement for two siblings.",
        "until": TODAY + timedelta(days=14),
    }

    def test_it_is_that_councils_alone_and_stands_in_its_trail(
        self, app: Flask, region: Region, ended: MadeRound, urls: Urls
    ) -> None:
        with acting(app, "head@wirral.example") as (session, actor):
            made = go_on_after_term(session, actor, system_id=ended.system_id, **self.VALUES)
            assert made.recorded_by_post == actor.person_label
            standing = may_call_off(session, ended.system_id, actor.organisation_id)
            made_id = made.id
        assert standing.allowed
        assert "counts as off-system spend" in standing.sentence
        for email in ("head@sefton.example", LEAD):
            with acting(app, email) as (session, actor):
                assert session.get(TermOverride, made_id) is None
                assert not may_call_off(session, ended.system_id, actor.organisation_id).allowed
        with psycopg.connect(urls.admin) as connection:
            (line,) = connection.execute(
                "SELECT sentence FROM audit.lines WHERE verb = 'purchasing_systems.term.override' AND facts ->> 'system_id' = %s",
                [str(ended.system_id)],
            ).fetchall()
        assert "off-system spend" in line[0]
        assert "The Cabinet meets" in line[0]
        assert "siblings" not in line[0], "what is needed stays on its own page"

    def test_over_when_its_day_is_over(self, app: Flask, ended: MadeRound) -> None:
        with acting(app, "head@wirral.example") as (session, actor):
            go_on_after_term(session, actor, system_id=ended.system_id, **self.VALUES)
            after = term_of(session, ended.system_id, actor.organisation_id, on=TODAY + timedelta(days=15))
        assert not after.standing.allowed

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"need_note": ""}, "need_note"),
            ({"need_note": "For a child born 3/5/2014"}, "need_note"),
            ({"need_note": "NHS number 943 476 5919"}, "need_note"),
            ({"until": None}, "until"),
            ({"until": TODAY - timedelta(days=1)}, "until"),
        ],
    )
    def test_what_is_missing_or_says_too_much(
        self, app: Flask, ended: MadeRound, changed: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as said, acting(app, "head@wirral.example") as (session, actor):
            go_on_after_term(session, actor, system_id=ended.system_id, **self.VALUES | changed)
        assert list(said.value.fields) == [field]

    def test_a_head_of_service_only_and_after_the_term_only(self, app: Flask, region: Region, ended: MadeRound) -> None:
        with pytest.raises(NotPermitted), acting(app, "procurement@wirral.example") as (session, actor):
            go_on_after_term(session, actor, system_id=ended.system_id, **self.VALUES)
        running = make_round(app, region, publish=False, opens_in=timedelta(days=1))
        with (
            pytest.raises(Refused, match="nothing has to be overridden"),
            acting(app, "head@wirral.example") as (session, actor),
        ):
            go_on_after_term(session, actor, system_id=running.system_id, **self.VALUES)

    def test_nor_by_a_raw_statement(self, app: Flask, region: Region, ended: MadeRound) -> None:
        def write(email: str, council: str, until: date) -> None:
            with acting(app, email) as (session, actor):
                session.add(
                    TermOverride(
                        system_id=ended.system_id, authority_id=region.organisations[council], reason="x", need_note="x", until=until,
                        recorded_by_id=actor.person_id, recorded_by_post="x",
                    )
                )  # fmt: skip
                session.flush()

        with pytest.raises(DBAPIError, match="Only a head of service"):
            write("procurement@wirral.example", "wirral", TODAY)
        with pytest.raises(DBAPIError, match="row-level security"):
            write("head@wirral.example", "sefton", TODAY)
        with pytest.raises(DBAPIError, match="has passed"):
            write("head@wirral.example", "wirral", TODAY - timedelta(days=1))


def test_every_page_about_the_system_says_so(
    app: Flask, client_for: ClientFor, region: Region, ended: MadeRound
) -> None:
    matter = put(app, region, ended, m.EXTEND, str(note_point(app, ended.system_id)))
    said = "Call-offs are blocked"
    wirral, sefton = client_for("head@wirral.example"), client_for("procurement@sefton.example")
    recorded = answer(app, "sefton", matter)
    base = f"/systems/{ended.system_id}"
    pages = (
        base, f"{base}/lots", f"{base}/councils", f"{base}/term", f"{base}/rounds/{ended.round_id}", f"/decisions/{matter}",
        f"/decisions/{matter}/what-if", f"/decisions/records/{recorded}",
    )  # fmt: skip
    for path in pages:
        assert said in wirral.get(path).get_data(as_text=True), path
        assert said not in sefton.get(path).get_data(as_text=True), path
    assert said not in wirral.get("/home").get_data(as_text=True)
    bad = wirral.send(
        f"{base}/term/go-on", {"reason": "The child cannot wait.", "need_note": "", "until": ["", "", ""]}
    )
    assert bad.status_code == 422
    assert "The child cannot wait." in bad.get_data(as_text=True)
    day = TODAY + timedelta(days=7)
    whole = {"reason": "A child.", "need_note": "One place.", "until": [str(day.day), str(day.month), str(day.year)]}
    assert wirral.send(f"{base}/term/go-on", whole).status_code == 303
    going_on = wirral.get(base).get_data(as_text=True)
    assert said not in going_on
    assert "Going on after the term" in going_on
    assert "Reason: A child." in going_on
    assert sefton.get(f"{base}/term/go-on").status_code == 403


def test_the_banner_costs_one_statement(
    app: Flask, client_for: ClientFor, region: Region, ended: MadeRound, count_statements: Any
) -> None:
    client = client_for("head@wirral.example")
    with count_statements() as sent:
        client.get(f"/systems/{ended.system_id}/lots")
    assert sum("term_overrides" in statement for statement in sent.texts) == 1
    with count_statements() as sent:
        assert client_for("procurement@wirral.example").get(f"/systems/{ended.system_id}/ask").status_code == 403
    assert not [statement for statement in sent.texts if "term_overrides" in statement], "a refusal asks nothing more"


def test_only_where_a_term_may_be_over_is_it_asked(app: Flask, region: Region, ended: MadeRound) -> None:
    running = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    leaving = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    put(app, region, leaving, m.LEAVE, str(region.organisations["wirral"]), on=TODAY)
    with acting(app, "head@wirral.example") as (_, actor):
        assert {ended.system_id, leaving.system_id} <= actor.ended
        assert running.system_id not in actor.ended
    with acting(app, "admin@alder.example") as (_, actor):
        assert actor.ended == frozenset()


def test_extension_points_on_their_page(client_for: ClientFor, ended: MadeRound) -> None:
    lead, base = client_for(LEAD), f"/systems/{ended.system_id}"
    day = ["18", "10", "2031"]
    bad = lead.send(
        f"{base}/extension-points/new", {"title": "End of year 2", "ends_on": day, "new_end": day, "source": ""}
    )
    assert bad.status_code == 422
    assert "End of year 2" in bad.get_data(as_text=True)
    whole = {"title": "End of year 2", "ends_on": day, "new_end": ["18", "10", "2032"], "source": "Terms, 4"}
    assert lead.send(f"{base}/extension-points/new", whole).status_code == 303
    page = lead.get(f"{base}/term").get_data(as_text=True)
    assert "18 October 2032" in page
    assert "Ask each council" in page
    other = client_for("procurement@sefton.example").get(f"{base}/term").get_data(as_text=True)
    assert "Ask each council" not in other
    assert "Take out" not in other


def test_r4_03_when_it_is_time_to_warn() -> None:
    end = date(2028, 5, 31)
    assert months_before(end, 3) == date(2028, 2, 29)
    assert months_before(date(2027, 3, 31), 12) == date(2026, 3, 31)
    months = (12, 6, 3)
    assert warning_due(end, date(2027, 5, 30), months) is None
    assert warning_due(end, date(2027, 5, 31), months) == 12
    assert warning_due(end, date(2028, 1, 1), months) == 6, "the nearest that has come"
    assert warning_due(end, end, months) == 3
    assert warning_due(end, end + timedelta(days=1), months) is None
    assert warning_due(end, end, ()) is None
