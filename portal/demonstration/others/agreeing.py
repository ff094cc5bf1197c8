"""Councils that agree what is bought: comments, agreements signed, a later version drafted and signed off, an order of procurements."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, holder
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.purchasing_systems.actions.comments import answer_comment, comment_on
from portal.purchasing_systems.actions.participation import record_accession
from portal.purchasing_systems.actions.programmes import add_step, begin_programme
from portal.purchasing_systems.actions.versions import begin_version, sign_off_version, write_section
from portal.purchasing_systems.models import SpecificationSection
from portal.purchasing_systems.queries.participation import commented_on
from portal.purchasing_systems.queries.versions import sections_of, version_hash


def steps(world: World, calendar: Calendar, entry: Entry) -> Iterator[Step]:
    """As far as the file goes."""
    slug = entry["slug"]
    lead = holder(entry["system"]["lead"], "procurement_officer") if "system" in entry else ""
    for order, row in enumerate(entry.get("agreements", ())):
        at = calendar.at(row["recorded"]) + timedelta(minutes=10 * order)
        yield Step(at, lead, f"{slug}: record the agreement of {row['council']}", partial(_sign, world, slug, row))
    for row in entry.get("comments", ()):
        at, who = calendar.at(row["at"]), holder(row["council"], "commissioning_officer")
        yield Step(at, who, f"{slug}: comment for {row['council']}", partial(_comment, world, slug, row))
        if "answer" in row:
            act = partial(_answer, world, slug, row)
            yield Step(at + timedelta(days=1), lead, f"{slug}: answer {row['council']}", act)
    if "next_version" in entry:
        later = entry["next_version"]
        begun = calendar.at(later["begun"])
        yield Step(begun, lead, f"{slug}: begin a later version", partial(_begin, world, slug, later))
        for order, change in enumerate(later["changes"], 1):
            who = holder(change["by"], "commissioning_officer")
            at = begun + timedelta(days=1, minutes=15 * order)
            yield Step(at, who, f"{slug}: change “{change['section']}”", partial(_change, world, slug, change))
        for row in later["sign_offs"]:
            who = holder(row["council"], "commissioning_officer")
            yield Step(calendar.at(row["at"]), who, f"{slug}: sign off", partial(_sign_off, world, slug))
    if "programme" in entry:
        programme = entry["programme"]
        act = partial(_programme, world, programme)
        yield Step(calendar.at(programme["begun"]), lead, f"{slug}: set up the programme", act)


def _sign(world: World, slug: str, row: Entry, scene: Scene) -> None:
    record_accession(
        scene.session,
        scene.actor,
        participation_id=world.others[slug, f"participation {row['council']}"],
        reference=row["reference"],
        signed_on=scene.today,
        specification_id=world.others[slug, "version 1"],
    )


def _comment(world: World, slug: str, row: Entry, scene: Scene) -> None:
    system = world.others[slug, "system"]
    about = next(one for one in commented_on(scene.session, system) if row["about"] in one)
    made = comment_on(scene.session, scene.actor, system_id=system, about=about, text=row["text"])
    world.others[slug, f"comment {row['council']}"] = made.id


def _answer(world: World, slug: str, row: Entry, scene: Scene) -> None:
    comment = world.others[slug, f"comment {row['council']}"]
    answer_comment(scene.session, scene.actor, comment_id=comment, answer=row["answer"])


def _begin(world: World, slug: str, later: Entry, scene: Scene) -> None:
    world.others[slug, "version 2"] = begin_version(
        scene.session,
        scene.actor,
        system_id=world.others[slug, "system"],
        reason=later["reason"],
        editors=[world.organisations[council] for council in later["editors"]],
    ).id


def _change(world: World, slug: str, change: Entry, scene: Scene) -> None:
    sections = sections_of(scene.session, world.others[slug, "version 2"])
    section: SpecificationSection = next(one for one in sections if change["section"] in one.title)
    write_section(
        scene.session,
        scene.actor,
        section_id=section.id,
        revision=section.revision,
        title=section.title,
        text_=change["text"].strip(),
    )


def _sign_off(world: World, slug: str, scene: Scene) -> None:
    version = world.others[slug, "version 2"]
    read = version_hash(scene.session, version, scene.actor.organisation_id)
    sign_off_version(scene.session, scene.actor, specification_id=version, sha256=read)


def _programme(world: World, programme: Entry, scene: Scene) -> None:
    made = begin_programme(scene.session, scene.actor, title=programme["title"], purpose=programme["purpose"])
    for step in programme["steps"]:
        add_step(
            scene.session,
            scene.actor,
            programme_id=made.id,
            system_id=world.others[step["system"], "system"],
            milestone=step["milestone"],
        )
