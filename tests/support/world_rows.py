"""The rows of the world, by table and state. What is left out is filled in by the kind of the column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from portal.core.applicants import round_key
from tests.support.world import ACTORS, NOW, World, named

Row = tuple[str, str, dict[str, Any]]
HOUR = timedelta(hours=1)
S, DRAFT, THEIRS = named("system"), named("draft system"), named("wirral's system")
ROUNDS = {
    name: named(f"round {name}")
    for name in (
        "live",
        "second",
        "closed",
        "open",
        "agreed",
        "planned",
        "theirs",
        "upcoming",
        "unopened",
        "draft",
        "called off",
    )
}
FPS = uuid5(NAMESPACE_URL, "vehicle-profile/fps/1")
"""As shipped."""
LOTS = {name: named(f"lot {name}") for name in ("A", "B", "C", "draft")}
PANEL, AGREED_PANEL = named("panel"), named("agreed panel")
SEATS = {name: named(f"seat {name}") for name in ("evaluator", "colleague", "agreed evaluator", "shared")}
APPLICATIONS = {
    name: named(f"application {name}")
    for name in (
        "live",
        "draft",
        "sealed",
        "opened",
        "agreed",
        "helped",
        "rival opened",
        "rival unsent",
        "early",
        "withdrawn",
    )
}
QUESTIONS = {name: named(f"question {name}") for name in ("A1", "A2", "B1", "B2", "C1", "price", "planned")}
MATTERS = {name: named(f"matter {name}") for name in ("open", "spare", "settled", "deferred")}
DECISIONS = {
    name: named(f"decision {name}")
    for name in ("draft", "recorded", "superseded", "own", "public", "called in", "heard")
}

ENTRIES = {name: named(f"forward plan {name}") for name in ("draft", "live", "superseded", "withdrawn", "decided")}
MEETINGS = {name: named(f"meeting {name}") for name in ("planned", "held", "confirmed", "cancelled")}
ITEMS = {name: named(f"item {name}") for name in MEETINGS}


def rows_of(world: World) -> Iterator[Row]:
    """Every row, parents first."""
    o = world.region.organisations
    yield from _tenants(world)
    yield from _governance(o)
    yield from _systems(o)
    yield from _rounds(o)
    yield from _applications(world, o)
    yield from _evaluation(world, o)
    yield from _decisions(world, o)
    yield from _meetings(o)
    yield from _afterwards(o)
    yield from _register(o)
    yield from _ledger(o)
    yield from _clarifications(world, o)
    yield from _trail(world, o)


def _tenants(world: World) -> Iterator[Row]:
    o, p = world.region.organisations, world.region.people
    yield "tenants.organisations", "=council", {"id": o["sefton"], "kind": "authority"}
    yield "tenants.organisations", "=provider", {"id": o["alder"], "kind": "provider"}
    yield "tenants.persons", "=applicant", {"id": p["admin@alder.example"]}
    at_alder = {"person_id": p["writer@alder.example"], "organisation_id": o["alder"], "organisation_kind": "provider"}
    at_sefton = {
        "person_id": p["legal@sefton.example"],
        "organisation_id": o["sefton"],
        "organisation_kind": "authority",
    }
    yield "tenants.memberships", "=provider", at_alder
    yield "tenants.memberships", "=council", at_sefton
    also = {"person_id": p["writer@alder.example"], "organisation_id": o["cedar"], "organisation_kind": "provider"}
    yield "tenants.memberships", "second", {**also, "roles": ["bid_writer"]}
    applicant = {"person_id": p["admin@alder.example"]}
    yield "tenants.credentials", "=applicant", applicant
    yield "tenants.sessions", "any", {**applicant, "organisation_id": o["alder"], "token_sha256": b"known"}
    yield (
        "tenants.invitations",
        "any",
        {"organisation_id": o["cedar"], "email": "new@cedar.example", "expires_at": NOW + 72 * HOUR},
    )
    link = {"person_id": p["writer@alder.example"], "token_sha256": b"known", "expires_at": NOW + HOUR}
    yield "tenants.password_links", "any", link
    yield "tenants.sign_in_attempts", "any", {"key": "somebody|somewhere"}


def _governance(o: dict[str, UUID]) -> Iterator[Row]:
    theirs = {"authority_id": o["sefton"]}
    form = {**theirs, "form": "leader_and_cabinet"}
    yield "governance.forms_of_governance", "in force", form
    ended = {"starts_on": date(2015, 1, 1), "ends_on": date(2019, 12, 31)}
    yield "governance.forms_of_governance", "ended", {**form, **ended, "form": "committee_system"}
    settings = {
        "notice_clear_days": 28,
        "agenda_clear_days": 5,
        "agenda_counts": "working",
        "exception_working_days": 5,
    }
    call_in = {"call_in_ends": "noon", "effective": "next_day", "record_kept": "portal"}
    yield "governance.clock_settings", "in force", {**theirs, **settings, **call_in}
    cabinet = named("cabinet")
    yield "governance.bodies", "executive", {**theirs, "id": cabinet, "kind": "executive"}
    yield "governance.bodies", "scrutiny", {**theirs, "kind": "scrutiny", "name": "Scrutiny", "reviews_id": cabinet}
    meeting = {**theirs, "body_id": cabinet, "held_on": date(2030, 1, 10)}
    yield "governance.meetings", "called", meeting
    yield "governance.meetings", "cancelled", {**meeting, "held_on": date(2030, 2, 10), "cancelled": True}
    yield "governance.quiet_periods", "recess", {**theirs, "kind": "recess", "ends_on": date(2030, 8, 31)}


def _later_version(of: dict[str, object], first: UUID, theirs: dict[str, object]) -> Iterator[Row]:
    """Of a public system: a version that is being drafted, and how an earlier change was told."""
    later = {"id": named("specification later"), "system_id": of["system_id"], "lead_id": of["lead_id"], "version": 2}
    drafted = {
        "editors": [theirs["authority_id"]],
        "reason": "A reason",
        "common_text": "",
        "frozen_at": None,
        "issued_at": None,
    }
    yield "purchasing_systems.specifications", "later", later | drafted
    in_it = {"specification_id": later["id"], "system_id": of["system_id"]}
    yield (
        "purchasing_systems.local_schedules",
        "later",
        {**in_it, "lead_id": of["lead_id"], "frozen_at": None, **theirs},
    )
    yield (
        "purchasing_systems.specification_sections",
        "later",
        {**in_it, "position": 1, "title": "T", "text": "X", "revision": 1},
    )
    yield "purchasing_systems.version_sign_offs", "later", {**in_it, **theirs}
    yield (
        "purchasing_systems.modifications",
        "published",
        {"specification_id": first, "earlier_id": first, "system_id": of["system_id"]},
    )


def _systems(o: dict[str, UUID]) -> Iterator[Row]:
    stands_on = {"vehicle": "fps", "profile_id": FPS}
    led = {"lead_id": o["halton"], "lead_name": "Halton", "valid_until": date(2030, 1, 1), **stands_on}
    public = {"published_at": NOW - 90 * 24 * HOUR, "frozen_at": NOW - 90 * 24 * HOUR, "status": "active"}
    rules = {
        "code": "fps",
        "version": 1,
        "admission": "windows",
        "admits": "each_council",
        "selection": "quality_threshold",
    }
    yield "purchasing_systems.vehicle_profiles", "shipped", {"id": FPS, **rules}
    yield "purchasing_systems.systems", "published", {"id": S, **led, **public}
    yield "purchasing_systems.systems", "draft", {"id": DRAFT, **led, "status": "draft"}
    theirs = {
        "lead_id": o["wirral"],
        "lead_name": "Wirral",
        "valid_until": date(2030, 1, 1),
        "status": "draft",
        **stands_on,
    }
    yield "purchasing_systems.systems", "outsider's", {"id": THEIRS, **theirs}
    for slug in ("halton", "knowsley", "liverpool", "sefton", "st-helens"):
        left = {"status": "withdrawn", "left_on": date(2026, 6, 1)} if slug == "liverpool" else {"status": "joined"}
        row = {
            "lead_id": o["halton"],
            "authority_id": o[slug],
            "basis": "founding",
            "joined_on": date(2026, 1, 1),
            **left,
        }
        yield "purchasing_systems.participations", f"published {slug}", {"system_id": S, **row}
        yield "purchasing_systems.participations", f"draft {slug}", {"system_id": DRAFT, **row}
    sefton = {"participation_id": named("purchasing_systems.participations draft sefton"), "authority_id": o["sefton"]}
    at = {"system_id": DRAFT, "specification_id": named("specification draft")}
    taken = {
        "event": "joined",
        "from_status": None,
        "to_status": "joined",
        "number": 1,
        "matter_id": None,
        "decision_id": None,
    }
    yield "purchasing_systems.participation_steps", "joined", {**sefton, **at, **taken}
    yield "purchasing_systems.accession_agreements", "signed", {**sefton, **at}
    led_by = {"from_id": o["sefton"], "to_id": o["halton"]}
    yield "purchasing_systems.lead_changes", "draft", {"system_id": DRAFT, "matter_id": MATTERS["open"], **led_by}
    yield "purchasing_systems.lead_changes", "published", {"system_id": S, "matter_id": MATTERS["settled"], **led_by}
    comment = {"system_id": DRAFT, "lead_id": o["halton"], "authority_id": o["sefton"]}
    yield (
        "purchasing_systems.document_comments",
        "asked",
        {**comment, "answer": "", "answered_by": "", "answered_at": None},
    )
    yield "purchasing_systems.document_comments", "answered", {**comment, "answered_at": NOW}
    of = {"published": {"system_id": S, "lead_id": o["halton"]}, "draft": {"system_id": DRAFT, "lead_id": o["halton"]}}
    for number, lot in enumerate(("A", "B", "C"), start=1):
        yield "purchasing_systems.lots", f"published {lot}", {"id": LOTS[lot], "number": number, **of["published"]}
    yield "purchasing_systems.lots", "draft", {"id": LOTS["draft"], **of["draft"]}
    for state, frozen in (("published", NOW), ("draft", None)):
        row = {**of[state], "frozen_at": frozen}
        specification = named(f"specification {state}")
        yield "purchasing_systems.specifications", state, {"id": specification, **row}
        theirs = {"authority_id": o["st-helens"], "authority_name": "St Helens Council"}
        yield "purchasing_systems.local_schedules", state, {"specification_id": specification, **row, **theirs}
        if state == "draft":
            left = {"authority_id": o["liverpool"], "authority_name": "Liverpool City Council"}
            yield "purchasing_systems.local_schedules", "left", {"specification_id": specification, **row, **left}
        if state == "published":
            yield from _later_version(row, specification, theirs)
        yield "purchasing_systems.procurement_documents", state, {**row, "slug": "terms", "kind": "terms"}
        point = {**of[state], "title": "End of year 2", "ends_on": date(2030, 1, 1), "new_end": date(2031, 1, 1)}
        yield "purchasing_systems.extension_points", state, {"id": named(f"point {state}"), **point, "source": "Terms"}
    yield from _set_up(o, of["published"])
    went_on = {"system_id": S, "authority_id": o["st-helens"], "until": NOW.date(), "reason": "A placement"}
    yield "purchasing_systems.term_overrides", "st-helens", {**went_on, "need_note": "One child"}
    hold = {**of["published"], "matter_id": MATTERS["open"], "hold_until": NOW.date(), "providers": 2}
    yield "purchasing_systems.price_requests", "open", {**hold, "asked_on": NOW.date()}
    yield "purchasing_systems.notices_recorded", "published", {"system_id": S, "lead_id": o["halton"]}


def _set_up(o: dict[str, UUID], of: dict[str, UUID]) -> Iterator[Row]:
    theirs = {**of, "authority_id": o["sefton"], "task": "lots"}
    days = {"starts_on": date(2020, 1, 1), "ends_on": None}
    yield "purchasing_systems.setup_shares", "sefton", {"id": named("share"), **theirs, **days}
    note = {**theirs, "kind": "proposal", "words": "Another lot"}
    yield "purchasing_systems.setup_notes", "waiting", {"id": named("note"), **note, "answer": ""}
    yield "purchasing_systems.buying_terms", "published", {**of, "users_kind": "named"}
    plan = {**of, "timetable_id": named("timetable"), "key": "closing"}
    yield "purchasing_systems.timetables", "of the system", {"id": named("timetable"), **of, "round_id": None}
    rule = {"unit": "working", "gap_unit": "calendar", "count": 1, "gap_count": 0, "pinned": True}
    yield "purchasing_systems.timetable_dates", "closing", {**plan, **rule}
    yield "purchasing_systems.timetable_changes", "closing", plan
    programme = {"programme_id": named("programme"), "lead_id": o["halton"]}
    yield (
        "purchasing_systems.programmes",
        "any",
        {"id": named("programme"), "lead_id": o["halton"], "title": "Children"},
    )
    step = {**programme, "system_id": S, "position": 1, "milestone": "opened"}
    yield "purchasing_systems.programme_steps", "first", {"id": named("step"), **step}
    let = {"step_id": named("step"), **of, "reason": "The old contract ends"}
    yield "purchasing_systems.programme_overrides", "first", let


def _rounds(o: dict[str, UUID]) -> Iterator[Row]:
    notice = {
        "notice_number": "2026/S 1",
        "notice_url": "https://example.invalid",
        "notice_published_at": NOW - 9 * HOUR,
    }
    public = {**notice, "published_at": NOW - 8 * HOUR, "opens_at": NOW - 7 * HOUR}
    states: dict[str, dict[str, Any]] = {
        "live": {**public, "status": "published", "closes_at": NOW + 48 * HOUR},
        "second": {**public, "status": "published", "closes_at": NOW + 48 * HOUR},
        "closed": {**public, "status": "published", "closes_at": NOW - 2 * HOUR},
        "open": {**public, "status": "evaluating", "closes_at": NOW - 3 * HOUR, "opened_at": NOW - HOUR},
        "agreed": {**public, "status": "notified", "closes_at": NOW - 3 * HOUR, "opened_at": NOW - HOUR},
        "upcoming": {**public, "status": "published", "opens_at": NOW + 24 * HOUR, "closes_at": NOW + 48 * HOUR},
        "unopened": {**public, "status": "published", "closes_at": NOW - 2 * HOUR},
        "called off": {
            **notice,
            "status": "cancelled",
            "opens_at": NOW + HOUR,
            "closes_at": NOW + 24 * HOUR,
            "cancelled_at": NOW,
            "cancelled_because": "Called off.",
        },
        "planned": {**notice, "status": "planned", "opens_at": NOW + HOUR, "closes_at": NOW + 24 * HOUR},
    }
    for number, (name, values) in enumerate(states.items(), start=1):
        row = {"id": ROUNDS[name], "system_id": S, "lead_id": o["halton"], "number": number, **values}
        yield "purchasing_systems.rounds", name, row
    mine = {"id": ROUNDS["theirs"], "system_id": THEIRS, "lead_id": o["wirral"], **states["planned"]}
    yield "purchasing_systems.rounds", "outsider's", mine
    early = {**states["planned"], "number": 1}
    yield (
        "purchasing_systems.rounds",
        "draft",
        {"id": ROUNDS["draft"], "system_id": DRAFT, "lead_id": o["halton"], **early},
    )
    change = {"round_id": ROUNDS["live"], "system_id": S, "old_closes_at": NOW, "proposed_for_id": o["halton"]}
    yield "purchasing_systems.closing_changes", "proposed", {**change, "new_closes_at": NOW + 72 * HOUR}
    confirmed = {
        **change,
        "new_closes_at": NOW + 48 * HOUR,
        "confirmed_at": NOW,
        "confirmed_by": "Legal officer, Sefton",
    }
    yield "purchasing_systems.closing_changes", "confirmed", confirmed
    yield "purchasing_systems.closing_changes", "unpublished", {**confirmed, "round_id": ROUNDS["planned"]}
    for state in ("planned", "open"):
        frozen = None if state == "planned" else NOW
        row = {"system_id": S, "lead_id": o["halton"], "round_id": ROUNDS[state], "frozen_at": frozen}
        yield "questionnaires.question_sets", state, {"id": named(f"set {state}"), **row}
        if state == "planned":
            # Frozen a moment before publication: from then on nothing is taken away.
            kept = {**row, "frozen_at": NOW, "lot_id": LOTS["B"]}
            yield "questionnaires.question_sets", "frozen", {"id": named("set frozen"), **kept}
            word = {"part": "quality", "kind": "text", "key": "frozen", "set_id": named("set frozen")}
            yield "questionnaires.questions", "frozen", {**kept, **word}
        names = ("planned",) if state == "planned" else ("A1", "A2", "B1", "B2", "C1", "price")
        for name in names:
            part = (
                {"part": "price", "kind": "money"}
                if name == "price"
                else {"part": "quality", "kind": "text", "weight": 10}
            )
            lot = {"lot_id": LOTS["A" if state == "planned" or name == "price" else name[0]], "key": name}
            about = {"id": QUESTIONS[name], "set_id": named(f"set {state}"), **row, **part, **lot}
            yield "questionnaires.questions", f"{state} {name}", about
        if state == "open":
            changed = {
                **row,
                "set_id": named("set open"),
                "question_id": QUESTIONS["A1"],
                "version": 2,
                "reason": "Said better.",
            }
            del changed["frozen_at"]
            yield (
                "questionnaires.modifications",
                "open",
                {**changed, "before": {"prompt": "Why?"}, "after": {"prompt": "How?"}},
            )
    yield (
        "questionnaires.library_questions",
        "halton's",
        {"organisation_id": o["halton"], "content": {"prompt": "Why?"}},
    )


def _applications(world: World, o: dict[str, UUID]) -> Iterator[Row]:
    alder, birch = ({"provider_name": "Alder"}, {"provider_name": "Birch"})
    sent = {"status": "submitted", "submitted_at": NOW - 4 * HOUR, "submitted_version": 1}
    opened = {
        **sent,
        "status": "opened",
        "opened_at": NOW - HOUR,
        "submitted_version": 2,
        "lots": list(LOTS.values())[:3],
    }
    help_ = {"help_granted_until": NOW + 24 * HOUR}
    states: dict[str, dict[str, Any]] = {
        "live": {**alder, **sent, "round_id": ROUNDS["live"]},
        "draft": {**alder, "status": "draft", "round_id": ROUNDS["second"]},
        "sealed": {**alder, **sent, "submitted_version": 2, "round_id": ROUNDS["closed"]},
        "early": {**alder, "status": "draft", "round_id": ROUNDS["upcoming"]},
        "withdrawn": {**birch, **sent, "status": "withdrawn", "round_id": ROUNDS["closed"]},
        "opened": {**alder, **opened, "round_id": ROUNDS["open"]},
        "agreed": {**alder, **opened, "round_id": ROUNDS["agreed"]},
        "helped": {**birch, "status": "draft", "round_id": ROUNDS["second"], **help_},
        "rival opened": {**birch, **opened, "round_id": ROUNDS["open"]},
        "rival unsent": {**birch, "status": "draft", "round_id": ROUNDS["agreed"]},
    }
    for name, values in states.items():
        row = {"id": APPLICATIONS[name], "system_id": S, "reference": name, **values}
        slug = row.pop("provider_name").lower()
        row["applicant_id"] = world.applicant(slug, row["round_id"])
        if row["status"] == "opened":
            row |= {"provider_id": o[slug], "provider_name": slug.capitalize()}
        row["owner_check"] = owner_check(world, slug, row["round_id"])
        yield "applications.applications", name, row
    mine = {"round_id": ROUNDS["live"], "applicant_id": world.applicant("alder", ROUNDS["live"])}
    yield "applications.interests", "live", mine
    draft = {
        "application_id": APPLICATIONS["draft"],
        "applicant_id": world.applicant("alder", ROUNDS["second"]),
    }
    yield "applications.answers", "draft", {**draft, "question_id": QUESTIONS["A1"]}
    yield "applications.documents", "draft", {**draft, "question_id": QUESTIONS["A1"]}
    yield "applications.seal_keys", "draft", {**draft, "round_id": ROUNDS["second"], "part": "draft"}
    shut = {"application_id": APPLICATIONS["sealed"], "applicant_id": world.applicant("alder", ROUNDS["closed"])}
    yield "applications.answers", "closed", {**shut, "question_id": QUESTIONS["A1"]}
    yield "applications.documents", "closed", {**shut, "question_id": QUESTIONS["A1"]}
    yield from _submissions(world)
    ceremony = {
        "round_id": ROUNDS["closed"],
        "system_id": S,
        "organisation_id": o["halton"],
        "organisation_name": "Halton",
    }
    yield "applications.opening_confirmations", "first", ceremony
    yield "applications.refused_openings", "early", ceremony
    letter = {"provider_id": o["alder"], "system_id": S, "lead_id": o["halton"]}
    waiting = {**letter, "application_id": APPLICATIONS["opened"], "round_id": ROUNDS["open"]}
    yield "applications.letters", "prepared", waiting
    later = {"application_id": APPLICATIONS["agreed"], "round_id": ROUNDS["agreed"], "system_id": S}
    yield "applications.assessment_extensions", "taken", {**later, "provider_id": o["alder"]}
    out = {**letter, "application_id": APPLICATIONS["agreed"], "round_id": ROUNDS["agreed"], "released_at": NOW}
    yield "applications.letters", "released", out


def owner_check(world: World, slug: str, round_id: UUID) -> bytes:
    """As `app.born_draft` writes it."""
    provider = world.region.organisations[slug]
    return sha256(round_key(world.secret(provider), round_id) + provider.bytes).digest()


def _submissions(world: World) -> Iterator[Row]:
    versions = (
        ("live", "live", "live", 1, None, "alder"),
        ("sealed first", "sealed", "closed", 1, None, "alder"),
        ("sealed", "sealed", "closed", 2, None, "alder"),
        ("withdrawn", "withdrawn", "closed", 1, None, "birch"),
        ("superseded", "opened", "open", 1, None, "alder"),
        ("opened", "opened", "open", 2, NOW - HOUR, "alder"),
        ("agreed", "agreed", "agreed", 2, NOW - HOUR, "alder"),
        ("rival opened", "rival opened", "open", 2, NOW - HOUR, "birch"),
    )
    for state, application, round_, version, opened_at, provider in versions:
        whose = {
            "application_id": APPLICATIONS[application],
            "applicant_id": world.applicant(provider, ROUNDS[round_]),
            "round_id": ROUNDS[round_],
        }
        submission = named(f"submission {state}")
        when: dict[str, Any] = {
            "submitted_at": NOW - 4 * HOUR,
            "version": version,
            "opened_at": opened_at,
            "idempotency_key": state,
        }
        if state == "withdrawn":
            when["withdrawn_at"] = NOW - 3 * HOUR
        yield "applications.submissions", state, {"id": submission, **whose, **when, "lots": list(LOTS.values())[:3]}
        for part in ("quality", "price"):
            sealed = {"submission_id": submission, **whose, "part": part, "opened_at": opened_at}
            yield "applications.envelopes", f"{state} {part}", sealed
            yield "applications.seal_keys", f"{state} {part}", {**sealed, "version": version}


def _evaluation(world: World, o: dict[str, UUID]) -> Iterator[Row]:
    at = {"system_id": S, "lead_id": o["halton"]}
    panel = {**at, "panel_id": PANEL, "subject_id": ROUNDS["open"]}
    agreed = {**at, "panel_id": AGREED_PANEL, "subject_id": ROUNDS["agreed"]}
    yield "evaluation.panels", "moderating", {**at, "id": PANEL, "subject_id": ROUNDS["open"], "status": "moderating"}
    done = {"status": "signed_off", "quality_agreed_at": NOW, "signed_off_at": NOW, "signed_off_by": "Officer, Halton"}
    yield "evaluation.panels", "signed off", {**at, "id": AGREED_PANEL, "subject_id": ROUNDS["agreed"], **done}

    def who(actor: str) -> dict[str, Any]:
        return {"person_id": world.person(actor), "organisation_id": world.organisation(actor)}

    every = {"parts": ["quality", "price", "documents"], "status": "active", "chair": False}
    yield "evaluation.panel_members", "evaluator", {"id": SEATS["evaluator"], **panel, **who("evaluator"), **every}
    yield "evaluation.panel_members", "colleague", {"id": SEATS["colleague"], **panel, **who("colleague"), **every}
    yield "evaluation.panel_members", "agreed", {"id": SEATS["agreed evaluator"], **agreed, **who("evaluator"), **every}

    for actor in ("evaluator", "colleague"):
        ruled = {"ruling": "none", "ruled_at": NOW, "candidate_id": APPLICATIONS["opened"]}
        yield "evaluation.declarations", f"{actor} ruled", {"member_id": SEATS[actor], **panel, **who(actor), **ruled}
    waiting = {
        "member_id": SEATS["evaluator"],
        **panel,
        **who("evaluator"),
        "candidate_id": APPLICATIONS["rival opened"],
    }
    yield "evaluation.declarations", "evaluator waiting", waiting
    ruled = {"ruling": "none", "ruled_at": NOW, "candidate_id": APPLICATIONS["agreed"]}
    yield (
        "evaluation.declarations",
        "agreed",
        {"member_id": SEATS["agreed evaluator"], **agreed, **who("evaluator"), **ruled},
    )

    # Somebody who acts for Knowsley here sits for St Helens: the seat is not the one of the hat worn.
    elsewhere = {"person_id": world.person("shared"), "organisation_id": o["st-helens"]}
    shared = {"id": SEATS["shared"], **panel, **elsewhere, **every, "chair": True}
    yield "evaluation.panel_members", "shared", shared
    ruled = {"ruling": "none", "ruled_at": NOW, "candidate_id": APPLICATIONS["opened"]}
    yield "evaluation.declarations", "shared", {"member_id": SEATS["shared"], **panel, **elsewhere, **ruled}
    mine = {"member_id": SEATS["shared"], "panel_id": PANEL, "system_id": S, "lot_id": LOTS["A"], **elsewhere}
    about = {"candidate_id": APPLICATIONS["opened"], "question_id": QUESTIONS["A1"], "score": 3}
    yield "evaluation.scores", "shared A", {**mine, **about}

    # Lot A: the evaluator's sheet is in, the colleague's is not. Lot B: in moderation. Lot C: both in, no meeting yet.
    for actor, lot, question, submitted in (
        ("evaluator", "A", "A1", True),
        ("colleague", "A", "A1", False),
        ("colleague", "B", "B1", True),
        ("colleague", "C", "C1", True),
        ("evaluator", "C", "C1", True),
    ):
        seat = {"member_id": SEATS[actor], "panel_id": PANEL, "system_id": S, "lot_id": LOTS[lot], **who(actor)}
        given = {"candidate_id": APPLICATIONS["opened"], "question_id": QUESTIONS[question], "score": 3}
        yield "evaluation.scores", f"{actor} {lot}", {**seat, **given, "submitted_at": NOW if submitted else None}
        if submitted:
            yield "evaluation.score_sheets", f"{actor} {lot}", seat
    yield "evaluation.moderation_meetings", "B", {**at, "panel_id": PANEL, "lot_id": LOTS["B"]}
    for state, question, locked in (("B1", "B1", None), ("C1", "C1", None), ("B2 locked", "B2", NOW)):
        score = {"candidate_id": APPLICATIONS["opened"], "question_id": QUESTIONS[question], "locked_at": locked}
        yield "evaluation.consensus", state, {**at, "panel_id": PANEL, "lot_id": LOTS[question[0]], **score}
    # Of selection questions: a ruling on a method statement would say that it was not asked, and leave it unscored.
    for state, by_rule in (("by hand", False), ("by rule", True)):
        judged = {
            "candidate_id": APPLICATIONS["opened"],
            "question_id": named(f"selection {state}"),
            "by_rule": by_rule,
        }
        yield "evaluation.check_rulings", state, {**at, "panel_id": PANEL, **judged, "passed": True}
    result = {"provider_id": o["alder"], "lot_id": LOTS["A"], "outcome": "recommended"}
    yield "evaluation.results", "computed", {**panel, **result, "candidate_id": APPLICATIONS["opened"]}
    signed = {"candidate_id": APPLICATIONS["agreed"], "signed_off_at": NOW}
    yield "evaluation.results", "signed off", {**agreed, **result, **signed}
    left = {**at, "panel_id": AGREED_PANEL, "number": 1, "signed_off_at": NOW}
    yield "evaluation.reopenings", "first", {"id": named("reopening"), **left}
    superseded = {"superseded_by_id": named("reopening")}
    yield "evaluation.results", "left behind", {**agreed, **result, **signed, **superseded}


def _decisions(world: World, o: dict[str, UUID]) -> Iterator[Row]:
    parties = ("halton", "knowsley", "sefton", "st-helens")
    named_ = [{"id": str(o[slug]), "name": slug} for slug in ("alder", "birch")]
    facts = {"providers": named_, "grounds": [{"slug": "quality", "title": "Quality", "text": "Of care."}]}
    about = {
        "open": ("use_admitted", "closed"),
        "spare": ("use_admitted", "unopened"),
        "settled": ("approve_outcome", "closed"),
        "deferred": ("approve_outcome", "unopened"),
    }
    for name, identifier in MATTERS.items():
        kind, round_ = about[name]
        rule = "lead" if kind == "approve_outcome" else "each_for_itself"
        asked = {"system_id": S, "raised_by_id": o["halton"], "rule": rule, "kind": kind}
        asked |= {"late": "counts", "minimum": None, "parts": [], "before_commencement": False}
        asked |= {"subject_id": ROUNDS[round_], "asked_again_because": "", "withdrawn_because": ""}
        status = {"status": "settled", "settled_at": NOW} if name == "settled" else {"status": "open"}
        yield "decisions.matters", name, {"id": identifier, **asked, **status, "facts": facts}
        for slug in parties:
            party = {"matter_id": identifier, "system_id": S, "raised_by_id": o["halton"], "authority_id": o[slug]}
            yield "decisions.matter_parties", f"{name} {slug}", {**party, "authority_name": slug, "excused_because": ""}
    recorded = {"outcome": "approve", "decided_on": NOW.date(), "effective_on": NOW.date(), "recorded_at": NOW}
    deferred = {"outcome": "defer", "decided_on": NOW.date(), "defer_until": NOW.date(), "recorded_at": NOW}
    of = {"system_id": S, "authority_id": o["st-helens"], "authority_name": "St Helens", **_PLAIN}
    for state, matter, values in (
        ("draft", "open", {"status": "draft", "outcome": "approve_with_restriction"}),
        ("recorded", "settled", {"status": "recorded", **recorded, "outcome": "approve_with_restriction"}),
        ("superseded", "deferred", {"status": "superseded", **deferred}),
    ):
        row = {"id": DECISIONS[state], "matter_id": MATTERS[matter], **of, **values}
        yield "decisions.decisions", state, {**row, "title": ""}
        if state != "superseded":
            on = {
                "decision_id": DECISIONS[state],
                "matter_id": MATTERS[matter],
                "system_id": S,
                "subject_id": o["alder"],
            }
            force = {
                "in_force_at": NOW if state == "recorded" else None,
                "authority_id": o["st-helens"],
                "ground": "quality",
            }
            yield "decisions.restrictions", state, {**on, **force}

    own = {"outcome": "approve", **of, "title": "A minute"}
    later = (NOW + timedelta(days=400)).date()
    published = {**recorded, "published_on": NOW.date(), "public_at": NOW, "effective_on": later}
    yield "decisions.decisions", "own", {"id": DECISIONS["own"], **own, "system_id": None, "status": "draft"}
    yield "decisions.decisions", "public", {"id": DECISIONS["public"], **own, **published, "status": "recorded"}
    held = {**recorded, "status": "called_in", "effective_on": None, "published_on": NOW.date()}
    yield "decisions.decisions", "called in", {"id": DECISIONS["called in"], **own, **held}
    yield "decisions.decisions", "heard", {"id": DECISIONS["heard"], **own, **held, "public_at": NOW}
    yield from _forward_plan(o)
    for table in ("consultations", "appendices"):
        spare = {"decision_id": DECISIONS["draft"], "authority_id": o["st-helens"], "on_record_at": None}
        about = {"post": "spare"} if table == "consultations" else {"title": "spare"}
        yield f"decisions.{table}", "draft spare", {"id": named(f"{table} spare"), **spare, **about}
    for state, decision in (("draft", "draft"), ("recorded", "recorded"), ("public", "public")):
        inside = {"decision_id": DECISIONS[decision], "authority_id": o["st-helens"], "system_id": S}
        inside |= {"on_record_at": NOW if state != "draft" else None, "public_at": NOW if state == "public" else None}
        yield "decisions.parts", state, {**inside, "outcome": "approve"}
        yield "decisions.resolutions", state, {**inside, "effect": "notes"}
        yield "decisions.agreements", state, {**inside, "agreed": True}
        shown = {"decision_id": DECISIONS[decision], "authority_id": o["st-helens"]}
        nobody = {"consultation_id": None, "agreement_id": None}
        yield "decisions.evidence", state, {**shown, **nobody, "text": "Signed form"}
        file = {"id": named(f"attachments {state}"), **shown, "added_at": NOW, "added_late": False, "size": 1}
        yield "decisions.attachments", state, {**file, "storage_key": state}
        yield "decisions.attachment_keys", state, {"attachment_id": file["id"], "authority_id": o["st-helens"]}
        for table, hidden, key in (
            ("consultations", "consultation_comments", "consultation_id"),
            ("appendices", "exempt_texts", "appendix_id"),
        ):
            identifier = named(f"{table} {state}")
            yield f"decisions.{table}", state, {"id": identifier, **inside}
            yield f"decisions.{hidden}", state, {key: identifier, "authority_id": o["st-helens"]}
        if state != "draft":
            after = {name: inside[name] for name in ("decision_id", "authority_id", "system_id", "public_at")}
            called = DECISIONS["heard" if state == "public" else "called in"]
            yield "decisions.call_ins", state, {**after, "decision_id": called, "requested_on": NOW.date()}
            yield "decisions.corrections", state, {**after, "field": "reasons"}
    spare = {"id": named("attachments spare"), "decision_id": DECISIONS["public"], "authority_id": o["st-helens"]}
    yield "decisions.attachments", "spare", {**spare, "storage_key": "spare", "size": 1, "added_late": True}
    slip = {"decision_id": DECISIONS["public"], "authority_id": o["st-helens"], "system_id": S, "public_at": NOW}
    yield "decisions.corrections", "of evidence", {**slip, "field": "evidence"}


def _forward_plan(o: dict[str, UUID]) -> Iterator[Row]:
    said = {"authority_id": o["st-helens"], "due_is_month": False, "withdrawn_because": "", "system_id": None}
    out = {
        "published_at": NOW,
        "first_published_at": NOW,
        "noticed_at": NOW,
        "due_on": (NOW + timedelta(days=40)).date(),
    }
    open_ = {"representations_here": True, "representations_until": (NOW + timedelta(days=20)).date()}
    for state, values in (
        ("draft", {"status": "draft"}),
        ("live", {"status": "live", **out, **open_}),
        ("superseded", {"status": "superseded", **out}),
        ("withdrawn", {"status": "withdrawn", **out, "withdrawn_because": "Not needed."}),
        ("decided", {"status": "decided", **out, "decision_id": DECISIONS["public"]}),
    ):
        yield "decisions.forward_plan_entries", state, {"id": ENTRIES[state], **said, **values}
    sent = {"entry_id": ENTRIES["live"], "authority_id": o["st-helens"], "text": "Think of the buses."}
    yield "decisions.representations", "sent", sent


_PLAIN = {"route": "cabinet", "urgency": "", "record_kept": "", "is_key": False, "call_in_exempt_because": ""}


def _meetings(o: dict[str, UUID]) -> Iterator[Row]:
    for state, values in (
        ("planned", {}),
        ("held", {"held_at": NOW}),
        ("confirmed", {"held_at": NOW, "confirmed_at": NOW}),
        ("cancelled", {}),
    ):
        meeting = {"id": MEETINGS[state], "system_id": S, "called_by_id": o["halton"], "status": state, **values}
        yield "decisions.board_meetings", state, meeting
        at = {"meeting_id": meeting["id"], "system_id": S}
        item = {"id": ITEMS[state], **at, "matter_id": MATTERS["open"]}
        yield "decisions.agenda_items", state, item
        there = {"authority_id": o["knowsley"], "authority_name": "Knowsley"}
        yield "decisions.attendances", state, {**at, **there, "presence": "present"}
        said = {"item_id": item["id"], "matter_id": item["matter_id"], "position": "in_favour"}
        yield "decisions.indicated_positions", state, {**at, **there, **said}


def _afterwards(o: dict[str, UUID]) -> Iterator[Row]:
    out = {"approved_at": NOW, "released_at": NOW, "agreement_issued_at": NOW}
    both = {"provider_accepted_at": NOW, "lead_accepted_at": NOW, "effective_at": NOW}
    for state, system, round_, lot, values in (
        ("proposed", S, "open", "A", {"status": "proposed"}),
        ("issued", S, "agreed", "A", {"status": "agreement_issued", **out}),
        ("effective", S, "agreed", "B", {"status": "effective", **out, **both}),
        ("unpublished", DRAFT, "draft", "draft", {"status": "effective", **out, **both}),
    ):
        at = {"system_id": system, "lead_id": o["halton"], "round_id": ROUNDS[round_], "lot_id": LOTS[lot]}
        provider = "cedar" if state == "unpublished" else "alder"
        whose = {"provider_id": o[provider], "provider_name": provider, "application_id": APPLICATIONS["opened"]}
        yield "purchasing_systems.admissions", state, {**at, **whose, **values, "areas": [o["sefton"]]}


def _register(o: dict[str, UUID]) -> Iterator[Row]:
    """Alder is admitted to lot B of the system; Sefton registered an external system and named Halton."""
    service, admission = named("providers.services alder"), named("purchasing_systems.admissions effective")
    of = {"provider_id": o["alder"]}
    home = {"kind": "childrens_home", "regulator": "ofsted", "number": "1234567"}
    yield "providers.services", "alder", {**of, **home, "service_id": service}
    yield "providers.contacts", "alder", {**of, "kind": "referral"}
    yield "providers.insurances", "alder", {**of, "kind": "motor"}
    yield "providers.grades", "sefton", {"recorded_by_id": o["sefton"], "regulator": "ofsted"}
    under = {**of, "admission_id": admission, "system_id": S, "service_id": service}
    for state, day in (("told", NOW.date()), ("waiting", NOW.date() + timedelta(days=20))):
        yield "purchasing_systems.admission_services", state, {**under, "published_on": day}
        yield "purchasing_systems.core_prices", state, {**under, "published_on": day}
    yield "purchasing_systems.admission_steps", "effective", {"admission_id": admission, "system_id": S, "number": 1}
    yield "decisions.standings", "recorded", {"decision_id": DECISIONS["recorded"], "number": 1}
    days = {"lead_id": o["halton"], "cut_off_day": 20, "circulation_day": 1}
    yield "purchasing_systems.register_cycles", "published", {"system_id": S, **days}
    yield "purchasing_systems.supplier_numbers", "sefton", {**of, "authority_id": o["sefton"]}
    batch = named("take on")
    read_ = {"system_id": S, "content": {}, "counts": {}, "warnings": [], "undone_because": ""}
    yield "purchasing_systems.take_ons", "previewed", {**read_, "status": "previewed", "source": ""}
    yield "purchasing_systems.take_ons", "taken on", {**read_, "id": batch, "status": "taken_on", "taken_on_at": NOW}
    with_it = {"take_on_id": batch, "system_id": S}
    yield "purchasing_systems.taken_on_providers", "alder", {**with_it, "provider_id": o["alder"], "made": False}
    said = {
        "round_id": ROUNDS["agreed"],
        "authority_id": o["sefton"],
        "outcome": "approve",
        "answer": "",
        "answered_because": "",
    }
    yield "purchasing_systems.taken_on_decisions", "unanswered", {**with_it, **said}
    external = {"id": named("external"), "registered_by_id": o["sefton"], "readers": [o["halton"]]}
    yield "purchasing_systems.external_systems", "sefton", external
    there = {"external_id": external["id"], "registered_by_id": o["sefton"]}
    yield "purchasing_systems.external_admissions", "sefton", there
    yield "purchasing_systems.external_imports", "sefton", {**there, "status": "previewed"}


def _ledger(o: dict[str, UUID]) -> Iterator[Row]:
    of = {"authority_id": o["st-helens"]}
    head, manager = named("post head"), named("post manager")
    yield "governance.posts", "head", {"id": head, **of, "kind": "officer"}
    yield "governance.posts", "manager", {"id": manager, **of, "kind": "officer"}
    yield "governance.post_holders", "head", {"post_id": head, **of, "capacity": "substantive", "person_id": None}
    granted = {**of, "kinds": ["*"], "power": "decide", "holder_ids": [head], "nominees": "nominated managers"}
    granted |= {"conditions": [{"words": "when practicable", "each": False}], "revoked_because": "", "joint": False}
    unpublished = named("delegation unpublished")
    yield "governance.delegations", "unpublished", {"id": unpublished, **granted}
    yield "governance.delegations", "published", {**granted, "published_on": date(2026, 2, 1)}
    gone = {"revoked_on": date(2026, 3, 1), "revoked_because": "Replaced"}
    yield "governance.delegations", "revoked", {**granted, **gone}
    nominated = {"delegation_id": unpublished, "post_id": manager, **of, "revoked_because": ""}
    yield "governance.nominations", "standing", nominated
    yield "governance.nominations", "revoked", {**nominated, **gone}
    found = {"delegation_id": unpublished, **of, "condition_words": "when practicable", "holds": True}
    yield "governance.certifications", "met", found


def _trail(world: World, o: dict[str, UUID]) -> Iterator[Row]:
    by = {"person_id": world.person("lead"), "organisation_id": o["halton"], "system_id": S, "hash": b"\x00"}
    yield "audit.lines", "by the lead", {"n": 1, **by}
    yield "audit.lines", "about the applicant", {"n": 2, **by, "about_id": o["alder"]}
    sealed = {"person_id": None, "organisation_id": None, "sealed": b"\x01", "system_id": None, "hash": b"\x00"}
    yield "audit.lines", "of an applicant", {"n": 3, **sealed, "applicant_id": world.applicant("alder", ROUNDS["live"])}
    refused = {"person_id": world.person("applicant"), "organisation_id": o["alder"], "status": 404}
    yield "audit.refusals", "applicant", refused
    to = {
        "person_id": world.person("applicant"),
        "organisation_id": o["alder"],
        "email": ACTORS["applicant"],
        "link": "/home",
    }
    yield "notify.messages", "applicant", {**to, "state": "waiting"}
    once = {"organisation_id": o["alder"], "person_id": world.person("applicant")}
    yield "notify.told", "applicant", {**once, "key": "weekly_digest 2026-W47"}
    other = {"person_id": world.person("shared"), "organisation_id": o["st-helens"], "email": ACTORS["shared"]}
    yield "notify.messages", "shared", {**other, "link": "/home", "state": "waiting"}


def _clarifications(world: World, o: dict[str, UUID]) -> Iterator[Row]:
    days = {"system_id": S, "last_ask_on": NOW.date(), "last_answer_on": NOW.date()}
    past = {"last_ask_on": date(2020, 1, 1), "last_answer_on": date(2020, 1, 1)}
    yield "purchasing_systems.clarification_days", "live", {**days, "round_id": ROUNDS["live"]}
    yield "purchasing_systems.clarification_days", "planned", {**days, **past, "round_id": ROUNDS["planned"]}
    yield "purchasing_systems.outages", "recorded", {"since": NOW - HOUR, "until": NOW}
    at = {"round_id": ROUNDS["live"], "system_id": S}
    written = {**at, "drafted_by_id": world.region.people["procurement@sefton.example"], "drafted_at": NOW}
    signed = {**written, "signed_by_id": world.region.people["procurement@halton.example"], "signed_at": NOW}
    published = {**signed, "status": "published", "published_at": NOW}
    states = {
        "draft": {**written, "status": "draft"},
        "published": {**published, "number": 1},
        "alone": {**published, "is_confidential": True},
    }
    applicant = world.applicant("alder", ROUNDS["live"])
    for state, values in states.items():
        ended = {"answered_at": NOW} if state != "draft" else {}
        alone = {"ruling": "granted", "confidential_because": "x", "ruled_on": NOW.date()} if state == "alone" else {}
        question = {**at, "id": named(f"clarification {state}"), "asker_number": 47, "ruling": "none", **ended, **alone}
        yield "clarifications.questions", state, question
        yield (
            "clarifications.askers",
            state,
            {"question_id": question["id"], "round_id": ROUNDS["live"], "applicant_id": applicant},
        )
        yield "clarifications.answers", state, {"id": named(f"clarifying {state}"), **values}
        shown = {"published_at": NOW} if state != "draft" else {}
        words = {
            **at,
            "question_id": question["id"],
            "answer_id": named(f"clarifying {state}"),
            "is_confidential": state == "alone",
        }
        yield "clarifications.wordings", state, {**words, **shown}
