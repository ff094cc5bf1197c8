"""A board meeting: run by the lead, read by those who take part, and without any effect of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.notify.models import Message
from portal.core.provision import Urls
from portal.decisions.actions import draft_decision
from portal.decisions.actions.meetings import (
    add_item,
    add_matter,
    call_meeting,
    cancel_meeting,
    change_meeting,
    confirm_minutes,
    hold_meeting,
    move_item,
    remove_item,
)
from portal.decisions.actions.minutes import Said, Seat, confirm_indicated, take_attendance, write_minutes
from portal.decisions.models import AgendaItem, Attendance, BoardMeeting, Decision, IndicatedPosition, Matter
from portal.decisions.queries.board import board
from portal.decisions.queries.decisions import draft_of
from portal.decisions.queries.evidence import evidence_of
from portal.decisions.queries.meetings import meeting_view
from tests.decisions.meeting import ALTERNATIVES, REASONS, Meeting, held
from tests.support.evaluated import LEAD, Evaluated, decision_values, set_days
from tests.support.region import COUNCILS, acting

Make = Callable[..., Evaluated]
ALL_IN_FAVOUR = {slug.replace("-", "_"): "in_favour" for slug in COUNCILS}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round()
    made.approve_outcome()
    return made


@pytest.fixture(scope="module")
def matter(case: Evaluated) -> UUID:
    return case.ask_use()


@pytest.fixture(scope="module")
def confirmed(case: Evaluated, matter: UUID) -> Meeting:
    return held(case, matter, sefton="against", wirral="in_favour").confirm()


def use_of(evaluated_round: Make, **system: Any) -> tuple[Evaluated, UUID]:
    made = evaluated_round(**system)
    made.approve_outcome()
    return made, made.ask_use()


def state(session: Session, case: Evaluated, matter: UUID) -> tuple[Any, ...]:
    """All that an answer would change: the matter, every decision, who can be used by whom."""
    usability = session.execute(text("SELECT * FROM app.usability(:s) ORDER BY 1, 2, 3, 4, 8"), {"s": case.system_id})
    return (
        session.execute(select(Matter.__table__).where(Matter.id == matter)).all(),
        session.execute(select(Decision.__table__).where(Decision.matter_id == matter)).all(),
        usability.all(),
    )


class TestNoEffect:
    """What is indicated is noted, and nothing follows."""

    def test_six_in_favour_change_nothing(self, app: Flask, evaluated_round: Make) -> None:
        case, matter = use_of(evaluated_round, standstill_days=None)
        case.to_effect()
        with acting(app, LEAD) as (session, actor):
            before, cards = state(session, case, matter), board(session, actor, matter)
        assert before[2], "there is something that could change"
        held(case, matter, **ALL_IN_FAVOUR).confirm()
        with acting(app, LEAD) as (session, actor):
            assert state(session, case, matter) == before
            assert board(session, actor, matter) == cards
            assert cards.awaited == len(COUNCILS)
            assert session.execute(text("SELECT app.settle_matter(:m)"), {"m": matter}).scalar() is False
            assert session.get_one(Matter, matter).status == "open"
            assert not any(
                row.usable
                for row in session.execute(text("SELECT usable FROM app.usability(:s)"), {"s": case.system_id})
            )

    def test_no_decision_refers_to_it(self, app: Flask) -> None:
        with acting(app, LEAD) as (session, _):
            referring = session.execute(
                text(
                    "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' "
                    "AND confrelid = 'decisions.indicated_positions'::regclass"
                )
            ).all()
            reading = session.execute(
                text(
                    "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
                    "WHERE n.nspname = 'app' AND p.prosrc LIKE '%indicated_positions%'"
                )
            ).all()
        assert (referring, reading) == ([], [])


class TestRunning:
    """Called, put together, held, confirmed."""

    def test_called_and_told(self, app: Flask, case: Evaluated, matter: UUID, urls: Urls) -> None:
        meeting = Meeting(case, matter)
        with acting(app, "democratic@sefton.example") as (session, _):
            told = select(Message.kind).where(Message.link == meeting.url)
            assert session.scalars(told).all() == ["decisions.meeting.called"]
        with acting(app, LEAD) as (session, _):
            assert session.scalars(select(Message.kind).where(Message.link == meeting.url)).all() == []

    def test_order_of_the_agenda(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter)
        with acting(app, LEAD) as (session, actor):
            first = add_item(session, actor, meeting_id=meeting.id, title="Apologies", note="").id
            last = add_item(session, actor, meeting_id=meeting.id, title="Any other business", note="").id
            move_item(session, actor, item_id=first, up=True)
            move_item(session, actor, item_id=first, up=True)
            move_item(session, actor, item_id=last, up=False)
        assert [i.id for i in view_of(app, meeting).items] == [first, meeting.item, last]
        with acting(app, LEAD) as (session, actor):
            remove_item(session, actor, item_id=last)
            move_item(session, actor, item_id=first, up=False)
        assert [(i.number, i.id) for i in view_of(app, meeting).items] == [(1, meeting.item), (2, first)]

    def test_a_matter_is_on_the_agenda_once_and_while_it_is_open(
        self, app: Flask, evaluated_round: Make, case: Evaluated, matter: UUID
    ) -> None:
        meeting = Meeting(case, matter)
        with pytest.raises(Refused, match="already"), acting(app, LEAD) as (session, actor):
            add_matter(session, actor, meeting_id=meeting.id, matter_id=matter)
        other, theirs = use_of(evaluated_round)
        with pytest.raises(Missing), acting(app, LEAD) as (session, actor):
            add_matter(session, actor, meeting_id=meeting.id, matter_id=theirs)
        del other
        with acting(app, LEAD) as (session, _):
            settled = session.scalar(
                select(Matter.id).where(Matter.system_id == case.system_id, Matter.status == "settled")
            )
        assert settled
        with pytest.raises(Refused, match="no longer open"), acting(app, LEAD) as (session, actor):
            add_matter(session, actor, meeting_id=meeting.id, matter_id=settled)
        with pytest.raises(DBAPIError, match="Only an open joint decision"):
            insert(app, LEAD, row(AgendaItem, meeting, matter_id=settled, position=9, title="x"))

    def test_held_on_its_day_with_everybodys_attendance(
        self, app: Flask, case: Evaluated, matter: UUID, urls: Urls
    ) -> None:
        meeting = Meeting(case, matter)
        with pytest.raises(Refused, match="Record first who was there"):
            meeting.hold()
        for slug in COUNCILS:
            with acting(app, LEAD) as (session, actor):
                seat = {meeting.council(slug): Seat("apologies", "")}
                take_attendance(session, actor, meeting_id=meeting.id, seats=seat)
        with pytest.raises(Refused, match="Nobody was there"):
            meeting.hold()
        meeting.attend()
        meet_on(app, meeting, clock.today() + DAY)
        with pytest.raises(Refused, match="on that day or later"):
            meeting.hold()
        with pytest.raises(DBAPIError, match="before its day"), acting(app, LEAD) as (session, _):
            session.execute(
                text("UPDATE decisions.board_meetings SET status = 'held' WHERE id = :i"), {"i": meeting.id}
            )
        meet_on(app, meeting, clock.today())
        meeting.hold().confirm()
        with acting(app, LEAD) as (session, _):
            row_ = session.get_one(BoardMeeting, meeting.id)
            assert (row_.status, row_.held_at is None, row_.confirmed_at is None) == ("confirmed", False, False)

    def test_input_is_checked(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        with acting(app, LEAD) as (session, actor), pytest.raises(Invalid) as error:
            call_meeting(session, actor, system_id=case.system_id, title=" ", meets_on=None, place="")
        assert set(error.value.fields) == {"title", "meets_on", "place"}
        meeting = Meeting(case, matter)
        with acting(app, LEAD) as (session, actor), pytest.raises(Invalid, match="has passed"):
            change_meeting(session, actor, meeting_id=meeting.id, title="T", meets_on=clock.today() - DAY, place="P")
        for said, sentence in (
            (Said("perhaps"), "Choose one of the positions"),
            (Said("", "cabinet"), "Choose a position where"),
            (Said("against", "x" * 201), "200 characters"),
        ):
            with pytest.raises(Invalid, match=sentence):
                meeting.note(sefton=said)
        for seat, sentence in (
            (Seat("present", " "), "Sefton: enter which post"),
            (Seat("maybe", ""), "choose present"),
        ):
            with acting(app, LEAD) as (session, actor), pytest.raises(Invalid, match=sentence):
                take_attendance(session, actor, meeting_id=meeting.id, seats={meeting.council("sefton"): seat})
        with acting(app, LEAD) as (session, actor), pytest.raises(Invalid, match="Say why"):
            cancel_meeting(session, actor, meeting_id=meeting.id, because=" ")

    def test_cancelled_and_told(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter)
        with acting(app, LEAD) as (session, actor):
            cancel_meeting(session, actor, meeting_id=meeting.id, because="The hall is flooded.")
        with acting(app, "head@wirral.example") as (session, _):
            told = select(Message.kind).where(Message.link == meeting.url).order_by(Message.kind)
            assert session.scalars(told).all() == ["decisions.meeting.called", "decisions.meeting.cancelled"]
        with pytest.raises(Refused, match="cancelled"):
            meeting.attend()

    def test_what_was_noted_on_is_not_taken_off(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter).note(sefton="against")
        with pytest.raises(Refused, match="stays on the agenda"), acting(app, LEAD) as (session, actor):
            remove_item(session, actor, item_id=meeting.item)

    def test_nothing_is_indicated_on_a_free_item(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter)
        with acting(app, LEAD) as (session, actor):
            free = add_item(session, actor, meeting_id=meeting.id, title="Welcome", note="").id
        said = {meeting.council("sefton"): Said("in_favour")}
        with pytest.raises(Invalid, match="Nothing is asked"), acting(app, LEAD) as (session, actor):
            write_minutes(session, actor, item_id=free, minuted="", positions=said)


class TestWhoMay:
    """The lead's officers write; those who take part read; nobody else knows of it."""

    @pytest.mark.parametrize(
        "email",
        ["head@halton.example", "democratic@halton.example", "procurement@sefton.example", "cabinet@wirral.example"],
    )
    def test_others_run_nothing(self, app: Flask, case: Evaluated, matter: UUID, email: str) -> None:
        meeting = Meeting(case, matter)
        with acting(app, email) as (session, actor):
            assert meeting_view(session, actor, meeting.id).runs is False
            tries: tuple[Callable[[], object], ...] = (
                lambda: call_meeting(
                    session, actor, system_id=case.system_id, title="T", meets_on=clock.today(), place="P"
                ),
                lambda: change_meeting(
                    session, actor, meeting_id=meeting.id, title="T", meets_on=clock.today(), place="P"
                ),
                lambda: add_item(session, actor, meeting_id=meeting.id, title="T", note=""),
                lambda: add_matter(session, actor, meeting_id=meeting.id, matter_id=matter),
                lambda: move_item(session, actor, item_id=meeting.item, up=True),
                lambda: remove_item(session, actor, item_id=meeting.item),
                lambda: take_attendance(session, actor, meeting_id=meeting.id, seats={}),
                lambda: write_minutes(session, actor, item_id=meeting.item, minuted="x"),
                lambda: hold_meeting(session, actor, meeting_id=meeting.id),
                lambda: confirm_minutes(session, actor, meeting_id=meeting.id),
                lambda: cancel_meeting(session, actor, meeting_id=meeting.id, because="x"),
            )
            for attempt in tries:
                with pytest.raises(NotPermitted):
                    attempt()

    @pytest.mark.parametrize("email", ["head@halton.example", "procurement@sefton.example"])
    def test_nor_by_a_statement_of_their_own(self, app: Flask, case: Evaluated, matter: UUID, email: str) -> None:
        meeting = Meeting(case, matter).note(sefton="undecided")
        for model, values in (
            (AgendaItem, {"position": 3, "title": "x"}),
            (Attendance, {"authority_id": meeting.council("sefton"), "authority_name": "", "presence": "apologies"}),
            (IndicatedPosition, position_of(meeting, matter, "wirral")),
        ):
            with pytest.raises(DBAPIError):
                insert(app, email, row(model, meeting, **values))
        changed = text("UPDATE decisions.indicated_positions SET position = 'in_favour' WHERE meeting_id = :m")
        try:
            with acting(app, email) as (session, _):
                assert session.execute(changed, {"m": meeting.id}).rowcount == 0  # type: ignore[attr-defined]
        except DBAPIError as error:
            assert "runs a board meeting" in str(error)  # noqa: PT017  # either way it did not happen
        with acting(app, LEAD) as (session, _):
            said = select(IndicatedPosition.position).where(IndicatedPosition.meeting_id == meeting.id)
            assert session.scalars(said).all() == ["undecided"]

    @pytest.mark.parametrize("email", ["admin@alder.example", "operator@portal.example"])
    def test_who_takes_no_part_finds_nothing(self, app: Flask, case: Evaluated, matter: UUID, email: str) -> None:
        meeting = Meeting(case, matter).note(sefton="against")
        with acting(app, email) as (session, actor):
            for model in (BoardMeeting, AgendaItem, Attendance, IndicatedPosition):
                assert session.scalar(select(func.count()).select_from(model)) == 0
            with pytest.raises(Missing):
                meeting_view(session, actor, meeting.id)


