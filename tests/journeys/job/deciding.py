"""The lead approves the outcome; six councils answer, each for itself; letters, standstill, agreements."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.decisions.actions import draft_decision, record_decision
from tests.journeys.person import Person
from tests.journeys.world import JourneyWorld
from tests.support.evaluated import decision_values
from tests.support.region import PROVIDERS

LEAD = "procurement@halton.example"
REASON = "A concern recorded on 3 March 2026 under the published procedure is not resolved."
APPROVING = ("liverpool", "sefton", "st-helens")
"""By action; Halton, Knowsley and Wirral answer by the pages."""


def approve_the_outcome(world: JourneyWorld) -> None:
    """Asked by procurement, drafted by procurement, put on the record by democratic services."""
    halton, clerk = world.person(LEAD), world.person("democratic@halton.example")
    outcome = f"/rounds/{world.made['round']}/outcome"
    halton.visit(outcome).sees("What to do next")
    halton.page.get_by_label("Authority", exact=False).first.fill(
        "Schedule 2 of the inter-authority agreement, paragraph 4"
    )
    halton.fill_day("Answer by", clock.today()).press("Put the outcome to your decision maker")
    halton.visit(outcome).press("Go to the joint decision").press("Answer for your council")
    halton.press("Save and check").sees("Not ready to be recorded")
    halton.visit(halton.page.url.removeprefix(world.address)).press("Change the draft")
    _fill_decision(halton, "Approve", "Three providers met every published requirement.")
    halton.press("Save and check").sees("Check your council’s decision")
    assert not halton.page.get_by_role("button", name="Record this decision").count(), "procurement drafts, no more"
    clerk.visit("/home").visit(_path(halton, world)).press("Record this decision").sees("Halton")
    world.jobs.work()
    halton.visit(outcome)
    halton.fill_day("Answer by", clock.today()).press("Put it to the councils")
    world.jobs.work()


def each_council_for_itself(world: JourneyWorld) -> None:
    """Four approve, Knowsley restricts one provider on a published ground, Wirral does not approve."""
    sefton = world.person("procurement@sefton.example")
    sefton.visit("/decisions").sees("Waiting for your council")
    board = sefton.page.locator('a[href^="/decisions/"]', has_text="Use").first.get_attribute("href") or ""
    world.made["use"] = UUID(board.rsplit("/", 1)[1])
    sefton.visit(board).sees("What are we waiting for?")
    knowsley, head = world.person("commissioning@knowsley.example"), world.person("head@knowsley.example")
    knowsley.visit(f"{board}/decide")
    _fill_decision(
        knowsley, "Approve, with a restriction on named providers", "Our children need more places near home."
    )
    knowsley.page.get_by_label("Provider 1").select_option(label=_name("cedar"))
    knowsley.page.get_by_label("Published ground").first.select_option(label="Unresolved safeguarding concern")
    knowsley.page.get_by_label("Why this ground applies").first.fill(REASON)
    knowsley.press("Save and check").sees(REASON)
    sefton.visit(board).sees_not(REASON)
    sefton.visit(f"{board}/draft", expect=404)
    head.visit(f"{board}/draft").press("Record this decision").sees(REASON)
    sefton.visit(board).sees("Approved with a restriction")
    _wirral_says_no(world, board)
    halton = world.person(LEAD)
    halton.visit(f"{board}/decide")
    _fill_decision(halton, "Approve", "More places near home.")
    halton.press("Save and check")
    world.person("democratic@halton.example").visit(f"{board}/draft").press("Record this decision")
    for slug in APPROVING:
        made = world.act(f"procurement@{slug}.example", partial(_draft, matter=world.made["use"]))
        world.act(f"democratic@{slug}.example", partial(_record, decision=made))
    sefton.visit(board).sees("Not approved")


def letters_all_at_once(world: JourneyWorld) -> None:
    """Prepared, read by the lead, unseen by the provider; then all out in one moment, with a PDF."""
    halton = world.person(LEAD)
    alder, cedar = world.person("admin@alder.example"), world.person("admin@cedar.example")
    outcome = f"/rounds/{world.made['round']}/outcome"
    halton.visit(outcome).press("Prepare the letters to look at them").sees("3 letters are prepared.")
    links = [a.get_attribute("href") or "" for a in halton.page.locator('a[href^="/letters/"]').all()]
    assert len(links) == len(PROVIDERS), links
    for link in links:
        halton.visit(link).sees("Not sent")
        for provider in (alder, cedar):
            provider.visit(link, expect=404)
    alder.visit("/where-you-stand").sees("You are not admitted to a lot yet.").sees_not("Wirral")
    halton.visit(outcome).press("Send all letters now").sees("All 3 letters have gone out.")
    world.jobs.work()
    alder.visit("/inbox").sees("outcome")
    alder.visit("/where-you-stand").go(alder.page.locator('a[href^="/letters/"]').first)
    alder.sees(
        "Outcome of your application", "Admitted to the system", "Clear on how practice changed after the audit."
    )
    alder.sees_not("Sefton had looked for a second example.", "Cedar")
    letter = alder.page.locator('main a[href$=".pdf"]').get_attribute("href") or ""
    paper = alder.context.request.get(letter).body()
    assert paper.startswith(b"%PDF-"), paper[:40]
    cedar.visit("/where-you-stand").go(cedar.page.locator('a[href^="/letters/"]').first)
    cedar.sees("Not admitted", "At least 3 was needed", "2 out of 5")
    halton.visit(outcome).sees("The standstill runs until")


def agreements(world: JourneyWorld) -> None:
    """After the standstill: issued, read, accepted by the provider, then for the councils."""
    halton = world.person(LEAD)
    outcome = f"/rounds/{world.made['round']}/outcome"
    halton.visit(outcome).sees("The standstill is over.").press("Issue the agreements").sees("4 agreements are issued")
    world.jobs.work()
    for slug in PROVIDERS:
        admin = world.person(f"admin@{slug}.example")
        while admin.visit("/where-you-stand").page.get_by_role("link", name="Read and accept the agreement").count():
            admin.go(admin.page.get_by_role("link", name="Read and accept the agreement").first)
            admin.sees("Offered for the area of").press("Accept the agreement").sees("The provider has accepted")
    halton.visit(outcome).press("Accept all of them for the councils").sees("4 agreements are in effect.")
    world.jobs.work()
    halton.visit(outcome).sees("The round is complete.")


def _wirral_says_no(world: JourneyWorld, board: str) -> None:
    drafter, clerk = world.person("legal@wirral.example"), world.person("democratic@wirral.example")
    drafter.visit(f"{board}/decide")
    _fill_decision(drafter, "Do not approve", "Wirral has places enough under its own arrangement until 2028.")
    drafter.press("Save and check")
    clerk.visit(f"{board}/draft").press("Record this decision").sees("Wirral")


def _fill_decision(person: Person, outcome: str, reasons: str) -> None:
    today = clock.today()
    person.page.get_by_role("radio", name=outcome, exact=True).check()
    person.fill_day("When was it taken?", today).fill_day("When does it take effect?", today)
    person.page.get_by_role("radio", name="Cabinet, collectively", exact=True).check()
    person.fill("Who took the decision?", "Cabinet")
    person.fill("In which capacity?", "Executive, collectively")
    person.fill("Which report or delegation gives the authority to decide?", "Cabinet, 3 September 2020, item 32 (2)")
    person.fill("In consultation with", "Cabinet Member for Children")
    person.fill("Reasons for the decision", reasons)
    person.fill("Alternatives considered and rejected", "Buy singly: rejected, because checks would differ.")
    person.fill("Interests declared", "None declared.")
    person.fill("What do you record this on?", "Signed officer decision record")
    person.fill("Report reference", "CS/2026/14")
    person.fill("Link to your council’s official record", "https://democracy.council.example/CS-2026-14")


def _draft(session: Session, actor: Actor, *, matter: UUID, **changed: Any) -> UUID:
    return draft_decision(session, actor, matter_id=matter, **decision_values(**changed)).id


def _record(session: Session, actor: Actor, *, decision: UUID) -> UUID:
    return record_decision(session, actor, decision_id=decision).id


def _name(slug: str) -> str:
    return f"{slug.capitalize()} House Care Ltd (fictional)"


def _path(person: Person, world: JourneyWorld) -> str:
    return person.page.url.removeprefix(world.address)
