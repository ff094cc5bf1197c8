"""Setting a system up: who may, what is checked, what others see of it."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit.models import AuditLine
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.purchasing_systems.actions.parts import add_lot, add_participant, edit_lot, end_participation
from portal.purchasing_systems.actions.specifications import write_local_schedule, write_specification
from portal.purchasing_systems.actions.systems import create_system, edit_system, establish_system
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.specifications import specification_of
from portal.purchasing_systems.queries.systems import lots_of, participants_of, system_for, systems_of
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, make_round, system_values


def test_a_system_is_led_by_whoever_creates_it_and_leaves_one_line(app: Flask, region: Region) -> None:
    with acting(app, LEAD) as (session, actor):
        system_id = create_system(session, actor, **system_values()).id
    with acting(app, LEAD) as (session, actor):
        system = system_for(session, actor, system_id)
        assert (system.lead_id, system.status) == (region.organisations["halton"], "draft")
        assert actor.leads(system_id)
        lines = session.scalars(select(AuditLine).where(AuditLine.system_id == system_id)).all()
        assert [line.verb for line in lines] == ["purchasing_systems.system.create"]
    with acting(app, "procurement@sefton.example") as (session, actor):
        with pytest.raises(Missing):
            system_for(session, actor, system_id)
        assert system_id not in {row.id for row in systems_of(session, actor)}


@pytest.mark.parametrize("email", ["placement@halton.example", "head@halton.example", "writer@alder.example"])
def test_roles_without_the_permission_cannot_create(app: Flask, region: Region, email: str) -> None:
    with acting(app, email) as (session, actor), pytest.raises(NotPermitted):
        create_system(session, actor, **system_values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("regime", "magna_carta"),
        ("vehicle", "bus"),
        ("valid_until", date(2020, 1, 1)),
        ("value_pounds", Decimal("NaN")),
        ("value_pounds", Decimal("0.001")),
        ("cpv", "85300000-8"),
        ("standstill_days", 0),
        ("quality_pass_mark", Decimal(101)),
        ("panel_councils", 0),
        ("restriction_grounds", [{"slug": "a", "title": "", "text": "b"}]),
    ],
)
def test_what_cannot_be_accepted_is_named_by_field(app: Flask, region: Region, field: str, value: object) -> None:
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as refused:
            create_system(session, actor, **system_values(**{field: value}))
        assert set(refused.value.fields) == {field}
        session.rollback()


def test_participants_read_and_the_lead_alone_edits(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    with acting(app, "commissioning@wirral.example") as (session, actor):
        assert [lot.title for lot in lots_of(session, made.system_id)] == ["Residential care", "Foster care"]
        assert [c.short_name for c in participants_of(session, made.system_id)] == [c[0] for c in COUNCILS.values()]
        with pytest.raises(NotPermitted):
            edit_system(session, actor, system_id=made.system_id, **system_values())
        with pytest.raises(NotPermitted):
            add_lot(session, actor, system_id=made.system_id, number=3, title="More", description="More")
    with acting(app, "writer@alder.example") as (session, _):
        assert session.get(PurchasingSystem, made.system_id) is None


def test_a_council_writes_its_own_schedule_and_no_other(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False)
    sefton, wirral = region.organisations["sefton"], region.organisations["wirral"]
    with acting(app, "commissioning@sefton.example") as (session, actor):
        write_local_schedule(session, actor, system_id=made.system_id, authority_id=sefton, text="Sefton adds this.")
        with pytest.raises(NotPermitted):
            write_local_schedule(session, actor, system_id=made.system_id, authority_id=wirral, text="Not ours.")
    with acting(app, "placement@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        write_local_schedule(session, actor, system_id=made.system_id, authority_id=sefton, text="Not my role.")
    with acting(app, "cabinet@knowsley.example") as (session, _):
        found = specification_of(session, made.system_id)
        assert found is not None
        assert {s.slug: s.text for s in found.schedules}["sefton"] == "Sefton adds this."


def test_a_council_joins_leaves_and_joins_again_before_publication(app: Flask, region: Region) -> None:
    made = make_round(app, region, publish=False, councils=("halton", "sefton"))
    wirral = region.organisations["wirral"]
    values = {"system_id": made.system_id, "authority_id": wirral}
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid):
            add_participant(session, actor, system_id=made.system_id, authority_id=region.organisations["sefton"], authority_name="", joined_on=date(2026, 1, 1))  # fmt: skip
        add_participant(session, actor, **values, authority_name="", joined_on=date(2026, 1, 1))
        end_participation(session, actor, **values)
        assert [c.slug for c in participants_of(session, made.system_id)] == ["halton", "sefton"]
        with pytest.raises(Refused):
            end_participation(session, actor, system_id=made.system_id, authority_id=actor.organisation_id)  # fmt: skip
        add_participant(session, actor, **values, authority_name="", joined_on=date(2026, 1, 1))
    with acting(app, "procurement@wirral.example") as (session, actor):
        assert actor.takes_part(made.system_id)


def test_nothing_is_public_before_a_notice_or_before_it_is_ready(app: Flask, region: Region) -> None:
    with acting(app, LEAD) as (session, actor):
        system = create_system(session, actor, **system_values())
        with pytest.raises(Refused, match="Add at least one lot"):
            establish_system(session, actor, system_id=system.id)
        session.rollback()
    with acting(app, LEAD) as (session, actor):
        system = create_system(session, actor, **system_values())
        add_lot(session, actor, system_id=system.id, number=1, title="One", description="One")
        for slug in ("halton", "sefton"):
            add_participant(session, actor, system_id=system.id, authority_id=region.organisations[slug], authority_name="", joined_on=date(2026, 1, 1))  # fmt: skip
        write_specification(session, actor, system_id=system.id, title="Specification", common_text="Text.")
        with pytest.raises(Refused, match="before its notice"):
            establish_system(session, actor, system_id=system.id)
        session.rollback()


def test_published_is_frozen_for_its_own_lead_too(app: Flask, region: Region) -> None:
    made = make_round(app, region)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Refused, match="frozen"):
            edit_system(session, actor, system_id=made.system_id, **system_values())
        with pytest.raises(Refused, match="frozen"):
            write_specification(session, actor, system_id=made.system_id, title="Other", common_text="Other")
        with pytest.raises(Refused, match="This lot was frozen"):
            edit_lot(session, actor, lot_id=made.lots[0], title="More", description="More")
    with acting(app, "commissioning@sefton.example") as (session, actor), pytest.raises(Refused, match="frozen"):
        write_local_schedule(session, actor, system_id=made.system_id, authority_id=actor.organisation_id, text="Late.")
