"""The forward plan: a notice drafted, published, changed, withdrawn, decided; what anybody says to it, and who reads that."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.decisions.actions.afterwards import publish_record
from portal.decisions.actions.forward_plan import (
    change_entry,
    discard_entry,
    draft_entry,
    link_notice,
    publish_entry,
    send_representation,
    withdraw_entry,
)
from portal.decisions.actions.own import Resolved, draft_own_decision
from portal.decisions.actions.recording import record_decision
from portal.decisions.models import Decision, ForwardPlanEntry, Representation
from portal.decisions.queries.forward_plan import earliest_of
from portal.decisions.rules.notices import (
    before_the_month,
    earliest_lawful_day,
    last_day,
    say_due,
    too_early,
    unsaid,
)
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.publishing import notice_values
from tests.support.region import Region, acting, clock_set_back
from tests.support.statements import Statements

ClientFor = Callable[..., StrictClient]
Count = Callable[[], AbstractContextManager[Statements]]
DRAFTS, PUBLISHES = "procurement@sefton.example", "democratic@sefton.example"


def drafted(app: Flask, email: str = DRAFTS, **changed: Any) -> UUID:
    with acting(app, email) as (session, actor):
        return draft_entry(session, actor, **notice_values(**changed)).id


def live(app: Flask, **changed: Any) -> UUID:
    entry = drafted(app, **changed)
    with acting(app, PUBLISHES) as (session, actor):
        publish_entry(session, actor, entry_id=entry)
    return entry


def entry_of(app: Flask, entry_id: UUID) -> ForwardPlanEntry:
    with acting(app, PUBLISHES) as (session, _):
        found = session.get_one(ForwardPlanEntry, entry_id)
        session.expunge(found)
        return found


def test_days_of_a_notice() -> None:
    assert earliest_lawful_day(date(2020, 9, 28)) == date(2020, 10, 27)
    assert last_day(date(2020, 2, 1), is_month=True) == date(2020, 2, 29)
    assert last_day(date(2020, 12, 1), is_month=True) == date(2020, 12, 31)
    assert last_day(date(2020, 11, 3), is_month=False) == date(2020, 11, 3)
    assert before_the_month(date(2020, 11, 17)) == date(2020, 10, 31)
    assert say_due(date(2020, 11, 1), is_month=True) == "November 2020"
    assert say_due(date(2020, 11, 1), is_month=False) == "1 November 2020"
    assert say_due(None, is_month=True) == ""
    key = {"is_key": True, "due_on": date(2020, 10, 26)}
    assert "27 October 2020" in (too_early(key, date(2020, 9, 28)) or "")
    assert too_early(key | {"due_on": date(2020, 10, 27)}, date(2020, 9, 28)) is None
    assert too_early(key | {"due_on": date(2020, 10, 1), "due_is_month": True}, date(2020, 9, 28)) is None
    assert too_early(key | {"is_key": False}, date(2020, 9, 28)) is None
    assert too_early(key | {"is_key": False, "is_private": True}, date(2020, 9, 28))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"description": ""}, "description"),
        ({"decision_maker": ""}, "decision_maker"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2019, 12, 31), "representations_until": None, "representations_here": False}, "due_on"),
        ({"where_available": ""}, "where_available"),
        ({"how_to_ask": ""}, "how_to_ask"),
        ({"contact_post": ""}, "contact_post"),
        ({"contact_address": ""}, "contact_address"),
        ({"key_reason": ""}, "key_reason"),
        ({"is_private": True}, "private_because"),
        ({"representations_until": None}, "representations_until"),
        ({"representations_until": date(2019, 12, 31)}, "representations_until"),
        ({"representations_until": date(2020, 3, 2)}, "representations_until"),
    ],
)
def test_what_a_notice_must_say(changed: dict[str, Any], field: str) -> None:
    whole = notice_values(due_on=date(2020, 3, 1), representations_until=date(2020, 2, 1))
    assert unsaid(whole, date(2020, 1, 1)) == {}
    assert list(unsaid(whole | changed, date(2020, 1, 1))) == [field]


def test_a_notice_that_says_too_little_is_not_published_by_hand_or_by_sql(app: Flask, region: Region) -> None:
    entry = drafted(app, contact_address="")
    with acting(app, PUBLISHES) as (session, actor):
        with pytest.raises(Refused, match="address of that office"):
            publish_entry(session, actor, entry_id=entry)
        with pytest.raises(DBAPIError, match="does not yet say everything"):
            session.execute(text("SELECT app.publish_forward_plan_entry(:id)"), {"id": entry})
        session.rollback()
    past = drafted(
        app, due_on=clock.today() - timedelta(days=1), representations_until=None, representations_here=False
    )
    with acting(app, PUBLISHES) as (session, _), pytest.raises(DBAPIError, match="before its notice"):
        session.execute(text("SELECT app.publish_forward_plan_entry(:id)"), {"id": past})


def test_the_instant_is_the_databases_and_the_text_is_not_overwritten(app: Flask, region: Region) -> None:
    entry = live(app)
    found = entry_of(app, entry)
    assert found.status == "live"
    assert found.published_at == found.first_published_at == found.noticed_at
    assert abs((clock.now() - (found.published_at or clock.now())).total_seconds()) < 60
    assert earliest_of(found) == clock.today() + timedelta(days=29)
    with acting(app, DRAFTS) as (session, actor):
        with pytest.raises(Refused, match="a change is a new version"):
            draft_entry(session, actor, entry_id=entry, title="Other words")
        changed = session.execute(
            text("UPDATE decisions.forward_plan_entries SET title = 'Other words' WHERE id = :id"), {"id": entry}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]  # a cursor's
        with pytest.raises(Refused, match="stays on the record"):
            discard_entry(session, actor, entry_id=entry)
    with acting(app, PUBLISHES) as (session, actor), pytest.raises(DBAPIError, match="published already"):
        publish_entry(session, actor, entry_id=entry)
    with acting(app, DRAFTS) as (session, _), pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text("UPDATE decisions.forward_plan_entries SET published_at = NULL"))


def test_a_change_is_a_version_and_keeps_its_notice_unless_it_becomes_key(
    app: Flask, urls: Urls, region: Region
) -> None:
    with clock_set_back(urls, timedelta(days=10)):
        first = live(app, is_key=False, key_reason="")
        key = live(app)
    with acting(app, DRAFTS) as (session, actor):
        later = change_entry(session, actor, entry_id=first).id
        with pytest.raises(Refused, match="in draft already"):
            change_entry(session, actor, entry_id=first)
        draft_entry(session, actor, entry_id=later, is_key=True, key_reason="Two wards")
        moved = change_entry(session, actor, entry_id=key).id
        draft_entry(session, actor, entry_id=moved, due_on=clock.today() + timedelta(days=90))
    assert entry_of(app, first).status == "live"
    with acting(app, PUBLISHES) as (session, actor):
        for one in (later, moved):
            publish_entry(session, actor, entry_id=one)
    before, after = entry_of(app, first), entry_of(app, later)
    assert (before.status, after.status, after.version, after.root_id) == ("superseded", "live", 2, first)
    assert (before.is_key, after.is_key) == (False, True)
    assert after.first_published_at == before.first_published_at
    # It is key for the first time: the public has notice of that from today.
    assert earliest_of(after) == clock.today() + timedelta(days=29)
    kept = entry_of(app, moved)
    assert kept.noticed_at == entry_of(app, key).noticed_at
    assert kept.noticed_at < kept.published_at
    assert earliest_of(kept) == clock.local_day(kept.noticed_at) + timedelta(days=29)
    with acting(app, DRAFTS) as (session, actor), pytest.raises(Refused, match="Only a notice that stands"):
        change_entry(session, actor, entry_id=first)


def test_a_change_of_a_withdrawn_notice_is_not_published(app: Flask, region: Region) -> None:
    entry = live(app)
    with acting(app, DRAFTS) as (session, actor):
        later = change_entry(session, actor, entry_id=entry).id
    with acting(app, PUBLISHES) as (session, actor):
        with pytest.raises(Invalid, match="The reason is public"):
            withdraw_entry(session, actor, entry_id=entry, because=" ")
        withdraw_entry(session, actor, entry_id=entry, because="The service goes on as it is.")
    with acting(app, PUBLISHES) as (session, actor), pytest.raises(DBAPIError, match="no longer stands"):
        publish_entry(session, actor, entry_id=later)
    with acting(app, PUBLISHES) as (session, actor), pytest.raises(DBAPIError, match="that stands can be withdrawn"):
        withdraw_entry(session, actor, entry_id=entry, because="Twice")
    assert entry_of(app, entry).withdrawn_because == "The service goes on as it is."


@pytest.mark.parametrize("email", ["cabinet@sefton.example", "placement@sefton.example", "finance@sefton.example"])
def test_roles_without_the_permission_are_refused(app: Flask, region: Region, email: str) -> None:
    entry, public = drafted(app), live(app)
    with acting(app, email) as (session, actor):
        for refused in (
            lambda: draft_entry(session, actor, **notice_values()),
            lambda: change_entry(session, actor, entry_id=public),
            lambda: discard_entry(session, actor, entry_id=entry),
            lambda: publish_entry(session, actor, entry_id=entry),
            lambda: withdraw_entry(session, actor, entry_id=public, because="No"),
        ):
            with pytest.raises(NotPermitted):
                refused()
    with acting(app, DRAFTS) as (session, actor):
        with pytest.raises(NotPermitted):
            publish_entry(session, actor, entry_id=entry)
        for statement in (
            "SELECT app.publish_forward_plan_entry(:id)",
            "SELECT app.withdraw_forward_plan_entry(:id, 'x')",
        ):
            with pytest.raises(DBAPIError, match="Only democratic services"), session.begin_nested():
                session.execute(text(statement), {"id": entry})


def test_another_council_does_nothing_with_it(app: Flask, region: Region) -> None:
    entry, public = drafted(app), live(app)
    with acting(app, "head@wirral.example") as (session, actor):
        for one in (entry, public):
            for refused in (
                lambda one=one: publish_entry(session, actor, entry_id=one),
                lambda one=one: withdraw_entry(session, actor, entry_id=one, because="No"),
                lambda one=one: change_entry(session, actor, entry_id=one),
                lambda one=one: draft_entry(session, actor, entry_id=one, title="Ours"),
            ):
                with pytest.raises(Missing):
                    refused()
        with pytest.raises(DBAPIError, match="no such notice"), session.begin_nested():
            session.execute(text("SELECT app.withdraw_forward_plan_entry(:id, 'x')"), {"id": public})
        assert session.get(ForwardPlanEntry, entry) is None


def own_draft(app: Flask, **changed: Any) -> UUID:
    """A decision of Sefton's own in draft, key, taken today."""
    with acting(app, DRAFTS) as (session, actor):
        content = decision_values(is_key=True, key_reason="Expenditure", effective_on=None, **changed)
        return draft_own_decision(
            session, actor, title=f"Minute {uuid4().hex[:6]}", resolutions=[Resolved("1", "That it be extended.", "approves")],
            **content,
        ).id  # fmt: skip


