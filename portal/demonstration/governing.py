"""How the councils decide: their forms, clocks, calendars and posts; and the decisions to take part, which delegate the rest."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from portal.core import clock
from portal.decisions.actions import Resolved, draft_own_decision, publish_record, record_decision
from portal.demonstration.calendar import Calendar
from portal.demonstration.content import Entry, content, holder
from portal.demonstration.step import Scene, Step
from portal.demonstration.world import World
from portal.governance.actions.delegations import enter_delegation, publish_delegation
from portal.governance.actions.facts import begin_body, begin_clocks, begin_form
from portal.governance.actions.meetings import add_meeting
from portal.governance.actions.posts import create_post
from portal.governance.rules.delegation_facts import BODY, MEMBER, OFFICER

_TO_RECORD = timedelta(hours=2)
_CLOCKS = (
    "key_wards",
    "notice_clear_days",
    "agenda_clear_days",
    "agenda_counts",
    "call_in_working_days",
    "exception_working_days",
)


def steps(world: World, calendar: Calendar) -> Iterator[Step]:
    """First the facts of each council; then its decision to take part, with the delegation it grants."""
    facts = content("governance")
    entered = calendar.at(facts["entered"])
    for council in facts["councils"]:
        slug = council["council"]
        clerk = holder(slug, "democratic_services")
        yield Step(entered, clerk, f"{slug}: enter how it decides", partial(_enter, calendar, facts, council))
        if "delegated" in council:
            at = calendar.at(council["delegated"]["granted"])
            scheme = partial(_by_scheme, calendar, council)
            yield Step(at, clerk, f"{slug}: enter what its scheme delegates", scheme)
            continue
        (own,) = (row for row in content("decisions")["memberships"] if row["council"] == slug)
        decided = calendar.at(own["decided"])
        take_part = partial(_take_part, world, calendar, own)
        yield Step(decided + _TO_RECORD, clerk, f"{slug}: record its decision to take part", take_part)
        grant = partial(_delegate, world, calendar, council, own)
        yield Step(decided + _TO_RECORD * 2, clerk, f"{slug}: enter what it delegated", grant)


def _enter(calendar: Calendar, facts: Entry, council: Entry, scene: Scene) -> None:
    since, source = facts["in_force_since"], facts["source"]
    begin_form(
        scene.session,
        scene.actor,
        form=council["form"],
        executive_name=council["executive"],
        starts_on=since,
        source=source,
    )
    settings: dict[str, Any] = {name: facts[name] for name in _CLOCKS}
    begin_clocks(
        scene.session,
        scene.actor,
        key_threshold_pounds=Decimal(facts["key_threshold_pounds"]),
        call_in_ends=council["call_in_ends"],
        effective=council["effective"],
        record_kept="council_system",
        record_name="Committee management system",
        record_address=f"https://democracy.{council['council']}.example",
        starts_on=since,
        source=source,
        **settings,
    )
    body = begin_body(
        scene.session,
        scene.actor,
        name=council["executive"],
        kind=council["body_kind"],
        reviews_id=None,
        starts_on=since,
        source=source,
    )
    begin_body(
        scene.session,
        scene.actor,
        name="Overview and Scrutiny Committee" if council["body_kind"] == "executive" else "Decision Review Committee",
        kind="scrutiny",
        reviews_id=body.id,
        starts_on=since,
        source=source,
    )
    for days in council["meetings"]:
        held = calendar.day({"day": days, "at": "10:00"})
        due = held - timedelta(days=council["report_due_before"])
        add_meeting(scene.session, scene.actor, body_id=body.id, held_on=held, report_deadline_on=due, source=source)


def _take_part(world: World, calendar: Calendar, own: Entry, scene: Scene) -> None:
    """The council's own decision, recorded as its minute."""
    decided = calendar.day(own["decided"])
    drafted = draft_own_decision(
        scene.session,
        scene.actor,
        title="LCR Provider/Partner Agreement: taking part",
        resolutions=[Resolved("1", own["text"], "delegates" if "delegate" in own["text"] else "approves")],
        demonstration=True,
        route="committee" if "committee" in own["decided_by"].lower() else "cabinet",
        decided_by_post=own["decided_by"],
        decided_by_capacity="Collectively",
        authority_source=own["report_reference"],
        evidence="Minute of the meeting",
        report_reference=own["report_reference"],
        record_url=own["record_url"],
        decided_on=decided,
        published_on=decided,
        effective_on=decided + timedelta(days=8),
        reasons="Joint work gives more choice near home, one set of checks, and a shared specification.",
        alternatives="To buy separately: rejected, because providers would face six sets of checks and terms.",
        interests="None declared.",
    )
    recorded = record_decision(scene.session, scene.actor, decision_id=drafted.id)
    publish_record(
        scene.session,
        scene.actor,
        decision_id=recorded.id,
        published_on=recorded.published_on,
        effective_on=recorded.effective_on,
    )
    world.decisions["take_part", own["council"]] = recorded.id


def _delegate(world: World, calendar: Calendar, council: Entry, own: Entry, scene: Scene) -> None:
    facts = content("governance")
    since = facts["in_force_since"]
    posts = {council["holder"]: OFFICER} | dict.fromkeys(council["consulted"], MEMBER)
    members = [row for row in facts["members"] if row["council"] == council["council"]]
    posts |= {row["holder"]: MEMBER for row in members}
    ids = {title: _post(scene, title, kind, since) for title, kind in posts.items()}
    if own["decided_by"] not in ids:
        _post(scene, own["decided_by"], BODY, since)
    grants = [(own["text"], council["holder"], council["consulted"])]
    grants += [(row["minuted"], row["holder"], []) for row in members]
    for minuted, to, consulted in grants:
        given = enter_delegation(
            scene.session,
            scene.actor,
            granted_on=calendar.day(own["decided"]),
            reference=own["report_reference"],
            minuted=minuted,
            matter=council["matter"],
            kind_names=facts["kinds"],
            holder_ids=[ids[to]],
            consulted_ids=[ids[title] for title in consulted],
            granted_by_id=world.decisions["take_part", council["council"]],
        )
        publish_delegation(scene.session, scene.actor, delegation_id=given.id, published_on=clock.today())


def _by_scheme(calendar: Calendar, council: Entry, scene: Scene) -> None:
    """A council that takes no part in the arrangement of the six: its own scheme says who decides."""
    told, since = council["delegated"], content("governance")["in_force_since"]
    given = enter_delegation(
        scene.session,
        scene.actor,
        granted_on=calendar.day(told["granted"]),
        reference=told["reference"],
        minuted=told["minuted"],
        matter=council["matter"],
        kind_names=told["kinds"],
        holder_ids=[_post(scene, council["holder"], OFFICER, since)],
    )
    publish_delegation(scene.session, scene.actor, delegation_id=given.id, published_on=clock.today())


def _post(scene: Scene, title: str, kind: str, since: date) -> UUID:
    return create_post(scene.session, scene.actor, title=title, kind=kind, starts_on=since).id
