"""Posts: who held one that day, under whichever title; a renamed post keeps what was delegated to it; one line of the trail each."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.governance.actions.delegations import enter_delegation, publish_delegation, revoke_delegation
from portal.governance.actions.nominations import certify, nominate, revoke_nomination
from portal.governance.actions.posts import create_post, end_holding, end_post, put_in_post, rename_post
from portal.governance.queries.ledger import delegations_of
from portal.governance.queries.posts import holder_on
from portal.governance.rules.delegation import Act, Consulted, covering
from tests.support.region import Region, acting

pytestmark = pytest.mark.usefixtures("consortium")

EDITOR = "democratic@halton.example"
SINCE = date(2020, 1, 1)


def test_who_held_it_that_day(app: Flask, region: Region) -> None:
    with acting(app, EDITOR) as (session, actor):
        here = actor.organisation_id
        post = create_post(session, actor, title="Head of Care", kind="officer", starts_on=SINCE)
        first = put_in_post(
            session,
            actor,
            post_id=post.id,
            label="The first",
            capacity="substantive",
            starts_on=SINCE,
            person_id=region.people["head@halton.example"],
        )
        put_in_post(
            session,
            actor,
            post_id=post.id,
            label="The deputy",
            capacity="deputy",
            starts_on=date(2021, 1, 1),
            ends_on=date(2021, 12, 31),
        )
        end_holding(session, actor, holder_id=first.id, ends_on=date(2021, 6, 30))
        renamed = rename_post(session, actor, post_id=post.id, title="Director of Care", starts_on=date(2022, 1, 1))
        put_in_post(
            session,
            actor,
            post_id=renamed.id,
            label="The second",
            capacity="acting",
            starts_on=date(2022, 1, 1),
        )

        def held(title: str, *day: int) -> list[str]:
            return [h.label for h in holder_on(session, here, title, date(*day))]

        assert held("Head of Care", 2019, 12, 31) == []
        assert held("Head of Care", 2021, 6, 30) == ["The first", "The deputy"]
        assert held("head of  care", 2021, 7, 1) == ["The deputy"]
        assert held("Head of Care", 2021, 12, 31) == ["The deputy"]
        assert held("Director of Care", 2021, 6, 30) == ["The first", "The deputy"], (
            "the same post under its later title"
        )
        assert held("Head of Care", 2026, 1, 1) == ["The second"]
        assert held("No such post", 2026, 1, 1) == []
    with acting(app, "democratic@wirral.example") as (session, _):
        assert holder_on(session, here, "Head of Care", date(2021, 6, 30)) == (), (
            "another council's holders are its own"
        )


def test_a_renamed_post_keeps_what_was_delegated_to_it(app: Flask, region: Region) -> None:
    with acting(app, EDITOR) as (session, actor):
        post = create_post(session, actor, title="Head of Buying", kind="officer", starts_on=SINCE)
        member = create_post(session, actor, title="Member for Buying", kind="member", starts_on=SINCE)
        manager = create_post(session, actor, title="Manager of Buying", kind="officer", starts_on=SINCE)
        row = enter_delegation(
            session,
            actor,
            granted_on=date(2020, 9, 3),
            reference="item 1",
            minuted="words",
            matter="buying",
            kind_names=["award_block"],
            holder_ids=[post.id],
            consulted_ids=[member.id],
            nominees="nominated managers",
            limit_pounds=Decimal("1000.00"),
        )
        nominate(
            session, actor, delegation_id=row.id, post_id=manager.id, starts_on=date(2021, 1, 1), evidence="Memorandum"
        )
        new = rename_post(session, actor, post_id=post.id, title="Director of Buying", starts_on=date(2024, 1, 1))
        rename_post(session, actor, post_id=new.id, title="Chief of Buying", starts_on=date(2025, 1, 1))
        rename_post(session, actor, post_id=member.id, title="Lead Member, Buying", starts_on=date(2024, 1, 1))
        rename_post(session, actor, post_id=manager.id, title="Buying Manager", starts_on=date(2024, 1, 1))
        day = date(2026, 5, 4)
        ledger = delegations_of(session, actor.organisation_id, day)
        for title in ("Head of Buying", "Director of Buying", "Chief of Buying", "Buying Manager", "Manager of Buying"):
            for consulted in ("Member for Buying", "Lead Member, Buying"):
                act = Act(
                    kind="award_block",
                    subject_id=None,
                    day=day,
                    acting_posts=(title,),
                    consulted=(Consulted(consulted, day),),
                    value_pounds=Decimal(1000),
                )
                found, sentence = covering(ledger, act)
                assert (found and found.id, sentence) == (row.id, ""), title
        assert [h.title for d in ledger if d.id == row.id for h in d.holders] == ["Head of Buying"], "as minuted"
        assert delegations_of(session, actor.organisation_id, date(2020, 9, 2)) == ()
        with pytest.raises(Refused, match="renamed"):
            rename_post(session, actor, post_id=post.id, title="Another", starts_on=date(2026, 1, 1))
        with pytest.raises(Refused, match="renamed"):
            end_post(session, actor, post_id=post.id, ends_on=date(2026, 1, 1))
        with pytest.raises(Invalid) as same:
            create_post(session, actor, title="chief of buying", kind="officer", starts_on=SINCE)
        assert "title" in same.value.fields
        with pytest.raises(Invalid) as empty:
            create_post(session, actor, title="", kind="robot", starts_on=None)
        assert set(empty.value.fields) == {"title", "kind", "starts_on"}


def test_each_act_is_one_line_of_the_trail(app: Flask, region: Region) -> None:
    with acting(app, EDITOR) as (session, actor):
        post = create_post(session, actor, title="Head of Trails", kind="officer", starts_on=SINCE)
        other = create_post(session, actor, title="Manager, Trails", kind="officer", starts_on=SINCE)
        holder = put_in_post(session, actor, post_id=post.id, label="Somebody", capacity="acting", starts_on=SINCE)
        end_holding(session, actor, holder_id=holder.id, ends_on=date(2021, 1, 1))
        row = enter_delegation(
            session,
            actor,
            granted_on=date(2020, 9, 3),
            reference="item 8",
            minuted="words",
            matter="trails",
            kind_names=["*"],
            holder_ids=[post.id],
            nominees="nominated managers",
            conditions=[],
            sources=[],
        )
        nomination = nominate(
            session, actor, delegation_id=row.id, post_id=other.id, starts_on=date(2021, 1, 1), evidence="Memorandum"
        )
        revoke_nomination(session, actor, nomination_id=nomination.id, revoked_on=date(2021, 2, 1), because="Moved on")
        publish_delegation(session, actor, delegation_id=row.id, published_on=date(2020, 9, 10))
        revoke_delegation(session, actor, delegation_id=row.id, revoked_on=date(2022, 1, 1), because="Replaced")
        end_post(session, actor, post_id=other.id, ends_on=date(2022, 1, 1))
    with acting(app, EDITOR) as (session, _):
        lines = session.execute(
            text("SELECT verb, sentence FROM audit.lines WHERE verb LIKE 'governance.%' ORDER BY n DESC LIMIT 10")
        ).all()
    assert [tuple(line) for line in reversed(lines)] == [
        ("governance.post.create", "Entered the post “Head of Trails”."),
        ("governance.post.create", "Entered the post “Manager, Trails”."),
        ("governance.post.hold", "Acting up, the Head of Trails, from 1 January 2020: Somebody."),
        ("governance.post.leave", "Acting up, until 1 January 2021: Somebody."),
        (
            "governance.delegation.enter",
            "Entered a delegation. Your council's delegation of 3 September 2020, item 8, is to the Head of Trails and nominated managers.",
        ),
        (
            "governance.nomination.make",
            "Nominated the Manager, Trails, from 1 January 2021 under the delegation of 3 September 2020, item 8.",
        ),
        (
            "governance.nomination.revoke",
            "Revoked the nomination of the Manager, Trails, from 1 February 2021: Moved on",
        ),
        (
            "governance.delegation.publish",
            "The delegation of 3 September 2020, item 8, was granted by a published decision. Other councils read it.",
        ),
        (
            "governance.delegation.revoke",
            "The delegation of 3 September 2020, item 8, is revoked from 1 January 2022: Replaced",
        ),
        ("governance.post.end", "The post “Manager, Trails” ends on 1 January 2022."),
    ]


def test_roles_and_other_councils_are_refused(app: Flask, region: Region) -> None:
    with acting(app, EDITOR) as (session, actor):
        post = create_post(session, actor, title="Head of Refusals", kind="officer", starts_on=SINCE)
        row = enter_delegation(
            session,
            actor,
            granted_on=date(2020, 9, 3),
            reference="item 3",
            minuted="words",
            matter="refusals",
            kind_names=["*"],
            holder_ids=[post.id],
            nominees="nominated managers",
            published_on=date(2020, 9, 10),
        )
        post_id, row_id = post.id, row.id
    nominating = {"delegation_id": row_id, "post_id": post_id, "starts_on": date(2021, 1, 1), "evidence": "Memorandum"}
    with acting(app, "head@halton.example") as (session, actor):
        with pytest.raises(NotPermitted, match="democratic services or a legal officer"):
            create_post(session, actor, title="Mine", kind="officer", starts_on=SINCE)
        with pytest.raises(NotPermitted):
            revoke_delegation(session, actor, delegation_id=row_id, revoked_on=date(2022, 1, 1), because="x")
        with pytest.raises(Invalid, match="holds the delegation itself"):
            nominate(session, actor, **nominating)
    with acting(app, "legal@halton.example") as (session, actor):
        with pytest.raises(NotPermitted, match="head of service or democratic services"):
            nominate(session, actor, **nominating)
        with pytest.raises(NotPermitted):
            certify(
                session,
                actor,
                delegation_id=row_id,
                condition="x",
                holds=True,
                found_on=SINCE,
                certified_by="Head",
                evidence="x",
            )
    with acting(app, "democratic@wirral.example") as (session, actor):
        seen = delegations_of(session, region.organisations["halton"], date(2026, 1, 1))
        assert row_id in {d.id for d in seen}
        assert "buying" not in {d.matter for d in seen}, "what is not published is the council's own"
        for act in (
            lambda: nominate(session, actor, **nominating),
            lambda: publish_delegation(session, actor, delegation_id=row_id, published_on=SINCE),
            lambda: revoke_delegation(session, actor, delegation_id=row_id, revoked_on=SINCE, because="x"),
            lambda: rename_post(session, actor, post_id=post_id, title="Theirs", starts_on=date(2021, 1, 1)),
            lambda: end_post(session, actor, post_id=post_id, ends_on=date(2021, 1, 1)),
        ):
            with pytest.raises(Missing):
                act()
