"""Facts of how a council decides by raw SQL: one at a time, never overwritten, never after they have ended."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from portal.core import clock
from tests.support.attempt import Attempt
from tests.support.world import World, named

pytestmark = pytest.mark.postgres15
FORM = (
    "INSERT INTO governance.forms_of_governance (id, authority_id, form, executive_name, starts_on, ends_on, source, entered_at) "
    "VALUES (gen_random_uuid(), app.organisation(), 'elected_mayor', 'Mayor', %s, %s, 'x', app.now())"
)
SETTINGS = (
    "INSERT INTO governance.clock_settings (id, authority_id, notice_clear_days, agenda_clear_days, agenda_counts, "
    "call_in_working_days, call_in_ends, effective, exception_working_days, record_kept, record_name, record_address, starts_on, "
    "ends_on, source, entered_at) VALUES (gen_random_uuid(), app.organisation(), 28, 5, 'working', 5, 'noon', 'next_day', 5, "
    "'portal', '', '', %s, %s, 'x', app.now())"
)
BODY = (
    "INSERT INTO governance.bodies (id, authority_id, name, kind, starts_on, ends_on, source, entered_at) "
    "VALUES (gen_random_uuid(), app.organisation(), %s, 'committee', %s, %s, 'x', app.now())"
)
QUIET = (
    "INSERT INTO governance.quiet_periods (id, authority_id, kind, starts_on, ends_on, source, entered_at) "
    "VALUES (gen_random_uuid(), app.organisation(), %s, %s, %s, 'x', app.now())"
)
END = (
    "UPDATE governance.forms_of_governance SET ends_on = %s WHERE authority_id = app.organisation() AND starts_on = %s"
)
OVERLAPS = "another one in that time"
DAY = timedelta(days=1)


@pytest.mark.parametrize("insert", [FORM, SETTINGS])
def test_one_holds_at_a_time(attempt: Attempt, insert: str) -> None:
    attempt.as_("outsider")
    assert attempt.touches(insert, date(2010, 1, 1), date(2012, 12, 31)) == 1
    assert attempt.touches(insert, date(2013, 1, 1), None) == 1
    for first, last in (
        (date(2012, 12, 31), date(2012, 12, 31)),
        (date(2009, 1, 1), date(2010, 1, 1)),
        (date(2011, 1, 1), date(2011, 1, 2)),
        (date(2031, 1, 1), None),
    ):
        attempt.refused(insert, first, last, says=OVERLAPS, states=("PT409",))
    # Another council's facts are no obstacle.
    assert attempt.as_("lead").touches(insert, date(2010, 1, 1), None) == 1


def test_bodies_are_told_apart_by_name_and_quiet_periods_by_kind(attempt: Attempt) -> None:
    attempt.as_("outsider")
    for insert, one, other in ((BODY, "Cabinet", "Council"), (QUIET, "recess", "pre_election")):
        for which in (one, other):
            assert attempt.touches(insert, which, date(2030, 8, 1), date(2030, 8, 31)) == 1
        attempt.refused(insert, one, date(2030, 8, 31), date(2030, 9, 30), says=OVERLAPS, states=("PT409",))
        assert attempt.touches(insert, one, date(2030, 9, 1), date(2030, 9, 30)) == 1


def test_an_end_is_moved_only_where_nothing_else_holds(attempt: Attempt) -> None:
    attempt.as_("outsider").touches(FORM, date(2020, 1, 1), date(2030, 12, 31))
    attempt.touches(FORM, date(2031, 1, 1), None)
    attempt.refused(END, date(2031, 1, 1), date(2020, 1, 1), says=OVERLAPS, states=("PT409",))
    assert attempt.touches(END, date(2030, 6, 30), date(2020, 1, 1)) == 1


def test_what_was_entered_by_mistake_holds_on_no_day(attempt: Attempt) -> None:
    attempt.as_("outsider").touches(FORM, date(2020, 1, 1), None)
    assert attempt.touches(END, date(2019, 12, 31), date(2020, 1, 1)) == 1
    assert attempt.touches(FORM, date(2019, 1, 1), None) == 1
    attempt.refused(FORM, date(2031, 1, 1), date(2030, 12, 30), states=("22000",))


def test_what_has_ended_stays(attempt: Attempt) -> None:
    today = clock.today()
    attempt.as_("outsider").touches(FORM, today - 30 * DAY, today - DAY)
    attempt.refused(END, today + DAY, today - 30 * DAY, says="stays as it is", states=("PT409",))
    attempt.touches(FORM, today, today)
    assert attempt.touches(END, today + DAY, today) == 1


def test_a_meeting_is_cancelled_once_and_changed_only_before_it_is_held(attempt: Attempt) -> None:
    called, cancelled = named("governance.meetings called"), named("governance.meetings cancelled")
    attempt.as_("evaluator")
    change = "UPDATE governance.meetings SET cancelled = %s WHERE id = %s"
    attempt.refused(change, False, cancelled, says="is cancelled", states=("PT409",))
    assert attempt.touches(change, True, called) == 1
    attempt.refused(change, False, called, says="is cancelled", states=("PT409",))
    past = uuid4()
    attempt.run(
        "INSERT INTO governance.meetings (id, authority_id, body_id, held_on, cancelled, source, entered_at) "
        "VALUES (%s, app.organisation(), %s, %s, false, 'x', app.now())",
        past,
        named("cabinet"),
        clock.today() - DAY,
    )
    attempt.refused(change, True, past, says="is over", states=("PT409",))


def test_of_two_at_once_the_second_waits_for_the_first(attempt: Attempt, world: World) -> None:
    """Neither sees the other's uncommitted fact; the council's row is what they queue at."""
    attempt.as_("outsider").touches(FORM, date(2020, 1, 1), None)
    answers: list[str | None] = []

    def second() -> None:
        with psycopg.connect(world.urls.app) as connection:
            other = Attempt(world, connection)
            other.as_("outsider")
            connection.execute("SET LOCAL lock_timeout = '300ms'")
            try:
                connection.execute(FORM, [date(2021, 1, 1), None])
            except psycopg.Error as error:
                answers.append(error.sqlstate)
            connection.rollback()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(timeout=30)
    assert answers == ["55P03"]