def test_a_decision_says_which_notice_announced_it_and_takes_its_day(app: Flask, urls: Urls, region: Region) -> None:
    with clock_set_back(urls, timedelta(days=40)):
        entry = live(app, representations_until=None, representations_here=False)
    late = live(app)
    decision = own_draft(app)
    with acting(app, DRAFTS) as (session, actor):
        linked = link_notice(session, actor, decision_id=decision, entry_id=late)
        assert (linked.notice_id, linked.notice_on) == (late, clock.today())
    with acting(app, PUBLISHES) as (session, actor), pytest.raises((Refused, DBAPIError), match="earliest lawful day"):
        record_decision(session, actor, decision_id=decision)
    with acting(app, DRAFTS) as (session, actor):
        link_notice(session, actor, decision_id=decision, entry_id=entry)
        # Whatever is written beside it, the day is the notice's.
        session.execute(
            text("UPDATE decisions.decisions SET notice_on = '2020-01-01' WHERE id = :id"), {"id": decision}
        )
    with acting(app, PUBLISHES) as (session, actor):
        recorded = record_decision(session, actor, decision_id=decision)
        # The clocks may have gone back since, so the day is asked of the instant.
        assert recorded.notice_on == clock.local_day(session.get_one(ForwardPlanEntry, entry).noticed_at or clock.now())
        assert recorded.notice_on < clock.today() - timedelta(days=38)
    # Recorded is not public: the notice does not tell yet.
    assert entry_of(app, entry).status == "live"
    with acting(app, PUBLISHES) as (session, actor):
        publish_record(session, actor, decision_id=decision, published_on=clock.today(), effective_on=clock.today())
    done = entry_of(app, entry)
    assert (done.status, done.decision_id) == ("decided", decision)
    with acting(app, DRAFTS) as (session, actor), pytest.raises(Refused, match="on the record"):
        link_notice(session, actor, decision_id=decision, entry_id=late)


