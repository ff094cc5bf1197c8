"""Every delegation of the five seed minutes, entered as minuted: who may act under it, who may not, and the sentence.

S0: Cabinet, 3 September 2020, item 32. S1: Cabinet, 2015. S2: Cabinet, minute 63, 2020. S3: an entry of a forward plan, 28
September 2020. S4: Cabinet, 8 March 2018, minute 130. The extracts of S1 and S2 do not say the day; one that fits is taken.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.governance.actions.delegations import From, Precedent, enter_delegation
from portal.governance.actions.nominations import certify, nominate, revoke_nomination
from portal.governance.actions.posts import create_post
from portal.governance.queries.ledger import delegations_of
from portal.governance.rules.delegation import Act, Agreement, Consulted, DelegationFacts, covering, why_not
from tests.support.region import Region, acting

HEAD = "Head of Children’s Social Care"
CHILDREN = "Cabinet Member for Children, Schools and Safeguarding"
CHILDREN_2015 = "Cabinet Member - Children, Schools and Safeguarding"
PLACEMENTS, FOSTERING = "Service Manager, Placements", "Service Manager, Fostering"
TEAMS = "Sefton Commissioning and Procurement Teams"
DIRECTOR, ADULTS = "Interim Director for Adult Social Care", "Cabinet Member - Adult Social Care"
EXECUTIVE = "Executive Director Children, Young People and Learning"
ADULTS_2018, HOUSING = "Cabinet Member for Adult Social Care", "Cabinet Member for Communities and Housing"
LEADER = "Leader of the Council"
POSTS = {
    "officer": (HEAD, PLACEMENTS, FOSTERING, DIRECTOR, EXECUTIVE),
    "member": (CHILDREN, CHILDREN_2015, ADULTS, ADULTS_2018, HOUSING, LEADER),
    "team": (TEAMS, "Procurement", "Legal", "Finance"),
}
PPA = "Provider Partner Agreement (PPA)"
NORTH_WEST = "North West Flexible Purchasing System"
S0_2 = "Your council's delegation of 3 September 2020, item 32 (2), is to the"
DAY = date(2026, 5, 4)


@pytest.fixture(scope="module")
def posts(app: Flask, region: Region) -> dict[str, UUID]:
    with acting(app, "democratic@sefton.example") as (session, actor):
        return {
            title: create_post(session, actor, title=title, kind=kind, starts_on=date(2014, 1, 1)).id
            for kind, titles in POSTS.items()
            for title in titles
        }


@pytest.fixture
def enter(app: Flask, posts: dict[str, UUID]) -> Iterator[Any]:
    """Enter one delegation as democratic services; returns how to read it again as the rules see it."""
    with acting(app, "democratic@sefton.example") as (session, actor):

        def entered(
            granted_on: date,
            reference: str,
            minuted: str,
            *,
            to: tuple[str, ...],
            with_: tuple[str, ...] = (),
            **more: Any,
        ) -> Entered:
            maker = more.pop("legal_maker", None)
            row = enter_delegation(
                session,
                actor,
                granted_on=granted_on,
                reference=reference,
                minuted=minuted,
                holder_ids=[posts[one] for one in to],
                consulted_ids=[posts[one] for one in with_],
                legal_maker_id=posts[maker] if maker else None,
                **more,
            )
            assert row.minuted == minuted
            return Entered(session, actor, row.id, posts)

        yield entered
        session.rollback()


class Entered:
    """A delegation on the ledger."""

    def __init__(self, session: Any, actor: Any, delegation_id: UUID, posts: dict[str, UUID]) -> None:
        self.session, self.actor, self.id, self.posts = session, actor, delegation_id, posts

    @property
    def facts(self) -> DelegationFacts:
        found = delegations_of(self.session, self.actor.organisation_id, DAY)
        return next(d for d in found if d.id == self.id)

    def lacks(self, act: Act) -> str | None:
        return why_not(self.facts, act)

    def certify(self, words: str, on: date, **more: Any) -> None:
        said = {"holds": True, "certified_by": HEAD, "evidence": "File note", **more}
        certify(self.session, self.actor, delegation_id=self.id, condition=words, found_on=on, **said)


def act(kind: str, *posts: str, day: date = DAY, **more: Any) -> Act:
    return Act(kind=kind, subject_id=more.pop("subject_id", None), day=day, acting_posts=posts, **more)


def test_s0_paragraph_2_in_consultation_and_collective(enter: Any) -> None:
    made = enter(
        date(2020, 9, 3),
        "item 32 (2)",
        "the Head of Children’s Social Care in consultation with the Cabinet Member for Children, Schools and Safeguarding be "
        "granted delegated authority regarding matters in relation to the development of the Provider Partner Agreement (PPA), "
        "acknowledging that such decisions will be collective decisions by all participating authorities;",
        to=(HEAD,),
        with_=(CHILDREN,),
        matter="matters in relation to the development of the PPA",
        kind_names=["develop", "approve_outcome"],
        collective=True,
        sources=[From(PPA)],
    )
    told = f"{S0_2} {HEAD}, in consultation with the {CHILDREN}."
    asked = act("develop", HEAD, consulted=(Consulted(CHILDREN, date(2026, 5, 1)),), collective=True, source=PPA)
    assert made.lacks(asked) is None
    disagrees = replace(asked, agreements=(Agreement(CHILDREN, False, date(2026, 5, 1)),))
    assert made.lacks(disagrees) is None, "consultation is needed, consent is not"
    assert made.lacks(replace(asked, consulted=())) == f"{told} No consultation of the {CHILDREN} is recorded."
    assert made.lacks(replace(asked, collective=False)) == (
        f"{told} Such decisions are collective decisions by all participating authorities, and this is one council's alone."
    )
    assert made.lacks(replace(asked, acting_posts=(CHILDREN,))) == f"{told} The {CHILDREN}, does not hold it."
    assert made.lacks(replace(asked, kind="award_call_off")) == (
        "Your council's delegation of 3 September 2020, item 32 (2), is for matters in relation to the development of the PPA. It "
        "does not cover “Award a contract called off a purchasing system”."
    )


def test_s0_paragraph_3_and_4_head_and_nominated_service_managers(enter: Any) -> None:
    appraisal = (
        "where an options appraisal, as described in the report, has determined it to be the most appropriate approach"
    )
    made = enter(
        date(2020, 9, 3),
        "item 32 (4)",
        "delegated authority be granted to the Head of Children’s Social Care and nominated Service Managers in the awarding of "
        "any contracts called off the Provider Partner Agreement (PPA); and",
        to=(HEAD,),
        matter="the awarding of any contracts called off the PPA",
        kind_names=["award_call_off"],
        nominees="nominated Service Managers",
        # Paragraph (3) of the same resolution authorises the use itself on these two.
        conditions=[Precedent("following its establishment"), Precedent(appraisal, each=True)],
        sources=[From(PPA)],
    )
    told = (
        f"Your council's delegation of 3 September 2020, item 32 (4), is to the {HEAD} and nominated Service Managers."
    )
    case = uuid4()
    by_head = act("award_call_off", HEAD, source=PPA, subject_id=case)
    assert made.lacks(by_head) == (
        f"{told} It holds on a condition, “following its establishment”, and nobody has certified that it is met."
    )
    made.certify("following its establishment", date(2020, 10, 19))
    assert made.lacks(by_head) == (
        f"{told} It holds on a condition, “{appraisal}”, and nobody has certified that it is met for this case."
    )
    made.certify(appraisal, date(2026, 4, 1), subject_id=case)
    assert made.lacks(by_head) is None
    assert made.lacks(replace(by_head, subject_id=uuid4())) is not None, "each case needs an appraisal of its own"

    by_manager = replace(by_head, acting_posts=(PLACEMENTS,))
    assert made.lacks(by_manager) == f"{told} No nomination of the {PLACEMENTS}, is recorded."
    nomination = nominate(
        made.session,
        made.actor,
        delegation_id=made.id,
        post_id=made.posts[PLACEMENTS],
        starts_on=date(2021, 1, 11),
        evidence="Memorandum of the Head of Service",
    )
    assert made.lacks(by_manager) is None
    assert made.lacks(replace(by_manager, acting_posts=(FOSTERING,))) == (
        f"{told} No nomination of the {FOSTERING}, is recorded."
    )
    revoke_nomination(
        made.session, made.actor, nomination_id=nomination.id, revoked_on=DAY, because="Moved to another team"
    )
    assert made.lacks(by_manager) == f"{told} The nomination of the {PLACEMENTS}, was revoked on 4 May 2026."
    assert made.lacks(replace(by_manager, day=date(2026, 5, 3))) is None


def test_s0_paragraph_5_block_contracts_from_alternative_sources(enter: Any) -> None:
    made = enter(
        date(2020, 9, 3),
        "item 32 (5)",
        "the block contracting arrangement as described in paragraphs 5.5 of the report, via a direct award using the previously "
        "approved North West Flexible Purchasing System, be approved and the Head of Children’s Social Care in consultation with "
        "the Cabinet Member for Cabinet Member for Children, Schools and Safeguarding be granted delegated authority to the "
        "awarding of any further block contracting arrangements from this purchasing system or the PPA when in place.",
        to=(HEAD,),
        with_=(CHILDREN,),
        matter="the awarding of any further block contracting arrangements",
        kind_names=["award_block"],
        paragraphs="paragraphs 5.5",
        sources=[From(NORTH_WEST), From(PPA, awaits="when in place")],
    )
    told = f"Your council's delegation of 3 September 2020, item 32 (5), is for {NORTH_WEST} or {PPA} (when in place)."
    asked = act("award_block", HEAD, consulted=(Consulted(CHILDREN, DAY),), source=NORTH_WEST)
    assert made.lacks(asked) is None
    assert made.lacks(replace(asked, source=PPA)) == (
        f"{told} It holds on a condition, “when in place”, and nobody has certified that it is met."
    )
    made.certify("when in place", date(2020, 10, 19))
    assert made.lacks(replace(asked, source=PPA)) is None
    assert made.lacks(replace(asked, source=PPA, day=date(2020, 10, 18))) is not None
    assert made.lacks(replace(asked, source="Some other framework")) == f"{told} This is about something else."
    assert made.facts.paragraphs == "paragraphs 5.5"


def test_s1_paragraph_2_a_team_works_on_it_and_decides_nothing(enter: Any) -> None:
    made = enter(
        date(2015, 7, 16),
        "resolution (2)",
        "the Sefton Commissioning and Procurement Teams be authorised to work on the development of this model, including its "
        "underpinning service specification in conjunction with their regional colleagues;",
        to=(TEAMS,),
        matter="work on the development of the model and its service specification",
        kind_names=["develop"],
        power="work_on",
    )
    assert made.lacks(act("develop", TEAMS, does="work_on")) is None
    assert made.lacks(act("develop", TEAMS)) == (
        f"Your council's delegation of 16 July 2015, resolution (2), is to the {TEAMS} to work on this, not to decide it. The "
        "decision itself needs another delegation, or the body that gave this one."
    )


def test_s1_paragraph_3_sole_holder_when_practicable(enter: Any) -> None:
    made = enter(
        date(2015, 7, 16),
        "resolution (3)",
        "the Head of Children’s Social Care be authorised to agree to the Council’s membership of the final version of this model "
        "and its underpinning service specification, and the subsequent purchase of services from providers included on the "
        "framework on behalf of Sefton Council when practicable;",
        to=(HEAD,),
        matter="the Council’s membership of the final version of the model, and purchases from the framework",
        kind_names=["agree_membership", "award_call_off"],
        conditions=[Precedent("when practicable")],
    )
    told = f"Your council's delegation of 16 July 2015, resolution (3), is to the {HEAD}."
    asked = act("agree_membership", HEAD)
    assert made.lacks(asked) == (
        f"{told} It holds on a condition, “when practicable”, and nobody has certified that it is met."
    )
    made.certify("when practicable", date(2016, 1, 1))
    assert made.lacks(asked) is None, "alone, with nobody to consult"
    assert made.lacks(replace(asked, acting_posts=(FOSTERING,))) == f"{told} The {FOSTERING}, does not hold it."
    made.certify("when practicable", date(2026, 5, 1), holds=False)
    assert made.lacks(asked) == (
        f"{told} It holds on a condition, “when practicable”. On 1 May 2026 the {HEAD} found that it is not met."
    )
    assert made.lacks(replace(asked, day=date(2020, 1, 1))) is None, "what was done before stands"


def test_s1_paragraph_6_joint_holders_read_as_a_decision_of_the_officer(enter: Any) -> None:
    made = enter(
        date(2015, 7, 16),
        "resolution (6)",
        "the Head of Children’s Social Care and Cabinet Member - Children, Schools and Safeguarding be given delegated authority to "
        "decide on Sefton’s decision in relation to the extension of the leaving care framework at the end of year 2 and 3.",
        to=(HEAD, CHILDREN_2015),
        joint=True,
        matter="Sefton’s decision on the extension of the leaving care framework at the end of year 2 and 3",
        kind_names=["extend"],
        reading="An officer and a member do not decide jointly in law: read as the officer, once the member has agreed.",
        legal_maker=HEAD,
        ends_on=date(2018, 9, 30),
    )
    told = (
        f"Your council's delegation of 16 July 2015, resolution (6), is to the {HEAD} and the {CHILDREN_2015}, jointly."
    )
    day = date(2017, 9, 1)
    head, member = Agreement(HEAD, True, day), Agreement(CHILDREN_2015, True, date(2017, 8, 30))
    asked = act("extend", HEAD, day=day, agreements=(head, member))
    assert made.lacks(asked) is None
    assert made.lacks(replace(asked, agreements=(member, head))) is None, "the order is free"
    assert made.lacks(replace(asked, agreements=(head,), consulted=(Consulted(CHILDREN_2015, day),))) == (
        f"{told} The agreement of the {CHILDREN_2015} is not recorded."
    )
    for refusing in (HEAD, CHILDREN_2015):
        refusal = (head, member, Agreement(refusing, False, day))
        said = f"The {refusing}{',' if ',' in refusing else ''} refused on 1 September 2017."
        assert made.lacks(replace(asked, agreements=refusal)) == f"{told} {said}"
    assert made.lacks(replace(asked, acting_posts=(CHILDREN_2015,))) == (
        f"{told} The monitoring officer reads it as a decision of the {HEAD}, who is not among those who take it."
    )
    assert made.lacks(replace(asked, day=DAY)) == f"{told} It ended on 30 September 2018."


MINUTE_63 = date(2020, 3, 5)


def test_s2_paragraph_1_sole_holder_commences(enter: Any) -> None:
    made = enter(
        MINUTE_63,
        "minute 63 (1)",
        "the Interim Director for Adult Social Care be authorised to commence a two-stage procurement exercise for supported living "
        "and community support services (including floating support), which will create two separate PDPS mechanisms.",
        to=(DIRECTOR,),
        matter="to commence a two-stage procurement for supported living and community support",
        kind_names=["commence"],
    )
    assert made.lacks(act("commence", DIRECTOR)) is None
    told = f"Your council's delegation of 5 March 2020, minute 63 (1), is to the {DIRECTOR}."
    assert made.lacks(act("commence", ADULTS)) == f"{told} The {ADULTS} does not hold it."


def test_s2_paragraph_2_before_commencement(enter: Any) -> None:
    made = enter(
        MINUTE_63,
        "minute 63 (2)",
        "the Interim Director for Social Care in consultation with the Cabinet Member - Adult Social Care be granted delegated "
        "authority to the making of any decisions regarding the tender evaluation and the development of a new outcome-based "
        "service specification, such decisions will be made in advance of the procurement exercise commencing; and",
        to=(DIRECTOR,),
        with_=(ADULTS,),
        matter="any decisions regarding the tender evaluation and the service specification",
        kind_names=["evaluate"],
        before_commencement=True,
    )
    told = f"Your council's delegation of 5 March 2020, minute 63 (2), is to the {DIRECTOR}, in consultation with the {ADULTS}."
    asked = act("evaluate", DIRECTOR, consulted=(Consulted(ADULTS, DAY),))
    assert made.lacks(asked) is None
    assert made.lacks(replace(asked, commenced=True)) == (
        f"{told} Such decisions are made in advance of the procurement starting, and it has started."
    )
    assert made.lacks(replace(asked, consulted=())) == f"{told} No consultation of the {ADULTS} is recorded."


def test_s2_paragraph_3_awards_by_report_paragraph(enter: Any) -> None:
    made = enter(
        MINUTE_63,
        "minute 63 (3)",
        "the Interim Director for Adult Social Care in consultation with Cabinet Member - Adult Social Care be granted delegated "
        "authority to award the contracts from each of the individual PDPS’s, as detailed in paragraph 3 to the report.",
        to=(DIRECTOR,),
        with_=(ADULTS,),
        matter="to award the contracts from each of the individual PDPSs",
        kind_names=["award_call_off"],
        paragraphs="paragraph 3",
    )
    asked = act("award_call_off", DIRECTOR, consulted=(Consulted(ADULTS, DAY),), commenced=True)
    assert made.lacks(asked) is None
    late = replace(asked, consulted=(Consulted(ADULTS, date(2026, 5, 5)),))
    assert made.lacks(late) == (
        f"Your council's delegation of 5 March 2020, minute 63 (3), is to the {DIRECTOR}, in consultation with the {ADULTS}. The "
        f"{ADULTS} was consulted on 5 May 2026, after this was decided on 4 May 2026."
    )


def test_s3_an_officer_decides_a_key_decision_after_consulting(enter: Any) -> None:
    made = enter(
        date(2020, 9, 28),
        "forward plan, extension of the 16+ services DPS",
        "Decision due: November 2020 by Executive Director Children, Young People and Learning. Consultees: Procurement, Legal, "
        "Finance. Reason Key: Expenditure > £500,000.",
        to=(EXECUTIVE,),
        with_=("Procurement", "Legal", "Finance"),
        matter="the extension of the dynamic purchasing system for 16+ services",
        kind_names=["extend"],
        covers_key=True,
        # Representations can be made until the beginning of the month in which it is due.
        starts_on=date(2020, 11, 1),
    )
    day = date(2020, 11, 16)
    three = tuple(Consulted(team, date(2020, 11, 2)) for team in ("Procurement", "Legal", "Finance"))
    asked = act("extend", EXECUTIVE, day=day, consulted=three, key=True, value_pounds=Decimal(750_000))
    told = (
        "Your council's delegation of 28 September 2020, forward plan, extension of the 16+ services DPS, is to the "
        f"{EXECUTIVE}, in consultation with Procurement, Legal and Finance."
    )
    assert made.lacks(asked) is None
    assert made.lacks(replace(asked, consulted=three[:2])) == f"{told} No consultation of Finance is recorded."
    assert made.lacks(replace(asked, day=date(2020, 10, 30))) == f"{told} It begins on 1 November 2020."


def test_s4_paragraph_2_two_members_oversee_and_decide_nothing(enter: Any) -> None:
    made = enter(
        date(2018, 3, 8),
        "minute 130 (2)",
        "delegated authority be granted to the Cabinet Member for Adult Social Care and the Cabinet Member for Communities and "
        "Housing to oversee the work required on the Council’s approach to Extra Care Housing.",
        to=(ADULTS_2018, HOUSING),
        joint=True,
        power="oversee",
        matter="the work required on the Council’s approach to Extra Care Housing",
        kind_names=["develop", "commence", "evaluate", "award_call_off"],
        reading="Executive functions are delegated to members by the Leader: whatever is to be decided is for the Leader.",
        legal_maker=LEADER,
    )
    assert made.lacks(act("develop", ADULTS_2018, HOUSING, does="oversee")) is None
    told = (
        f"Your council's delegation of 8 March 2018, minute 130 (2), is to the {ADULTS_2018} and the {HOUSING}, jointly to oversee "
        "this, not to decide it."
    )
    both = tuple(Agreement(post, True, DAY) for post in (ADULTS_2018, HOUSING))
    for takers in ((ADULTS_2018, HOUSING), (LEADER,)):
        assert made.lacks(act("award_call_off", *takers, agreements=both)) == (
            f"{told} The decision itself needs another delegation, or the body that gave this one."
        )


def test_nothing_delegated_covers_spot_purchase(app: Flask, posts: dict[str, UUID]) -> None:
    """S1 (4) approves spot purchase "should it be required", and delegates it to nobody."""
    with acting(app, "head@sefton.example") as (session, actor):
        found = delegations_of(session, actor.organisation_id, DAY)
        assert covering(found, act("buy_spot", HEAD, value_pounds=Decimal(1000))) == (
            None,
            (
                "No delegation of your council covers “Buy outside a purchasing system, for a short time”. It needs one that is granted "
                f"to the {HEAD}, for £1,000.00 or more, in force on 4 May 2026."
            ),
        )
