"""Vehicle profiles: rows of rules, kept by the operator; a system behaves by the version it keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.places import CHECKOUT
from portal.purchasing_systems.actions.matters import ask_to_use
from portal.purchasing_systems.actions.profiles import add_profile, record_notice_due, take_latest_profile
from portal.purchasing_systems.actions.rounds import plan_round, publish_round
from portal.purchasing_systems.actions.systems import create_system, edit_system
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.models import PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.profile_forms import data_of
from portal.purchasing_systems.queries.profiles import latest_of, latest_profiles, notices_due, profile_of
from portal.purchasing_systems.queries.readiness import checks_of_round
from portal.purchasing_systems.reference import laws, threshold_on
from portal.purchasing_systems.rules.profiles import RULES, decide_by, last_day_of, window_problem
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, make_round, rolling_values, system_values

OPERATOR = "operator@portal.example"
Clients = Callable[..., StrictClient]


def rules_like(profile: VehicleProfile, **changed: Any) -> dict[str, Any]:
    """The rules of a profile, as the action wants them."""
    data = data_of(profile)
    return data | {"sources": dict(profile.sources), "notices": list(profile.notices)} | changed


def latest(app: Flask, code: str) -> VehicleProfile:
    """The latest version of a vehicle, to be looked at anywhere."""
    with acting(app, LEAD) as (session, _):
        found = latest_of(session, code)
        assert found is not None
        session.expunge(found)
        return found


def own_profile(app: Flask, like: str = "fps", **changed: Any) -> str:
    """A new vehicle; its code."""
    code = f"own_{uuid4().hex[:12]}"
    with acting(app, OPERATOR) as (session, actor):
        copied = latest_of(session, like)
        assert copied is not None
        add_profile(session, actor, code=code, new=True, rules=rules_like(copied, **changed))
    return code


def test_every_shipped_rule_says_where_it_is_laid_down(app: Flask, region: Region) -> None:
    with acting(app, LEAD) as (session, _):
        codes = [p.code for p in latest_profiles(session) if p.created_by == "Shipped with the portal"]
    shipped = {code: latest(app, code) for code in codes}
    assert set(shipped) == {
        "dps", "pdps", "fps", "partner_provider_agreement", "framework", "open_framework", "dynamic_market", "external",
    }  # fmt: skip
    for profile in shipped.values():
        assert {rule for rule in RULES if profile.sources.get(rule)} == set(RULES), profile.code
        assert all(n["source"] and n["notice"] for n in profile.notices)


def test_no_code_knows_a_vehicle_or_a_law_by_name(app: Flask, region: Region) -> None:
    """A system is data: neither Python nor templates nor SQL hold a code of a vehicle or a regime."""
    with acting(app, LEAD) as (session, _):
        codes = {p.code for p in latest_profiles(session)} - {"framework", "external"} | set(laws())
    files = [
        *_files("portal", "py"),
        *_files("templates", "html"),
        *_files("migrations", "sql"),
        *_files("tenants", "py"),
    ]
    assert len(files) > 300
    found = [
        (path.name, code)
        for path in files
        for words in [path.read_text("utf-8")]
        for code in codes
        for quoted in (f'"{code}"', f"'{code}'")
        if quoted in words
    ]
    assert found == []


def _files(folder: str, ending: str) -> list[Path]:
    return list((CHECKOUT / folder).rglob(f"*.{ending}"))


def test_a_system_keeps_the_version_with_which_it_was_published(app: Flask, region: Region) -> None:
    code = own_profile(app)
    made = make_round(app, region, vehicle=code)
    draft = make_round(app, region, vehicle=code, publish=False)
    with acting(app, OPERATOR) as (session, actor):
        before = latest_of(session, code)
        assert before is not None
        add_profile(session, actor, code=code, new=False, rules=rules_like(before, name="Renamed"))
    with acting(app, LEAD) as (session, actor):
        assert profile_of(session, session.get_one(PurchasingSystem, made.system_id)).version == 1
        with pytest.raises(Refused, match="frozen"):
            take_latest_profile(session, actor, system_id=made.system_id)
        taken = take_latest_profile(session, actor, system_id=draft.system_id)
        assert profile_of(session, taken).name == "Renamed"
        newer = taken.profile_id
        with pytest.raises(Refused, match="latest version"):
            take_latest_profile(session, actor, system_id=draft.system_id)
    with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match="frozen"):
        session.execute(update(PurchasingSystem).where(PurchasingSystem.id == made.system_id).values(profile_id=newer))


@pytest.mark.parametrize(
    "email",
    [LEAD, "administrator@halton.example", "head@sefton.example", "cabinet@halton.example", "admin@alder.example"],
)
def test_only_the_operator_keeps_profiles(app: Flask, region: Region, client_for: Clients, email: str) -> None:
    like = latest(app, "fps")
    with acting(app, email) as (session, actor), pytest.raises(NotPermitted):
        add_profile(session, actor, code="mine", new=True, rules=rules_like(like))
    with acting(app, email) as (session, _):
        copied = {c.name: getattr(like, c.name) for c in VehicleProfile.__table__.columns} | {
            "id": uuid4(),
            "code": "mine",
        }
        session.add(VehicleProfile(**copied))
        with pytest.raises(DBAPIError, match="row-level security"):
            session.flush()
        session.rollback()
    assert client_for(email).get("/operator/vehicle-profiles").status_code == 403


def test_a_version_never_changes(app: Flask, region: Region) -> None:
    for email in (OPERATOR, LEAD):
        for statement in (
            "UPDATE purchasing_systems.vehicle_profiles SET name = 'x'",
            "DELETE FROM purchasing_systems.vehicle_profiles",
        ):
            with acting(app, email) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(statement))


def test_the_operator_adds_a_vehicle_in_the_browser(app: Flask, region: Region, client_for: Clients) -> None:
    client = client_for(OPERATOR)
    page = client.get("/operator/vehicle-profiles/new?copy=fps")
    assert "Flexible purchasing system" in page.get_data(as_text=True)
    with acting(app, OPERATOR) as (session, _):
        like = latest_of(session, "fps")
        assert like is not None
        typed = _typed(like)
    code = f"local_{uuid4().hex[:8]}"
    wrong = client.send("/operator/vehicle-profiles/new", typed | {"code": "Not a code", "source_fees": ""})
    assert wrong.status_code == 422
    words = wrong.get_data(as_text=True)
    assert "Use small letters, digits and _ only" in words
    assert "Enter where this is laid down. Fees" in words
    made = client.send("/operator/vehicle-profiles/new", typed | {"code": code, "name": "Local list"})
    assert made.status_code == 303
    shown = client.get(made.headers["Location"]).get_data(as_text=True)
    assert "Local list" in shown
    assert "Version 1" in shown
    again = client.send(f"{made.headers['Location']}/new-version", typed | {"name": "Local list, revised"})
    assert "Version 2" in client.get(again.headers["Location"]).get_data(as_text=True)
    taken = client.send("/operator/vehicle-profiles/new", typed | {"code": code})
    assert "There is a vehicle of this name" in taken.get_data(as_text=True)


def _typed(profile: VehicleProfile) -> dict[str, Any]:
    data = data_of(profile)
    typed: dict[str, Any] = {}
    for name, value in data.items():
        if name == "notices":
            for n, row in enumerate(value):
                for part in ("moment", "notice", "days", "source"):
                    typed[f"notices-{n}-{part}"] = str(row.get(part) or "")
        elif value is True:
            typed[name] = "y"
        elif isinstance(value, list):
            typed[name] = value
        elif isinstance(value, date):
            typed[name] = [str(value.day), str(value.month), str(value.year)]
        elif value not in (None, False):
            typed[name] = str(value)
    return typed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"admission": "sometimes"}, "admission"),
        ({"admits": "lead"}, "may_restrict"),
        ({"assessment_days": 10, "assessment_days_extended": 5}, "assessment_days_extended"),
        ({"member_cap": 9}, "member_cap"),
        ({"standstill_days": None, "standstill_mandatory": True}, "standstill_days"),
        ({"longest_years": 4}, "limit_regimes"),
        ({"regimes": []}, "regimes"),
        ({"notices": [{"moment": "one day", "notice": "N", "source": "S"}]}, "notices"),
        ({"sources": {}}, "source_admission"),
    ],
)
def test_rules_that_contradict_each_other_are_said_beside_the_field(
    app: Flask, region: Region, changed: dict[str, Any], field: str
) -> None:
    with acting(app, OPERATOR) as (session, actor):
        like = latest_of(session, "fps")
        assert like is not None
        with pytest.raises(Invalid) as refused:
            add_profile(session, actor, code=f"x{uuid4().hex[:8]}", new=True, rules=rules_like(like, **changed))
        assert field in refused.value.fields
        with pytest.raises(Missing):
            add_profile(session, actor, code="nobody_has_this", new=False, rules=rules_like(like))


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"valid_from": date(2027, 1, 1)}, "regime", "governs procurements that commenced"),
        ({"regime": "procurement_act_2023_light_touch"}, "regime", "commenced from 24 February 2025"),
        ({"regime": "below_threshold", "commenced_on": date(2026, 2, 1)}, "regime", "not below the threshold of £663,540.00"),
        ({"vehicle": "open_framework"}, "regime", "not set up under this law"),
        (rolling_values(valid_until=date(2029, 2, 24)), "valid_until", "23 February 2029"),
        (rolling_values(quality_pass_mark=Decimal(50)), "quality_pass_mark", "Enter 0"),
        (rolling_values(restriction_grounds=system_values()["restriction_grounds"]), "restriction_grounds", "no council may restrict"),
        ({"vehicle": "framework", "regime": "pcr_2015", "valid_until": date(2025, 1, 1)}, "valid_until", "only with a reason"),
        ({"commenced_on": clock.today() + timedelta(days=1)}, "commenced_on", "has not come yet"),
    ],
)  # fmt: skip
def test_all_07_the_law_and_the_rules_are_checked_when_a_system_is_set_up(
    app: Flask, region: Region, changed: dict[str, Any], field: str, sentence: str
) -> None:
    """ALL-07: the regime is fixed at the moment the procurement commenced; what cannot be is refused in a sentence."""
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            create_system(session, actor, **system_values(**changed))
        assert sentence in refused.value.fields[field]


def test_all_07_the_day_of_commencement_is_fixed_at_the_first_publication(app: Flask, region: Region) -> None:
    """ALL-07: the regime cannot change once the procurement has commenced."""
    made = make_round(
        app,
        region,
        publish=False,
        regime="procurement_act_2023_light_touch",
        valid_from=date(2027, 1, 1),
        vehicle="fps",
    )
    with acting(app, LEAD) as (session, actor):
        assert session.get_one(PurchasingSystem, made.system_id).commenced_on is None
        publish_round(session, actor, round_id=made.round_id)
        assert session.get_one(PurchasingSystem, made.system_id).commenced_on == clock.today()
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="frozen"):
        edit_system(session, actor, system_id=made.system_id, **system_values(regime="pcr_2015_light_touch"))


def test_a_longer_framework_needs_a_reason_also_when_it_is_extended(app: Flask, region: Region) -> None:
    four = {"vehicle": "framework", "regime": "pcr_2015", "valid_until": date(2024, 10, 18)}
    with acting(app, LEAD) as (session, actor):
        made = create_system(session, actor, **system_values(**four))
        point = {"title": "Year 5", "ends_on": date(2024, 10, 18), "new_end": date(2025, 10, 18), "source": "Clause 4"}
        with pytest.raises(Invalid) as refused:
            add_extension_point(session, actor, system_id=made.id, **point)
        assert "longer than 4 years" in refused.value.fields["new_end"]
        edit_system(
            session, actor, system_id=made.id, **system_values(**four, longer_because="The homes are built for it.")
        )
        assert add_extension_point(session, actor, system_id=made.id, **point).new_end == date(2025, 10, 18)


def test_a_vehicle_of_its_own_decides_how_many_rounds_there_are(app: Flask, region: Region) -> None:
    now = clock.now()
    window = {"number": 2, "opens_at": now, "closes_at": now + timedelta(days=9)}
    for pattern, sentence in (("fixed", "one window"), ("elsewhere", "admitted elsewhere")):
        code = own_profile(app, admission=pattern)
        made = make_round(app, region, vehicle=code, publish=False) if pattern == "fixed" else None
        with acting(app, LEAD) as (session, actor):
            system_id = made.system_id if made else create_system(session, actor, **system_values(vehicle=code)).id
            with pytest.raises(Refused, match=sentence):
                plan_round(session, actor, system_id=system_id, **window)
        with acting(app, LEAD) as (session, _), pytest.raises(DBAPIError, match=r"one window only|admitted elsewhere"):
            session.execute(
                text(
                    "INSERT INTO purchasing_systems.rounds (id, system_id, lead_id, number, opens_at, closes_at, status, always_open) "
                    "VALUES (gen_random_uuid(), :system, app.organisation(), 2, now(), now() + interval '1 day', 'planned', false)"
                ),
                {"system": made.system_id if made else system_id},
            )


def test_a_required_standstill_cannot_be_left_out(app: Flask, region: Region) -> None:
    code = own_profile(app, standstill_days=12, standstill_mandatory=True)
    with acting(app, LEAD) as (session, actor):
        for days in (None, 11):
            with pytest.raises(Invalid) as refused:
                create_system(session, actor, **system_values(vehicle=code, standstill_days=days))
            assert "at least 12" in refused.value.fields["standstill_days"]
        assert create_system(session, actor, **system_values(vehicle=code, standstill_days=12)).standstill_days == 12


def test_the_shortest_first_window_is_the_profiles(app: Flask, region: Region) -> None:
    code = own_profile(app, first_window_days=30)
    made = make_round(app, region, vehicle=code, publish=False)
    sentence = "at least 30 days between the notice and the closing time"
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match=sentence):
        publish_round(session, actor, round_id=made.round_id)
    profile = latest(app, code)
    assert window_problem(profile, date(2026, 4, 1), date(2026, 5, 1)) is not None
    assert window_problem(profile, date(2026, 4, 1), date(2026, 5, 2)) is None


def test_notices_due_have_their_day_and_are_recorded_once(app: Flask, region: Region, client_for: Clients) -> None:
    made = make_round(app, region, publish=False)
    client = client_for(LEAD)
    page = client.get(f"/systems/{made.system_id}/rules").get_data(as_text=True)
    for words in (
        "Contract notice",
        "Record it",
        "Partner provider agreement, version 1",
        "PCR 2015, regulations 74 to 76",
    ):
        assert words in page
    wrong = client.send(
        f"/systems/{made.system_id}/notices-due/1", {"number": "", "url": "x", "published_on": ["", "", ""]}
    )
    assert wrong.status_code == 422
    day = clock.today()
    typed = {
        "number": "000123-2026",
        "url": "https://notices.example/1",
        "published_on": [str(day.day), str(day.month), str(day.year)],
    }
    assert client.send(f"/systems/{made.system_id}/notices-due/1", typed).status_code == 303
    assert client.get(f"/systems/{made.system_id}/notices-due/1").status_code == 409
    assert client.get(f"/systems/{made.system_id}/notices-due/99").status_code == 404
    assert "000123-2026" in client.get(f"/systems/{made.system_id}/rules").get_data(as_text=True)
    assert client_for("head@sefton.example").get(f"/systems/{made.system_id}/rules").status_code == 200
    assert client_for("procurement@sefton.example").get(f"/systems/{made.system_id}/notices-due/1").status_code == 403
    assert client_for("admin@alder.example").get(f"/systems/{made.system_id}/rules").status_code == 403
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        record_notice_due(
            session, actor, system_id=made.system_id, which=0, number="1", url="https://a.example", published_on=day
        )
    with acting(app, LEAD) as (session, _):
        system = session.get_one(PurchasingSystem, made.system_id)
        due = notices_due(session, system, profile_of(session, system))
        assert [(n.number, n.by is not None) for n in due] == [("2026/S 000-000001", True), ("000123-2026", False)]


def test_the_checklist_names_a_notice_that_is_due(app: Flask, region: Region) -> None:
    due = {"moment": "intention", "notice": "Intention notice", "days": None, "source": "The Act"}
    made = make_round(app, region, vehicle=own_profile(app, notices=[due]), publish=False)
    with acting(app, LEAD) as (session, _):
        system = session.get_one(PurchasingSystem, made.system_id)
        checks = {c.key: c for c in checks_of_round(session, system, session.get_one(Round, made.round_id))}
        assert checks["notices"].missing == "Due and not recorded: Intention notice."
        assert not checks["notices"].needed
        assert checks["law"].done


def test_where_the_lead_admits_for_all_no_council_is_asked_about_names(app: Flask, region: Region) -> None:
    made = make_round(app, region, closes_in=None, **rolling_values())
    with acting(app, LEAD) as (session, actor), pytest.raises(Refused, match="the lead admits for all"):
        ask_to_use(session, actor, round_id=made.round_id, answer_by=clock.today() + timedelta(days=30))


def test_thresholds_are_dated() -> None:
    on = threshold_on("sub_central_goods_services", date(2025, 12, 31))
    later = threshold_on("sub_central_goods_services", date(2026, 1, 1))
    assert on is not None
    assert later is not None
    assert (on.amount, later.amount) == (Decimal(214904), Decimal(207720))
    assert threshold_on("light_touch_services", date(2015, 3, 1)) is None


def test_years_end_the_day_before_their_anniversary() -> None:
    assert last_day_of(date(2026, 4, 1), 4) == date(2030, 3, 31)
    assert last_day_of(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_r9_02_ten_working_days_or_fifteen_with_reasons(app: Flask, region: Region) -> None:
    """R9-02: each application has its own decision clock (10 working days; 15 if extended with reasons)."""
    rules, light = latest(app, "dps"), latest(app, "fps")
    assert decide_by(rules, date(2026, 1, 5)) == date(2026, 1, 19)
    assert decide_by(rules, date(2026, 1, 5), extended=True) == date(2026, 1, 26)
    assert decide_by(rules, date(2026, 1, 5), not_before=date(2026, 3, 1)) == date(2026, 3, 1)
    assert decide_by(light, date(2026, 1, 5)) is None


def test_a_new_system_begins_with_what_its_vehicle_proposes(app: Flask, region: Region, client_for: Clients) -> None:
    page = client_for(LEAD).get("/systems/new?vehicle=partner_provider_agreement").get_data(as_text=True)
    assert 'value="10"' in page
    assert 'value="partner_provider_agreement" selected' in page


def test_profiles_are_public_reference(app: Flask, region: Region) -> None:
    with acting(app, "admin@alder.example") as (session, _):
        assert (
            session.scalar(select(VehicleProfile.name).where(VehicleProfile.code == "dps"))
            == "Dynamic purchasing system"
        )
