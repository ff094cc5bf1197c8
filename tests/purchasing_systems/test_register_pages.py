"""The register by its pages: rows, filters, workbook, changes, own numbers, and what a provider offers when."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import python_calamine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted
from portal.core.provision import Urls
from portal.providers.actions.passport import record_grade, save_contact, save_insurance, save_service
from portal.purchasing_systems.actions.offers import offer_service, set_core_price, set_cycle, set_supplier_number
from portal.purchasing_systems.queries.as_at import RegisterFilter
from portal.purchasing_systems.queries.register_changes import changes_between
from portal.purchasing_systems.queries.registers import register_page
from portal.purchasing_systems.rules.register_cycle import circulated_on
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated, set_days
from tests.support.region import acting, reading
from tests.support.statements import count_statements  # noqa: F401  # a fixture

ClientFor = Callable[..., StrictClient]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@dataclass
class Offered:
    """A system in effect; Alder offers a home in lot 1, priced for 11 to 15."""

    case: Evaluated
    admissions: dict[tuple[str, int], UUID]
    service: UUID
    number: str


@pytest.fixture(scope="module")
def offered(app: Flask, evaluated_round: Callable[..., Evaluated]) -> Offered:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    for council in ("halton", "sefton", "wirral"):
        case.decide(council, matter)
    case.to_effect()
    with reading(app, "procurement@halton.example") as session:
        rows = session.execute(
            text("SELECT provider_id, lot_id, id FROM purchasing_systems.admissions WHERE round_id = :r"),
            {"r": case.round_id},
        ).all()
    slugs = {case.provider(slug): slug for slug in ("alder", "birch")}
    admissions = {(slugs[row.provider_id], case.made.lots.index(row.lot_id)): row.id for row in rows}
    number = "1234567"
    with acting(app, "admin@alder.example") as (session, actor):
        service = save_service(session, actor, **service_values(number=number)).service_id
        save_contact(
            session, actor, kind="referral", post="Referrals team", email="referrals@alder.example", telephone=""
        )
        save_insurance(
            session,
            actor,
            kind="public_liability",
            amount=Decimal(10000000),
            expires_on=clock.today() + timedelta(days=60),
        )
        offer_service(
            session, actor, admission_id=admissions["alder", 0], service_id=service, offered=True, reason="On admission"
        )
        set_core_price(session, actor, **price_values(admissions["alder", 0], service_id=service))
    return Offered(case, admissions, service, number)


def service_values(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "service_id": None, "name": "Alder Lodge", "kind": "childrens_home", "regulator": "ofsted", "number": "7654321", "area": "Sefton",
        "capacity": 4, "opened_on": date(2020, 1, 1), "closed_on": None,
    }  # fmt: skip
    return values | changed


def price_values(admission: UUID, **changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "admission_id": admission, "service_id": None, "age_band": "11 to 15", "pounds": Decimal("4850.00"),
        "valid_from": clock.today(), "reason": "First price on admission",
    }  # fmt: skip
    return values | changed


def test_r1_02_admitted_to_one_lot_and_not_to_the_other(app: Flask, offered: Offered) -> None:
    """R1-02: a provider can be admitted to one category and not to another; the register shows each lot by itself."""
    sefton = offered.case.region.organisations["sefton"]
    with reading(app, "placement@sefton.example") as session:
        shown = {
            lot: {
                e.provider_name
                for e in register_page(session, clock.now(), RegisterFilter(lot_id=lot, authority_id=sefton)).usable
            }
            for lot in offered.case.made.lots
        }
    names = [{n.split()[0] for n in shown[lot]} for lot in offered.case.made.lots]
    assert names == [{"Alder", "Birch"}, {"Alder"}]


def test_a_row_is_what_an_officer_opens_it_for(client_for: ClientFor, offered: Offered) -> None:
    html = words(
        client_for("placement@sefton.example").get(f"/register?system={offered.case.system_id}").get_data(as_text=True)
    )
    for expected in (
        "Alder Lodge", f"Ofsted {offered.number}", "Sefton, 4 places", "11 to 15: £4,850.00 a week", "referrals@alder.example",
        "Public liability until", "no council has to buy through a system",
    ):  # fmt: skip
        assert expected in html


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("name=lodge", True), ("name=1234567", True), ("name=nobody", False), ("area=Sefton", True), ("area=Wirral", False),
        ("age_band=11+to+15", True), ("age_band=Adults", False), ("grade=Inadequate", False), ("name=%25", False),
        ("area=Sefton&age_band=11+to+15", True),
    ],
)  # fmt: skip
def test_filters(client_for: ClientFor, offered: Offered, query: str, there: bool) -> None:
    page = client_for("placement@sefton.example").get(
        f"/register?system={offered.case.system_id}&lot={offered.case.made.lots[0]}&{query}"
    )
    assert page.status_code == 200
    assert ("Alder Lodge" in page.get_data(as_text=True)) is there


def test_as_at_by_the_page(client_for: ClientFor, offered: Offered) -> None:
    officer = client_for("placement@sefton.example")
    before = words(officer.get("/register?day=2020-02-01&time=12:00").get_data(as_text=True))
    assert "Could be used then (0)" in before
    assert "As at 12 noon on 1 February 2020" in before
    for query in (
        "day=2020-02-31",
        "day=nonsense",
        "time=12:00",
        "day=2999-01-01",
        "day=1900-01-01",
        "day=2020-01-01&time=25:00",
    ):
        wrong = officer.get(f"/register?{query}")
        assert wrong.status_code == 422, query
    assert "seconds that have passed" in officer.get("/register?day=2999-01-01").get_data(as_text=True)
    assert officer.get("/register.xlsx?day=2999-01-01").status_code == 303


def test_workbook_is_stamped_and_names_its_sources(client_for: ClientFor, offered: Offered) -> None:
    answer = client_for("placement@sefton.example").get(
        f"/register.xlsx?system={offered.case.system_id}&standing=usable"
    )
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[1][0].startswith("As at ")
    assert "no council has to buy through a system" in rows[4][0]
    heads = next(n for n, row in enumerate(rows) if row[0] == "Provider")
    lodge = next(dict(zip(rows[heads], row, strict=True)) for row in rows[heads + 1 :] if "Alder Lodge" in row)
    assert (lodge["Number"], lodge["£ a week, 11 to 15"], lodge["Can be used"]) == (offered.number, 4850.0, "Yes")
    assert "Ofsted" in str(book.get_sheet_by_name("Sources").to_python())
    assert client_for("admin@alder.example").get("/register.xlsx").status_code == 404


def test_r1_07_supplier_numbers_are_each_councils_own(
    app: Flask, client_for: ClientFor, offered: Offered, urls: Urls
) -> None:
    """R1-07: an officer of another council sees core prices and services, and never this council's supplier number."""
    row = f"/register/admissions/{offered.admissions['alder', 0]}"
    assert client_for("placement@sefton.example").send(row, {"number": "SEF-00017"}).status_code == 303
    assert "SEF-00017" in client_for("cabinet@sefton.example").get(row).get_data(as_text=True)
    for other in ("placement@wirral.example", "procurement@halton.example"):
        html = client_for(other).get(row).get_data(as_text=True)
        assert "SEF-00017" not in html
        assert "£4,850.00" in html
        assert b"SEF-00017" not in client_for(other).get("/register.xlsx").data
    with reading(app, "procurement@halton.example") as session:
        assert session.scalar(text("SELECT count(*) FROM purchasing_systems.supplier_numbers")) == 0
    with reading(app, "finance@sefton.example") as session:
        assert session.scalar(text("SELECT count(*) FROM purchasing_systems.supplier_numbers")) == 1
    assert client_for("cabinet@sefton.example").send(row, {"number": "X"}).status_code in (403, 422)
    with acting(app, "cabinet@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        set_supplier_number(session, actor, provider_id=offered.case.provider("alder"), number="X")
    with (
        acting(app, "placement@sefton.example") as (session, actor),
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        session.execute(
            text(
                "INSERT INTO purchasing_systems.supplier_numbers (id, authority_id, provider_id, number, recorded_by, recorded_at) "
                "VALUES (:id, :a, :p, 'X', '', app.now())"
            ),
            {"id": uuid4(), "a": offered.case.region.organisations["wirral"], "p": offered.case.provider("alder")},
        )


def test_another_providers_prices_and_passport_do_not_exist(
    app: Flask, client_for: ClientFor, offered: Offered
) -> None:
    birch = client_for("admin@birch.example")
    alder = offered.admissions["alder", 0]
    for path in (
        f"/your-services/{offered.service}",
        f"/what-you-offer/{alder}/prices/new",
        f"/what-you-offer/{alder}/services/{offered.service}",
    ):
        assert birch.get(path).status_code == 404, path
    assert birch.get(f"/register/admissions/{alder}").status_code == 404
    for email in ("admin@birch.example", None):
        with reading(app, email) as session:
            for table in (
                "purchasing_systems.core_prices",
                "purchasing_systems.admission_services",
                "providers.services",
                "providers.contacts",
            ):
                assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
            assert session.execute(text("SELECT * FROM app.prices_as_at(app.now(), NULL, NULL)")).all() == []
            assert session.execute(text("SELECT * FROM app.offers_as_at(app.now(), NULL, NULL)")).all() == []
    with acting(app, "admin@birch.example") as (session, actor), pytest.raises(Missing):
        set_core_price(session, actor, **price_values(alder))
    with acting(app, "admin@birch.example") as (session, actor), pytest.raises(Missing):
        offer_service(
            session, actor, admission_id=offered.admissions["birch", 0], service_id=offered.service, offered=True
        )


def test_r2_04_no_placement_contacts_for_providers_and_no_promise_of_volume(
    client_for: ClientFor, offered: Offered
) -> None:
    """R2-04: provider-facing screens show no placement-team contact; the register never implies guaranteed volume."""
    alder = client_for("admin@alder.example")
    for path in (
        "/your-services",
        "/what-you-offer",
        "/where-you-stand",
        f"/what-you-offer/{offered.admissions['alder', 0]}/prices/new",
    ):
        html = alder.get(path).get_data(as_text=True)
        for council in ("halton", "sefton", "wirral"):
            assert f"@{council}.example" not in html, path
    assert "no promise of referrals or volume" in alder.get("/what-you-offer").get_data(as_text=True)
    for path in ("/register", f"/register/admissions/{offered.admissions['alder', 0]}"):
        assert "no promise of referrals, places or volume" in client_for("placement@sefton.example").get(path).get_data(
            as_text=True
        )


def test_r8_03_no_council_has_to_buy_through_it(client_for: ClientFor, offered: Offered) -> None:
    """R8-03: non-exclusive use. The register says so, and a council that decided nothing has the same pages and no demand."""
    knowsley = client_for("placement@knowsley.example").get(f"/register?system={offered.case.system_id}")
    assert knowsley.status_code == 200
    assert "no council has to buy through a system" in words(knowsley.get_data(as_text=True))
    assert "Can be used now (0)" in words(knowsley.get_data(as_text=True))


def test_public_register_shows_providers_and_lots_only(client_for: ClientFor, offered: Offered) -> None:
    anybody = client_for()
    page = anybody.get(f"/published-register?system={offered.case.system_id}").get_data(as_text=True)
    assert "Alder House" in page
    csv = anybody.get(f"/published-register.csv?system={offered.case.system_id}").get_data(as_text=True)
    for hidden in ("Alder Lodge", offered.number, "referrals@alder.example", "4,850"):
        assert hidden not in page
        assert hidden not in csv
    for path in ("/register", "/register/changes", "/your-services"):
        assert anybody.get(path).status_code in (302, 303, 401)
    assert client_for("operator@portal.example").get("/register").status_code == 403


def test_r2_03_changes_wait_for_the_circulation_day_unless_there_is_a_reason(app: Flask, offered: Offered) -> None:
    """R2-03: changes are taken until the monthly cut-off day and published on a fixed day; out-of-cycle needs a reason."""
    alder, today = offered.admissions["alder", 1], clock.today()
    with acting(app, "admin@alder.example") as (session, actor):
        waiting = set_core_price(session, actor, **price_values(alder, reason="", pounds=Decimal("900.00")))
        assert waiting.published_on == circulated_on(today, 20, 1) > today
    sefton = RegisterFilter(lot_id=offered.case.made.lots[1], authority_id=offered.case.region.organisations["sefton"])
    with reading(app, "placement@sefton.example") as session:
        found = register_page(session, clock.now(), sefton)
        assert found.details[alder].prices == ()
        assert (
            session.scalar(
                text("SELECT count(*) FROM purchasing_systems.core_prices WHERE admission_id = :a"), {"a": alder}
            )
            == 0
        )
    with acting(app, "admin@alder.example") as (session, actor):
        at_once = set_core_price(
            session, actor, **price_values(alder, reason="The home closes a wing", pounds=Decimal("950.00"))
        )
        assert at_once.published_on == today
    with reading(app, "placement@sefton.example") as session:
        found = register_page(session, clock.now(), sefton)
        assert [p.pounds for p in found.details[alder].prices] == [Decimal("950.00")]


def test_r2_03_both_days_are_the_systems_own(app: Flask, client_for: ClientFor, offered: Offered) -> None:
    """R2-03: both days are configurable, by the lead alone."""
    path = f"/systems/{offered.case.system_id}/register-days"
    lead = client_for("procurement@halton.example")
    assert lead.send(path, {"cut_off_day": "31", "circulation_day": "0"}).status_code == 422
    assert lead.send(path, {"cut_off_day": "28", "circulation_day": "5"}).status_code == 303
    assert client_for("procurement@sefton.example").get(path).status_code == 403
    assert client_for("admin@alder.example").get(path).status_code == 403
    with acting(app, "admin@alder.example") as (session, actor):
        changed = set_core_price(
            session, actor, **price_values(offered.admissions["alder", 1], age_band="5 to 10", reason="")
        )
        assert changed.published_on == circulated_on(clock.today(), 28, 5)
    with acting(app, "procurement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        set_cycle(session, actor, system_id=offered.case.system_id, cut_off_day=1, circulation_day=1)
    with acting(app, "procurement@halton.example") as (session, actor):
        set_cycle(session, actor, system_id=offered.case.system_id, cut_off_day=20, circulation_day=1)


def test_the_circulation_day_is_reckoned_alike_in_python_and_in_the_database(
    app: Flask, urls: Urls, region: Any
) -> None:
    @given(
        st.lists(
            st.tuples(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 28), st.integers(1, 28)),
            min_size=1,
        )
    )
    def alike(cases: list[tuple[date, int, int]]) -> None:
        for on, cut_off, circulation in cases:
            row = connection.execute("SELECT app.circulated_on(%s, %s, %s)", (on, cut_off, circulation)).fetchone()
            told = circulated_on(on, cut_off, circulation)
            assert row == (told,)
            assert told > on
            assert told.day == circulation

    with psycopg.connect(urls.admin) as connection:
        alike()


def test_changes_since_are_listed_once_each(app: Flask, client_for: ClientFor, offered: Offered, urls: Urls) -> None:
    sefton = RegisterFilter(authority_id=offered.case.region.organisations["sefton"], system_id=offered.case.system_id)
    with reading(app, "placement@sefton.example") as session:
        now = clock.now()
        found = changes_between(
            session, now - timedelta(days=300), now, sefton, days=(clock.today() - timedelta(days=300), clock.today())
        )
    kinds = {(c.kind, c.provider_name.split()[0]) for c in found}
    assert {("added", "Alder"), ("added", "Birch"), ("price", "Alder"), ("service", "Alder")} <= kinds
    assert "11 to 15: £4,850.00 a week, before none" in {c.sentence for c in found}
    officer = client_for("placement@sefton.example")
    html = words(officer.get("/register/changes").get_data(as_text=True))
    assert "Alder Lodge is offered" in html
    assert officer.get("/register/changes?since=2999-01-01").status_code == 422
    assert officer.get(f"/register/changes?since={clock.today()}&until={clock.today()}").status_code == 422
    assert client_for("admin@alder.example").get("/register/changes").status_code == 404


def test_grades_are_dated_facts_and_later_ones_do_not_rewrite(
    app: Flask, client_for: ClientFor, offered: Offered
) -> None:
    path = f"/services/{offered.service}/grade"
    officer = client_for("placement@sefton.example")
    typed = {
        "grade": "Good",
        "graded_on": ["1", "3", "2024"],
        "source_url": "https://reports.ofsted.gov.uk/provider/2/1",
    }
    assert officer.send(path, typed | {"grade": "Splendid"}).status_code == 422
    assert officer.send(path, typed | {"source_url": "reports"}).status_code == 422
    assert officer.send(path, typed).status_code == 303
    wanted = RegisterFilter(
        admission_id=offered.admissions["alder", 0], authority_id=offered.case.region.organisations["sefton"]
    )
    with reading(app, "placement@sefton.example") as session:
        then = clock.now()
        grades = [s.grade for s in register_page(session, then, wanted).details[wanted.admission_id].services]  # type: ignore[index]
    assert grades == ["Good"]
    with acting(app, "placement@sefton.example") as (session, actor):
        record_grade(
            session, actor, regulator="ofsted", number=offered.number, kind="childrens_home", grade="Inadequate",
            graded_on=clock.today(), source_url="https://reports.ofsted.gov.uk/provider/2/2",
        )  # fmt: skip
    with reading(app, "placement@sefton.example") as session:
        for at, grade in ((then, "Good"), (clock.now(), "Inadequate")):
            (service,) = register_page(session, at, wanted).details[wanted.admission_id].services  # type: ignore[index]
            assert service.grade == grade
    assert client_for("admin@alder.example").get(path).status_code == 403
    assert client_for("cabinet@sefton.example").get(path).status_code == 403


def test_provider_keeps_its_services_and_prices_by_the_pages(client_for: ClientFor, offered: Offered) -> None:
    admin = client_for("admin@alder.example")
    form = {"name": "Alder Mews", "kind": "childrens_home", "regulator": "ofsted", "number": "2345678", "area": "Wirral", "capacity": "3",
            "opened_on": ["", "", ""], "closed_on": ["", "", ""]}  # fmt: skip
    for wrong in (
        {"number": "no"},
        {"area": "12 High Street"},
        {"name": ""},
        {"regulator": ""},
        {"capacity": "0"},
        {"kind": "castle"},
    ):
        assert admin.send("/your-services/new", form | wrong).status_code == 422, wrong
    assert admin.send("/your-services/new", form).status_code == 303
    assert "Alder Mews" in admin.get("/your-services").get_data(as_text=True)
    contact = {"post": "Vacancies", "email": "someone@gmail.com", "telephone": ""}
    assert admin.send("/your-services/contacts/vacancy", contact).status_code == 422
    assert (
        admin.send("/your-services/contacts/vacancy", contact | {"email": "vacancies@alder.example"}).status_code == 303
    )
    assert admin.get("/your-services/contacts/other").status_code == 404
    cover = {"amount": "5,000,000", "expires_on": ["1", "1", "2030"]}
    assert admin.send("/your-services/insurances/motor", cover | {"amount": "0"}).status_code == 422
    assert admin.send("/your-services/insurances/motor", cover).status_code == 303
    price = f"/what-you-offer/{offered.admissions['alder', 0]}/prices/new"
    typed = {
        "service": "",
        "age_band": "16 to 17",
        "pounds": "3,100.50",
        "valid_from": ["1", "4", "2026"],
        "valid_until": ["", "", ""],
        "reason": "",
    }
    assert admin.send(price, typed | {"pounds": "3100.505"}).status_code == 422
    assert admin.send(price, typed | {"age_band": ""}).status_code == 422
    assert admin.send(price, typed).status_code == 303
    assert "£3,100.50" in admin.get("/what-you-offer").get_data(as_text=True)
    offer = f"/what-you-offer/{offered.admissions['alder', 1]}/services/{offered.service}"
    assert admin.send(offer, {"reason": ""}).status_code == 422
    assert admin.send(offer, {"offered": "yes", "reason": ""}).status_code == 303
    for path in ("/your-services", "/what-you-offer", price):
        assert client_for("writer@alder.example").get(path).status_code == 403
        assert client_for("placement@sefton.example").get(path).status_code == 403


def test_lead_suspends_by_the_page_and_others_cannot(client_for: ClientFor, offered: Offered) -> None:
    row = f"/register/admissions/{offered.admissions['birch', 0]}"
    lead = client_for("procurement@halton.example")
    assert lead.send(f"{row}/standing", {"verb": "reinstate", "because": "x"}).status_code == 422
    assert lead.send(f"{row}/standing", {"verb": "suspend", "because": ""}).status_code == 422
    assert client_for("procurement@sefton.example").get(f"{row}/standing").status_code == 404
    assert client_for("placement@halton.example").get(f"{row}/standing").status_code == 403
    assert lead.send(f"{row}/standing", {"verb": "suspend", "because": "Its insurance ended."}).status_code == 303
    assert "Suspended: Its insurance ended." in words(
        client_for("placement@sefton.example").get(row).get_data(as_text=True)
    )
    with acting(client_for("admin@birch.example").application, "admin@birch.example") as (session, actor):
        # Still admitted, so it can keep its offer in order.
        assert set_core_price(session, actor, **price_values(offered.admissions["birch", 0])).pounds == Decimal(
            "4850.00"
        )


def test_offers_need_an_admission_that_stands(app: Flask, offered: Offered, urls: Urls) -> None:
    alder = offered.admissions["alder", 1]
    set_days(
        urls,
        "UPDATE purchasing_systems.admissions SET status = 'removed', standing_because = 'Test' WHERE id = %s",
        alder,
    )
    with acting(app, "admin@alder.example") as (session, actor):
        with pytest.raises(DBAPIError, match="not admitted to this lot now"):
            set_core_price(session, actor, **price_values(alder))
        session.rollback()
    set_days(
        urls,
        "UPDATE purchasing_systems.admissions SET status = 'effective', standing_because = '' WHERE id = %s",
        alder,
    )


def test_nobody_backdates_what_it_writes(app: Flask, offered: Offered) -> None:
    with acting(app, "admin@alder.example") as (session, actor):
        session.execute(
            text(
                "INSERT INTO providers.contacts (id, provider_id, kind, post, email, telephone, recorded_by, recorded_at) "
                "VALUES (:id, :p, 'referral', '', 'a@b.example', '', 'the mayor', '2020-01-01')"
            ),
            {"id": uuid4(), "p": actor.organisation_id},
        )
        row = session.execute(
            text("SELECT recorded_by, recorded_at FROM providers.contacts WHERE email = 'a@b.example'")
        ).one()
        assert row.recorded_by == actor.person_label
        assert clock.now() - row.recorded_at < timedelta(minutes=5)
        session.rollback()
    for statement in ("UPDATE providers.services SET name = 'x'", "DELETE FROM purchasing_systems.core_prices"):
        with (
            acting(app, "admin@alder.example") as (session, actor),
            pytest.raises(DBAPIError, match="permission denied"),
        ):
            session.execute(text(statement))


def test_same_number_of_statements_for_one_row_and_for_many(
    client_for: ClientFor,
    offered: Offered,
    count_statements: Callable[..., Any],  # noqa: F811
) -> None:
    officer = client_for("placement@sefton.example")
    counts = set()
    for path in ("/register", "/register?name=nobody-at-all", f"/register?system={offered.case.system_id}&area=Sefton"):
        officer.get(path)
        with count_statements() as sent:
            assert officer.get(path).status_code == 200
        counts.add(len(sent))
    assert counts == {max(counts)}
    assert max(counts) <= 8


def test_invalid_words_are_refused_by_the_actions(app: Flask, offered: Offered) -> None:
    with acting(app, "admin@alder.example") as (session, actor):
        with pytest.raises(Invalid) as refused:
            set_core_price(
                session,
                actor,
                **price_values(offered.admissions["alder", 0], pounds=None, valid_from=None, age_band="x"),
            )
        assert set(refused.value.fields) == {"pounds", "valid_from", "age_band"}
        with pytest.raises(Missing):
            save_service(session, actor, **service_values(service_id=uuid4()))
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(NotPermitted):
        save_service(session, actor, **service_values())
