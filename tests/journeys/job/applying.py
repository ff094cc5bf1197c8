"""Three providers apply: a draft of two colleagues, uploads, receipts, a withdrawal, and a second submission."""

from __future__ import annotations

import re
from uuid import UUID

from portal.applications.actions import drafting
from portal.applications.models import Application
from portal.applications.queries.drafts import answers_of_draft, documents_of_draft
from portal.demonstration.content import DEMO
from portal.questionnaires.queries import QuestionView, questions_of_round
from tests.journeys.person import Person
from tests.journeys.world import JourneyWorld
from tests.support.applying import good_answer, pdf
from tests.support.region import COUNCILS, PASSWORD, acting

PROVIDERS = {
    "alder": ("residential", "foster"),
    "birch": ("residential",),
    "cedar": ("residential", "foster"),
}
"""Who applies for which lot. Birch does not offer for St Helens."""
_ALL = tuple(COUNCILS)
AREAS = {"alder": _ALL, "birch": tuple(slug for slug in _ALL if slug != "st-helens"), "cedar": _ALL}
STATEMENTS = {
    1: "Our last audit found that two of nine risk plans had not been reviewed after an incident. We changed the handover "
    "so that the shift leader signs the review, and the next audit found all of them done.",
    2: "Every adult who works with a child knows who to tell on the same day, and the manager looks at each record weekly.",
}


def alder_drafts_together(world: JourneyWorld) -> None:
    """The writer begins, the administrator goes on; both save one answer; a file of the wrong kind is refused."""
    writer, admin = world.person("writer@alder.example"), world.person("admin@alder.example")
    round_ = f"/rounds/{world.made['round']}"
    writer.visit(round_).press("Apply").sees("Lots and council areas", "NOT SUBMITTED")
    for lot in ("Lot 1: Residential care", "Lot 2: Foster care"):
        writer.choose(lot)
    for box in writer.page.locator('input[name^="areas-"]').all():
        box.check()
    writer.press("Save and continue").sees("Lots and areas are saved.", "Not started")
    application = UUID(writer.page.url.rsplit("/", 1)[1])
    world.made["alder"] = application
    base = f"/applications/{application}"
    writer.visit(f"{base}/group/supplier")
    _answer(world, writer, "supplier")
    writer.press("Save and continue").sees("Mandatory exclusion grounds")
    _edit_the_same_answer(writer, admin, f"{base}/group/res-safeguarding")
    writer.visit(f"{base}/group/policies")
    _upload(writer, "sq-safeguarding-policy", "policy.exe", b"MZ\x90\x00 not a document", expect=422)
    writer.sees("There is a problem")
    _upload(
        writer,
        "sq-safeguarding-policy",
        "safeguarding-policy.pdf",
        (DEMO / "documents" / "safeguarding-policy.pdf").read_bytes(),
    )
    writer.sees("safeguarding-policy.pdf is uploaded.")
    admin.visit(base).sees("In progress")


def alder_finishes(world: JourneyWorld) -> None:
    """What is left, page after page; check; declare; submit; receipt; nothing is sent twice."""
    writer, admin = world.person("writer@alder.example"), world.person("admin@alder.example")
    base = f"/applications/{world.made['alder']}"
    for page in ("insurance", "people-and-data", "declarations", "fos-prices"):
        writer.visit(f"{base}/group/{page}")
        _answer(world, writer, page)
        writer.press("Save and continue")
    _autosave(writer, f"{base}/group/exclusion-mandatory")
    _answer_by_action(world, "alder", world.made["alder"])
    writer.visit(f"{base}/check").sees("Check your answers", "Our last audit found", "safeguarding-policy.pdf")
    writer.sees_not("What is missing")
    admin.visit(f"{base}/check").press("Continue to submit")
    admin.press("Submit application", expect=422).sees("There is a problem")
    admin.page.get_by_label(re.compile("I have the authority to submit")).check()
    admin.press("Submit application").sees("Receipt", "SHA-256 of the sealed content", "Version 1")
    world.made["alder receipt"] = admin.page.url
    admin.visit(base).sees("Submitted: version 1")
    writer.visit(f"{base}").sees_not("Withdraw this application")