class TestConfirmed:
    """Once the minutes are confirmed, nothing in them changes: neither by an action nor by a statement."""

    def test_by_no_action(self, confirmed: Meeting) -> None:
        for attempt in (
            lambda: confirmed.note(sefton="in_favour"),
            confirmed.attend,
            confirmed.hold,
            confirmed.confirm,
        ):
            with pytest.raises(Refused, match="confirmed"):
                attempt()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE decisions.indicated_positions SET position = 'in_favour' WHERE meeting_id = :m",
            "UPDATE decisions.indicated_positions SET note = 'x' WHERE meeting_id = :m",
            "DELETE FROM decisions.indicated_positions WHERE meeting_id = :m",
            "UPDATE decisions.attendances SET presence = 'apologies' WHERE meeting_id = :m",
            "DELETE FROM decisions.attendances WHERE meeting_id = :m",
            "UPDATE decisions.agenda_items SET reasons = 'x' WHERE meeting_id = :m",
            "DELETE FROM decisions.agenda_items WHERE meeting_id = :m",
        ],
    )
    def test_by_no_statement(self, app: Flask, confirmed: Meeting, statement: str) -> None:
        with pytest.raises(DBAPIError, match="not changed any more"), acting(app, LEAD) as (session, _):
            session.execute(text(statement), {"m": confirmed.id})

    def test_nor_is_the_meeting(self, app: Flask, confirmed: Meeting) -> None:
        with acting(app, LEAD) as (session, _):
            changed = session.execute(
                text("UPDATE decisions.board_meetings SET status = 'held' WHERE id = :m"), {"m": confirmed.id}
            )
            assert changed.rowcount == 0  # type: ignore[attr-defined]

    def test_no_row_is_added(self, app: Flask, confirmed: Meeting, matter: UUID) -> None:
        with pytest.raises(DBAPIError, match="not changed any more"):
            insert(app, LEAD, row(IndicatedPosition, confirmed, **position_of(confirmed, matter, "halton")))


