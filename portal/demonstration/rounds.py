"""Three rounds: planned with their questions, noticed, published."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder, lots, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions import rounds as acts
from portal.questionnaires.actions.loading import load_question_set
from portal.questionnaires.queries import questions_of_round

OPEN = "open"


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """Each round: set up with its question sets, then published once its official notice is out."""
    lead = holder(content("system_ppa")["system"]["lead"], "procurement_officer")

    def by_the_lead(at: datetime, minutes: int, what: str, act: Callable[[Scene], object]) -> Step:
        return Step(at + timedelta(minutes=minutes), lead, what, act)

    for number, entry in rounds().items():
        begun, noticed = calendar.at(entry["set_up"]), calendar.at(entry["notice"]["published"])
        yield by_the_lead(begun, 0, f"plan round {number}", partial(_plan, world, calendar, entry))
        yield by_the_lead(begun, 20, f"load the questions of round {number}", partial(_load_questions, world, number))
        yield by_the_lead(
            noticed, 30, f"record the notice of round {number}", partial(_record_notice, world, calendar, entry)
        )
        yield by_the_lead(noticed, 40, f"publish round {number}", partial(_publish, world, number))


def _plan(world: World, calendar: Calendar, entry: Entry, scene: Scene) -> None:
    world.rounds[entry["number"]] = acts.plan_round(
        scene.session,
        scene.actor,
        system_id=world.system,
        number=entry["number"],
        opens_at=calendar.at(entry["opens"]),
        # The round that is open closes two weeks from the loading day, whatever weekday that is.
        closes_at=calendar.at(entry["closes"], working_day=entry["state"] != OPEN),
    ).id


def _load_questions(world: World, number: int, scene: Scene) -> None:
    for name, lot_id in (("common", None), *((slug, world.lots[slug]) for slug in lots())):
        load_question_set(
            scene.session,
            scene.actor,
            system_id=world.system,
            round_id=world.rounds[number],
            lot_id=lot_id,
            content=content(f"questions_{name}"),
        )
    scene.session.flush()
    for question in questions_of_round(scene.session, world.rounds[number]):
        world.questions[number, question.key] = question.id


def _record_notice(world: World, calendar: Calendar, entry: Entry, scene: Scene) -> None:
    notice = entry["notice"]
    acts.record_notice(
        scene.session,
        scene.actor,
        round_id=world.rounds[entry["number"]],
        notice_number=notice["number"],
        notice_url=notice["url"],
        notice_published_at=calendar.at(notice["published"]),
    )


def _publish(world: World, number: int, scene: Scene) -> None:
    acts.publish_round(scene.session, scene.actor, round_id=world.rounds[number])
