"""Decisions by raw SQL: each council its own, recorded by those who may, kept; usability and letters follow from them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.attempt import Attempt
from tests.support.world import named
from tests.support.world_rows import APPLICATIONS, DECISIONS, LOTS, MATTERS, ROUNDS, S

pytestmark = pytest.mark.postgres15
HEADS = ("head@halton.example", "head@knowsley.example", "head@sefton.example", "decider")
DRAFT = (
    "INSERT INTO decisions.decisions (id, matter_id, system_id, authority_id, authority_name, status, outcome, defer_until, "
    "decided_by_post, decided_by_capacity, authority_source, consulted_post, report_reference, record_url, decided_on, "
    "effective_on, reasons, alternatives, interests, recorded_by_id, recorded_by_post, recorded_at, superseded_at, demonstration, "
    "created_at) VALUES (%s, %s, %s, %s, 'Wirral Borough Council', %s, %s, %s, 'Head', 'c', 's', 'p', 'r', '', %s, %s, "
    "'Because', 'a', 'i', gen_random_uuid(), 'Chief executive', '2020-01-01', '2020-01-01', false, app.now())"
)
EVIDENCE = (
    "INSERT INTO decisions.evidence (id, decision_id, authority_id, text) VALUES (gen_random_uuid(), %s, %s, 'Minutes')"
)
RECORD = "UPDATE decisions.decisions SET status = 'recorded' WHERE id = %s"
MATTER = (
    "INSERT INTO decisions.matters (id, kind, rule, system_id, subject_id, subject_label, question, raised_by_id, raised_by, raised_at, "
    "answer_by, facts, status, asked_again_because, withdrawn_because) "
    "VALUES (%s, %s, 'each_for_itself', %s, %s, 'L', 'Q', app.organisation(), 'x', app.now(), '2030-01-01', %s, 'open', '', '')"
)
AGAIN = (
    "INSERT INTO decisions.matters (id, kind, rule, system_id, subject_id, subject_label, question, raised_by_id, raised_by, raised_at, "
    "answer_by, facts, status, asked_after_id, asked_again_because, asked_again_at, withdrawn_because) "
    "VALUES (%s, %s, 'each_for_itself', %s, %s, 'L', 'Q', app.organisation(), 'x', app.now(), '2030-01-01', '{}', 'open', %s, %s, app.now(), '')"
)
WITHDRAW = "SELECT app.withdraw_matter(%s, %s)"
PARTY = (
    "INSERT INTO decisions.matter_parties (id, matter_id, system_id, raised_by_id, authority_id, authority_name) "
    "VALUES (gen_random_uuid(), %s, %s, app.organisation(), %s, 'Party')"
)
RESTRICT = (
    "INSERT INTO decisions.restrictions (id, decision_id, matter_id, system_id, authority_id, subject_id, subject_name, ground, reason, "
    "in_force_at) VALUES (gen_random_uuid(), %s, %s, %s, app.organisation(), %s, 'x', %s, 'r', NULL)"
)
SETTLE = "SELECT app.settle_matter(%s)"


def raised(attempt: Attempt, kind: str, subject: UUID, *councils: str) -> UUID:
    """A matter of the lead, put to these councils."""
    made = uuid4()
    attempt.as_("lead").touches(MATTER, made, kind, S, subject, '{"providers": [], "grounds": []}')
    for council in councils:
        attempt.touches(PARTY, made, S, attempt.organisation(council))
    return made


def drafted(attempt: Attempt, matter: UUID, outcome: str, *, days: int = 0, effective: int | None = None) -> UUID:
    """A draft of whoever acts, decided `days` from today."""
    made = uuid4()
    today = attempt.one("SELECT (app.now() AT TIME ZONE 'Europe/London')::date + %s", days)
    takes = (
        None
        if outcome == "defer"
        else attempt.one("SELECT %s::date + %s", today, days if effective is None else effective)
    )
    until = today if outcome == "defer" else None
    mine = attempt.one("SELECT app.organisation()")
    attempt.touches(DRAFT, made, matter, S, mine, "draft", outcome, until, today, takes)
    attempt.touches(EVIDENCE, made, mine)
    return made


def decided(attempt: Attempt, who: str, matter: UUID, outcome: str, **when: int) -> UUID:
    """Drafted and recorded by this person."""
    attempt.as_(who)
    made = drafted(attempt, matter, outcome, **when)
    assert attempt.touches(RECORD, made) == 1
    return made


SUPERSEDE = "UPDATE decisions.decisions SET status = 'superseded' WHERE id = %s"


def supersede(attempt: Attempt, decision: UUID) -> None:
    """Take it off its place; by the end of the transaction (or the next `run`) it must have a successor."""
    attempt.touches("SET CONSTRAINTS ALL DEFERRED")
    assert attempt.touches(SUPERSEDE, decision) == 1


def test_a_matter_is_settled_once_when_all_have_answered(attempt: Attempt) -> None:
    matter = MATTERS["spare"]
    for who in HEADS[:3]:
        decided(attempt, who, matter, "approve")
        assert attempt.one(SETTLE, matter) is False
    deferral = decided(attempt, "decider", matter, "defer")
    assert attempt.one(SETTLE, matter) is False
    answer = drafted(attempt, matter, "not_approve")
    attempt.refused(RECORD, answer, states=("23505",))
    supersede(attempt, deferral)
    assert attempt.touches(RECORD, answer) == 1
    for stranger in ("outsider", "leaver", "applicant", "nobody"):
        assert attempt.as_(stranger).one(SETTLE, matter) is False
    assert attempt.as_("participant").one(SETTLE, matter) is True
    assert attempt.one(SETTLE, matter) is False
    attempt.refused("UPDATE decisions.matters SET status = 'open'")


def test_a_decision_is_drafted_first_and_says_who_recorded_it(attempt: Attempt) -> None:
    attempt.as_("decider")
    mine = attempt.one("SELECT app.organisation()")
    day = "2026-01-01"
    for status in ("recorded", "superseded"):
        attempt.refused(
            DRAFT, uuid4(), MATTERS["spare"], S, mine, status, "approve", None, day, day, says="drafted before"
        )
    made = drafted(attempt, MATTERS["spare"], "approve")
    told = "SELECT authority_name, recorded_by_id, recorded_by_post, recorded_at, superseded_at FROM decisions.decisions WHERE id = %s"
    assert attempt.run(told, made) == [("st-helens", None, "", None, None)]
    attempt.refused("UPDATE decisions.decisions SET status = 'superseded' WHERE id = %s", made)
    attempt.refused("UPDATE decisions.decisions SET recorded_by_post = 'Leader' WHERE id = %s", made)
    attempt.touches(RECORD, made)
    person = attempt.one("SELECT app.person()")
    name, by, post, at, superseded = attempt.run(told, made)[0]
    assert (name, by, post, superseded) == ("st-helens", person, "Head of service", None)
    assert at is not None
    attempt.refused("UPDATE decisions.decisions SET reasons = 'Other' WHERE id = %s", made, says="not changed")
    attempt.refused("UPDATE decisions.decisions SET status = 'draft' WHERE id = %s", made, says="not changed")
    attempt.refused("UPDATE decisions.decisions SET status = 'superseded' WHERE id = %s", made, says="not changed")
    attempt.refused(
        "UPDATE decisions.decisions SET status = 'superseded', reasons = 'x' WHERE id = %s", made, says="not changed"
    )
    assert attempt.touches("DELETE FROM decisions.decisions WHERE id = %s", made) == 0
    assert attempt.touches("DELETE FROM decisions.decisions WHERE id = %s", DECISIONS["draft"]) == 0


def test_what_is_superseded_stays_so(attempt: Attempt) -> None:
    back = "UPDATE decisions.decisions SET status = 'draft' WHERE id = %s"
    assert attempt.as_("decider").touches(back, DECISIONS["superseded"]) == 0


def test_a_deferral_is_superseded_by_nothing_but_its_status(attempt: Attempt) -> None:
    deferral = decided(attempt, "decider", MATTERS["spare"], "defer")
    change = "UPDATE decisions.decisions SET status = 'superseded', reasons = 'x' WHERE id = %s"
    attempt.refused(change, deferral, says="not changed")
    attempt.refused(SUPERSEDE, deferral, says="not changed")
    answer = drafted(attempt, MATTERS["spare"], "approve")
    supersede(attempt, deferral)
    attempt.touches(RECORD, answer)
    assert attempt.one(
        "SELECT superseded_at = app.now() OR superseded_at > recorded_at FROM decisions.decisions WHERE id = %s",
        deferral,
    )


@pytest.mark.parametrize(
    "who", ["procurement@st-helens.example", "legal@st-helens.example", "cabinet@st-helens.example"]
)
def test_recording_is_for_those_whose_role_includes_it(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(RECORD, DECISIONS["draft"], says="Only democratic services or a head of service")


def test_nobody_records_or_reads_another_councils_draft(attempt: Attempt) -> None:
    for who in ("head@halton.example", "lead", "participant", "outsider", "applicant", "operator", "nobody"):
        attempt.as_(who)
        assert attempt.run("SELECT 1 FROM decisions.decisions WHERE id = %s", DECISIONS["draft"]) == []
        assert attempt.touches(RECORD, DECISIONS["draft"]) == 0
        theirs = attempt.organisation("st-helens")
        values = [uuid4(), MATTERS["spare"], S, theirs, "draft", "approve", None, "2026-01-01", "2026-01-01"]
        attempt.refused(DRAFT, *values, states=("42501",))
        attempt.refused("UPDATE decisions.decisions SET authority_id = app.organisation()", states=("42501",))
    # A council that is not asked cannot answer.
    attempt.as_("head@wirral.example")
    mine = attempt.one("SELECT app.organisation()")
    values = [uuid4(), MATTERS["spare"], S, mine, "draft", "approve", None, "2026-01-01", "2026-01-01"]
    attempt.refused(DRAFT, *values, states=("42501",))
    values[2] = None  # nor by leaving out the system that it does not take part in
    attempt.refused(DRAFT, *values, states=("23514", "23503"))


def test_a_decision_waits_for_its_day_and_its_matter(attempt: Attempt) -> None:
    attempt.as_("decider")
    attempt.refused(RECORD, drafted(attempt, MATTERS["spare"], "approve", days=1), says="before the day it was taken")
    attempt.refused(
        RECORD, drafted(attempt, MATTERS["deferred"], "approve_with_restriction"), says="names the providers restricted"
    )
    settled = drafted(attempt, MATTERS["settled"], "approve")
    attempt.refused(RECORD, settled, says="no longer open")


def test_a_restriction_names_a_provider_on_a_published_ground_in_a_draft(attempt: Attempt) -> None:
    alder, birch = attempt.organisation("alder"), attempt.organisation("birch")
    draft, matter = DECISIONS["draft"], MATTERS["open"]
    attempt.as_("decider")
    attempt.refused(RESTRICT, draft, matter, S, birch, "dislike", says="on a ground published")
    attempt.refused(RESTRICT, draft, matter, S, attempt.organisation("cedar"), "quality", says="on a ground published")
    attempt.refused(RESTRICT, draft, MATTERS["spare"], S, birch, "quality", says="draft of your own council")
    attempt.refused(RESTRICT, draft, matter, named("draft system"), birch, "quality", says="draft of your own council")
    attempt.refused(
        RESTRICT, DECISIONS["recorded"], MATTERS["settled"], S, birch, "quality", says="draft of your own council"
    )
    attempt.refused(
        RESTRICT.replace("NULL)", "app.now())"), DECISIONS["recorded"], MATTERS["settled"], S, birch, "quality"
    )
    attempt.touches(RESTRICT.replace("NULL)", "app.now())"), draft, matter, S, birch, "quality")
    waiting = "SELECT subject_id FROM decisions.restrictions WHERE decision_id = %s AND in_force_at IS NULL ORDER BY subject_id"
    assert attempt.run(waiting, draft) == sorted([alder, birch])
    for who in ("head@halton.example", "outsider", "applicant"):
        attempt.as_(who).refused(RESTRICT, draft, matter, S, birch, "quality")
        assert attempt.run("SELECT 1 FROM decisions.restrictions WHERE decision_id = %s", draft) == []
    attempt.as_("decider").touches(
        "UPDATE decisions.decisions SET decided_on = '2026-01-01', effective_on = '2026-01-01', outcome = 'approve' WHERE id = %s",
        draft,
    )
    attempt.refused(RECORD, draft, says="any other decision names none")
    attempt.touches("UPDATE decisions.decisions SET outcome = 'approve_with_restriction' WHERE id = %s", draft)
    attempt.touches(RECORD, draft)
    assert attempt.run(waiting, draft) == []
    assert attempt.touches("DELETE FROM decisions.restrictions WHERE decision_id = %s", draft) == 0
    assert (
        len(attempt.as_("participant").run("SELECT 1 FROM decisions.restrictions WHERE decision_id = %s", draft)) == 2
    )


def test_only_the_lead_puts_matters(attempt: Attempt) -> None:
    for who in ("participant", "outsider", "leaver", "applicant", "operator", "nobody"):
        attempt.as_(who).refused(MATTER, uuid4(), "use_admitted", S, ROUNDS["agreed"], "{}", states=("42501", "23502"))
        attempt.refused(PARTY, MATTERS["open"], S, attempt.organisation("wirral"), states=("42501", "23503", "23502"))
    attempt.as_("lead").refused(
        PARTY, MATTERS["open"], named("draft system"), attempt.organisation("wirral"), states=("23503",)
    )


def _refused(attempt: Attempt) -> UUID:
    """A matter that everybody asked has answered with no."""
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton")
    decided(attempt, "head@halton.example", matter, "not_approve")
    assert attempt.one(SETTLE, matter) is True
    return matter


def test_a_question_answered_with_no_is_asked_again_once(attempt: Attempt) -> None:
    matter = _refused(attempt)
    same = ("approve_outcome", S, ROUNDS["open"])
    for who in ("participant", "outsider", "applicant", "nobody"):
        attempt.as_(who).refused(AGAIN, uuid4(), *same, matter, "why", states=("PT404", "42501"))
    attempt.as_("lead").refused(MATTER, uuid4(), *same, "{}", states=("23505",))
    attempt.refused(AGAIN, uuid4(), *same, matter, "", states=("23514",))
    attempt.refused(AGAIN, uuid4(), "use_admitted", S, ROUNDS["open"], matter, "why", says="no such joint decision")
    attempt.refused(
        AGAIN, uuid4(), "approve_outcome", S, ROUNDS["agreed"], matter, "why", says="no such joint decision"
    )
    attempt.refused(AGAIN, uuid4(), *same, uuid4(), "why", says="no such joint decision")
    second = uuid4()
    assert attempt.touches(AGAIN, second, *same, matter, "why") == 1
    found = "SELECT status, asked_again_at IS NULL, asked_again_because FROM decisions.matters WHERE id = %s"
    assert attempt.run(found, matter) == [("settled", False, "")]
    assert attempt.run(found, second) == [("open", True, "why")]
    attempt.refused(AGAIN, uuid4(), *same, matter, "why", says="asked again already")
    attempt.refused(AGAIN, uuid4(), *same, second, "why", says="answered with no")
    attempt.touches(PARTY, second, S, attempt.organisation("halton"))
    # What was asked before counts no more, and can no longer be answered.
    attempt.as_("head@halton.example")
    attempt.refused(RECORD, drafted(attempt, matter, "approve"), says="no longer open")
    assert decided(attempt, "head@halton.example", second, "approve")
    attempt.as_("lead").run(MOVE, PROPOSED, "proposed", "approved")


@pytest.mark.parametrize("outcome", ["approve", "defer"])
def test_nothing_else_is_asked_again(attempt: Attempt, outcome: str) -> None:
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton", "sefton")
    decided(attempt, "head@sefton.example", matter, "not_approve")
    decided(attempt, "head@halton.example", matter, outcome)
    attempt.one(SETTLE, matter)
    attempt.as_("lead").refused(
        AGAIN, uuid4(), "approve_outcome", S, ROUNDS["open"], matter, "why", says="answered with no"
    )


def test_only_the_lead_withdraws_what_nobody_has_answered(attempt: Attempt) -> None:
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton", "sefton")
    for who in ("outsider", "leaver", "procurement@knowsley.example"):
        attempt.as_(who).refused(WITHDRAW, matter, "why", says="no such joint decision")
    for who in ("decider", "finance@halton.example", "applicant", "nobody"):
        attempt.as_(who).refused(WITHDRAW, matter, "why", says="lead authority")
    attempt.as_("lead").refused(WITHDRAW, matter, "", states=("23514",))
    decided(attempt, "head@sefton.example", matter, "defer")
    attempt.as_("lead").run(WITHDRAW, matter, "why")
    attempt.refused(WITHDRAW, matter, "why", says="answered meanwhile")
    attempt.as_("head@halton.example")
    attempt.refused(RECORD, drafted(attempt, matter, "approve"), says="no longer open")
    attempt.as_("lead")
    answered = raised(attempt, "approve_outcome", ROUNDS["open"], "halton", "sefton")
    decided(attempt, "head@sefton.example", answered, "not_approve")
    attempt.as_("lead").refused(WITHDRAW, answered, "why", says="answered meanwhile")


def test_a_council_decides_anew_by_a_decision_of_its_own(attempt: Attempt) -> None:
    matter = raised(attempt, "use_admitted", ROUNDS["agreed"], "sefton")
    who = "head@sefton.example"
    first = decided(attempt, who, matter, "approve")
    assert attempt.one(SETTLE, matter) is True
    # Off the record goes nothing: what is superseded has a successor.
    attempt.refused(SUPERSEDE, first, says="not changed")
    second = drafted(attempt, matter, "not_approve", effective=3)
    attempt.refused(RECORD, second, states=("23505",))
    attempt.as_("procurement@sefton.example")
    supersede(attempt, first)
    attempt.refused(RECORD, second, says="Only democratic services or a head of service")
    attempt.as_(who)
    assert attempt.touches(RECORD, second) == 1
    assert _usability(attempt, "nobody") == {("effective", True)}
    until = "SELECT usable_until - (app.now() AT TIME ZONE 'Europe/London')::date FROM app.usability(NULL)"
    assert attempt.run(until) == [2]
    attempt.as_(who)
    third = drafted(attempt, matter, "defer")
    supersede(attempt, second)
    attempt.refused(RECORD, third, says="does not defer")
    attempt.touches(
        "UPDATE decisions.decisions SET outcome = 'not_approve', defer_until = NULL, effective_on = decided_on WHERE id = %s",
        third,
    )
    assert attempt.touches(RECORD, third) == 1
    assert _usability(attempt, "nobody") == set()
    kept = "SELECT status, outcome FROM decisions.decisions WHERE matter_id = %s"
    found = attempt.as_(who).run(kept, matter)
    assert sorted(found) == [("recorded", "not_approve"), ("superseded", "approve"), ("superseded", "not_approve")]
    assert attempt.touches("UPDATE decisions.decisions SET reasons = 'x' WHERE id = %s", first) == 0


def test_a_later_decision_is_not_older(attempt: Attempt) -> None:
    matter = raised(attempt, "use_admitted", ROUNDS["agreed"], "sefton", "knowsley")
    first = decided(attempt, "head@sefton.example", matter, "approve")
    older = drafted(attempt, matter, "not_approve", days=-1, effective=0)
    supersede(attempt, first)
    attempt.refused(RECORD, older, says="taken on a later day")


def test_the_lead_does_not_decide_anew_for_all(attempt: Attempt) -> None:
    matter = uuid4()
    attempt.as_("lead").touches(
        MATTER.replace("'each_for_itself'", "'lead'"), matter, "approve_outcome", S, ROUNDS["open"], "{}"
    )
    attempt.touches(PARTY, matter, S, attempt.organisation("halton"))
    first = decided(attempt, "head@halton.example", matter, "approve")
    attempt.refused(SUPERSEDE, first, says="not changed")


USABLE = "SELECT authority_id, provider_id, admission_status, usable, outcome, restricted FROM app.usability({}) ORDER BY lot_id"


def _usability(attempt: Attempt, who: str, system: str = "NULL") -> set[tuple[Any, ...]]:
    return {(r[2], r[3]) for r in attempt.as_(who).run(USABLE.format(system))}


def test_usability_shows_each_viewer_their_own(attempt: Attempt) -> None:
    proposed, issued, effective = ("proposed", False), ("agreement_issued", False), ("effective", False)
    for who in ("lead", "participant", "decider"):
        assert _usability(attempt, who) == {proposed, issued, effective}
    # The embargo: what is proposed is nobody's but the councils' until the letters are out.
    assert _usability(attempt, "applicant") == {issued, effective}
    for who in ("rival", "outsider", "leaver", "operator", "nobody"):
        assert _usability(attempt, who) == set()
    matter = raised(attempt, "use_admitted", ROUNDS["agreed"], "sefton", "knowsley")
    decided(attempt, "head@sefton.example", matter, "approve")
    for who in ("rival", "outsider", "leaver", "operator", "nobody"):
        assert _usability(attempt, who) == {("effective", True)}
        assert _usability(attempt, who, f"'{S}'") == {("effective", True)}
        assert _usability(attempt, who, f"'{named('draft system')}'") == set()
    found = attempt.as_("nobody").run("SELECT authority_id, provider_id, lot_id FROM app.usability(NULL)")
    assert found == [(attempt.organisation("sefton"), attempt.organisation("alder"), LOTS["B"])]


@pytest.mark.parametrize(
    ("who", "outcome", "when"),
    [
        ("head@sefton.example", "not_approve", {}),
        ("head@sefton.example", "defer", {}),
        ("head@sefton.example", "approve", {"effective": 1}),
        ("head@knowsley.example", "approve", {}),
    ],
)
def test_no_use_without_an_effective_approval_for_the_area(
    attempt: Attempt, who: str, outcome: str, when: dict[str, int]
) -> None:
    # Knowsley's approval makes nothing usable: the provider offers for the area of Sefton alone.
    matter = raised(attempt, "use_admitted", ROUNDS["agreed"], "sefton", "knowsley")
    decided(attempt, who, matter, outcome, **when)
    assert _usability(attempt, "nobody") == set()


def test_a_draft_a_foreign_answer_or_another_kind_makes_nothing_usable(attempt: Attempt) -> None:
    matter = raised(attempt, "use_admitted", ROUNDS["agreed"], "sefton")
    attempt.as_("head@sefton.example")
    drafted(attempt, matter, "approve")
    other = raised(attempt, "another kind", ROUNDS["agreed"], "sefton")
    decided(attempt, "head@sefton.example", other, "approve")
    elsewhere = raised(attempt, "use_admitted", ROUNDS["open"], "sefton")
    decided(attempt, "head@sefton.example", elsewhere, "approve")
    assert _usability(attempt, "nobody") == set()


def test_r1_03a_a_restriction_bars_one_provider_for_one_council(attempt: Attempt) -> None:
    alder = attempt.organisation("alder")
    matter = uuid4()
    facts = f'{{"providers": [{{"id": "{alder}"}}], "grounds": [{{"slug": "g"}}]}}'
    attempt.as_("lead").touches(MATTER, matter, "use_admitted", S, ROUNDS["agreed"], facts)
    attempt.touches(PARTY, matter, S, attempt.organisation("sefton"))
    attempt.as_("head@sefton.example")
    draft = drafted(attempt, matter, "approve_with_restriction")
    attempt.touches(RESTRICT, draft, matter, S, alder, "g")
    attempt.touches(RECORD, draft)
    assert _usability(attempt, "nobody") == set()
    barred = attempt.as_("applicant").run("SELECT restricted, ground FROM app.usability(NULL) WHERE offered")
    assert set(barred) == {(True, "g")}


IN_LOT = RESTRICT.replace("ground, reason, ", "ground, reason, lot_id, lot_name, ").replace(
    "'r', NULL)", "'r', %s, 'L', NULL)"
)


def test_a_restriction_in_one_lot_leaves_the_others(attempt: Attempt) -> None:
    alder, matter = attempt.organisation("alder"), uuid4()
    lots = f'[{{"id": "{LOTS["A"]}", "title": "A"}}, {{"id": "{LOTS["B"]}", "title": "B"}}]'
    facts = f'{{"providers": [{{"id": "{alder}", "lots": {lots}}}], "grounds": [{{"slug": "g"}}]}}'
    attempt.as_("lead").touches(MATTER, matter, "use_admitted", S, ROUNDS["agreed"], facts)
    attempt.touches(PARTY, matter, S, attempt.organisation("sefton"))
    attempt.as_("head@sefton.example")
    draft = drafted(attempt, matter, "approve_with_restriction")
    attempt.refused(IN_LOT, draft, matter, S, alder, "g", LOTS["C"], says="was admitted to")
    attempt.refused(IN_LOT, draft, matter, S, alder, "other", LOTS["A"], says="on a ground published")
    attempt.touches(IN_LOT, draft, matter, S, alder, "g", LOTS["A"])
    attempt.refused(IN_LOT, draft, matter, S, alder, "g", LOTS["A"], states=("23505",))
    attempt.touches(RECORD, draft)
    found = attempt.as_("applicant").run(
        "SELECT lot_id, restricted, restricted_in_lot, usable FROM app.usability(NULL) WHERE offered ORDER BY usable"
    )
    assert found == [(LOTS["A"], True, True, False), (LOTS["B"], False, False, True)]


MOVE = "SELECT app.move_admission(%s, %s, %s)"
PROPOSED, ISSUED, EFFECTIVE = (named(f"purchasing_systems.admissions {s}") for s in ("proposed", "issued", "effective"))


def test_an_admission_is_moved_by_whom_it_concerns(attempt: Attempt) -> None:
    for who in ("participant", "outsider", "rival", "operator", "nobody"):
        attempt.as_(who).refused(MOVE, ISSUED, "agreement_issued", "signed", says="no such agreement")
    attempt.as_("applicant").refused(MOVE, PROPOSED, "proposed", "approved", says="no such agreement")
    attempt.as_("writer@alder.example").refused(MOVE, ISSUED, "agreement_issued", "signed", says="Your role")
    attempt.as_("placement@halton.example").refused(MOVE, PROPOSED, "proposed", "approved", says="Your role")
    attempt.as_("lead").refused(MOVE, ISSUED, "agreement_issued", "signed", says="can be taken now")
    attempt.refused(MOVE, PROPOSED, "proposed", "effective", says="can be taken now")
    attempt.refused(MOVE, PROPOSED, "approved", "agreement_issued", says="can be taken now")
    attempt.refused("UPDATE purchasing_systems.admissions SET status = 'effective', effective_at = app.now()")
    attempt.as_("applicant").refused(MOVE, ISSUED, "agreement_issued", "effective", says="can be taken now")
    attempt.run(MOVE, ISSUED, "agreement_issued", "signed")
    attempt.refused(MOVE, ISSUED, "signed", "effective", says="can be taken now")
    attempt.as_("lead").run(MOVE, ISSUED, "signed", "effective")
    who = attempt.run(
        "SELECT provider_accepted_by, lead_accepted_by FROM purchasing_systems.admissions WHERE id = %s", ISSUED
    )
    assert who == [
        ("Provider administrator, Alder House Care Ltd (fictional)", "Procurement officer, Halton Borough Council")
    ]


def _approved(attempt: Attempt, **when: int) -> UUID:
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton", "sefton")
    return decided(attempt, "head@halton.example", matter, "approve", **when)


def test_an_admission_is_approved_and_issued_in_order(attempt: Attempt) -> None:
    attempt.as_("lead").refused(MOVE, PROPOSED, "proposed", "approved", says="not recorded an approval")
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton", "sefton")
    decided(attempt, "head@sefton.example", matter, "approve")
    attempt.as_("lead").refused(MOVE, PROPOSED, "proposed", "approved", says="not recorded an approval")
    decided(attempt, "head@halton.example", matter, "approve")
    attempt.as_("lead").run(MOVE, PROPOSED, "proposed", "approved")
    attempt.refused(MOVE, PROPOSED, "approved", "agreement_issued", says="letters have not gone out")


def test_a_refusal_of_the_outcome_approves_nothing(attempt: Attempt) -> None:
    matter = raised(attempt, "approve_outcome", ROUNDS["open"], "halton")
    decided(attempt, "head@halton.example", matter, "not_approve")
    attempt.as_("lead").refused(MOVE, PROPOSED, "proposed", "approved", says="not recorded an approval")


RELEASE = "SELECT app.release_letters(%s, %s)"
LETTER = (
    "INSERT INTO applications.letters (id, application_id, round_id, system_id, lead_id, provider_id, content, pdf, prepared_at, "
    "released_at) VALUES (gen_random_uuid(), %s, %s, %s, app.organisation(), %s, '{}', 'x', app.now(), NULL)"
)


@pytest.mark.parametrize("who", ["participant", "outsider", "applicant", "nobody", "legal@halton.example"])
def test_only_the_lead_releases(attempt: Attempt, who: str) -> None:
    attempt.as_(who).refused(RELEASE, ROUNDS["open"], None, says="lead authority")
    attempt.refused("UPDATE applications.letters SET released_at = app.now()")


def test_letters_go_out_together_or_not_at_all(attempt: Attempt) -> None:
    attempt.as_("lead").refused(RELEASE, ROUNDS["open"], None, says="approval of the outcome has taken effect")
    _approved(attempt)
    attempt.as_("lead").refused(RELEASE, ROUNDS["open"], None, says="Not every applicant has a letter")
    attempt.touches(LETTER, APPLICATIONS["rival opened"], ROUNDS["open"], S, attempt.organisation("birch"))
    attempt.refused(RELEASE, ROUNDS["open"], None, says="only proposed")
    attempt.run(MOVE, PROPOSED, "proposed", "approved")
    attempt.refused(RELEASE, ROUNDS["open"], "2040-01-01", says="standstill is shorter")
    for who in ("applicant", "rival", "participant"):
        assert attempt.as_(who).run("SELECT 1 FROM applications.letters WHERE round_id = %s", ROUNDS["open"]) == []
    assert attempt.as_("lead").one(RELEASE, ROUNDS["open"], None) == 2
    for who in ("applicant", "rival"):
        assert len(attempt.as_(who).run("SELECT 1 FROM applications.letters WHERE round_id = %s", ROUNDS["open"])) == 1
    attempt.as_("lead").refused(RELEASE, ROUNDS["open"], None, says="gone out already")


def test_letters_wait_for_the_day_the_approval_takes_effect(attempt: Attempt) -> None:
    _approved(attempt, effective=1)
    attempt.as_("lead").refused(RELEASE, ROUNDS["open"], None, says="has taken effect")


def test_a_letter_is_the_leads_of_that_round(attempt: Attempt) -> None:
    for who in ("participant", "outsider", "applicant"):
        attempt.as_(who).refused(
            LETTER,
            APPLICATIONS["rival opened"],
            ROUNDS["open"],
            S,
            attempt.organisation("birch"),
            states=("23503", "42501"),
        )
    attempt.as_("lead").refused(
        LETTER,
        APPLICATIONS["rival opened"],
        ROUNDS["open"],
        named("draft system"),
        attempt.organisation("birch"),
        states=("23503",),
    )
    attempt.refused(
        LETTER.replace("NULL)", "app.now())"),
        APPLICATIONS["rival opened"],
        ROUNDS["open"],
        S,
        attempt.organisation("birch"),
    )
