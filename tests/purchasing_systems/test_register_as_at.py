"""The register at any past second: it agrees with today's, and what is recorded later never changes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Refused
from portal.core.provision import Urls
from portal.decisions.actions.afterwards import call_in, resolve_call_in
from portal.purchasing_systems.actions.standing import change_standing
from portal.purchasing_systems.queries.as_at import history_of
from tests.support.evaluated import Evaluated, set_days
from tests.support.region import acting, reading

READERS = ("placement@sefton.example", "procurement@halton.example", "admin@alder.example", None)
SAME = (
    "system_id, round_id, lot_id, admission_id, provider_id, provider_name, admission_status, authority_id, authority_name, offered, "
    "outcome, decision_id, restricted, restricted_in_lot, ground, usable, usable_from, usable_until, defer_until, answer_by"
)
Rows = list[tuple[Any, ...]]


def today(session: Session, case: Evaluated) -> Rows:
    """What the register of now says, by the function that every button asks."""
    found = session.execute(
        text(f"SELECT {SAME} FROM app.usability(:s) ORDER BY admission_id, authority_id"), {"s": case.system_id}
    )
    return [tuple(row) for row in found]


def as_at(session: Session, case: Evaluated, at: Any) -> Rows:
    found = session.execute(
        text(
            f"SELECT {SAME} FROM app.register_as_at(:at, jsonb_build_object('system', CAST(:s AS uuid))) ORDER BY admission_id, authority_id"
        ),
        {"s": case.system_id, "at": at},
    )
    return [tuple(row) for row in found]


class Replay:
    """Snapshots by reader, each with its second."""

    def __init__(self, app: Flask, case: Evaluated) -> None:
        self.app, self.case = app, case
        self.taken: list[tuple[Any, str | None, Rows]] = []

    def snap(self) -> None:
        for reader in READERS:
            with reading(self.app, reader) as session:
                at = session.scalar(text("SELECT app.now()"))
                rows = today(session, self.case)
                assert as_at(session, self.case, at) == rows
                self.taken.append((at, reader, rows))
        time.sleep(0.002)

    def compare(self) -> int:
        """Ask again for every second; returns how many different answers there are."""
        for at, reader, rows in self.taken:
            with reading(self.app, reader) as session:
                assert as_at(session, self.case, at) == rows
        return len({str(rows) for _, _, rows in self.taken})


def admission(session: Session, case: Evaluated, provider: str, lot: int) -> Any:
    return session.execute(
        text("SELECT id FROM purchasing_systems.admissions WHERE round_id = :r AND provider_id = :p AND lot_id = :l"),
        {"r": case.round_id, "p": case.provider(provider), "l": case.made.lots[lot]},
    ).scalar_one()


def test_as_at_never_changes_when_later_events_are_recorded(
    app: Flask, evaluated_round: Callable[..., Evaluated], urls: Urls
) -> None:
    case = evaluated_round(standstill_days=None)
    replay = Replay(app, case)
    case.approve_outcome()
    replay.snap()
    matter = case.ask_use()
    replay.snap()
    case.decide("sefton", matter)
    case.decide("wirral", matter, outcome="defer")
    replay.snap()
    case.to_effect()
    replay.snap()
    case.decide("knowsley", matter, outcome="approve_with_restriction", restrictions=case.restriction("alder", lot=1))
    case.decide("liverpool", matter, effective_on=clock.today() + timedelta(days=5))
    replay.snap()
    case.decide("wirral", matter)
    replay.snap()
    case.decide("sefton", matter, outcome="not_approve", effective_on=clock.today() + timedelta(days=10))
    replay.snap()
    case.decide("sefton", matter, outcome="not_approve")
    replay.snap()
    with acting(app, "procurement@halton.example") as (session, actor):
        change_standing(
            session,
            actor,
            admission_id=admission(session, case, "alder", 0),
            verb="suspend",
            because="Rated inadequate.",
        )
    replay.snap()
    with acting(app, "procurement@halton.example") as (session, actor):
        change_standing(
            session, actor, admission_id=admission(session, case, "alder", 0), verb="reinstate", because="Rated good."
        )
        change_standing(
            session, actor, admission_id=admission(session, case, "birch", 0), verb="end", because="It asked to leave."
        )
    replay.snap()
    assert replay.compare() >= 12


def test_called_in_and_upheld_later_leaves_the_past_alone(
    app: Flask, evaluated_round: Callable[..., Evaluated]
) -> None:
    case = evaluated_round(standstill_days=None)
    replay = Replay(app, case)
    case.approve_outcome()
    matter = case.ask_use()
    case.to_effect()
    decision = case.decide("sefton", matter, published_on=clock.today(), effective_on=clock.today() + timedelta(days=5))
    replay.snap()
    with acting(app, "democratic@sefton.example") as (session, actor):
        call_in(
            session,
            actor,
            decision_id=decision,
            requested_on=clock.today(),
            requested_by="Three members",
            grounds="Not enough said.",
        )
    replay.snap()
    with acting(app, "democratic@sefton.example") as (session, actor):
        resolve_call_in(
            session, actor, decision_id=decision, outcome="upheld", resolved_on=clock.today(), note="Upheld."
        )
    replay.snap()
    assert replay.compare() >= 3


def test_r1_10_history_says_from_until_and_why(app: Flask, evaluated_round: Callable[..., Evaluated]) -> None:
    """R1-10 and issue 4: each interval of use with the decision behind it, and why it ended."""
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    first = case.decide("sefton", matter)
    case.to_effect()
    with acting(app, "procurement@halton.example") as (session, actor):
        alder = admission(session, case, "alder", 0)
        change_standing(session, actor, admission_id=alder, verb="suspend", because="Rated inadequate.")
    with acting(app, "procurement@halton.example") as (session, actor):
        change_standing(session, actor, admission_id=alder, verb="reinstate", because="Rated good.")
    case.decide("sefton", matter, outcome="not_approve")
    with reading(app, "placement@sefton.example") as session:
        intervals = history_of(session, admission_id=alder, authority_id=case.region.organisations["sefton"])
    used = [i for i in intervals if i.usable]
    assert [i.decision_id for i in used] == [first, first]
    assert [i.ended_because for i in used] == [
        "Suspended: Rated inadequate.",
        "A later decision of the council took its place.",
    ]
    assert used[-1].until == intervals[-1].since
    assert intervals[-1].until is None
    assert all(a.until == b.since for a, b in pairwise(intervals))
    with reading(app, "writer@birch.example") as session:
        assert history_of(session, admission_id=alder, authority_id=case.region.organisations["sefton"]) == ()


def test_the_future_is_refused(app: Flask, region: Any) -> None:
    from sqlalchemy.exc import DBAPIError

    with (
        reading(app, "placement@sefton.example") as session,
        pytest.raises(DBAPIError, match="seconds that have passed"),
    ):
        session.execute(text("SELECT * FROM app.register_as_at(app.now() + interval '1 minute')"))


def test_standing_is_changed_by_the_lead_alone_and_with_a_reason(
    app: Flask, evaluated_round: Callable[..., Evaluated]
) -> None:
    from portal.core.errors import Invalid, Missing, NotPermitted

    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    case.to_effect()
    for email, error in (
        ("procurement@sefton.example", (NotPermitted, Missing, Refused)),
        ("placement@halton.example", NotPermitted),
        ("admin@alder.example", (NotPermitted, Refused, Missing)),
    ):
        with acting(app, "procurement@halton.example") as (session, _):
            alder = admission(session, case, "alder", 0)
        with acting(app, email) as (session, actor), pytest.raises(error):
            change_standing(session, actor, admission_id=alder, verb="suspend", because="No reason at all.")
    with acting(app, "procurement@halton.example") as (session, actor), pytest.raises(Invalid):
        change_standing(session, actor, admission_id=alder, verb="suspend", because=" ")


def test_participation_steps_decide_who_took_part(
    app: Flask, evaluated_round: Callable[..., Evaluated], urls: Urls
) -> None:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    case.decide("sefton", matter)
    case.to_effect()
    sefton = case.region.organisations["sefton"]
    with reading(app, "procurement@halton.example") as session:
        before = session.scalar(text("SELECT app.now()"))
    time.sleep(0.002)
    day = clock.today()
    for status, effective, leaves in (("withdrawing", day, day + timedelta(days=3)), ("withdrawn", day, None)):
        set_days(
            urls,
            "INSERT INTO purchasing_systems.participation_steps (id, participation_id, number, event, system_id, authority_id, from_status, to_status, "
            "effective_on, exit_on, reason, written_by, written_at) SELECT gen_random_uuid(), p.id, %s, 'step', p.system_id, p.authority_id, 'joined', "
            "%s, %s, %s, '', 'test', app.now() FROM purchasing_systems.participations p WHERE p.system_id = %s AND p.authority_id = %s",
            50 if leaves else 51, status, effective, leaves, case.system_id, sefton,
        )  # fmt: skip
        with reading(app, "procurement@halton.example") as session:
            now = session.scalar(text("SELECT app.now()"))
            used = [r for r in as_at(session, case, now) if r[7] == sefton and r[15]]
            assert bool(used) == (status == "withdrawing")
        time.sleep(0.002)
    with reading(app, "procurement@halton.example") as session:
        assert len([r for r in as_at(session, case, before) if r[7] == sefton and r[15]]) == 3
