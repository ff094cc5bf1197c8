"""Halton sets up the purchasing system and publishes round 2; then anybody can read everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID

from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.demonstration.content import DEMO, content, lots
from portal.purchasing_systems.actions.parts import add_participant
from portal.purchasing_systems.actions.specifications import write_document, write_local_schedule
from tests.journeys.person import Person
from tests.journeys.world import JourneyWorld
from tests.support.region import COUNCILS

LEAD = "procurement@halton.example"
OPEN_FOR = timedelta(days=14)


def set_up_the_system(world: JourneyWorld) -> None:
    """System, lots, councils, specification, schedules, documents, grounds."""
    halton = world.person(LEAD)
    terms = content("system_ppa")
    halton.visit("/systems").press("Set up a purchasing system")
    halton.press("Set up the system", expect=422).sees("There is a problem", "Enter the estimated value.")
    _fill_system(halton, terms["system"])
    halton.press("Set up the system").sees("The purchasing system is set up.")
    world.made["system"] = UUID(halton.page.url.rsplit("/", 1)[1])
    base = f"/systems/{world.made['system']}"
    for number, lot in enumerate(lots().values(), start=1):
        halton.visit(f"{base}/lots").press("Add a lot")
        halton.fill("Number", str(number)).fill("Title", lot["title"]).fill("Description", lot["description"])
        halton.press("Add the lot").sees(lot["title"])
    _add_councils(world, halton, base)
    _specify(world, halton, base, terms)
    _set_grounds(halton, base, terms["restriction_grounds"])
    halton.visit(base).sees("Lead authority", "Unresolved safeguarding concern", "£336,000,000")


def publish_round_2(world: JourneyWorld) -> None:
    """Plan, load the questions, record the notice, publish."""
    halton = world.person(LEAD)
    system = f"/systems/{world.made['system']}"
    now = clock.now().astimezone(clock.LONDON)
    world.made["closes"] = closes = datetime.combine(
        now.date() + OPEN_FOR, datetime.min.time().replace(hour=12), tzinfo=clock.LONDON
    )
    halton.visit(system).press("Plan a round")
    halton.fill("Number of the round", "2")
    halton.fill_day("Opens on", now.date()).fill("Opening time", "00:30")
    halton.fill_day("Closes on", closes.date()).fill("Closing time", "noon")
    halton.press("Plan the round").sees("Missing before it can be published")
    world.made["round"] = UUID(halton.page.url.rsplit("/", 1)[1])
    base = f"{system}/rounds/{world.made['round']}"
    for name, whom in (("common", "All lots"), ("residential", "Residential care"), ("foster", "Foster care")):
        halton.visit(f"{base}/questions/load")
        halton.page.get_by_label(whom).check()
        halton.attach("Data file", f"{name}.toml", (DEMO / f"questions_{name}.toml").read_bytes(), "application/toml")
        halton.press("Load the questions").sees("The questions are loaded.")
    halton.sees("Method statement 1: Safeguarding", "£")
    halton.go(halton.page.get_by_role("link", name="Share out the weights").first)
    halton.press("Save the weights").sees("are saved.")
    halton.visit(f"{base}/notice").sees("Paste this text into the notice service")
    halton.fill("Notice number", "2026/S 000-000123").fill("Link to the notice", "https://notices.example/000123")
    halton.fill_day("Published on", (now - timedelta(days=1)).date()).fill("Time of publication", "8:15")
    halton.press("Record the notice").sees("Ready to be published")
    halton.press("Publish the round").sees("Round 2 is public.", "Sealed until it is opened")
    halton.visit(system).sees("were frozen when the first round was published")
    halton.visit(f"{base}/questions").sees_not("Share out the weights")


def read_without_signing_in(world: JourneyWorld) -> None:
    """Timetable, questions, specification, documents, downloads: by anybody, before registering."""
    anyone = world.person(None)
    round_ = f"/rounds/{world.made['round']}"
    anyone.visit("/").sees("Provision of Liverpool City Region Partner Provider Arrangement 2020", "Round 2")
    anyone.visit(round_).sees("12 noon", "2026/S 000-000123", "Residential care", "Foster care", "Wirral")
    anyone.visit(f"{round_}/questions").sees("Method statement 1: Safeguarding", "Ceiling")
    anyone.visit(f"{round_}/specification").sees("What children should be able to say", "Wirral")
    answer = anyone.context.request.get(f"{round_}/questions.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.body())).get_sheet_by_index(0).to_python()
    assert len(rows) > 60, f"{len(rows)} rows of questions"
    anyone.visit("/accessibility").visit("/privacy").visit("/published-register").sees("Published register")


def _fill_system(halton: Person, system: dict[str, object]) -> None:
    halton.fill("Official title", str(system["title"])).fill("Name people use", "LCR PPA")
    halton.fill("Who the services are for", "Children looked after").fill("CPV codes", "85300000")
    halton.page.get_by_role("radio", name="Public Contracts Regulations 2015, light touch").check()
    halton.fill_day("Day the procurement commenced", datetime(2020, 7, 20))
    halton.page.get_by_label("Vehicle", exact=True).select_option(value="partner_provider_agreement")
    halton.fill("Legal basis", str(system["legal_basis"]))
    halton.fill_day("First day of validity", system["valid_from"]).fill_day("Last day of validity", system["valid_to"])
    halton.fill("Estimated value over the whole term", "336,000,000.00")
    halton.fill("Quality pass mark", "60").fill("Councils on the evaluation panel", "3")
    halton.fill("Standstill in calendar days", "10")


def _add_councils(world: JourneyWorld, halton: Person, base: str) -> None:
    halton.visit(f"{base}/councils/add").select("Authority", "Halton")
    halton.fill_day("Takes part from", datetime(2020, 9, 3)).press("Add the council").sees("Halton")
    for slug, (_, official, _) in COUNCILS.items():
        if slug != "halton":
            world.act(LEAD, lambda s, a, slug=slug, official=official: _join(world, s, a, slug, official))
    halton.visit(f"{base}/councils").sees(*(name for name, *_ in COUNCILS.values()))


def _join(world: JourneyWorld, session: Session, actor: Actor, slug: str, official: str) -> None:
    add_participant(
        session, actor, system_id=world.made["system"], authority_id=world.region.organisations[slug],
        authority_name=official, joined_on=datetime(2020, 9, 3).date(),
    )  # fmt: skip


def _specify(world: JourneyWorld, halton: Person, base: str, terms: dict) -> None:
    specification = terms["specification"]
    text = "\n\n".join(f"## {s['number']} {s['title']}\n\n{s['body'].strip()}" for s in specification["sections"])
    halton.visit(f"{base}/specification/edit")
    halton.fill("Title", specification["title"]).fill("Common text", text)
    halton.press("Save the common text").sees("What children should be able to say")
    schedules = {s["council"]: s["body"].strip() for s in terms["local_schedules"]}
    for slug, words in schedules.items():
        if slug != "wirral":
            world.act(f"commissioning@{slug}.example", lambda s, a, slug=slug, words=words: write_local_schedule(
                s, a, system_id=world.made["system"], authority_id=world.region.organisations[slug], text=words
            ))  # fmt: skip
    wirral = world.person("commissioning@wirral.example")
    wirral.visit(f"{base}/local-schedules/{world.region.organisations['wirral']}")
    wirral.fill("Local schedule", schedules["wirral"]).press("Save the local schedule").sees("of Wirral is saved.")
    invitation, *others = terms["documents"]
    halton.visit(f"{base}/documents").press("Write a document")
    halton.fill("Title", invitation["title"]).choose("Invitation to apply").fill("Text", invitation["body"].strip())
    halton.press("Save the document").sees(invitation["title"])
    for document in others:
        world.act(LEAD, lambda s, a, document=document: write_document(
            s, a, system_id=world.made["system"], title=document["title"], kind=document["kind"], text=document["body"].strip()
        ))  # fmt: skip


def _set_grounds(halton: Person, base: str, grounds: list[dict[str, str]]) -> None:
    halton.visit(f"{base}/restriction-grounds")
    for number, ground in enumerate(grounds):
        halton.fill("Ground", ground["title"], nth=number)
        halton.fill("When it applies, and when it ends", ground["text"], nth=number)
        halton.press("Save and add another" if number + 1 < len(grounds) else "Save the grounds")
