"""Questions put to the councils of a system, their answers so far, and what a council announces in its forward plan."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from portal.decisions.actions import draft_decision, publish_record, record_decision
from portal.decisions.actions.forward_plan import draft_entry, publish_entry
from portal.decisions.kinds import kind_of
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, holder
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.subjects import subjects_of

_TO_RECORD, _TO_PUBLISH = timedelta(minutes=50), timedelta(minutes=90)
"""After the decision was drafted."""
_Asked = tuple[str, Entry]
"""The slug of a system, and what was put to its councils."""
_DAYS = ("due_on", "representations_until")


def steps(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    """Every matter with the answers so far."""
    slug = entry["slug"]
    for matter in entry.get("matters", ()):
        lead = holder(entry["system"]["lead"], "procurement_officer")
        ask = partial(_ask, world, calendar, entry, matter)
        yield Step(calendar.at(matter["asked"]), lead, f"{slug}: put {matter['kind']}", ask)
        for decision in matter.get("decisions", ()):
            clerk = holder(decision["council"], "democratic_services")
            decided, what = calendar.at(decision["decided"]), f"{decision['council']}: {decision['answer']}"
            draft = partial(_draft, world, calendar, (slug, matter), decision)
            record, publish = (
                partial(_record, world, (slug, matter), decision),
                partial(_publish, world, calendar, (slug, matter), decision),
            )
            yield Step(decided, clerk, f"{slug}: draft {what}", draft)
            yield Step(decided + _TO_RECORD, clerk, f"{slug}: record {what}", record)
            yield Step(decided + _TO_PUBLISH, clerk, f"{slug}: publish {what}", publish)
    for notice in entry.get("notices", ()):
        clerk = holder(notice["council"], "democratic_services")
        act = partial(_announce, world, calendar, slug, notice)
        yield Step(calendar.at(notice["published"]), clerk, f"{slug}: publish a notice of the decision", act)


def _ask(world: World, calendar: Calendar, entry: Entry, matter: Entry, scene: Scene) -> None:
    slug, kind = entry["slug"], kind_of(matter["kind"])
    system = scene.session.get_one(PurchasingSystem, world.others[slug, "system"])
    # A subject is named as the page's list names it.
    subject = next(s for s in subjects_of(scene.session, system, kind) if s.label == matter["subject"])
    world.others[slug, f"matter {matter['slug']}"] = ask_councils(
        scene.session,
        scene.actor,
        system_id=system.id,
        kind=kind,
        subject=subject.key,
        answer_by=calendar.day(matter["answer_by"]),
        councils=[world.organisations[council] for council in matter["councils"]],
    ).id


def _draft(world: World, calendar: Calendar, asked: _Asked, decision: Entry, scene: Scene) -> None:
    slug, matter = asked
    council, decided = decision["council"], calendar.day(decision["decided"])
    reference = f"DEMO-{slug.upper()}-{matter['slug'].upper()}"
    world.others[slug, f"decision {matter['slug']} {council}"] = draft_decision(
        scene.session,
        scene.actor,
        matter_id=world.others[slug, f"matter {matter['slug']}"],
        outcome=decision["answer"],
        route=decision["route"],
        decided_by_post=decision["decided_by"],
        decided_by_capacity="Collectively",
        authority_source="Report to the body that decided (demonstration)",
        evidence="Minute of the meeting",
        report_reference=reference,
        record_url=f"https://democracy.{council}.example/decisions/{reference}",
        decided_on=decided,
        effective_on=decided + timedelta(days=decision["effective_after"]),
        reasons=str(decision.get("reasons", matter["reasons"])),
        alternatives=str(decision.get("alternatives", matter["alternatives"])),
        interests="None declared.",
    ).id


def _record(world: World, asked: _Asked, decision: Entry, scene: Scene) -> None:
    slug, matter = asked
    drafted = world.others[slug, f"decision {matter['slug']} {decision['council']}"]
    record_decision(scene.session, scene.actor, decision_id=drafted)


def _publish(world: World, calendar: Calendar, asked: _Asked, decision: Entry, scene: Scene) -> None:
    slug, matter = asked
    day = calendar.day(decision["decided"])
    publish_record(
        scene.session,
        scene.actor,
        decision_id=world.others[slug, f"decision {matter['slug']} {decision['council']}"],
        published_on=day,
        effective_on=day + timedelta(days=decision["effective_after"]),
    )


def _announce(world: World, calendar: Calendar, slug: str, notice: Entry, scene: Scene) -> None:
    words: dict[str, Any] = {
        name: calendar.day(told) if name in _DAYS else told for name, told in notice["words"].items()
    }
    drafted = draft_entry(
        scene.session,
        scene.actor,
        demonstration=True,
        is_key=True,
        representations_here=True,
        matter_id=world.others[slug, f"matter {notice['matter']}"],
        system_id=world.others[slug, "system"],
        **words,
    )
    publish_entry(scene.session, scene.actor, entry_id=drafted.id)
