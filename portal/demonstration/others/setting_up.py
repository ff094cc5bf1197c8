"""A system is set up: its facts, lots, authorities, specification, documents, terms, timetable, and who is asked to help."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder, organisations
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.participation import list_authority
from portal.purchasing_systems.actions.parts import add_lot, add_participant
from portal.purchasing_systems.actions.set_up import add_note, answer_note, edit_buying_terms, share_task
from portal.purchasing_systems.actions.specifications import write_document, write_local_schedule, write_specification
from portal.purchasing_systems.actions.systems import create_system
from portal.purchasing_systems.actions.terms import add_extension_point
from portal.purchasing_systems.actions.timetables import begin_timetable

_JOINED = "joined"


def steps(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    """On one day by the lead; the local schedules by their councils on the next."""
    if "system" not in entry:
        return
    slug, facts = entry["slug"], entry["system"]
    begun, lead = calendar.at(facts["set_up"]), holder(facts["lead"], "procurement_officer")
    acts = [
        ("create the purchasing system", partial(_create, world, calendar, entry)),
        ("add lots, authorities and extension points", partial(_parts, world, calendar, entry)),
        ("write specification, documents and terms", partial(_words, world, entry)),
    ]
    for order, (what, act) in enumerate(acts):
        yield Step(begun + timedelta(minutes=15 * order), lead, f"{slug}: {what}", act)
    for number, schedule in enumerate(entry.get("specification", {}).get("schedules", ())):
        council = schedule["council"]
        yield Step(
            begun + timedelta(days=1, minutes=20 * number),
            holder(council, "commissioning_officer"),
            f"{slug}: write the local schedule of {council}",
            partial(_schedule, world, slug, schedule),
        )
    for lot in entry["lots"]:
        if "added" in lot:
            act = partial(_lot, world, slug, lot)
            yield Step(calendar.at(lot["added"]), lead, f"{slug}: add lot {lot['number']} later", act)
    yield from _together(world, calendar, entry, lead)


def _together(world: World, calendar: Calendar, entry: Entry, lead: str) -> Iterator[Step]:
    slug = entry["slug"]
    if "timetable" in entry:
        table = entry["timetable"]
        act = partial(_timetable, world, calendar, slug, table)
        yield Step(calendar.at(table["begun"]), lead, f"{slug}: begin a timetable", act)
    for share in entry.get("shares", ()):
        at, who = calendar.at(share["at"]), holder(share["council"], "commissioning_officer")
        ask, say = partial(_share, world, slug, share), partial(_note, world, slug, share)
        yield Step(at, lead, f"{slug}: share a task with {share['council']}", ask)
        yield Step(at + timedelta(days=1), who, f"{slug}: propose words for {share['task']}", say)
        if "answer" in share:
            act = partial(_answer, world, slug, share)
            yield Step(at + timedelta(days=2), lead, f"{slug}: answer the proposal", act)


def _create(world: World, calendar: Calendar, entry: Entry, scene: Scene) -> None:
    facts = entry["system"]
    grounds = content("system_ppa")["restriction_grounds"] if facts["restrictions"] else []
    made = create_system(
        scene.session,
        scene.actor,
        title=facts["title"],
        alias=facts["alias"],
        regime=facts["regime"],
        vehicle=facts["vehicle"],
        legal_basis=facts["legal_basis"],
        client_group=facts["client_group"],
        valid_from=calendar.any_day(facts["valid_from"]),
        valid_until=calendar.any_day(facts["valid_until"]),
        value_pounds=Decimal(facts["value"]),
        cpv=", ".join(facts["cpv"]),
        standstill_days=facts.get("standstill_days"),
        quality_pass_mark=Decimal(facts["quality_pass_mark"]),
        panel_councils=facts["panel_councils"],
        restriction_grounds=grounds,
        commenced_on=facts.get("commenced_on"),
        demonstration=True,
    )
    world.others[entry["slug"], "system"] = made.id


def _parts(world: World, calendar: Calendar, entry: Entry, scene: Scene) -> None:
    slug = entry["slug"]
    system = world.others[slug, "system"]
    for lot in entry["lots"]:
        if "added" not in lot:
            _lot(world, slug, lot, scene)
    for row in entry["participants"]:
        council = row["council"]
        authority = world.organisations[council]
        if row["status"] == _JOINED:
            made = add_participant(
                scene.session,
                scene.actor,
                system_id=system,
                authority_id=authority,
                authority_name=organisations()[council]["official_name"],
                joined_on=calendar.any_day(row["since"]),
            )
        else:
            made = list_authority(
                scene.session,
                scene.actor,
                system_id=system,
                authority_id=authority,
                status=row["status"],
                basis=row["basis"],
                words=row.get("words", ""),
            )
        world.others[slug, f"participation {council}"] = made.id
    for point in entry.get("extension_points", ()):
        add_extension_point(
            scene.session,
            scene.actor,
            system_id=system,
            title=point["title"],
            ends_on=calendar.any_day(point["ends_on"]),
            new_end=calendar.any_day(point["new_end"]),
            source=point["source"],
        )


def _lot(world: World, slug: str, lot: Entry, scene: Scene) -> None:
    facts = {name: lot[name] for name in ("service", "area", "scheme", "need_level") if name in lot}
    made = add_lot(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        number=lot["number"],
        title=lot["title"],
        description=lot["description"],
        **facts,
    )
    world.others[slug, f"lot {lot['number']}"] = made.id


def _words(world: World, entry: Entry, scene: Scene) -> None:
    slug = entry["slug"]
    system = world.others[slug, "system"]
    specification = entry["specification"]
    made = write_specification(
        scene.session,
        scene.actor,
        system_id=system,
        title=specification["title"],
        common_text=specification["text"].strip(),
    )
    world.others[slug, "version 1"] = made.id
    for document in entry.get("documents", ()):
        write_document(
            scene.session,
            scene.actor,
            system_id=system,
            title=document["title"],
            kind=document["kind"],
            text=document["text"].strip(),
        )
    if "buying_terms" in entry:
        terms = entry["buying_terms"]
        edit_buying_terms(
            scene.session,
            scene.actor,
            system_id=system,
            ceiling_pounds=Decimal(terms["ceiling"]) if "ceiling" in terms else None,
            users_kind=terms.get("users_kind", ""),
            users_words=terms.get("users_words", ""),
            users_examples="",
            award_method=terms.get("award_method", ""),
            award_words=terms.get("award_words", ""),
            no_extension=terms.get("no_extension", False),
        )


def _schedule(world: World, slug: str, schedule: Entry, scene: Scene) -> None:
    write_local_schedule(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        authority_id=scene.actor.organisation_id,
        text=schedule["text"].strip(),
    )


def _timetable(world: World, calendar: Calendar, slug: str, table: Entry, scene: Scene) -> None:
    begin_timetable(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        round_id=None,
        notice_on=calendar.day(table["notice_on"]),
    )


def _share(world: World, slug: str, share: Entry, scene: Scene) -> None:
    share_task(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        authority_id=world.organisations[share["council"]],
        task=share["task"],
        ends_on=None,
    )


def _note(world: World, slug: str, share: Entry, scene: Scene) -> None:
    world.others[slug, f"note {share['task']}"] = add_note(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        task=share["task"],
        kind="proposal",
        words=share["words"],
    ).id


def _answer(world: World, slug: str, share: Entry, scene: Scene) -> None:
    answer_note(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        note_id=world.others[slug, f"note {share['task']}"],
        answer=share["answer"],
        answer_words=share.get("answer_words", ""),
    )