class TestTakingPart:
    """Only who takes part has a row; only who was asked indicates."""

    def test_a_council_that_left_is_not_expected(self, app: Flask, evaluated_round: Make, urls: Urls) -> None:
        case, matter = use_of(evaluated_round)
        meeting = Meeting(case, matter).attend()
        set_days(
            urls,
            "UPDATE purchasing_systems.participations SET status = 'withdrawn', left_on = %s WHERE system_id = %s AND authority_id = %s",
            clock.today(), case.system_id, meeting.council("wirral"),
        )  # fmt: skip
        view = view_of(app, meeting)
        assert [seat.council.slug for seat in view.seats] == ["halton", "knowsley", "liverpool", "sefton", "st-helens"]
        assert meeting.council("wirral") not in {p.council.id for p in view.items[0].positions}
        with pytest.raises(DBAPIError, match="does not take part"):
            meeting.note(wirral="in_favour")
        with acting(app, LEAD) as (session, actor):
            found = take_attendance(session, actor, meeting_id=meeting.id, seats={})
            assert "Wirral" not in {seat.authority_name for seat in found}
        seat = {meeting.council("wirral"): Seat("present", "Head")}
        with pytest.raises(Refused, match="does not take part"), acting(app, LEAD) as (session, actor):
            take_attendance(session, actor, meeting_id=meeting.id, seats=seat)
        meeting.hold()

    def test_a_stranger_has_no_seat(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter)
        stranger = {"authority_id": case.provider("alder"), "authority_name": "Alder", "presence": "apologies"}
        with pytest.raises(DBAPIError, match="does not take part"):
            insert(app, LEAD, row(Attendance, meeting, **stranger))

    def test_only_who_was_asked(self, app: Flask, evaluated_round: Make) -> None:
        case = evaluated_round()
        matter = case.ask_outcome()
        meeting = Meeting(case, matter).note(halton="in_favour")
        assert [p.council.slug for p in view_of(app, meeting).items[0].positions] == ["halton"]
        with pytest.raises(DBAPIError, match="was not put to that council"):
            meeting.note(sefton="in_favour")

    def test_who_noted_it_is_taken_from_the_scope(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter)
        with acting(app, LEAD) as (session, actor):
            values = position_of(meeting, matter, "sefton") | {"noted_by": "Somebody else", "authority_name": "Else"}
            made = row(IndicatedPosition, meeting, **values)
            session.add(made)
            session.flush()
            session.refresh(made)
            assert (made.noted_by, made.authority_name) == (actor.person_label, "Sefton")


