"""A question that stands open: to extend the system together. Prepared by a board meeting, answered in part, once called in."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from portal.decisions.actions import call_in, draft_decision, publish_record, record_decision
from portal.decisions.actions.forward_plan import draft_entry, publish_entry
from portal.decisions.actions.meetings import add_matter, call_meeting, hold_meeting
from portal.decisions.actions.minutes import Said, Seat, take_attendance, write_minutes
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.matters import EXTEND_TOGETHER
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.subjects import subjects_of

SLUG = "extend-together"
"""Under which the world knows the question and the answers to it."""
_TO_DRAFT, _TO_RECORD, _TO_PUBLISH = timedelta(minutes=20), timedelta(minutes=50), timedelta(minutes=30)
_NOT_THERE = ("not_present",)


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """The option, the question, the meeting, the answers so far, and one council's notice of its decision."""
    told = content("extension")
    lead = holder(content("system_ppa")["system"]["lead"], "procurement_officer")
    meeting, point = told["meeting"], told["point"]
    yield Step(calendar.at(point["entered"]), lead, "enter the extension point", partial(_point, world, point))
    yield Step(calendar.at(told["matter"]["asked"]), lead, "ask who extends", partial(_ask, world, calendar, told))
    called = partial(_call, world, calendar, meeting)
    yield Step(calendar.at(meeting["called"]), lead, "call the board meeting", called)
    yield Step(calendar.at(meeting["held"]), lead, "hold the board meeting", partial(_hold, world, told))
    for decision in told["decisions"]:
        yield from _answer(world, calendar, decision)
    notice = told["notice"]
    clerk = holder(notice["council"], "democratic_services")
    publish = partial(_notice, world, calendar, notice)
    yield Step(calendar.at(notice["drafted"]), clerk, "publish a notice of the decision", publish)


def _answer(world: World, calendar: Calendar, decision: Entry) -> Iterator[Step]:
    clerk = holder(decision["council"], "democratic_services")
    decided, what = calendar.at(decision["decided"]), f"{decision['council']}: {decision['answer']} ({SLUG})"
    yield Step(decided + _TO_DRAFT, clerk, f"draft {what}", partial(_draft, world, calendar, decision))
    yield Step(decided + _TO_RECORD, clerk, f"record {what}", partial(_record, world, decision))
    if "published" in decision:
        at = calendar.at(decision["published"]) + _TO_PUBLISH
        yield Step(at, clerk, f"publish {what}", partial(_publish, world, calendar, decision))
    if "called_in" in decision:
        at = calendar.at(decision["called_in"])
        yield Step(at, clerk, f"call in {what}", partial(_call_in, world, at.date(), decision))


def _point(world: World, point: Entry, scene: Scene) -> None:
    system = _system(world, scene)
    end = system.valid_until
    add_extension_point(
        scene.session,
        scene.actor,
        system_id=system.id,
        title=point["title"],
        ends_on=end,
        new_end=end.replace(year=end.year + point["years"], day=min(end.day, 28)),
        source=point["source"],
    )


def _ask(world: World, calendar: Calendar, told: Entry, scene: Scene) -> None:
    (point,) = subjects_of(scene.session, _system(world, scene), EXTEND_TOGETHER)
    world.matters[SLUG] = ask_councils(
        scene.session,
        scene.actor,
        system_id=world.system,
        kind=EXTEND_TOGETHER,
        subject=point.key,
        answer_by=calendar.day(told["matter"]["answer_by"]),
        councils=list(world.councils().values()),
        minimum=told["matter"]["minimum"],
    ).id


def _call(world: World, calendar: Calendar, meeting: Entry, scene: Scene) -> None:
    called = call_meeting(
        scene.session,
        scene.actor,
        system_id=world.system,
        title=meeting["title"],
        meets_on=calendar.day(meeting["held"]),
        place=meeting["place"],
    )
    world.meetings[0, SLUG] = called.id
    item = add_matter(scene.session, scene.actor, meeting_id=called.id, matter_id=world.matters[SLUG])
    world.meetings[1, SLUG] = item.id


