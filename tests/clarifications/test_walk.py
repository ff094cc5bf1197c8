"""A question's way: asked under a number, drafted, signed off by another person, published to everybody at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.activity.needs import needs_of
from portal.activity.queries.messages import messages_of
from portal.clarifications.actions import answering, asking
from portal.clarifications.models import Answer, Question
from portal.clarifications.queries.own import own_questions
from portal.clarifications.queries.published import published_answers
from portal.clarifications.queries.queue import questions_of
from portal.core import clock
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.provision import Urls
from portal.purchasing_systems.actions.clarification_days import set_clarification_days
from tests.support.client import StrictClient
from tests.support.region import Region, acting, clock_set_back, reading
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
SECOND = "commissioning@halton.example"
MEMBER = "procurement@sefton.example"


def asking_round(app: Flask, region: Region, *, ask: int = 5, answer: int = 8, closes: int = 14) -> MadeRound:
    """A published round with days for questions, counted from today."""
    made = make_round(app, region, closes_in=timedelta(days=closes))
    with acting(app, LEAD) as (session, actor):
        set_clarification_days(
            session,
            actor,
            round_id=made.round_id,
            last_ask_on=clock.today() + timedelta(days=ask),
            last_answer_on=clock.today() + timedelta(days=answer),
        )
    return made


def ask(app: Flask, made: MadeRound, words: str, *, who: str = "writer@alder.example", because: str = "") -> UUID:
    with acting(app, who) as (session, actor):
        return asking.ask_question(
            session,
            actor,
            round_id=made.round_id,
            question=words,
            confidential=bool(because),
            confidential_because=because,
        )


def drafted(
    app: Flask, made: MadeRound, wordings: dict[UUID, str], words: str, *, who: str = MEMBER, **more: object
) -> UUID:
    with acting(app, who) as (session, actor):
        return answering.draft_answer(
            session,
            actor,
            round_id=made.round_id,
            answer=words,
            wordings=wordings,
            **more,  # type: ignore[arg-type]
        )


def move(app: Flask, who: str, answer: UUID, verb: str) -> None:
    with acting(app, who) as (session, actor):
        answering.move_answer(session, actor, answer_id=answer, verb=verb)


def publish(app: Flask, made: MadeRound, *answers: UUID, late: str = "") -> None:
    with acting(app, LEAD) as (session, actor):
        answering.publish_answers(session, actor, round_id=made.round_id, answer_ids=answers, late_because=late)


def answered(app: Flask, made: MadeRound, wordings: dict[UUID, str], words: str, **more: object) -> UUID:
    found = drafted(app, made, wordings, words, **more)
    move(app, MEMBER, found, "offer")
    move(app, LEAD, found, "sign")
    publish(app, made, found)
    return found


def test_one_answer_to_two_questions_reaches_everybody_at_once(
    app: Flask, region: Region, client_for: ClientFor
) -> None:
    made = asking_round(app, region)
    first = ask(app, made, "We of the seaside home ask: is a school included?")
    other = ask(app, made, "Is education part of the price?", who="writer@birch.example")
    with acting(app, MEMBER) as (session, _):
        queue = questions_of(session, made.round_id)
        assert {q.standing for q in queue} == {"waiting"}
        assert len({q.asker_number for q in queue}) == 2
    answer = drafted(app, made, {first: "Is a school included?", other: "Is education part of the price?"}, "No.")
    move(app, MEMBER, answer, "offer")
    with pytest.raises(NotPermitted, match="Your role"), acting(app, "cabinet@halton.example") as (session, actor):
        answering.move_answer(session, actor, answer_id=answer, verb="sign")
    move(app, LEAD, answer, "sign")
    with acting(app, "writer@birch.example") as (session, _):
        assert published_answers(session, made.round_id) == []
        assert session.scalars(select(Answer)).all() == []
    publish(app, made, answer)
    page = client_for(None).get(f"/rounds/{made.round_id}/clarifications").get_data(as_text=True)
    assert "Is a school included?" in page
    assert "seaside home" not in page
    for provider in ("alder", "birch"):
        with acting(app, f"writer@{provider}.example") as (session, actor):
            told = [note for note in messages_of(session, actor).rows if note.subject.startswith("New answers")]
            assert [note.link for note in told][:1] == [f"/rounds/{made.round_id}/clarifications"]
            (own,) = own_questions(session, made.round_id)
            assert (own.standing, own.number, own.answers[0][0]) == ("published", 1, "No.")
            acts = [need.text for need in needs_of(session, actor, clock.now())["act"]]
            assert "Read 1 new answer about round 1" in acts
    with acting(app, "writer@cedar.example") as (session, actor):
        assert not [note for note in messages_of(session, actor).rows if note.subject.startswith("New answers")]


def test_the_asker_keeps_one_number(app: Flask, region: Region) -> None:
    made = asking_round(app, region)
    for words in ("One?", "Two?", "Three?"):
        ask(app, made, words)
    ask(app, made, "Another?", who="writer@birch.example")
    with acting(app, LEAD) as (session, _):
        by_text = {q.text: q.asker_number for q in questions_of(session, made.round_id)}
    assert by_text["One?"] == by_text["Two?"] == by_text["Three?"] != by_text["Another?"]


def test_whoever_wrote_last_does_not_sign(app: Flask, region: Region) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "Who signs?")
    answer = drafted(app, made, {question: "Who signs?"}, "Not the writer.", who=LEAD)
    move(app, LEAD, answer, "offer")
    with pytest.raises(Exception, match="another person"):
        move(app, LEAD, answer, "sign")
    with pytest.raises(Exception, match="officer of the lead"):
        move(app, MEMBER, answer, "sign")
    move(app, SECOND, answer, "sign")
    with pytest.raises(Exception, match="Only answers that are signed off"), acting(app, SECOND) as (session, actor):
        answering.publish_answers(session, actor, round_id=made.round_id, answer_ids=[question])
    move(app, SECOND, answer, "return")
    with acting(app, LEAD) as (session, _):
        found = session.get_one(Answer, answer)
        assert (found.status, found.signed_by_id) == ("draft", None)


def test_what_is_published_stands_and_is_corrected_beside(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "How many beds?")
    answer = answered(app, made, {question: "How many beds?"}, "Two.")
    with pytest.raises(Exception, match="Only a draft"):
        drafted(app, made, {question: "How many beds?"}, "Three.", answer_id=answer)
    correction = answered(app, made, {}, "Three.", corrects_id=answer, modification="Schedule 1, table 2: three beds.")
    with reading(app, None) as session:
        found = {a.number: a for a in published_answers(session, made.round_id)}
    assert (found[1].text, found[1].corrected_by) == ("Two.", (2,))
    assert (found[2].text, found[2].corrects, found[2].id) == ("Three.", 1, correction)
    client = client_for(None)
    changed = client.get(f"/rounds/{made.round_id}/clarifications?changes=yes").get_data(as_text=True)
    assert "Schedule 1, table 2" in changed
    assert "How many beds?" not in changed
    assert "Answer 2" in client.get(f"/rounds/{made.round_id}").get_data(as_text=True)
    feed = client.get(f"/rounds/{made.round_id}/clarifications.atom")
    assert feed.mimetype == "application/atom+xml"
    assert "Schedule 1, table 2" in feed.get_data(as_text=True)
    assert client.get(f"/rounds/{made.round_id}/documents.pdf").status_code == 200


def test_a_secret_is_answered_alone_when_the_lead_agrees(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "Our patented bed: does it count?", because="It is our invention.")
    with pytest.raises(Exception, match="Say first"):
        drafted(app, made, {question: "Does it count?"}, "Yes.")
    with acting(app, LEAD) as (session, actor):
        answering.rule_on_confidentiality(session, actor, question_id=question, grant=True, because="It is.")
    plain = ask(app, made, "Another?")
    with pytest.raises(Invalid, match="goes with no other"):
        drafted(app, made, {question: "Does it count?", plain: "Another?"}, "Yes.")
    answer = answered(app, made, {question: "Does it count?"}, "Yes, the patented one.")
    page = client_for(None).get(f"/rounds/{made.round_id}/clarifications").get_data(as_text=True)
    assert "patented" not in page
    with acting(app, "writer@birch.example") as (session, _):
        assert session.get(Answer, answer) is None
    mine = client_for("admin@alder.example").get(f"/rounds/{made.round_id}/my-questions").get_data(as_text=True)
    assert "Yes, the patented one." in mine
    with acting(app, "writer@alder.example") as (session, actor):
        assert messages_of(session, actor).rows[0].subject.startswith("Your question is answered")
    answered(app, made, {}, "No, after all.", corrects_id=answer)
    mine = client_for("admin@alder.example").get(f"/rounds/{made.round_id}/my-questions").get_data(as_text=True)
    assert "No, after all." in mine


def test_a_refused_secret_can_be_withdrawn_before_it_is_published(
    app: Flask, region: Region, client_for: ClientFor
) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "May we be told alone?", because="We would rather.")
    with acting(app, LEAD) as (session, actor):
        answering.rule_on_confidentiality(session, actor, question_id=question, grant=False, because="It is no secret.")
    with acting(app, "writer@alder.example") as (session, actor):
        assert "The reason: It is no secret." in messages_of(session, actor).rows[0].body
        assert any("Withdraw 1 question" in need.text for need in needs_of(session, actor, clock.now())["act"])
    answer = drafted(app, made, {question: "May we be told alone?"}, "No.")
    move(app, MEMBER, answer, "offer")
    move(app, LEAD, answer, "sign")
    with pytest.raises(Exception, match="until midnight"):
        publish(app, made, answer)
    stranger = client_for("writer@birch.example")
    assert stranger.send(f"/clarifications/{question}/withdraw").status_code == 404
    assert stranger.send(f"/clarifications/{question}/accept").status_code == 404
    assert client_for("writer@alder.example").send(f"/clarifications/{question}/withdraw").status_code == 303
    with acting(app, LEAD) as (session, _):
        assert session.get(Answer, answer) is None
        assert [q.standing for q in questions_of(session, made.round_id)] == ["withdrawn"]
    agreed = ask(app, made, "And this?", because="Perhaps.")
    with acting(app, LEAD) as (session, actor):
        answering.rule_on_confidentiality(session, actor, question_id=agreed, grant=False, because="No.")
    assert client_for("writer@alder.example").send(f"/clarifications/{agreed}/accept").status_code == 303
    answered(app, made, {agreed: "And this?"}, "Yes.")
    with reading(app, None) as session:
        assert [a.questions for a in published_answers(session, made.round_id)] == [("And this?",)]


def test_nobody_asks_after_the_last_day(app: Flask, region: Region, urls: Urls, client_for: ClientFor) -> None:
    with clock_set_back(urls, timedelta(days=6)):
        made = asking_round(app, region)
        late = ask(app, made, "In time?")
    with pytest.raises(Refused, match="could be asked until the end of"):
        ask(app, made, "Too late?")
    answer = client_for("writer@alder.example").send(f"/rounds/{made.round_id}/ask", {"question": "Too late?"})
    assert answer.status_code == 409
    assert "could be asked until the end of" in answer.get_data(as_text=True)
    with acting(app, LEAD) as (session, _):
        assert [q.id for q in questions_of(session, made.round_id)] == [late]
    without = make_round(app, region)
    with pytest.raises(Refused, match="takes no questions"):
        ask(app, without, "Anybody?")


def test_after_the_last_day_an_answer_needs_a_reason(
    app: Flask, region: Region, urls: Urls, client_for: ClientFor
) -> None:
    with clock_set_back(urls, timedelta(days=9)):
        made = asking_round(app, region)
        question = ask(app, made, "When?")
        answer = drafted(app, made, {question: "When?"}, "Soon.")
        move(app, MEMBER, answer, "offer")
        move(app, LEAD, answer, "sign")
    page = client_for(LEAD).get(f"/rounds/{made.round_id}/clarification-queue").get_data(as_text=True)
    assert "Answers are overdue" in page
    assert "Propose a later closing time" in page
    with acting(app, LEAD) as (session, actor):
        mine = [
            n
            for n in needs_of(session, actor, clock.now())["act"]
            if n.url.endswith(f"{made.round_id}/clarification-queue")
        ]
        assert [n.detail for n in mine] == ["The last day for answers has passed"]
    with pytest.raises(Invalid, match="Give the reason"):
        publish(app, made, answer)
    publish(app, made, answer, late="The architect was away.")
    with acting(app, LEAD) as (session, _):
        assert session.get_one(Answer, answer).late_because == "The architect was away."


def test_nothing_is_answered_after_closing(app: Flask, region: Region, urls: Urls) -> None:
    with clock_set_back(urls, timedelta(days=20)):
        made = asking_round(app, region)
        question = ask(app, made, "Ever?")
    with pytest.raises(Refused, match="closed"):
        drafted(app, made, {question: "Ever?"}, "Never.")
    with pytest.raises(Exception, match="could be asked"):
        ask(app, made, "Still?")


def test_who_may_not(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = asking_round(app, region)
    question = ask(app, made, "Secret until answered?")
    answer = drafted(app, made, {question: "Secret until answered?"}, "Yes.")
    for stranger in ("writer@birch.example", "operator@portal.example"):
        with acting(app, stranger) as (session, _):
            assert session.scalars(select(Question.id).where(Question.round_id == made.round_id)).all() == []
            assert session.scalars(select(Answer.id).where(Answer.round_id == made.round_id)).all() == []
            assert (
                session.execute(select(func.count()).select_from(Question).where(Question.id == question)).scalar() == 0
            )
    for path in (f"/rounds/{made.round_id}/clarification-queue", f"/clarification-answers/{answer}"):
        assert client_for("writer@birch.example").get(path).status_code == 403
        assert client_for("writer@alder.example").get(path).status_code == 403
        assert client_for("operator@portal.example").get(path).status_code == 403
        assert client_for("cabinet@knowsley.example").get(path).status_code == 200
    assert client_for(LEAD).get(f"/rounds/{made.round_id}/my-questions").status_code == 403
    assert client_for(LEAD).send(f"/clarifications/{question}/withdraw").status_code == 403
    assert client_for("cabinet@halton.example").send(f"/clarification-answers/{answer}/offer").status_code == 403
    with pytest.raises(NotPermitted), acting(app, "placement@halton.example") as (session, actor):
        answering.draft_answer(session, actor, round_id=made.round_id, answer="I.", wordings={question: "I?"})
    with pytest.raises(NotPermitted), acting(app, MEMBER) as (session, actor):
        answering.rule_on_confidentiality(session, actor, question_id=question, grant=True, because="Why not.")
    with pytest.raises(Missing), acting(app, "operator@portal.example") as (session, actor):
        answering.move_answer(session, actor, answer_id=answer, verb="sign")


def test_an_outsider_finds_nothing(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = make_round(app, region, councils=("halton", "knowsley"))
    with acting(app, LEAD) as (session, actor):
        set_clarification_days(
            session,
            actor,
            round_id=made.round_id,
            last_ask_on=clock.today() + timedelta(days=3),
            last_answer_on=clock.today() + timedelta(days=4),
        )
    ask(app, made, "For two councils?")
    wirral = client_for("procurement@wirral.example")
    assert wirral.get(f"/rounds/{made.round_id}/clarification-queue").status_code == 404
    assert wirral.get(f"/rounds/{made.round_id}/clarification-log.xlsx").status_code == 404
    with acting(app, "procurement@wirral.example") as (session, _):
        assert session.scalars(select(Question.id).where(Question.round_id == made.round_id)).all() == []


def test_the_pages_take_a_question_all_the_way(app: Flask, region: Region, client_for: ClientFor) -> None:
    made = asking_round(app, region)
    asker, member, lead = client_for("writer@alder.example"), client_for(MEMBER), client_for(LEAD)
    form = asker.get(f"/rounds/{made.round_id}/ask").get_data(as_text=True)
    assert "Do not name yourself" in form
    empty = asker.send(f"/rounds/{made.round_id}/ask", {"question": " "})
    assert (empty.status_code, "Enter your question." in empty.get_data(as_text=True)) == (422, True)
    half = asker.send(f"/rounds/{made.round_id}/ask", {"question": "Kept?", "confidential": "y"})
    assert half.status_code == 422
    assert "Kept?" in half.get_data(as_text=True)
    assert asker.send(f"/rounds/{made.round_id}/ask", {"question": "How long?"}).status_code == 303
    with acting(app, MEMBER) as (session, _):
        (asked,) = questions_of(session, made.round_id)
    queue = member.get(f"/rounds/{made.round_id}/clarification-queue").get_data(as_text=True)
    assert asked.asker in queue
    assert "Alder" not in queue
    draft = f"/rounds/{made.round_id}/clarification-queue/draft"
    assert "How long?" in member.get(draft).get_data(as_text=True)
    field = f"wording-{asked.id}"
    wrong = member.send(draft, {"question": str(asked.id), field: "", "answer": "Four years."})
    assert (wrong.status_code, "Four years." in wrong.get_data(as_text=True)) == (422, True)
    saved = member.send(draft, {"question": str(asked.id), field: "How long is the term?", "answer": "Four years."})
    assert saved.status_code == 303
    answer = saved.location
    assert "How long?" in member.get(answer).get_data(as_text=True)
    changed = member.send(f"{answer}/change", {field: "How long is the term?", "answer": "Five years."})
    assert changed.status_code == 303
    assert member.send(f"{answer}/sign").status_code == 409
    assert member.send(f"{answer}/offer").status_code == 303
    assert member.send(f"{answer}/sign").status_code == 403
    assert lead.send(f"{answer}/sign").status_code == 303
    out = f"/rounds/{made.round_id}/clarification-queue/publish"
    offered = lead.get(out).get_data(as_text=True)
    ticked = re.findall(r'name="answers"[^>]*value="([^"]+)"', offered)
    assert lead.send(out, {}).status_code == 422
    assert lead.send(out, {"answers": ticked}).status_code == 303
    assert lead.send(out, {"answers": ticked}).status_code == 409
    page = client_for(None).get(f"/rounds/{made.round_id}/clarifications").get_data(as_text=True)
    assert "Five years." in page
    log = member.get(f"/rounds/{made.round_id}/clarification-log.xlsx")
    assert log.data[:2] == b"PK"
