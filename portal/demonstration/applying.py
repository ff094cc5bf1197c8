"""Providers apply: an interest, a draft written over weeks by colleagues, a submission, sometimes a withdrawal."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from portal.applications.actions import drafting, submitting
from portal.core.documents.sniff import check_upload
from portal.core.documents.upload import Upload
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import DEMO, Entry, applications, everything_answered, questions
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World

SITTINGS = ("selection", "documents", "quality", "price")
"""A draft is written in a sitting for each part of which it holds something."""
_WRITING = timedelta(days=5)
"""How long the provider of an unfinished draft has been writing at most."""


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """Everything each provider did in each round."""
    for entry in applications():
        yield from _begin(world, calendar, entry)
        if entry["state"] in ("submitted", "withdrawn"):
            yield from _send(world, calendar, entry)
        if "help_granted" in entry:
            at = calendar.at(entry["help_granted"], working_day=False)
            yield _step(entry, at, "drafted_by", "let the helpdesk look", partial(_grant_help, world, calendar, entry))


def _begin(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    begun = calendar.at(entry["started"], working_day=False)
    if entry["state"] == "interest":
        yield _step(entry, begun, "drafted_by", "register an interest", partial(_register_interest, world, entry))
        return
    yield _step(entry, begun, "drafted_by", "start the application", partial(_start, world, entry))
    yield _step(
        entry, begun + timedelta(minutes=3), "drafted_by", "choose lots and areas", partial(_choose, world, entry)
    )
    first = entry.get("earlier_submitted") or entry.get("submitted")
    until = calendar.at(first, working_day=False) if first else begun + _WRITING
    asked, given = questions(), everything_answered(entry)
    sittings = [part for part in SITTINGS if any(asked[key]["part"] == part for key in given)]
    for number, part in enumerate(sittings, start=1):
        # A colleague does the prices, where the content names one.
        who = "submitted_by" if part == "price" and "submitted_by" in entry else "drafted_by"
        at = begun + (until - begun) * number / (len(sittings) + 1)
        yield _step(entry, at, who, f"answer the {part} questions", partial(_answer, world, entry, part))


def _send(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    def at(name: str) -> datetime:
        return calendar.at(entry[name], working_day=False)

    if "earlier_submitted" in entry:
        earlier = at("earlier_submitted")
        yield _step(entry, earlier, "submitted_by", "submit", partial(_submit, world, entry, "earlier_submitted"))
        again = at("submitted") - timedelta(minutes=35)
        yield _step(entry, again, "submitted_by", "withdraw to correct", partial(_withdraw, world, entry))
        again += timedelta(minutes=10)
        yield _step(entry, again, "submitted_by", "correct the prices", partial(_answer, world, entry, "price"))
    yield _step(entry, at("submitted"), "submitted_by", "submit", partial(_submit, world, entry, "submitted"))
    if entry["state"] == "withdrawn":
        yield _step(entry, at("withdrawn"), "submitted_by", "withdraw", partial(_withdraw, world, entry))


def _step(entry: Entry, at: datetime, who: str, what: str, act: Callable[[Scene], object]) -> Step:
    provider = entry["provider"]
    return Step(at, entry[who], f"{provider}, round {entry['round']}: {what}", act, organisation=provider)


def _register_interest(world: World, entry: Entry, scene: Scene) -> None:
    drafting.register_interest(scene.session, scene.actor, round_id=world.rounds[entry["round"]])


def _start(world: World, entry: Entry, scene: Scene) -> None:
    made = drafting.start_application(scene.session, scene.actor, scene.keys, round_id=world.rounds[entry["round"]])
    world.applications[_key(entry)] = made.id


def _choose(world: World, entry: Entry, scene: Scene) -> None:
    drafting.choose_lots(
        scene.session,
        scene.actor,
        application_id=world.applications[_key(entry)],
        areas={
            world.lots[lot]: [world.organisations[council] for council in entry["areas"][lot]] for lot in entry["lots"]
        },
    )


def _answer(world: World, entry: Entry, part: str, scene: Scene) -> None:
    asked = questions()
    given = {key: value for key, value in everything_answered(entry).items() if asked[key]["part"] == part}
    ids = {key: world.questions[entry["round"], key] for key in given}
    files = {key for key in given if asked[key]["kind"] == "file"}
    for key in files:
        _upload(world, entry, ids[key], given[key], scene)
    if written := given.keys() - files:
        drafting.save_answers(
            scene.session,
            scene.actor,
            scene.keys,
            application_id=world.applications[_key(entry)],
            answers={ids[key]: given[key] for key in given if key in written},
            versions={},
        )


def _upload(world: World, entry: Entry, question_id: UUID, name: str, scene: Scene) -> None:
    content = (DEMO / "documents" / name).read_bytes()
    drafting.add_document(
        scene.session,
        scene.actor,
        scene.keys,
        scene.documents,
        application_id=world.applications[_key(entry)],
        question_id=question_id,
        upload=Upload(name=name, kind=check_upload(name, content), content=content),
    )


def _grant_help(world: World, calendar: Calendar, entry: Entry, scene: Scene) -> None:
    drafting.grant_help(
        scene.session,
        scene.actor,
        application_id=world.applications[_key(entry)],
        until=calendar.at(entry["help_until"], working_day=False),
    )


def _submit(world: World, entry: Entry, name: str, scene: Scene) -> None:
    application = world.applications[_key(entry)]
    submitting.submit_application(
        scene.session,
        scene.actor,
        scene.keys,
        application_id=application,
        idempotency_key=str(uuid5(application, name)),
        declared=True,
    )


def _withdraw(world: World, entry: Entry, scene: Scene) -> None:
    submitting.withdraw_application(scene.session, scene.actor, application_id=world.applications[_key(entry)])


def _key(entry: Entry) -> tuple[int, str]:
    return entry["round"], entry["provider"]
