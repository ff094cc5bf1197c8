"""Nobody at the councils, nor the database, learns who asks: no row holds both the asker and its round, question or answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.activity.queries.messages import messages_of
from portal.activity.queries.trail import lines_of
from portal.clarifications.actions import answering
from portal.clarifications.models import Asker
from portal.core import clock
from portal.core.applicants import round_key
from portal.core.provision import Urls
from portal.purchasing_systems.actions.clarification_days import set_clarification_days
from portal.purchasing_systems.actions.closing import confirm_closing, propose_closing
from tests.applications.test_who_applies import applicants_tokens, rows, said
from tests.clarifications.test_walk import MEMBER, SECOND, answered, ask, asking_round
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD

ClientFor = Callable[..., StrictClient]
WORD = "canaryquestion"


def test_no_row_says_who_asks(app: Flask, region: Region, urls: Urls, client_for: ClientFor) -> None:
    with psycopg.connect(urls.admin) as connection:
        connection.execute(
            "UPDATE tenants.memberships SET post = post || ' of Alder House' WHERE organisation_id = %s",
            [region.organisations["alder"]],
        )
    made = asking_round(app, region)
    client = client_for("writer@alder.example")
    assert client.send(f"/rounds/{made.round_id}/ask", {"question": f"{WORD} one?"}).status_code == 303
    assert client.send(f"/rounds/{made.round_id}/ask", {"question": ""}).status_code == 422
    secret = ask(app, made, f"{WORD} two?", because=f"{WORD} because.")
    gone = ask(app, made, f"{WORD} three?")
    assert client.send(f"/clarifications/{gone}/withdraw").status_code == 303
    assert client.send(f"/clarifications/{gone}/withdraw").status_code == 409
    assert client.get(f"/rounds/{made.round_id}/clarification-queue").status_code == 403
    with acting(app, LEAD) as (session, actor):
        answering.rule_on_confidentiality(session, actor, question_id=secret, grant=True, because="Agreed.")
    alone = answered(app, made, {secret: f"{WORD} two?"}, "Alone.")
    open_ = ask(app, made, f"{WORD} four?")
    answer = answered(app, made, {open_: f"{WORD} four?"}, "For all.")
    with acting(app, LEAD) as (session, actor):
        set_clarification_days(
            session,
            actor,
            round_id=made.round_id,
            last_ask_on=clock.today() + timedelta(days=6),
            last_answer_on=clock.today() + timedelta(days=9),
        )
        later = clock.now() + timedelta(days=20)
        change = propose_closing(session, actor, round_id=made.round_id, closes_at=later, reason="More time.")
    with acting(app, MEMBER) as (session, actor):
        confirm_closing(session, actor, change_id=change)
    with acting(app, "writer@alder.example") as (session, actor):
        applicant = str(session.scalars(select(Asker.applicant_id)).first())
        # Its own trail and inbox it reads: sealed is not lost.
        trail = [line.sentence for line in lines_of(session, actor).rows]
        inbox = [note.subject for note in messages_of(session, actor).rows]
    assert sum(line.startswith("Asked a question about round 1") for line in trail) == 4
    assert {note.partition(":")[0] for note in inbox} >= {
        "Closing time changed",
        "Days for questions",
        "New answers",
        "Your question is answered",
        "About your question",
    }
    tokens = applicants_tokens(region)
    things = {WORD, applicant, str(made.round_id), str(secret), str(gone), str(open_), str(alone), str(answer)}
    found = list(rows(urls))
    assert any(WORD in row for table, row in found if table == "clarifications.questions")
    assert any("alder house" in row for _, row in found)
    assert said(urls, tokens, things) == []


def test_officers_and_the_operator_cannot_find_out(
    app: Flask, region: Region, urls: Urls, client_for: ClientFor
) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "Who am I?")
    for who in (LEAD, SECOND, MEMBER, "head@halton.example", "operator@portal.example", "writer@birch.example"):
        with acting(app, who) as (session, _):
            assert session.execute(text("SELECT count(*) FROM clarifications.askers")).scalar() == 0
            assert session.execute(text("SELECT app.own_clarifications()")).scalar() == []
    lines = []
    for who in (LEAD, "operator@portal.example", "administrator@halton.example"):
        with acting(app, who) as (session, actor):
            lines += [line.sentence for line in lines_of(session, actor).rows]
    assert not [line for line in lines if "Asked a question" in line]
    # A key of a provider proves nothing to an officer: the function tells nobody whether somebody was told.
    birch, alder = region.organisations["birch"], region.organisations["alder"]
    with acting(app, LEAD) as (session, _):
        applicants = app.extensions["applicants"]
        keys = [round_key(applicants.secret(session.get_bind().engine, one), made.round_id) for one in (birch, alder)]
        tell = text("SELECT app.notify_asker(:q, :p, :k, :s)")
        values = {"q": question, "p": [birch, alder], "k": keys, "s": [b"x", b"x"]}
        assert session.execute(tell, values).scalar() == ""
        session.rollback()
    for who in (MEMBER, "writer@alder.example", "operator@portal.example"):
        with pytest.raises(DBAPIError, match="Only the lead"), acting(app, who) as (session, _):
            session.execute(tell, values)


def test_no_statement_writes_past_the_doors(app: Flask, region: Region) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "May anybody change this?")
    for who in (LEAD, MEMBER, "writer@alder.example", "operator@portal.example"):
        for statement in (
            "UPDATE clarifications.questions SET text = 'x'",
            "DELETE FROM clarifications.questions",
            "INSERT INTO clarifications.askers SELECT * FROM clarifications.askers",
            "UPDATE clarifications.answers SET text = 'x'",
            "UPDATE clarifications.wordings SET published_at = app.now()",
            "UPDATE purchasing_systems.clarification_days SET last_ask_on = last_ask_on",
            "INSERT INTO purchasing_systems.outages SELECT * FROM purchasing_systems.outages",
        ):
            with pytest.raises(DBAPIError, match="permission denied"), acting(app, who) as (session, _):
                session.execute(text(statement))
    with pytest.raises(DBAPIError, match="no such question"), acting(app, "writer@birch.example") as (session, _):
        session.execute(text("SELECT app.withdraw_clarification(:q)"), {"q": question})
    with pytest.raises(DBAPIError, match="bid writer"), acting(app, LEAD) as (session, _):
        session.execute(text("SELECT app.ask_clarification(:r, 'x', NULL)"), {"r": made.round_id})
