"""Board meetings by raw SQL: run by the lead's officers, for councils that take part, and kept once the minutes are confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.attempt import Attempt
from tests.support.world_rows import DRAFT, ITEMS, MATTERS, MEETINGS, S

pytestmark = pytest.mark.postgres15
LEAD_OTHERS = ("head@halton.example", "democratic@halton.example")
CALL = (
    "INSERT INTO decisions.board_meetings (id, system_id, system_title, called_by_id, called_by, title, meets_on, place, status, "
    "cancelled_because, demonstration, created_at) VALUES (%s, %s, 'S', gen_random_uuid(), 'Somebody else', 'T', "
    "(app.now() AT TIME ZONE 'Europe/London')::date + %s, 'P', 'planned', '', false, app.now())"
)
ITEM = (
    "INSERT INTO decisions.agenda_items (id, meeting_id, system_id, matter_id, position, title, note, minuted, reasons, alternatives) "
    "VALUES (%s, %s, %s, %s, 1, 'T', '', '', '', '')"
)
SEAT = (
    "INSERT INTO decisions.attendances (id, meeting_id, system_id, authority_id, authority_name, presence, post) "
    "VALUES (gen_random_uuid(), %s, %s, %s, 'Somebody else', 'apologies', '')"
)
SAY = (
    "INSERT INTO decisions.indicated_positions (id, meeting_id, item_id, matter_id, system_id, authority_id, authority_name, position, "
    "condition, note, noted_by, noted_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'Somebody else', 'in_favour', '', '', "
    "'Somebody else', '2020-01-01')"
)
MOVE = "UPDATE decisions.board_meetings SET status = %s, cancelled_because = 'x' WHERE id = %s"
PARTS = ("agenda_items", "attendances", "indicated_positions")
TOUCH = {"agenda_items": "note = 'x'", "attendances": "post = 'x'", "indicated_positions": "note = 'x'"}


def called(attempt: Attempt, days: int = 0) -> UUID:
    """A meeting of the lead, `days` from today."""
    made = uuid4()
    attempt.as_("lead").run(CALL, made, S, days)
    return made


def on_agenda(attempt: Attempt, meeting: UUID, matter: UUID | None = None) -> UUID:
    made = uuid4()
    attempt.run(ITEM, made, meeting, S, matter)
    return made


def test_who_called_it_is_taken_from_the_scope(attempt: Attempt) -> None:
    meeting = called(attempt)
    (row,) = attempt.run("SELECT called_by_id, called_by FROM decisions.board_meetings WHERE id = %s", meeting)
    assert row == (attempt.organisation("halton"), "Halton Borough Council")


def test_a_system_that_is_not_led_has_no_meeting_of_ours(attempt: Attempt) -> None:
    for who in ("participant", "outsider", "leaver"):
        attempt.as_(who).refused(CALL, uuid4(), S, 0)


@pytest.mark.parametrize("who", LEAD_OTHERS)
def test_only_officers_who_run_meetings(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(CALL, uuid4(), S, 0, says="runs a board meeting", states=("PT403",))
    attempt.refused(MOVE, "cancelled", MEETINGS["planned"], says="runs a board meeting", states=("PT403",))
    attempt.refused(ITEM, uuid4(), MEETINGS["planned"], S, None, says="runs a board meeting", states=("PT403",))
    for table in PARTS:
        attempt.refused(
            f"DELETE FROM decisions.{table} WHERE meeting_id = %s", MEETINGS["held"], says="runs", states=("PT403",)
        )


def test_the_way_of_a_meeting(attempt: Attempt) -> None:
    meeting = called(attempt)
    status = "SELECT status, held_at IS NOT NULL, confirmed_at IS NOT NULL FROM decisions.board_meetings WHERE id = %s"
    attempt.refused(MOVE, "confirmed", meeting, says="planned, then held", states=("PT409",))
    attempt.run(MOVE, "held", meeting)
    assert attempt.run(status, meeting) == [("held", True, False)]
    for back in ("planned", "cancelled"):
        attempt.refused(MOVE, back, meeting, says="planned, then held", states=("PT409",))
    attempt.run(MOVE, "confirmed", meeting)
    assert attempt.run(status, meeting) == [("confirmed", True, True)]
    for back in ("planned", "held", "cancelled"):
        assert attempt.touches(MOVE, back, meeting) == 0
    assert attempt.touches("UPDATE decisions.board_meetings SET title = 'x' WHERE id = %s", meeting) == 0


def test_words_change_without_a_move(attempt: Attempt) -> None:
    change = "UPDATE decisions.board_meetings SET title = 'x' WHERE id = %s"
    assert attempt.as_("lead").touches(change, MEETINGS["planned"]) == 1
    assert attempt.touches(change, MEETINGS["held"]) == 1
    for who in ("participant", "outsider"):
        assert attempt.as_(who).touches(change, MEETINGS["planned"]) == 0


def test_not_held_before_its_day(attempt: Attempt) -> None:
    meeting = called(attempt, days=1)
    attempt.refused(MOVE, "held", meeting, says="before its day", states=("PT409",))
    attempt.run(MOVE, "cancelled", meeting)


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
@pytest.mark.parametrize("table", PARTS)
def test_nothing_changes_any_more(attempt: Attempt, table: str, state: str) -> None:
    change = f"UPDATE decisions.{table} SET {TOUCH[table]} WHERE meeting_id = %s"
    assert attempt.as_("lead").touches(change, MEETINGS["held"]) == 1
    for statement in (change, f"DELETE FROM decisions.{table} WHERE meeting_id = %s"):
        attempt.refused(statement, MEETINGS[state], says="not changed any more", states=("PT409",))


def test_nothing_is_added_any_more(attempt: Attempt) -> None:
    attempt.as_("lead")
    sefton = attempt.organisation("sefton")
    said: tuple[Any, ...] = (MEETINGS["confirmed"], ITEMS["confirmed"], MATTERS["open"], S, sefton)
    attempt.refused(SAY, *said, says="not changed any more", states=("PT409",))
    attempt.refused(SEAT, MEETINGS["confirmed"], S, sefton, says="not changed any more", states=("PT409",))
    attempt.refused(ITEM, uuid4(), MEETINGS["confirmed"], S, None, says="not changed any more", states=("PT409",))


def test_only_an_open_matter_of_the_system_is_on_the_agenda(attempt: Attempt) -> None:
    meeting = called(attempt)
    on_agenda(attempt, meeting)
    on_agenda(attempt, meeting, MATTERS["open"])
    sentence = "Only an open joint decision of this purchasing system"
    attempt.refused(ITEM, uuid4(), meeting, S, MATTERS["settled"], says=sentence, states=("PT409",))
    attempt.refused(ITEM, uuid4(), meeting, S, uuid4(), says=sentence, states=("PT409",))
    elsewhere = uuid4()
    attempt.run(CALL, elsewhere, DRAFT, 0)
    attempt.refused(ITEM, uuid4(), elsewhere, DRAFT, MATTERS["open"], says=sentence, states=("PT409",))


def test_a_seat_is_a_participants(attempt: Attempt) -> None:
    meeting = called(attempt)
    attempt.run(SEAT, meeting, S, attempt.organisation("sefton"))
    name = "SELECT authority_name FROM decisions.attendances WHERE meeting_id = %s"
    assert attempt.run(name, meeting) == ["Sefton"]
    for slug in ("liverpool", "wirral", "alder"):
        attempt.refused(SEAT, meeting, S, attempt.organisation(slug), says="does not take part", states=("PT409",))


def test_a_position_is_of_who_was_asked(attempt: Attempt) -> None:
    meeting = called(attempt)
    item = on_agenda(attempt, meeting, MATTERS["open"])
    attempt.run(SAY, meeting, item, MATTERS["open"], S, attempt.organisation("sefton"))
    said = "SELECT authority_name, noted_by, noted_at > '2020-01-02' FROM decisions.indicated_positions WHERE meeting_id = %s"
    assert attempt.run(said, meeting) == [("Sefton", "Procurement officer", True)]
    lone = uuid4()
    attempt.run(
        "INSERT INTO decisions.matters (id, kind, rule, system_id, subject_id, subject_label, question, raised_by_id, raised_by, "
        "raised_at, answer_by, facts, status, asked_again_because, withdrawn_because) VALUES (%s, 'k', 'lead', %s, "
        "gen_random_uuid(), 'L', 'Q', app.organisation(), 'x', app.now(), '2030-01-01', '{}', 'open', '', '')",
        lone,
        S,
    )
    attempt.run(
        "INSERT INTO decisions.matter_parties (id, matter_id, system_id, raised_by_id, authority_id, authority_name) "
        "VALUES (gen_random_uuid(), %s, %s, app.organisation(), %s, 'Left since')",
        lone,
        S,
        attempt.organisation("liverpool"),
    )
    item = on_agenda(attempt, meeting, lone)
    attempt.refused(
        SAY, meeting, item, lone, S, attempt.organisation("sefton"), says="was not put to", states=("PT409",)
    )
    attempt.refused(
        SAY, meeting, item, lone, S, attempt.organisation("liverpool"), says="does not take part", states=("PT409",)
    )


def test_settling_looks_at_no_position(attempt: Attempt) -> None:
    meeting = called(attempt)
    item = on_agenda(attempt, meeting, MATTERS["open"])
    for slug in ("halton", "knowsley", "sefton", "st-helens"):
        attempt.run(SAY, meeting, item, MATTERS["open"], S, attempt.organisation(slug))
    assert attempt.one("SELECT app.settle_matter(%s)", MATTERS["open"]) is False
    assert attempt.one("SELECT status FROM decisions.matters WHERE id = %s", MATTERS["open"]) == "open"