def birch_and_cedar_apply(world: JourneyWorld) -> None:
    """Birch withdraws and submits again; Cedar corrects what it had submitted; Birch keeps a printed receipt."""
    for slug in ("birch", "cedar"):
        world.made[slug] = _draft_by_action(world, slug)
    birch, cedar = world.person("admin@birch.example"), world.person("admin@cedar.example")
    base = f"/applications/{world.made['birch']}"
    _submit(birch, base).sees("Version 1")
    birch.visit(base).press("Withdraw this application").sees("Withdraw your application?")
    birch.press("Withdraw").sees("NOT SUBMITTED", "You withdrew this application.")
    _submit(birch, base).sees("Version 2")
    name, paper = birch.download("Download the receipt (PDF)")
    assert name.endswith(".pdf"), name
    assert paper.startswith(b"%PDF-"), paper[:20]
    cedar_base = f"/applications/{world.made['cedar']}"
    _submit(cedar, cedar_base)
    cedar.visit(f"{cedar_base}/group/res-stability").fill(_label(world, "res-stability"), STATEMENTS[2])
    cedar.press("Save and go to the task list").sees("CHANGES NOT SUBMITTED")
    _submit(cedar, cedar_base).sees("Version 2")
    cedar.visit("/applications").sees("Submitted", "version 2")


def nobody_else_sees_anything(world: JourneyWorld) -> None:
    """Before opening: a number of interested providers and nothing more; every try is refused and kept."""
    halton = world.person("procurement@halton.example")
    round_ = f"/rounds/{world.made['round']}"
    halton.visit(f"/systems/{world.made['system']}{round_}").sees("Providers interested", "3")
    halton.sees_not("Alder", "Birch", "Cedar")
    for provider in ("alder", "birch", "cedar"):
        halton.visit(f"{round_}/applications/{world.made[provider]}", expect=409).sees("This round is sealed.")
    halton.visit(f"{round_}/applications", expect=409).sees("This round is sealed.", "This attempt is recorded.")
    halton.visit(f"{round_}/open-submissions").sees("Nothing can be opened before the round closes")
    halton.post_by_hand(f"{round_}/open-submissions", {"password": PASSWORD}, expect=409)
    foreign = world.person("admin@cedar.example")
    foreign.visit(f"/applications/{world.made['alder']}", expect=404)
    foreign.visit(world.made["alder receipt"].removeprefix(world.address), expect=404)
    helpdesk = world.person("operator@portal.example")
    helpdesk.visit("/operator/help-desk").sees_not("Alder", "Birch")
    helpdesk.visit("/operator/refusals").sees(f"{round_}/applications")


def after_closing(world: JourneyWorld) -> None:
    """A draft stays readable; nothing is accepted any more."""
    alder = world.person("admin@alder.example")
    base = f"/applications/{world.made['alder']}"
    alder.visit(f"{base}/group/res-stability").sees("The round closed at", STATEMENTS[1][:40])
    alder.visit(f"{base}/declare-and-submit").sees("can no longer be submitted")
    alder.visit(f"{base}/withdraw").sees("After closing, ask the lead authority")


def _answer(world: JourneyWorld, person: Person, group: str) -> None:
    for question in questions(world).values():
        if question.group_slug == group:
            _fill(person, question)


def _fill(person: Person, question: QuestionView) -> None:
    text = good_answer(question)
    field = person.page.locator(f'[name="q-{question.key}"]')
    if question.kind in ("choice", "yes_no"):
        person.page.locator(f'[name="q-{question.key}"][value="{text}"]').check()
    elif question.kind == "declaration":
        field.check()
    elif question.kind == "date":
        person.fill_day(question.prompt, text)
    else:
        field.fill(text)


