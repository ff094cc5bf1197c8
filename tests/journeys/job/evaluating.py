"""Opened by two councils, scored by three, agreed in a meeting, computed by rule."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.actions import evaluating
from portal.evaluation.actions import moderation, scoring
from portal.evaluation.models import Consensus, ModerationMeeting
from portal.evaluation.queries.panels import panel_of, to_be_scored
from tests.journeys.job.applying import questions
from tests.journeys.person import Person
from tests.journeys.world import JourneyWorld
from tests.support.region import PASSWORD, acting

CHAIR = "procurement@halton.example"
PRICE = "finance@halton.example"
EVALUATORS = ("commissioning@halton.example", "commissioning@liverpool.example", "commissioning@sefton.example")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WEAK = ("cedar", "res-safeguarding")
"""Agreed at 2 where 3 is the lowest allowed: Cedar is not admitted to residential care."""


def open_together(world: JourneyWorld) -> None:
    """Halton confirms; a colleague of Halton is not the second council; Sefton opens."""
    round_ = f"/rounds/{world.made['round']}"
    halton, legal = world.person(CHAIR), world.person("legal@halton.example")
    sefton = world.person("legal@sefton.example")
    halton.visit("/home").sees("Open")
    halton.visit(f"{round_}/open-submissions").fill("Your password", "not my password")
    halton.press("Confirm as the first officer", expect=409).sees("There is a problem")
    halton.fill("Your password", PASSWORD).press("Confirm as the first officer").sees("You have confirmed")
    legal.visit(f"{round_}/open-submissions").sees("The second officer must be of another council.")
    sefton.visit(f"{round_}/applications", expect=403)
    halton.visit(f"{round_}/applications", expect=409)
    sefton.visit(f"{round_}/open-submissions").sees("Opening cannot be undone.")
    sefton.fill("Your password", PASSWORD).press("Confirm and open the round")
    sefton.visit(f"{round_}/record-of-opening").sees("Alder House Care", "Birch House Care", "Cedar House Care")
    sefton.sees("Procurement officer", "Legal officer", "That is not your password. Nothing was opened.")
    name, paper = sefton.download("Download as PDF")
    assert paper.startswith(b"%PDF-"), name
    halton.visit(f"{round_}/applications").sees("3 applications", "Alder House Care")


def form_the_panel(world: JourneyWorld) -> None:
    """Three councils; declarations for each applicant; one interest, managed."""
    url = _url(world)
    chair = world.person(CHAIR)
    chair.visit(url).press("Choose the panel")
    for email in EVALUATORS[:1]:
        _tick(world, chair, email)
    chair.press("Start the evaluation", expect=422).sees("There is a problem")
    for email in EVALUATORS:
        _tick(world, chair, email)
    chair.page.locator("#chair").select_option(value=_seat(world, CHAIR))
    chair.page.locator("#price").select_option(value=_seat(world, PRICE))
    chair.press("Start the evaluation").sees("The evaluation has started.")
    for email in (CHAIR, PRICE, *EVALUATORS):
        member = world.person(email)
        member.visit(f"{url}/declare")
        interest = "cedar" if email == EVALUATORS[2] else None
        for slug in ("alder", "birch", "cedar"):
            answer = "yes" if slug == interest else "no"
            member.page.locator(f'[name="interest-{world.made[slug]}"][value="{answer}"]').check()
        if interest:
            member.page.locator(f"#text-{world.made[interest]}").fill("I bought a placement from them in 2024.")
        member.press("Declare")
    chair.visit(f"{url}/declarations").sees("I bought a placement from them in 2024.")
    chair.press(chair.page.get_by_role("button", name=re.compile("Record no interest for all")).inner_text())
    chair.go(chair.page.get_by_role("link", name=re.compile("^Rule on"))).sees("I bought a placement")
    chair.choose("An interest that is managed").fill(
        "How the interest is managed", "The placement ended; scores as others do."
    )
    chair.press("Record the ruling").sees("Managed")
    chair.visit(f"{url}/checks")
    for link in _judgements(chair):
        chair.visit(link)
        chair.choose("Passes").fill("Reason", "The document meets the published requirement.")
        chair.press("Record the judgement")
    chair.visit(f"{url}/checks").press("Complete the checks and begin scoring")


def score_blind(world: JourneyWorld) -> None:
    """One evaluator on the pages, one by score sheet, one as the first; nobody sees another's before submitting."""
    url = _url(world)
    halton, liverpool, sefton = (world.person(email) for email in EVALUATORS)
    lots = {"residential": _lot(world, "res-safeguarding"), "foster": _lot(world, "fos-safeguarding")}
    world.made["lots"] = lots
    desk = f"{url}/scoring/{lots['residential']}"
    halton.visit(url).sees("Your part")
    halton.visit(desk).press("Start scoring").sees("What to look for", "Our last audit found")
    halton.sees_not("£")
    halton.press("Save and go on", expect=422).sees("There is a problem")
    halton.page.get_by_role("radio", name=re.compile("^4")).check()
    halton.fill("Your reasons", "Learning from the audit is shown with dates.").press("Save and go on")
    halton.visit(desk).sees("1 of 21 answers scored")
    halton.visit(f"{desk}/submit").sees("Every answer needs a score and a reason")
    for lot in lots.values():
        _score_by_action(world, EVALUATORS[0], lot, 4)
    halton.visit(f"{desk}/submit").press("Submit your scores").sees(
        "Your 21 scores for Residential care are submitted."
    )
    _sheet_by_hand(liverpool, f"{url}/scoring/{lots['residential']}")
    _score_by_action(world, EVALUATORS[1], lots["foster"], 3)
    _score_by_action(world, EVALUATORS[2], lots["residential"], 3, res_matching=1)
    _score_by_action(world, EVALUATORS[2], lots["foster"], 4)
    liverpool.visit(f"{url}/moderation/{lots['residential']}").sees("Scores are hidden")
    for email, slug in ((EVALUATORS[0], "foster"), *((e, s) for e in EVALUATORS[1:] for s in lots)):
        _submit_by_action(world, email, lots[slug])
    sefton.visit(f"{url}/scoring/{lots['residential']}").sees("Your scores are submitted")


