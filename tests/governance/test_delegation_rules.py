"""May this be done under this delegation: every rule of the minutes' phrases, and the sentence that says what is lacking."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.governance.kinds import EVERY, kinds, name_kind, title_of
from portal.governance.rules.delegation import (
    Act,
    Agreement,
    Certified,
    Condition,
    Consulted,
    DelegationFacts,
    Nomination,
    Post,
    Source,
    covering,
    in_force,
    why_not,
)
from portal.governance.rules.delegation_facts import MEMBER, OVERSEE, TEAM, WORK_ON, same_title
from portal.governance.rules.delegation_words import holders, rules_in_words
from tests.support import properties as _properties  # noqa: F401

HEAD, MEMBER_, MANAGER = "Head of Service", "Cabinet Member for Children, Schools and Safeguarding", "Service Manager"
DAY = date(2026, 5, 4)
SYSTEM, CASE = UUID(int=1), UUID(int=2)
SOLE = DelegationFacts(
    id=UUID(int=9),
    granted_on=date(2020, 9, 3),
    reference="item 32 (4)",
    matter="the award of contracts",
    minuted="word for word",
    holders=(Post(HEAD),),
    kinds=("award_call_off",),
    starts_on=date(2020, 9, 3),
)
MEMBER_POST = Post(MEMBER_, MEMBER)
CONSULT = replace(SOLE, consulted=(MEMBER_POST,))
JOINT = replace(SOLE, holders=(Post(HEAD), MEMBER_POST), joint=True)
NOMINATED = replace(SOLE, nominees="nominated Service Managers")
ACT = Act(kind="award_call_off", subject_id=None, day=DAY, acting_posts=(HEAD,))
BOTH = (Agreement(HEAD, True, DAY), Agreement(MEMBER_, True, DAY))
TOLD = "Your council's delegation of 3 September 2020, item 32 (4), is to the Head of Service"
WITH = f"{TOLD}, in consultation with the {MEMBER_}."
TOGETHER = f"{TOLD} and the {MEMBER_}, jointly."
AND_MANAGERS = f"{TOLD} and nominated Service Managers."


def nominated(starts_on: date, revoked_on: date | None = None, title: str = MANAGER) -> DelegationFacts:
    return replace(NOMINATED, nominations=(Nomination(Post(title), starts_on, revoked_on),))


@pytest.mark.parametrize(
    ("delegation", "act", "lacking"),
    [
        # Sole holder
        (SOLE, {}, None),
        (SOLE, {"kind": ""}, None),
        (SOLE, {"acting_posts": ("head of  service",)}, None),
        (SOLE, {"acting_posts": (MANAGER,)}, f"{TOLD}. The Service Manager does not hold it."),
        (SOLE, {"acting_posts": (HEAD, MANAGER)}, f"{TOLD}. The Service Manager does not hold it."),
        (SOLE, {"acting_posts": ()}, f"{TOLD}. Say which post does this."),
        (
            SOLE,
            {"kind": "extend"},
            ("Your council's delegation of 3 September 2020, item 32 (4), is for the award of contracts. It does not cover "
            "“Extend”."),
        ),
        (replace(SOLE, kinds=(EVERY,)), {"kind": "extend"}, None),
        (replace(SOLE, holders=(Post("Old title", also=(HEAD,)),)), {}, None),
        # In force
        (SOLE, {"day": date(2020, 9, 3)}, None),
        (SOLE, {"day": date(2020, 9, 2)}, f"{TOLD}. It begins on 3 September 2020."),
        (replace(SOLE, ends_on=DAY), {}, None),
        (replace(SOLE, ends_on=DAY - timedelta(1)), {}, f"{TOLD}. It ended on 3 May 2026."),
        (replace(SOLE, revoked_on=DAY + timedelta(1)), {}, None),
        (replace(SOLE, revoked_on=DAY), {}, f"{TOLD}. It was revoked on 4 May 2026."),
        # In consultation with
        (CONSULT, {"consulted": (Consulted(MEMBER_, DAY),)}, None),
        (CONSULT, {}, f"{WITH} No consultation of the {MEMBER_} is recorded."),
        (CONSULT, {"consulted": (Consulted(MANAGER, DAY),)}, f"{WITH} No consultation of the {MEMBER_} is recorded."),
        (
            CONSULT,
            {"consulted": (Consulted(MEMBER_, DAY + timedelta(1)),)},
            f"{WITH} The {MEMBER_}, was consulted on 5 May 2026, after this was decided on 4 May 2026.",
        ),
        (CONSULT, {"acting_posts": (MEMBER_,)}, f"{WITH} The {MEMBER_}, does not hold it."),
        # Joint holders
        (JOINT, {"agreements": BOTH}, None),
        (JOINT, {"agreements": BOTH, "acting_posts": (HEAD, MEMBER_)}, None),
        (JOINT, {"agreements": BOTH[:1]}, f"{TOGETHER} The agreement of the {MEMBER_} is not recorded."),
        (JOINT, {}, f"{TOGETHER} The agreement of the {HEAD} and the {MEMBER_} is not recorded."),
        (JOINT, {"consulted": (Consulted(MEMBER_, DAY),), "agreements": BOTH[:1]}, f"{TOGETHER} The agreement of the {MEMBER_} is not recorded."),
        (
            JOINT,
            {"agreements": (BOTH[0], Agreement(MEMBER_, False, date(2026, 5, 3)))},
            f"{TOGETHER} The {MEMBER_}, refused on 3 May 2026.",
        ),
        (
            JOINT,
            {"agreements": (BOTH[0], Agreement(MEMBER_, True, date(2026, 5, 6)))},
            f"{TOGETHER} The {MEMBER_}, agreed on 6 May 2026, after this was decided on 4 May 2026.",
        ),
        # Post and nominated
        (NOMINATED, {}, None),
        (nominated(DAY), {"acting_posts": (MANAGER,)}, None),
        (NOMINATED, {"acting_posts": (MANAGER,)}, f"{AND_MANAGERS} No nomination of the Service Manager is recorded."),
        (
            nominated(DAY + timedelta(1)),
            {"acting_posts": (MANAGER,)},
            f"{AND_MANAGERS} The nomination of the Service Manager begins on 5 May 2026.",
        ),
        (nominated(date(2025, 1, 1), DAY + timedelta(1)), {"acting_posts": (MANAGER,)}, None),
        (
            nominated(date(2025, 1, 1), DAY, "Service Manager, Placements"),
            {"acting_posts": ("Service Manager, Placements",)},
            f"{AND_MANAGERS} The nomination of the Service Manager, Placements, was revoked on 4 May 2026.",
        ),
        # Before commencement
        (replace(SOLE, before_commencement=True), {}, None),
        (
            replace(SOLE, before_commencement=True),
            {"commenced": True},
            f"{TOLD}. Such decisions are made in advance of the procurement starting, and it has started.",
        ),
        (SOLE, {"commenced": True}, None),
        # Collective
        (replace(SOLE, collective=True), {"collective": True}, None),
        (
            replace(SOLE, collective=True),
            {},
            f"{TOLD}. Such decisions are collective decisions by all participating authorities, and this is one council's alone.",
        ),
        # Money
        (replace(SOLE, limit_pounds=Decimal(500000)), {"value_pounds": Decimal("500000.00")}, None),
        (
            replace(SOLE, limit_pounds=Decimal(500000)),
            {"value_pounds": Decimal("500000.01")},
            f"{TOLD}. It goes up to £500,000.00, and this is £500,000.01.",
        ),
        (replace(SOLE, limit_pounds=Decimal(500000)), {}, f"{TOLD}. It goes up to £500,000.00. Say what this is worth."),
        (replace(SOLE, covers_key=False), {"key": True}, f"{TOLD}. It does not cover key decisions."),
        (SOLE, {"key": True}, None),
        # Powers other than to decide
        (
            replace(SOLE, power=WORK_ON),
            {},
            f"{TOLD} to work on this, not to decide it. The decision itself needs another delegation, or the body that gave this one.",
        ),
        (replace(SOLE, power=WORK_ON), {"does": WORK_ON}, None),
        (replace(SOLE, power=OVERSEE), {"does": OVERSEE}, None),
        (
            replace(SOLE, power=OVERSEE),
            {"does": WORK_ON},
            f"{TOLD} to oversee this, not to decide it. The decision itself needs another delegation, or the body that gave this one.",
        ),
        (replace(SOLE, holders=(Post(HEAD, TEAM),)), {}, f"{TOLD}. A team can work on a matter; it cannot decide it."),
        (replace(SOLE, holders=(Post(HEAD, TEAM),)), {"does": WORK_ON}, None),
        (CONSULT, {"does": WORK_ON}, None),
        # The legal decision maker
        (
            replace(SOLE, legal_maker=Post("Leader", MEMBER)),
            {},
            f"{TOLD}. The monitoring officer reads it as a decision of the Leader, who is not among those who take it.",
        ),
        (replace(SOLE, legal_maker=Post("Leader", MEMBER)), {"acting_posts": ("Leader",)}, None),
        (replace(JOINT, legal_maker=Post(HEAD)), {"agreements": BOTH}, None),
        (
            replace(JOINT, legal_maker=Post(HEAD)),
            {"agreements": BOTH, "acting_posts": (MEMBER_,)},
            f"{TOGETHER} The monitoring officer reads it as a decision of the Head of Service, who is not among those who take it.",
        ),
    ],
)  # fmt: skip
def test_what_is_lacking(delegation: DelegationFacts, act: dict[str, Any], lacking: str | None) -> None:
    assert why_not(delegation, replace(ACT, **act)) == lacking


def met(*findings: Certified, each: bool = False) -> DelegationFacts:
    return replace(SOLE, conditions=(Condition("when practicable", each, findings),))


NOBODY = f"{TOLD}. It holds on a condition, “when practicable”, and nobody has certified that it is met"


@pytest.mark.parametrize(
    ("delegation", "act", "lacking"),
    [
        (met(), {}, f"{NOBODY}."),
        (met(Certified(True, DAY, HEAD)), {}, None),
        (met(Certified(True, DAY + timedelta(1), HEAD)), {}, f"{NOBODY}."),
        (
            met(Certified(True, date(2026, 1, 1), HEAD), Certified(False, date(2026, 5, 1), HEAD)),
            {},
            f"{TOLD}. It holds on a condition, “when practicable”. On 1 May 2026 the Head of Service found that it is not met.",
        ),
        (met(Certified(False, DAY, HEAD), Certified(True, DAY, HEAD)), {}, None),
        (met(Certified(False, DAY, HEAD), Certified(True, date(2026, 1, 1), HEAD)), {"day": date(2026, 2, 1)}, None),
        (met(Certified(True, DAY, HEAD, CASE)), {}, f"{NOBODY}."),
        (met(Certified(True, DAY, HEAD, CASE)), {"subject_id": CASE}, None),
        (met(Certified(True, DAY, HEAD), each=True), {"subject_id": CASE}, f"{NOBODY} for this case."),
        (met(Certified(True, DAY, HEAD), each=True), {}, f"{NOBODY} for this case."),
        (met(Certified(True, DAY, HEAD, CASE), each=True), {"subject_id": CASE}, None),
        (met(Certified(True, DAY, HEAD, SYSTEM), each=True), {"subject_id": CASE}, f"{NOBODY} for this case."),
        (met(Certified(True, DAY, HEAD, case="Placement 14"), each=True), {"case": "placement 14"}, None),
        (met(Certified(True, DAY, HEAD, case="Placement 14"), each=True), {"case": "15"}, f"{NOBODY} for this case."),
    ],
)
def test_conditions_precedent(delegation: DelegationFacts, act: dict[str, Any], lacking: str | None) -> None:
    assert why_not(delegation, replace(ACT, **act)) == lacking


def test_alternative_sources() -> None:
    awaited = Condition("when in place")
    either = replace(SOLE, sources=(Source("North West system"), Source("PPA", SYSTEM, awaited)))
    said = (
        "Your council's delegation of 3 September 2020, item 32 (4), is for North West system or PPA (when in place)."
    )
    assert why_not(either, replace(ACT, source="north west system")) is None
    assert why_not(either, ACT) == f"{said} Say which of these this is about."
    assert why_not(either, replace(ACT, source_id=CASE)) == f"{said} This is about something else."
    not_yet = "It holds on a condition, “when in place”, and nobody has certified that it is met."
    assert why_not(either, replace(ACT, source_id=SYSTEM)) == f"{said} {not_yet}"
    assert why_not(either, replace(ACT, source="PPA")) == f"{said} {not_yet}"
    in_place = replace(awaited, findings=(Certified(True, DAY, HEAD),))
    now = replace(either, sources=(either.sources[0], replace(either.sources[1], awaits=in_place)))
    assert why_not(now, replace(ACT, source_id=SYSTEM)) is None
    assert why_not(now, replace(ACT, source_id=SYSTEM, day=DAY - timedelta(1))) == f"{said} {not_yet}"


def test_a_second_nomination_counts_from_its_own_day() -> None:
    twice = replace(
        NOMINATED,
        nominations=(
            Nomination(Post(MANAGER), date(2025, 1, 1), date(2026, 1, 1)),
            Nomination(Post(MANAGER), date(2026, 6, 1)),
        ),
    )
    theirs = replace(ACT, acting_posts=(MANAGER,))
    assert why_not(twice, replace(theirs, day=date(2025, 12, 31))) is None
    assert (
        why_not(twice, theirs) == f"{AND_MANAGERS} The nomination of the Service Manager was revoked on 1 January 2026."
    )
    assert why_not(twice, replace(theirs, day=date(2026, 6, 1))) is None


class TestCovering:
    def test_the_first_that_allows_it(self) -> None:
        second = replace(SOLE, id=UUID(int=10))
        assert covering((CONSULT, SOLE, second), ACT) == (SOLE, "")

    def test_the_sentence_of_the_one_that_comes_nearest(self) -> None:
        other = replace(SOLE, kinds=("extend",))
        over = replace(SOLE, ends_on=date(2021, 1, 1))
        for order in permutations((other, over, CONSULT)):
            assert covering(order, ACT) == (None, why_not(CONSULT, ACT))

    @pytest.mark.parametrize("ledger", [(), (replace(SOLE, kinds=("extend",)),)])
    def test_none_at_all(self, ledger: tuple[DelegationFacts, ...]) -> None:
        assert covering(ledger, ACT) == (
            None,
            (
                "No delegation of your council covers “Award a contract called off a purchasing system”. It needs one that is "
                "granted to the Head of Service, in force on 4 May 2026."
            ),
        )
        assert covering(ledger, replace(ACT, value_pounds=Decimal(1), acting_posts=()))[1].endswith(
            "granted to a post, for £1.00 or more, in force on 4 May 2026."
        )

    def test_nothing_asked_nothing_found(self) -> None:
        nothing = Act(kind="", subject_id=None, day=DAY, acting_posts=())
        assert covering((), nothing)[1].startswith("No delegation of your council covers this. It needs")


days = st.dates(date(2019, 1, 1), date(2030, 1, 1))
said = st.builds(Agreement, st.sampled_from([HEAD, MEMBER_, MANAGER]), st.booleans(), days)


@given(st.lists(said, max_size=5), days, st.randoms())
def test_r4_02_joint_order_never_matters_and_one_refusal_refuses(
    agreements: list[Agreement], day: date, random: Any
) -> None:
    act = replace(ACT, day=day, agreements=tuple(agreements))
    shuffled = list(agreements)
    random.shuffle(shuffled)
    assert why_not(JOINT, act) == why_not(JOINT, replace(act, agreements=tuple(shuffled)))
    theirs = [a for a in agreements if a.post in (HEAD, MEMBER_)]
    if any(not a.agreed for a in theirs):
        assert why_not(JOINT, act) is not None
    elif day >= SOLE.starts_on:
        in_time = {a.post for a in theirs if a.on <= day}
        assert (why_not(JOINT, act) is None) == (in_time == {HEAD, MEMBER_})


@given(st.lists(said, max_size=4), st.lists(st.builds(Consulted, st.just(MEMBER_), days), max_size=3), days)
def test_in_consultation_consent_is_irrelevant(
    agreements: list[Agreement], consulted: list[Consulted], day: date
) -> None:
    act = replace(ACT, day=day, consulted=tuple(consulted))
    assert why_not(CONSULT, act) == why_not(CONSULT, replace(act, agreements=tuple(agreements)))
    if day >= SOLE.starts_on:
        assert (why_not(CONSULT, act) is None) == any(c.on <= day for c in consulted)


@given(days, st.integers(0, 2000), days)
def test_r1_06_a_nomination_holds_until_the_day_before_it_is_revoked(starts: date, length: int, day: date) -> None:
    revoked = starts + timedelta(length)
    lacking = why_not(nominated(starts, revoked), replace(ACT, day=day, acting_posts=(MANAGER,)))
    assert (lacking is None) == (max(starts, SOLE.starts_on) <= day < revoked)


@given(days, days, st.none() | days, st.none() | days)
def test_in_force_agrees_with_why_not(day: date, starts: date, ends: date | None, revoked: date | None) -> None:
    dated = replace(SOLE, starts_on=starts, ends_on=ends, revoked_on=revoked)
    assert in_force(dated, day) == (why_not(dated, replace(ACT, day=day)) is None)


@given(st.text(max_size=20))
def test_a_title_is_compared_by_its_words(title: str) -> None:
    assert same_title(f"  {title}\u00a0") == same_title(title)
    assert same_title(same_title(title)) == same_title(title)


def test_titles_of_other_years_and_hands() -> None:
    assert Post("Head of Children’s Social Care").is_called("HEAD OF CHILDREN'S  SOCIAL CARE")
    assert Post("Cabinet Member – Adult Social Care").is_called("Cabinet Member - Adult Social Care")
    assert not Post("Head of Service").is_called("Head of Services")


def test_rules_in_words() -> None:
    every = replace(
        CONSULT,
        nominees="nominated Service Managers",
        before_commencement=True,
        collective=True,
        conditions=(Condition("when practicable"), Condition("where an appraisal says so", each=True)),
        paragraphs="paragraphs 5.5",
        sources=(Source("A"), Source("B", awaits=Condition("when in place"))),
        limit_pounds=Decimal(1000),
        covers_key=False,
        legal_maker=Post("Leader"),
    )
    assert holders(every) == f"the Head of Service and nominated Service Managers, in consultation with the {MEMBER_}"
    assert rules_in_words(every) == (
        "The Head of Service decides.",
        "So may each post that is nominated, from the day of its nomination until the day it is revoked.",
        f"The {MEMBER_} must be consulted first. Consent is not needed.",
        "Only before the procurement begins.",
        "Only as part of a joint decision of all participating authorities.",
        "Only once it is certified: “when practicable”.",
        "Only once it is certified for each case: “where an appraisal says so”.",
        "As described in the report, paragraphs 5.5.",
        "Only for A or B (when in place).",
        "Up to £1,000.00.",
        "Not for a key decision.",
        "In law the decision is that of the Leader.",
    )
    assert rules_in_words(SOLE) == ("The Head of Service decides alone.",)
    assert rules_in_words(JOINT) == (
        f"The Head of Service and the {MEMBER_} decide together. Each must agree, in any order, and each can refuse.",
    )
    assert rules_in_words(replace(SOLE, power=OVERSEE)) == (
        "The Head of Service may oversee this, and may not decide it.",
    )


def test_kinds_have_one_title_each() -> None:
    name_kind("award_call_off", title_of("award_call_off"))
    with pytest.raises(ValueError, match="already called award_call_off"):
        name_kind("award_call_off", "Something else")
    assert title_of("never_declared") == "Never declared"
    assert "award_call_off" in kinds()
    assert kinds() is not kinds()