def _edit_the_same_answer(writer: Person, admin: Person, page: str) -> None:
    """Both have the page open; who saves second is told, and both texts are kept."""
    label = "Save and go to the task list"
    writer.visit(page)
    admin.visit(page)
    field = 'textarea[name="q-res-safeguarding"]'
    writer.page.locator(field).fill(STATEMENTS[1])
    writer.press(label)
    admin.page.locator(field).fill(STATEMENTS[2])
    admin.press(label, expect=409).sees("Saved by your colleague", STATEMENTS[1], STATEMENTS[2])
    admin.page.locator(field).fill(f"{STATEMENTS[1]}\n\n{STATEMENTS[2]}")
    admin.press(label).sees("Your application")


def _autosave(person: Person, page: str) -> None:
    """A page that is only left open keeps what was typed."""
    person.visit(page)
    with person.page.expect_response(lambda answer: answer.url.endswith("/autosave")) as saved:
        person.page.locator('[name="q-sq-tax"][value="no"]').check()
    assert saved.value.status == 200, saved.value.text()
    person.visit(page)
    assert person.page.locator('[name="q-sq-tax"][value="no"]').is_checked()


def _upload(person: Person, key: str, name: str, content: bytes, expect: int = 200) -> Person:
    section = person.page.locator(f'section[aria-labelledby="about-{key}"]')
    section.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )
    return person.press("Upload", within=section, expect=expect)


def _submit(person: Person, base: str) -> Person:
    person.visit(f"{base}/declare-and-submit")
    person.page.get_by_label(re.compile("I have the authority to submit")).check()
    return person.press("Submit application").sees("Receipt")


def questions(world: JourneyWorld) -> dict[str, QuestionView]:
    if "questions" not in world.made:
        with acting(world.app, "procurement@halton.example") as (session, _):
            world.made["questions"] = {q.key: q for q in questions_of_round(session, world.made["round"])}
    found: dict[str, QuestionView] = world.made["questions"]
    return found


def _label(world: JourneyWorld, key: str) -> str:
    return questions(world)[key].prompt


def _lots(world: JourneyWorld) -> dict[str, UUID]:
    asked = questions(world)
    found = {"residential": asked["res-safeguarding"].lot_id, "foster": asked["fos-safeguarding"].lot_id}
    return {slug: lot for slug, lot in found.items() if lot is not None}


def _draft_by_action(world: JourneyWorld, slug: str) -> UUID:
    """The same pages filled by another provider: by the actions behind them."""
    keys = world.app.extensions["keys"]
    lots = _lots(world)
    councils = [world.region.organisations[council] for council in AREAS[slug]]
    with acting(world.app, f"writer@{slug}.example") as (session, actor):
        made = drafting.start_application(session, actor, keys, round_id=world.made["round"]).id
        areas = {lots[lot]: councils for lot in PROVIDERS[slug]}
        drafting.choose_lots(session, actor, application_id=made, areas=areas)
    _answer_by_action(world, slug, made)
    return made


def _answer_by_action(world: JourneyWorld, slug: str, application_id: UUID) -> None:
    """Everything not answered yet."""
    keys, store = world.app.extensions["keys"], world.app.extensions["documents"]
    wanted = {None, *(_lots(world)[lot] for lot in PROVIDERS[slug])}
    with acting(world.app, f"writer@{slug}.example") as (session, actor):
        application = session.get_one(Application, application_id)
        given = {*answers_of_draft(session, keys, application)}
        given |= {d.question_id for d in documents_of_draft(session, keys, application)}
        asked = [q for q in questions(world).values() if q.lot_id in wanted and q.id not in given]
        answers = {q.id: _text(q) for q in asked if q.kind != "file"}
        drafting.save_answers(session, actor, keys, application_id=application_id, answers=answers, versions={})
        for question in asked:
            if question.kind == "file":
                drafting.add_document(
                    session, actor, keys, store, application_id=application_id, question_id=question.id,
                    upload=pdf(f"{question.key}.pdf"),
                )  # fmt: skip


def _text(question: QuestionView) -> str:
    return f"{STATEMENTS[1]}\n\n{STATEMENTS[2]}" if question.part == "quality" else good_answer(question)