def test_only_published_notices_of_ones_own_council_announce(app: Flask, region: Region) -> None:
    unpublished = drafted(app)
    decision = own_draft(app)
    with acting(app, "procurement@wirral.example") as (session, actor):
        theirs = draft_entry(session, actor, **notice_values()).id
    with acting(app, "head@wirral.example") as (session, actor):
        publish_entry(session, actor, entry_id=theirs)
        with pytest.raises(Missing):
            link_notice(session, actor, decision_id=decision, entry_id=theirs)
    with acting(app, DRAFTS) as (session, actor):
        with pytest.raises(Refused, match="not been published"):
            link_notice(session, actor, decision_id=decision, entry_id=unpublished)
        with pytest.raises(Missing):
            link_notice(session, actor, decision_id=decision, entry_id=theirs)
        for one in (unpublished, theirs, uuid4()):
            with pytest.raises(DBAPIError, match="no such published notice"), session.begin_nested():
                session.execute(
                    text("UPDATE decisions.decisions SET notice_id = :n WHERE id = :id"), {"n": one, "id": decision}
                )
        assert link_notice(session, actor, decision_id=decision, entry_id=None).notice_id is None
    with acting(app, "cabinet@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        link_notice(session, actor, decision_id=decision, entry_id=None)


def test_a_representation_goes_to_the_council_and_to_nobody_else(
    app: Flask, urls: Urls, region: Region, client_for: ClientFor
) -> None:
    entry = live(app)
    path = f"/public/forward-plan/{entry}/representations"
    anybody = client_for()
    assert "until and including" in anybody.get(path).get_data(as_text=True)
    canary = f"canary{uuid4().hex}"
    typed = {
        "name": "Friends of the park",
        "email": "friends@park.example",
        "words": f"Think of the buses.\n\n{canary}",
    }
    sent = anybody.send(path, typed)
    assert (sent.status_code, sent.location) == (303, f"{path}/sent")
    assert canary not in anybody.get(sent.location).get_data(as_text=True)
    # The trail and the message say that there is something, not what.
    with psycopg.connect(urls.admin) as connection:
        for table in ("notify.messages", "audit.lines", "jobs.procrastinate_jobs"):
            assert canary not in str(connection.execute(f"SELECT * FROM {table}").fetchall()), table
        told = connection.execute(
            "SELECT email, link FROM notify.messages WHERE link LIKE %s", [f"%{entry}%"]
        ).fetchall()
    assert told == [(PUBLISHES, f"/decisions/forward-plan/{entry}/representations")]
    # A second one does not fill the inbox.
    assert client_for("writer@alder.example").send(path, typed | {"name": "", "email": ""}).status_code == 303
    with psycopg.connect(urls.admin) as connection:
        assert connection.execute(
            "SELECT count(*) FROM notify.messages WHERE link LIKE %s", [f"%{entry}%"]
        ).fetchone() == (1,)
    own = f"/decisions/forward-plan/{entry}/representations"
    page = client_for(PUBLISHES).get(own).get_data(as_text=True)
    assert page.count(canary) == 2
    assert "friends@park.example" in page
    assert "Without a name" in page
    page = client_for(DRAFTS).get(own).get_data(as_text=True)
    assert canary in page
    assert "friends@park.example" not in page
    for email, status in (("cabinet@sefton.example", 403), ("head@wirral.example", 404), ("admin@alder.example", 403)):
        assert client_for(email).get(own).status_code == status
    with acting(app, "head@wirral.example") as (session, _):
        assert session.scalars(select(Representation)).all() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": " "}, "Enter what you want to say"),
        ({"words": "x" * 20_001}, "20,000"),
        ({"words": "Fine", "email": "nobody"}, "Enter an e-mail address"),
        ({"words": "Fine", "name": "x" * 201}, "200"),
        ({"words": "Fine", "name": "a\nb"}, "one line"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field(
    app: Flask, region: Region, client_for: ClientFor, typed: dict[str, str], sentence: str
) -> None:
    entry = live(app)
    answer = client_for().send(f"/public/forward-plan/{entry}/representations", {"name": "A", "email": ""} | typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "There is a problem" in page


def test_after_the_day_and_without_a_door_it_is_refused(
    app: Flask, urls: Urls, region: Region, client_for: ClientFor
) -> None:
    now = clock.today()
    with clock_set_back(urls, timedelta(days=10)):
        past = live(app, representations_until=now - timedelta(days=1))
        today = live(app, representations_until=now)
    elsewhere = live(app, representations_here=False)
    withdrawn = live(app)
    with acting(app, PUBLISHES) as (session, actor):
        withdraw_entry(session, actor, entry_id=withdrawn, because="No need.")
    client = client_for()
    assert client.send(f"/public/forward-plan/{today}/representations", {"words": "In time"}).status_code == 303
    for entry, sentence in (
        (past, "That day has passed"),
        (elsewhere, "not taken here"),
        (withdrawn, "not taken here"),
    ):
        path = f"/public/forward-plan/{entry}/representations"
        for answer in (client.get(path), client.send(path, {"words": "Too late, and kept"})):
            assert answer.status_code == 409
            assert sentence in answer.get_data(as_text=True)
        assert "Too late, and kept" in client.send(path, {"words": "Too late, and kept"}).get_data(as_text=True)
        assert f'href="{path}"' not in client.get(f"/public/forward-plan/{entry}").get_data(as_text=True)
        # The database says it too, to whoever goes round the page.
        with app.app_context():
            from portal.core.database import session as own

            with pytest.raises(DBAPIError, match=sentence):
                send_representation(own(), entry_id=entry, name="", email="", words="x", address="test")
            own().rollback()
    unpublished = drafted(app)
    assert client.get(f"/public/forward-plan/{unpublished}/representations").status_code == 404
    assert client_for(DRAFTS).get(f"/public/forward-plan/{unpublished}").status_code == 404
    with psycopg.connect(urls.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO decisions.representations (id) VALUES (gen_random_uuid())")


def test_many_from_one_place_are_asked_to_wait(app: Flask, urls: Urls, region: Region, client_for: ClientFor) -> None:
    entry = live(app)
    path = f"/public/forward-plan/{entry}/representations"
    client = client_for()
    with psycopg.connect(urls.admin) as connection:
        connection.execute("DELETE FROM tenants.sign_in_attempts")
    answers = [client.send(path, {"words": f"Number {n}"}) for n in range(22)]
    assert [a.status_code for a in answers] == [303] * 20 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "900"
    assert "Number 21" in answers[-1].get_data(as_text=True)
    with psycopg.connect(urls.admin) as connection:
        assert connection.execute(
            "SELECT count(*) FROM decisions.representations WHERE entry_id = %s", [entry]
        ).fetchone() == (20,)
        connection.execute("DELETE FROM tenants.sign_in_attempts")


def typed(**changed: Any) -> dict[str, Any]:
    """The form of a notice as a person fills it in."""
    due = clock.today() + timedelta(days=60)
    values = {
        "title": f"A notice {uuid4().hex[:8]}",
        "description": "What is to be decided.",
        "is_key": "yes",
        "key_reason": "Expenditure",
        "due": "month",
        "due_month": str(due.month),
        "due_year": str(due.year),
        "decision_maker": "Cabinet",
        "documents": "One report\n\nAnother report",
        "where_available": "Web site",
        "how_to_ask": "By post",
        "more_may_follow": "yes",
        "consultees": "Procurement\nLegal",
        "representations": "month",
        "representations_here": "yes",
        "is_private": "no",
        "contact_post": "Democratic services",
        "contact_address": "Town Hall",
        "matter_id": "",
    }
    return values | changed


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_whole_way_of_a_notice_by_its_pages(app: Flask, region: Region, client_for: ClientFor) -> None:
    officer, publisher, anybody = client_for(DRAFTS), client_for(PUBLISHES), client_for()
    assert '/decisions/forward-plan"' in officer.get("/decisions").get_data(as_text=True)
    values = typed(contact_address="")
    saved = officer.send("/decisions/forward-plan/new", values)
    assert saved.status_code == 303
    entry = UUID(saved.location.rpartition("/")[2])
    page = words(publisher.get(saved.location).get_data(as_text=True))
    assert "Enter the address of that office" in page
    assert "Publish this notice" not in page
    assert publisher.send(f"{saved.location}/publish").status_code == 409
    again = officer.get(f"{saved.location}/edit").get_data(as_text=True)
    for shown in (
        values["title"],
        "One report\nAnother report",
        "Procurement\nLegal",
        f'value="{values["due_month"]}"',
    ):
        assert shown in again
    assert officer.send(f"{saved.location}/edit", values | {"contact_address": "Town Hall"}).status_code == 303
    assert officer.send(f"{saved.location}/publish").status_code == 403
    assert anybody.get(f"/public/forward-plan/{entry}").status_code == 404
    assert "Publish this notice" in publisher.get(saved.location).get_data(as_text=True)
    assert publisher.send(f"{saved.location}/publish").status_code == 303
    page = words(anybody.get(f"/public/forward-plan/{entry}").get_data(as_text=True))
    for shown in ("Another report", "Procurement", "Yes: Expenditure", "Earliest lawful day", "Demonstration"):
        assert shown in page
    found = entry_of(app, entry)
    assert found.representations_until == before_the_month(found.due_on or clock.today())
    assert officer.get(f"{saved.location}/edit").status_code == 303
    changed = officer.send(f"{saved.location}/change")
    assert changed.status_code == 303
    later = changed.location.removesuffix("/edit")
    assert (
        officer.send(changed.location, values | {"title": "Changed words", "contact_address": "x"}).status_code == 303
    )
    assert later in publisher.get(saved.location).get_data(as_text=True)
    assert publisher.send(f"{later}/publish").status_code == 303
    old = anybody.get(f"/public/forward-plan/{entry}").get_data(as_text=True)
    assert values["title"] in old
    assert "Changed by a later notice" in old
    assert "Changed words" in anybody.get(f"/public{later.removeprefix('/decisions')}").get_data(as_text=True)
    assert publisher.send(f"{later}/withdraw", {"because": ""}).status_code == 422
    assert publisher.get(f"{later}/withdraw").status_code == 200
    assert publisher.send(f"{later}/withdraw", {"because": "Not needed any more."}).status_code == 303
    assert "Not needed any more." in anybody.get(f"/public{later.removeprefix('/decisions')}").get_data(as_text=True)
    listed = words(officer.get("/decisions/forward-plan").get_data(as_text=True))
    assert "Changed words" in listed
    assert values["title"] not in listed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Enter what the decision is about."),
        ({"due_month": "13"}, "from 1 to 12"),
        ({"due_month": "x"}, "Enter a number in digits"),
        ({"due_year": "26"}, "four digits"),
        ({"due": "day", "due_on": ["31", "2", "2027"]}, "That day does not exist"),
        ({"title": "x" * 201}, "200"),
        ({"matter_id": "x"}, "Choose one of the joint decisions"),
        ({"matter_id": str(uuid4())}, "Choose one of the joint decisions"),
    ],
)
def test_input_of_a_notice_that_cannot_stand_loses_nothing(
    app: Flask, region: Region, client_for: ClientFor, changed: dict[str, Any], sentence: str
) -> None:
    answer = client_for(DRAFTS).send("/decisions/forward-plan/new", typed(description="Kept words", **changed))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "Kept words" in page


def test_pages_of_the_plan_by_role(app: Flask, region: Region, client_for: ClientFor) -> None:
    entry, public = drafted(app), live(app)
    base = "/decisions/forward-plan"
    for email in ("admin@alder.example", "operator@portal.example"):
        for path in (base, f"{base}/new", f"{base}/{entry}", f"{base}/{public}"):
            assert client_for(email).get(path).status_code == 403
    reader, other = client_for("cabinet@sefton.example"), client_for("head@wirral.example")
    assert reader.get(base).status_code == reader.get(f"{base}/{entry}").status_code == 200
    assert "Discard" not in reader.get(f"{base}/{entry}").get_data(as_text=True)
    for path in (f"{base}/new", f"{base}/{entry}/edit", f"{base}/{public}/withdraw"):
        assert reader.get(path).status_code == 403
    for path in (f"{base}/{entry}", f"{base}/{public}", f"{base}/{entry}/edit", f"{base}/{public}/withdraw"):
        assert other.get(path).status_code == 404
    for path in (f"{entry}/publish", f"{public}/change", f"{entry}/discard", f"{public}/withdraw", f"{public}/link"):
        assert other.send(f"{base}/{path}").status_code == 404
        assert reader.send(f"{base}/{path}").status_code == 403
    assert client_for(DRAFTS).send(f"{base}/{entry}/discard").status_code == 303
    assert client_for(DRAFTS).get(f"{base}/{entry}").status_code == 404


def test_a_draft_decision_is_linked_by_its_page(app: Flask, region: Region, client_for: ClientFor) -> None:
    entry, decision = live(app), own_draft(app)
    client, path = client_for(DRAFTS), f"/decisions/forward-plan/{entry}"
    assert str(decision) in client.get(path).get_data(as_text=True)
    for wrong in ("", "x", str(uuid4())):
        answer = client.send(f"{path}/link", {"decision_id": wrong})
        assert answer.status_code == 422
        assert "Choose one of your council’s draft decisions." in answer.get_data(as_text=True)
    assert client.send(f"{path}/link", {"decision_id": str(decision)}).status_code == 303
    assert "Its day of notice is that of this notice" in client.get(path).get_data(as_text=True)
    with acting(app, DRAFTS) as (session, _):
        assert session.get_one(Decision, decision).notice_id == entry


def test_lists_take_the_same_statements_for_one_and_for_thirty(
    app: Flask, region: Region, client_for: ClientFor, count_statements: Count
) -> None:
    def counted(client: StrictClient, path: str) -> int:
        with count_statements() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    officer, anybody = client_for("procurement@halton.example"), client_for()

    def made(number: int) -> UUID:
        with acting(app, "procurement@halton.example") as (session, actor):
            ids = [draft_entry(session, actor, **notice_values()).id for _ in range(number)]
        with acting(app, "head@halton.example") as (session, actor):
            for one in ids:
                publish_entry(session, actor, entry_id=one)
        return ids[0]

    entry = made(1)
    paths = (
        "/public/councils/halton/forward-plan",
        "/public/forward-plan.ics?council=halton",
        f"/public/forward-plan/{entry}",
    )
    own = ("/decisions/forward-plan", f"/decisions/forward-plan/{entry}")
    before = [counted(anybody, p) for p in paths] + [counted(officer, p) for p in own]
    made(29)
    assert [counted(anybody, p) for p in paths] + [counted(officer, p) for p in own] == before
    assert max(before) <= 8