def moderate(world: JourneyWorld) -> None:
    """A meeting per lot on the shared screen; widest spread first; no prices, no inbox."""
    url, lots = _url(world), world.made["lots"]
    chair, liverpool = world.person(CHAIR), world.person(EVALUATORS[1])
    world.person(PRICE).visit(f"{url}/prices", expect=409)
    chair.visit(f"{url}/moderation/{lots['residential']}")
    chair.fill("Title of the meeting", "Moderation of residential care")
    for box in chair.page.locator('[name="attendance"]').all():
        box.check()
    chair.press("Begin the meeting").sees("The meeting is open")
    chair.press("Show the next question on the screen").sees("Commissioning officer", "Spread")
    chair.sees_not("Inbox", "£")
    assert not chair.page.locator("nav").count(), "the shared screen has no navigation"
    chair.page.get_by_label("4", exact=True).check()
    chair.fill("Why, for the letter to the provider", "Clear on how practice changed after the audit.")
    chair.fill("For the panel’s record only", "Sefton had looked for a second example.")
    chair.press("Record the agreed score")
    _agree_by_action(world, lots["residential"])
    liverpool.visit(f"{url}/moderation/{lots['residential']}").sees("21 of 21 scores agreed")
    chair.visit(f"{url}/moderation/{lots['residential']}").press("End the meeting")
    world.act(CHAIR, lambda s, a: evaluating.start_round_moderation(
        s, a, round_id=world.made["round"], lot_id=lots["foster"], title="Moderation of foster care",
        attendance=[{"post": "Commissioning officer", "organisation": "Sefton", "present": True}],
    ))  # fmt: skip
    _agree_by_action(world, lots["foster"])
    chair.visit(f"{url}/moderation/{lots['foster']}").press("End the meeting")
    chair.visit(f"{url}/moderation").sees("All agreed", "Moderation of residential care")


def conclude(world: JourneyWorld) -> None:
    """Quality agreed, prices unlocked, results by rule, signed off."""
    url = _url(world)
    chair, price = world.person(CHAIR), world.person(PRICE)
    chair.visit(f"{url}/quality").sees("Below the minimum")
    chair.press("Agree quality and unlock the prices")
    price.visit(f"{url}/prices").sees("£20.00", "Within")
    chair.visit(f"{url}/results").press("Compute the results").sees("Sign off the results")
    chair.sees("The agreed score is 2 out of 5. At least 3 was needed.")
    wirral = world.person("head@wirral.example")
    wirral.visit(f"{url}/results", expect=409)
    chair.press("Sign off the results").sees("Signed off")
    wirral.visit(f"{url}/results").sees("Alder House Care", "Do not tell any provider yet.")
    wirral.go(wirral.page.get_by_role("link", name=re.compile("Cedar House Care.*Residential")).first).sees(
        "Clear and well evidenced."
    )


