"""Facts of how a council decides, entered through the actions, as its democratic services do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.governance.actions.facts import begin_body, begin_clocks, begin_form
from portal.governance.actions.meetings import add_meeting
from portal.governance.models import Body, ClockSettings, FormOfGovernance, Meeting
from tests.support.region import Region, acting
from tests.support.rounds import make_round

LAW: dict[str, Any] = {
    "key_threshold_pounds": Decimal(500_000),
    "key_wards": 2,
    "notice_clear_days": 28,
    "agenda_clear_days": 5,
    "agenda_counts": "working",
    "call_in_working_days": 5,
    "call_in_ends": "end_of_day",
    "effective": "next_day",
    "exception_working_days": 5,
    "record_kept": "council_system",
    "record_name": "Committee system",
    "record_address": "https://democracy.example",
    "starts_on": date(2020, 5, 1),
    "source": "Constitution, part 4",
}
"""Clocks as the law and most constitutions have them."""


def clerk(slug: str) -> str:
    """Who keeps the facts of a council."""
    return f"democratic@{slug}.example"


def enter_form(app: Flask, slug: str, **changed: Any) -> FormOfGovernance:
    """Leader and cabinet since May 2020, but for what is changed."""
    values = {
        "form": "leader_and_cabinet",
        "executive_name": "Cabinet",
        "starts_on": date(2020, 5, 1),
        "source": "Minute 3",
    }
    with acting(app, clerk(slug)) as (session, actor):
        made = begin_form(session, actor, **{**values, **changed})
        session.flush()
        session.expunge(made)
        return made


def enter_clocks(app: Flask, slug: str, **changed: Any) -> ClockSettings:
    """The usual clocks, but for what is changed."""
    with acting(app, clerk(slug)) as (session, actor):
        made = begin_clocks(session, actor, **{**LAW, **changed})
        session.flush()
        session.expunge(made)
        return made


def enter_body(app: Flask, slug: str, **changed: Any) -> Body:
    """The Cabinet, but for what is changed."""
    values = {
        "name": "Cabinet",
        "kind": "executive",
        "reviews_id": None,
        "starts_on": date(2020, 5, 1),
        "source": "Article 7",
    }
    with acting(app, clerk(slug)) as (session, actor):
        made = begin_body(session, actor, **{**values, **changed})
        session.flush()
        session.expunge(made)
        return made


def enter_meeting(app: Flask, slug: str, body_id: UUID, held_on: date, deadline: date | None = None) -> Meeting:
    """A meeting of a body."""
    with acting(app, clerk(slug)) as (session, actor):
        made = add_meeting(
            session, actor, body_id=body_id, held_on=held_on, report_deadline_on=deadline, source="Calendar of meetings"
        )
        session.flush()
        session.expunge(made)
        return made


@pytest.fixture(scope="module")
def consortium(app: Flask, region: Region) -> None:
    """The six councils share a purchasing system, and so read each other's facts of governance."""
    make_round(app, region)