class TestConfirming:
    """Each council begins its own draft, in one act, and only its own."""

    def test_the_draft_is_filled_and_nothing_invented(self, app: Flask, evaluated_round: Make) -> None:
        case, matter = use_of(evaluated_round)
        meeting = held(case, matter, sefton=Said("in_favour", "cabinet in January"), wirral="against")
        with acting(app, "procurement@sefton.example") as (session, actor):
            draft = confirm_indicated(session, actor, item_id=meeting.item)
            assert (draft.authority_id, draft.status) == (meeting.council("sefton"), "draft")
            assert (draft.outcome, draft.reasons, draft.alternatives) == ("approve", REASONS, ALTERNATIVES)
            day = f"{clock.today().day} {clock.today():%B %Y}"
            assert evidence_of(session, draft.id) == (
                f"Board meeting of {day} (“Board meeting, winter term”), where this council indicated: in favour, subject to: "
                "cabinet in January"
            )
            invented = (
                draft.decided_by_post, draft.decided_by_capacity, draft.authority_source, draft.consulted_post, draft.interests,
                draft.decided_on, draft.effective_on, draft.recorded_by_post, draft.report_reference, draft.record_url,
            )  # fmt: skip
            assert not any(invented)
        with acting(app, "legal@wirral.example") as (session, actor):
            assert confirm_indicated(session, actor, item_id=meeting.item).outcome == "not_approve"
        with acting(app, LEAD) as (session, actor):
            assert draft_of(session, matter, meeting.council("sefton")) is None, "nobody else sees it"
            assert board(session, actor, matter).awaited == len(COUNCILS)

    def test_a_draft_that_is_there_is_kept(self, app: Flask, evaluated_round: Make) -> None:
        case, matter = use_of(evaluated_round)
        meeting = held(case, matter, sefton="in_favour")
        with acting(app, "head@sefton.example") as (session, actor):
            draft_decision(
                session, actor, matter_id=matter, **decision_values(outcome="not_approve", reasons="Our own.")
            )
        with (
            pytest.raises(Refused, match="not overwritten"),
            acting(app, LEAD.replace("halton", "sefton")) as (session, actor),
        ):
            confirm_indicated(session, actor, item_id=meeting.item)
        with acting(app, "head@sefton.example") as (session, _):
            kept = draft_of(session, matter, meeting.council("sefton"))
            assert kept is not None
            assert (kept.outcome, kept.reasons) == ("not_approve", "Our own.")

    @pytest.mark.parametrize("said", ["undecided", "not_present", None])
    def test_neither_yes_nor_no_begins_nothing(
        self, app: Flask, case: Evaluated, matter: UUID, said: str | None
    ) -> None:
        meeting = held(case, matter, **({"knowsley": said} if said else {"sefton": "in_favour"}))
        with (
            pytest.raises(Refused, match="neither yes nor no"),
            acting(app, "head@knowsley.example") as (session, actor),
        ):
            confirm_indicated(session, actor, item_id=meeting.item)

    def test_not_before_the_meeting(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = Meeting(case, matter).attend().note(sefton="in_favour")
        with pytest.raises(Refused, match="has not been held"), acting(app, "head@sefton.example") as (session, actor):
            confirm_indicated(session, actor, item_id=meeting.item)

    @pytest.mark.parametrize("email", ["cabinet@sefton.example", "finance@sefton.example"])
    def test_not_without_the_role(self, app: Flask, case: Evaluated, matter: UUID, email: str) -> None:
        meeting = held(case, matter, sefton="in_favour")
        with pytest.raises(NotPermitted), acting(app, email) as (session, actor):
            confirm_indicated(session, actor, item_id=meeting.item)

    def test_not_what_is_not_there(self, app: Flask) -> None:
        with pytest.raises(Missing), acting(app, "head@sefton.example") as (session, actor):
            confirm_indicated(session, actor, item_id=uuid4())

    def test_who_was_heard_is_told(self, app: Flask, case: Evaluated, matter: UUID) -> None:
        meeting = held(case, matter, sefton="in_favour")
        for email, kinds in (
            ("head@sefton.example", ["decisions.meeting.called", "decisions.meeting.held"]),
            ("head@wirral.example", ["decisions.meeting.called"]),
        ):
            with acting(app, email) as (session, _):
                told = select(Message.kind).where(Message.link == meeting.url).order_by(Message.kind)
                assert session.scalars(told).all() == kinds


def view_of(app: Flask, meeting: Meeting) -> Any:
    with acting(app, LEAD) as (session, actor):
        return meeting_view(session, actor, meeting.id)


def meet_on(app: Flask, meeting: Meeting, day: date) -> None:
    with acting(app, LEAD) as (session, actor):
        change_meeting(session, actor, meeting_id=meeting.id, title="Board meeting", meets_on=day, place="Room 2")


def insert(app: Flask, email: str, made: object) -> None:
    """Write a row in somebody's scope."""
    with acting(app, email) as (session, _):
        session.add(made)
        session.flush()


def row(model: Any, meeting: Meeting, **values: Any) -> Any:
    """A row of the meeting as the lead would write it."""
    return model(meeting_id=meeting.id, system_id=meeting.case.system_id, **values)


def position_of(meeting: Meeting, matter: UUID, slug: str) -> dict[str, Any]:
    of = {"item_id": meeting.item, "matter_id": matter, "authority_id": meeting.council(slug)}
    return {**of, "authority_name": "", "position": "in_favour"}
