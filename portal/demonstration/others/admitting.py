"""Rounds of a system: planned with questions of the library, noticed, published; providers that apply."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from portal.applications.actions import drafting, submitting
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, holder, organisations
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions import rounds as acts
from portal.purchasing_systems.actions.systems import establish_system
from portal.questionnaires.actions.loading import load_question_set
from portal.questionnaires.library import shelves
from portal.questionnaires.queries import questions_of_round


def steps(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    """Each round as far as it has come, and who applied in it."""
    slug = entry["slug"]
    for row in entry.get("rounds", ()):
        lead, number = holder(entry["system"]["lead"], "procurement_officer"), row["number"]
        begun = calendar.at(row["set_up"])
        yield Step(begun, lead, f"{slug}: plan round {number}", partial(_plan, world, calendar, slug, row))
        ask = partial(_ask, world, entry, row)
        yield Step(begun + timedelta(minutes=20), lead, f"{slug}: load the questions of round {number}", ask)
        if "notice" in row:
            noticed = calendar.at(row["notice"]["published"])
            note = partial(_notice, world, calendar, slug, row)
            yield Step(noticed + timedelta(minutes=30), lead, f"{slug}: record the notice of round {number}", note)
        if "published" in row:
            publish = partial(_publish, world, slug, row)
            yield Step(calendar.at(row["published"]), lead, f"{slug}: publish round {number}", publish)
        if "held_before" in row:
            at, give = calendar.at(row["established"]), partial(_held_before, world, slug, row)
            yield Step(at, lead, f"{slug}: make the system public; round {number} was held before the portal", give)
    for row in entry.get("applications", ()):
        yield from _apply(world, calendar, entry, row)


def _plan(world: World, calendar: Calendar, slug: str, row: Entry, scene: Scene) -> None:
    world.others[slug, f"round {row['number']}"] = acts.plan_round(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        number=row["number"],
        opens_at=calendar.at(row["opens"]),
        closes_at=calendar.at(row["closes"]) if "closes" in row else None,
        lots=[world.others[slug, f"lot {number}"] for number in row.get("lots", ())],
    ).id


def _ask(world: World, entry: Entry, row: Entry, scene: Scene) -> None:
    slug = entry["slug"]
    round_id, system = world.others[slug, f"round {row['number']}"], world.others[slug, "system"]
    offered = row.get("lots") or [lot["number"] for lot in entry["lots"] if "added" not in lot]
    sets: list[tuple[UUID | None, dict[str, Any]]] = [(None, _picked(row["questions"]["title"], row["questions"]))]
    if "statements" in row:
        # A key is used once in a round, so each lot's own questions carry its number.
        sets += [
            (
                world.others[slug, f"lot {number}"],
                _picked(f"Lot {number}: method statements", row["statements"], f"-{number}"),
            )
            for number in offered
        ]
    for lot, asked in sets:
        load_question_set(scene.session, scene.actor, system_id=system, round_id=round_id, lot_id=lot, content=asked)
    for question in questions_of_round(scene.session, round_id):
        world.others[slug, f"question {row['number']} {question.key}"] = question.id


def _picked(title: str, chosen: Entry, suffix: str = "") -> dict[str, Any]:
    """A question set out of the library's own items. `chosen`: `keys`, and `weights` of the ones that are scored."""
    items = {str(item.content["key"]): item for shelf in shelves() for item in shelf.items}
    picked = [items[key] for key in chosen["keys"]]
    groups = {str(item.group["slug"]): dict(item.group) for item in picked}
    weights = chosen.get("weights", {})
    questions = [
        {
            **item.content,
            "key": f"{item.content['key']}{suffix}",
            **({"weight": weights[str(item.content["key"])]} if str(item.content["key"]) in weights else {}),
        }
        for item in picked
    ]
    return {"title": title, "groups": list(groups.values()), "questions": questions}


def _notice(world: World, calendar: Calendar, slug: str, row: Entry, scene: Scene) -> None:
    notice = row["notice"]
    acts.record_notice(
        scene.session,
        scene.actor,
        round_id=world.others[slug, f"round {row['number']}"],
        notice_number=notice["number"],
        notice_url=notice["url"],
        notice_published_at=calendar.at(notice["published"]),
    )


def _publish(world: World, slug: str, row: Entry, scene: Scene) -> None:
    acts.publish_round(scene.session, scene.actor, round_id=world.others[slug, f"round {row['number']}"])


def _held_before(world: World, slug: str, row: Entry, scene: Scene) -> None:
    """A system older than the portal is made public on its old notice; the round it was set up with is not held again."""
    establish_system(scene.session, scene.actor, system_id=world.others[slug, "system"])
    acts.cancel_round(
        scene.session, scene.actor, round_id=world.others[slug, f"round {row['number']}"], reason=row["held_before"]
    )


def _apply(world: World, calendar: Calendar, entry: Entry, row: Entry) -> Iterator[Step]:
    provider, slug = row["provider"], entry["slug"]
    who = holder(provider, "provider_administrator")
    begun, sent = calendar.at(row["started"], working_day=False), calendar.at(row["submitted"], working_day=False)
    write = partial(_write, world, entry, row)
    yield Step(begun, who, f"{slug}: {provider} writes its application", write, organisation=provider)
    submit = partial(_submit, world, slug, row)
    yield Step(sent, who, f"{slug}: {provider} submits", submit, organisation=provider)


def _write(world: World, entry: Entry, row: Entry, scene: Scene) -> None:
    slug, number = entry["slug"], row["round"]
    made = drafting.start_application(
        scene.session, scene.actor, scene.keys, round_id=world.others[slug, f"round {number}"]
    )
    world.others[slug, f"application {row['provider']}"] = made.id
    areas = [world.organisations[council] for council in row["areas"]]
    drafting.choose_lots(
        scene.session,
        scene.actor,
        application_id=made.id,
        areas={world.others[slug, f"lot {lot}"]: areas for lot in row["lots"]},
    )
    facts = organisations()[row["provider"]]["facts"]
    given = {**entry["answers"], **row.get("answers", {})}
    drafting.save_answers(
        scene.session,
        scene.actor,
        scene.keys,
        application_id=made.id,
        answers={world.others[slug, f"question {number} {key}"]: value.format(**facts) for key, value in given.items()},
        versions={},
    )


def _submit(world: World, slug: str, row: Entry, scene: Scene) -> None:
    application = world.others[slug, f"application {row['provider']}"]
    submitting.submit_application(
        scene.session,
        scene.actor,
        scene.keys,
        application_id=application,
        idempotency_key=str(uuid5(application, "submitted")),
        declared=True,
    )
