"""Three councils evaluate together: a panel, its declarations of interests, the selection checks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal.applications.actions.evaluating import complete_checks, start_evaluation
from portal.demonstration import marking, moderating
from portal.demonstration.calendar import SATURDAY, Calendar
from portal.demonstration.content import Entry, accounts, applications, content, organisations, rounds
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.evaluation.actions.declarations import (
    declare_interests,
    rule_on_all_without_interest,
    rule_on_declaration,
)
from portal.evaluation.models import Declaration
from portal.evaluation.rules.panels import CHAIR, PRICE, QUALITY, PanelSeat


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """The evaluation of each round that was opened, as far as it has come."""
    for number, entry in rounds().items():
        if "opened" in entry:
            opened = calendar.at(entry["opened"])
            yield from _until_scoring(world, number, opened)
            yield from marking.steps(world, calendar, number, working_day(opened, days=5))
            yield from moderating.steps(world, calendar, number)


def working_day(at: datetime, *, days: int, minutes: int = 0) -> datetime:
    """The same hour so many working days later, Monday to Friday; then so many minutes more."""
    for _ in range(days):
        at += timedelta(days=1)
        while at.weekday() >= SATURDAY:
            at += timedelta(days=1)
    return at + timedelta(minutes=minutes)


def _until_scoring(world: World, number: int, opened: datetime) -> Iterator[Step]:
    evaluation = content("evaluation")
    chair = evaluation["chair"]
    interests = [row for row in evaluation["interests"] if row["round"] == number]
    stand_ins = sorted({row["replacement"] for row in interests if "replacement" in row})

    yield Step(
        working_day(opened, days=1), chair, f"choose the panel of round {number}", partial(_start, world, number)
    )
    for order, email in enumerate(_members()):
        at = working_day(opened, days=2, minutes=15 * order)
        yield Step(at, email, f"declare interests in round {number}", partial(_declare, world, number, email))
    for order, row in enumerate(interests):
        at = working_day(opened, days=3, minutes=10 * order)
        yield Step(at, chair, f"rule on an interest of {row['account']}", partial(_rule, world, row))
    yield Step(working_day(opened, days=3, minutes=60), chair, "rule on the others", partial(_rule_none, world, number))
    for email in stand_ins:
        at = working_day(opened, days=4)
        yield Step(at, email, f"declare interests in round {number}", partial(_declare, world, number, email))
        at += timedelta(minutes=45)
        yield Step(at, chair, "rule on the others", partial(_rule_none, world, number))
    at = working_day(opened, days=4, minutes=90)
    yield Step(at, chair, f"complete the selection checks of round {number}", partial(_check, world, number))


def _members() -> list[str]:
    evaluation = content("evaluation")
    return [evaluation["chair"], *(seat["account"] for seat in evaluation["panel"]), evaluation["price_evaluator"]]


def seat(world: World, email: str, parts: tuple[str, ...], *, chair: bool = False) -> PanelSeat:
    """A person's seat, for their own council."""
    account = accounts()[email]
    council = account["organisation"]
    return PanelSeat(
        person_id=world.people[email],
        organisation_id=world.organisations[council],
        organisation_name=organisations()[council]["official_name"],
        post=account["name"],
        parts=parts,
        chair=chair,
    )


def _start(world: World, number: int, scene: Scene) -> None:
    evaluation = content("evaluation")
    world.panels[number] = start_evaluation(
        scene.session,
        scene.actor,
        round_id=world.rounds[number],
        members=[
            seat(world, evaluation["chair"], CHAIR, chair=True),
            *(seat(world, row["account"], QUALITY) for row in evaluation["panel"]),
            seat(world, evaluation["price_evaluator"], PRICE),
        ],
    ).id


def candidates(world: World, number: int) -> dict[str, UUID]:
    """The applications opened in a round, by provider."""
    return {
        entry["provider"]: world.applications[number, entry["provider"]]
        for entry in applications()
        if entry["round"] == number and entry["state"] == "submitted"
    }


def _declare(world: World, number: int, email: str, scene: Scene) -> None:
    declared = {
        world.applications[number, row["provider"]]: row["interest"]
        for row in content("evaluation")["interests"]
        if row["round"] == number and row["account"] == email
    }
    names = {
        candidate: organisations()[provider]["official_name"]
        for provider, candidate in candidates(world, number).items()
    }
    declare_interests(
        scene.session,
        scene.actor,
        panel_id=world.panels[number],
        candidates=names,
        declarations={candidate: (candidate in declared, declared.get(candidate, "")) for candidate in names},
    )


def _rule(world: World, row: Entry, scene: Scene) -> None:
    declaration_id = scene.session.scalars(
        select(Declaration.id).where(
            Declaration.panel_id == world.panels[row["round"]],
            Declaration.person_id == world.people[row["account"]],
            Declaration.candidate_id == world.applications[row["round"], row["provider"]],
        )
    ).one()
    rule_on_declaration(
        scene.session,
        scene.actor,
        declaration_id=declaration_id,
        ruling=row["treatment"],
        managed_how=row["how"],
        replacement=seat(world, row["replacement"], QUALITY) if "replacement" in row else None,
    )


def _rule_none(world: World, number: int, scene: Scene) -> None:
    rule_on_all_without_interest(scene.session, scene.actor, panel_id=world.panels[number])


def _check(world: World, number: int, scene: Scene) -> None:
    complete_checks(scene.session, scene.actor, scene.keys, round_id=world.rounds[number])