def _hold(world: World, told: Entry, scene: Scene) -> None:
    meeting, councils = told["meeting"], world.councils()
    there = {row["council"]: row["position"] not in _NOT_THERE for row in meeting["positions"]}
    seats = {
        councils[slug]: Seat("present" if came else "apologies", "Commissioning officer" if came else "")
        for slug, came in there.items()
    }
    take_attendance(scene.session, scene.actor, meeting_id=world.meetings[0, SLUG], seats=seats)
    write_minutes(
        scene.session,
        scene.actor,
        item_id=world.meetings[1, SLUG],
        minuted=meeting["minuted"],
        reasons=told["matter"]["reasons"],
        alternatives=told["matter"]["alternatives"],
        positions={
            councils[row["council"]]: Said(row["position"], row.get("condition", ""), row.get("note", ""))
            for row in meeting["positions"]
        },
    )
    hold_meeting(scene.session, scene.actor, meeting_id=world.meetings[0, SLUG])


def _draft(world: World, calendar: Calendar, decision: Entry, scene: Scene) -> None:
    told, decided = content("extension")["matter"], calendar.day(decision["decided"])
    defers = decision["answer"] == "defer"
    drafted = draft_decision(
        scene.session,
        scene.actor,
        matter_id=world.matters[SLUG],
        outcome=decision["answer"],
        route=decision["route"],
        decided_by_post=decision["decided_by"],
        decided_by_capacity="Executive, collectively",
        authority_source="Report of the Head of Children’s Social Care",
        evidence="Draft minute of the meeting",
        report_reference=f"DEMO-EXT-{decision['council'].upper()}",
        record_url=f"https://democracy.{decision['council']}.example/decisions/DEMO-EXT",
        decided_on=decided,
        defer_until=decided + timedelta(days=decision["defer_days"]) if defers else None,
        reasons=told["reasons"],
        alternatives=told["alternatives"],
        interests="None declared.",
    )
    world.decisions[SLUG, decision["council"]] = drafted.id


def _record(world: World, decision: Entry, scene: Scene) -> None:
    record_decision(scene.session, scene.actor, decision_id=world.decisions[SLUG, decision["council"]])


def _publish(world: World, calendar: Calendar, decision: Entry, scene: Scene) -> None:
    day = calendar.day(decision["published"])
    publish_record(
        scene.session,
        scene.actor,
        decision_id=world.decisions[SLUG, decision["council"]],
        published_on=day,
        effective_on=day + timedelta(days=decision["effective_after"]),
    )


def _call_in(world: World, day: date, decision: Entry, scene: Scene) -> None:
    call_in(
        scene.session,
        scene.actor,
        decision_id=world.decisions[SLUG, decision["council"]],
        requested_on=day,
        requested_by=decision["called_in_by"],
        grounds=decision["grounds"],
    )


def _notice(world: World, calendar: Calendar, notice: Entry, scene: Scene) -> None:
    plain = (
        "title",
        "description",
        "key_reason",
        "decision_maker",
        "lead_member",
        "lead_officer",
        "documents",
        "where_available",
        "how_to_ask",
        "consultees",
        "consultation",
        "contact_post",
        "contact_address",
    )
    drafted = draft_entry(
        scene.session,
        scene.actor,
        demonstration=True,
        is_key=True,
        due_on=calendar.day(notice["due"]),
        representations_here=True,
        representations_until=calendar.day(notice["representations_until"]),
        matter_id=world.matters[SLUG],
        system_id=world.system,
        **{name: notice[name] for name in plain},
    )
    publish_entry(scene.session, scene.actor, entry_id=drafted.id)


def _system(world: World, scene: Scene) -> PurchasingSystem:
    found: UUID = world.system
    return scene.session.get_one(PurchasingSystem, found)
