"""The joint decisions: put by the lead, answered by each council for itself, with all that its record holds."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from portal.decisions.actions import draft_decision, publish_record, record_decision
from portal.decisions.actions.drafting import Named
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder, organisations
from portal.demonstration.content import rounds as planned_rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome, ask_to_use

_TO_DRAFT, _TO_RECORD, _TO_PUBLISH = timedelta(minutes=20), timedelta(minutes=50), timedelta(minutes=30)
"""After the decision was taken: an officer drafts what was decided, then it goes on the record; published after the letters."""


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """Every matter with the decisions on it."""
    lead = holder(content("system_ppa")["system"]["lead"], "procurement_officer")
    for matter in content("decisions")["matters"]:
        asked = calendar.at(matter["asked"])
        ask = partial(_ASK[matter["kind"]], world, calendar, matter)
        yield Step(asked, lead, f"put: {matter['title']}", ask)
        for decision in matter["decisions"]:
            decided = calendar.at(decision["decided"])
            recorder = decision["recorded_by"]
            what = f"{decision['council']}: {decision['answer']} ({matter['slug']})"
            yield Step(
                decided + _TO_DRAFT,
                decision.get("drafted_by", recorder),
                f"draft {what}",
                partial(_draft, world, calendar, matter, decision),
                organisation=decision["council"],
            )
            yield Step(decided + _TO_RECORD, recorder, f"record {what}", partial(_record, world, matter, decision))
            # The council published its own record in its own system on its day; the copy here waits for the letters.
            letters = calendar.at(planned_rounds()[matter["round"]]["letters"])
            on_register = max(calendar.at(decision["published"]), letters) + _TO_PUBLISH
            publish = partial(_publish, world, calendar, matter, decision)
            yield Step(on_register, recorder, f"publish {what}", publish)


def _ask_for_the_outcome(world: World, calendar: Calendar, matter: Entry, scene: Scene) -> None:
    lead = content("decisions")["lead_authority"]
    world.matters[matter["slug"]] = ask_to_approve_outcome(
        scene.session,
        scene.actor,
        round_id=world.rounds[matter["round"]],
        answer_by=calendar.day(matter["answer_by"]),
        authority=f"{lead['text']} ({lead['reference']})",
        question=matter["question"],
    ).id


def _ask_for_the_use(world: World, calendar: Calendar, matter: Entry, scene: Scene) -> None:
    world.matters[matter["slug"]] = ask_to_use(
        scene.session,
        scene.actor,
        round_id=world.rounds[matter["round"]],
        answer_by=calendar.day(matter["answer_by"]),
        question=matter["question"],
    ).id


_ASK = {"outcome": _ask_for_the_outcome, "use": _ask_for_the_use}


def _draft(world: World, calendar: Calendar, matter: Entry, decision: Entry, scene: Scene) -> None:
    drafted = draft_decision(
        scene.session,
        scene.actor,
        matter_id=world.matters[matter["slug"]],
        outcome=decision["answer"],
        decided_by_post=decision["decided_by"],
        decided_by_capacity=decision["capacity"],
        route=decision["route"],
        authority_source=_authority(matter, decision),
        consulted_post="; ".join(decision["consulted"]),
        evidence=decision["evidence"],
        report_reference=decision["report_reference"],
        record_url=decision["record_url"],
        decided_on=calendar.day(decision["decided"]),
        effective_on=calendar.day(decision["effective"]),
        reasons=decision["reasons"],
        alternatives="\n\n".join(decision["alternatives"]),
        interests=decision["interests"],
        restrictions=_restrictions(world, decision),
    )
    world.decisions[matter["slug"], decision["council"]] = drafted.id


def _restrictions(world: World, decision: Entry) -> list[Named]:
    if "restriction" not in decision:
        return []
    named = decision["restriction"]
    provider = named["provider"]
    lot = world.lots[named["lot"]] if "lot" in named else None
    name = organisations()[provider]["name"]
    return [Named(world.organisations[provider], name, named["ground"], named["text"], lot)]


def _authority(matter: Entry, decision: Entry) -> str:
    """The report or delegation under which the council decided: the lead's authority, or its own decision to take part."""
    lead = content("decisions")["lead_authority"]
    if matter["rule"] == "lead":
        return f"{lead['text']} ({lead['reference']})"
    (own,) = (row for row in content("decisions")["memberships"] if row["council"] == decision["council"])
    return f"{own['decided_by']}, {own['report_reference']}: {own['text']}"


def _record(world: World, matter: Entry, decision: Entry, scene: Scene) -> None:
    record_decision(scene.session, scene.actor, decision_id=world.decisions[matter["slug"], decision["council"]])


def _publish(world: World, calendar: Calendar, matter: Entry, decision: Entry, scene: Scene) -> None:
    publish_record(
        scene.session,
        scene.actor,
        decision_id=world.decisions[matter["slug"], decision["council"]],
        published_on=calendar.day(decision["published"]),
        effective_on=calendar.day(decision["effective"]),
    )