def _url(world: JourneyWorld) -> str:
    return f"/rounds/{world.made['round']}/evaluation"


def _lot(world: JourneyWorld, key: str) -> UUID:
    found = questions(world)[key].lot_id
    assert found is not None
    return found


def _seat(world: JourneyWorld, email: str) -> str:
    slug = email.split("@")[1].removesuffix(".example")
    return f"{world.region.people[email]}:{world.region.organisations[slug]}"


def _tick(world: JourneyWorld, chair: Person, email: str) -> None:
    chair.page.locator(f'[name="evaluators"][value="{_seat(world, email)}"]').check()


def _judgements(chair: Person) -> list[str]:
    links = chair.page.get_by_role("link", name=re.compile("^Judge"))
    return [link.get_attribute("href") or "" for link in links.all()]


def _score_by_action(world: JourneyWorld, email: str, lot: UUID, score: int, **wide: int) -> None:
    """`wide`: other scores, question keys with underscores."""
    other = {questions(world)[key.replace("_", "-")].id: given for key, given in wide.items()}
    with acting(world.app, email) as (session, actor):
        panel = _panel(world, session)
        for one in to_be_scored(session, panel):
            if one.lot_id == lot:
                scoring.save_score(
                    session, actor, panel_id=panel, candidate_id=one.candidate_id, question_id=one.question_id,
                    lot_id=lot, score=other.get(one.question_id, score), reason="Meets the requirement.",
                )  # fmt: skip


def _submit_by_action(world: JourneyWorld, email: str, lot: UUID) -> None:
    world.act(email, lambda s, a: scoring.submit_scores(s, a, panel_id=_panel(world, s), lot_id=lot))


def _agree_by_action(world: JourneyWorld, lot: UUID) -> None:
    """What is not agreed yet, at 4; the meeting of the lot is open."""
    weak = (world.made[WEAK[0]], questions(world)[WEAK[1]].id)
    with acting(world.app, CHAIR) as (session, actor):
        panel = _panel(world, session)
        meeting = session.scalars(
            select(ModerationMeeting.id).where(ModerationMeeting.lot_id == lot, ModerationMeeting.ended_at.is_(None))
        ).one()
        agreed = {
            *session.execute(select(Consensus.candidate_id, Consensus.question_id).where(Consensus.panel_id == panel))
        }
        for one in to_be_scored(session, panel):
            if one.lot_id == lot and (one.candidate_id, one.question_id) not in agreed:
                moderation.record_consensus(
                    session, actor, panel_id=panel, candidate_id=one.candidate_id, question_id=one.question_id,
                    lot_id=lot, score=2 if (one.candidate_id, one.question_id) == weak else 4,
                    letter_rationale="Clear and well evidenced.", internal_rationale="", meeting_id=meeting,
                )  # fmt: skip


def _panel(world: JourneyWorld, session: Session) -> UUID:
    found = panel_of(session, world.made["round"])
    assert found is not None
    return found.id


def _sheet_by_hand(person: Person, desk: str) -> None:
    """The sheet out, filled in away from the portal, and in again."""
    person.visit(desk)
    name, sheet = person.download("Download your score sheet (.xlsx)")
    assert name.endswith(".xlsx"), name
    person.attach("Score sheet", name, _filled(sheet), _XLSX).press("Upload the score sheet").sees("21 of 21")


def _filled(sheet: bytes) -> bytes:
    """Every score 3, every reason given: what a spreadsheet program would have written."""
    filled = BytesIO()
    with ZipFile(BytesIO(sheet)) as old, ZipFile(filled, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'<c r="(H[0-9]+)"( s="[0-9]+")/>', rb'<c r="\1"\2><v>3</v></c>', content)
                reason = rb'<c r="\1"\2 t="inlineStr"><is><t>Meets the requirement, with one example.</t></is></c>'
                content = re.sub(
                    rb'<c r="(I(?:[5-9]|[1-9][0-9]+))"( s="[0-9]+") t="s"><v>[0-9]+</v></c>', reason, content
                )
            new.writestr(item, content)
    return filled.getvalue()
