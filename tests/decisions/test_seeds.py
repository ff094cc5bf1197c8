"""Each numbered decision of the five seeds, recorded through the pages: its words, what it does, by whom and with whom, and its effect.

The text is pasted as it was published; a person confirms what was read and adds what a minute does not say. Then each paragraph is put
to use on a joint decision: what was approved is answered from the resolution, what was delegated is answered under it, and what only
gives work to do answers nothing. The notice of a key decision is West Sussex's; St Helens stands in for it, since that council is not
in this region.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.decisions.actions import agree, draft_decision, raise_matter, record_decision
from portal.decisions.kinds import MatterKind, register_kind
from portal.decisions.models import Agreement, Consultation, Decision, Resolution
from portal.decisions.queries.effects import may_act
from portal.decisions.rules.answers import DELEGATED
from portal.governance.actions.delegations import enter_delegation
from portal.governance.actions.nominations import nominate
from portal.governance.actions.posts import create_post
from portal.governance.models import Post
from tests.decisions.test_minutes import ADULT_MEMBER, HEAD, INTERIM, MEMBER
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, decision_values
from tests.support.filling import Form, form_with, forms_of
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import make_round

SEEDS = Path(__file__).parent / "seeds"
EACH = register_kind(
    MatterKind("seeds_each", "Decide each for itself", "each_for_itself", "Whether …", "Yes.", "No.", "Not yet.")
)
ALL = register_kind(
    MatterKind("seeds_all", "Decide all together", "every_participant", "Whether …", "Yes.", "No.", "Not yet.")
)


@dataclass(frozen=True)
class Seed:
    """How a minute was taken: what its text says, and, in `told`, what the officer adds because it does not say it."""

    file: str
    council: str
    title: str
    body: str
    taken_on: date
    item: str
    route: str = "cabinet"
    told: dict[str, object] = field(default_factory=dict)


def day(on: date) -> list[str]:
    return [str(on.day), str(on.month), str(on.year)]


SEED = {
    "S0": Seed(
        "strategy", "sefton", "Implementing the Children and Young People's Commissioning Strategy", "Cabinet", date(2020, 9, 3), "32",
        told={"alternatives": "The extract names none."},
    ),
    "S1": Seed(
        "frameworks", "sefton",
        "Northwest Leaving Care Commissioning Framework and Care and Support for Children and Young Peoples Framework",
        "Cabinet", date(2015, 3, 26), "", told={"decided_on": day(date(2015, 3, 26))},
    ),
    "S2": Seed(
        "supported_living", "sefton", "Supported Living and Community Support Services", "Cabinet", date(2019, 12, 5), "63",
        told={"decided_on": day(date(2019, 12, 5))},
    ),
    "S3": Seed(
        "extension_notice", "st-helens", "Extension of Dynamic Purchasing System for 16+ services",
        "Executive Director Children, Young People and Learning", date(2020, 10, 27), "", route="officer",
        told={
            "reasons": "New applicants wait to join, and the service model is being reviewed.",
            "alternatives": "None is named in the notice.", "authority_source": "Scheme of delegation",
        },
    ),
    "S4": Seed(
        "extra_care", "sefton", "Liverpool City Region (LCR) Care and Support", "Cabinet", date(2018, 3, 8), "130",
        told={"decided_on": day(date(2018, 3, 8)), "minute_number": "130"},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Paragraph:
    """One numbered decision. `phrases`: kind, holders, consulted of each confirmed one, in the order of the words.

    `route`, `holder`, `consulted`: of whoever answers because of it. `kind`: of the joint decision put about it.
    """

    begins: str
    ends: str
    effect: str
    phrases: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    route: str = "cabinet"
    holder: str = "Cabinet"
    consulted: str = ""
    kind: str = "seeds_each"
    heading: str = ""


def p(*kinds: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    return tuple((kind, (), ()) for kind in kinds)


CARE, LEAVING = "The Care and Support Framework", "The Leaving Care Framework"
JOINT = (HEAD, "Cabinet Member - Children, Schools and Safeguarding")
OVERSEE = ("Cabinet Member for Adult Social Care", "Cabinet Member for Communities and Housing")
PARAGRAPHS = {
    "S0-1": Paragraph(
        "the involvement of Sefton in the procurement exercise", "children and young people, be approved;", "approves", p("approve")
    ),
    "S0-2": Paragraph(
        "the Head of Children’s Social Care in consultation", "collective decisions by all participating authorities;", "delegates",
        (("in_consultation", (HEAD,), (MEMBER,)), *p("collective")), "officer", HEAD, MEMBER, "seeds_all",
    ),
    "S0-3": Paragraph(
        "following its establishment, the use of", "the most appropriate approach, be authorised;", "approves",
        p("condition", "condition", "authorise"),
    ),
    "S0-4": Paragraph(
        "delegated authority be granted to the Head of Children’s Social Care and nominated", "(PPA); and", "delegates",
        (("post_and_nominated", (HEAD, "nominated Service Managers"), ()), *p("award")), "officer", f"{HEAD}; nominated Service Managers",
    ),
    "S0-5": Paragraph(
        "the block contracting arrangement as described in paragraphs 5.5", "or the PPA when in place.", "delegates",
        (*p("report_paragraph", "approve"), ("in_consultation", (HEAD,), (MEMBER,)), *p("award", "alternative_source", "condition")),
        "officer", HEAD, MEMBER,
    ),
    "S1-1": Paragraph("the Council adopts the renewal", "with extra needs;", "approves", p("approve"), heading=CARE),
    "S1-2": Paragraph(
        "the Sefton Commissioning and Procurement Teams be authorised to work on", "their regional colleagues;", "authorises_work",
        (("work_on", ("Sefton Commissioning and Procurement Teams",), ()),), heading=CARE,
    ),
    "S1-3": Paragraph(
        "the Head of Children’s Social Care be authorised to agree", "when practicable;", "delegates",
        (("sole", (HEAD,), ()), *p("condition")), "officer", HEAD, heading=CARE,
    ),
    "S1-4": Paragraph(
        "the use of “Spot Purchase”", "should it be required;", "approves", p("approve", "contingency", "condition"), heading=CARE
    ),
    "S1-5": Paragraph(
        "the Council renew its membership", "when practicable; and", "approves", p("approve", "condition"), heading=LEAVING
    ),
    "S1-6": Paragraph(
        "the Head of Children’s Social Care and Cabinet Member - Children", "at the end of year 2 and 3.", "delegates",
        (("joint_holders", JOINT, ()), *p("extension_point")), "joint_holders", "; ".join(JOINT), heading=LEAVING,
    ),
    "S2-1": Paragraph(
        "the Interim Director for Adult Social Care be authorised to commence", "an individual PDPS for each;", "delegates",
        (("sole", (INTERIM,), ()), *p("commence", "ordered")), "officer", INTERIM,
    ),
    "S2-2": Paragraph(
        "the Interim Director for Social Care in consultation", "the procurement exercise commencing; and", "delegates",
        (("in_consultation", ("Interim Director for Social Care",), (ADULT_MEMBER,)), *p("before_commencement")),
        "officer", "Interim Director for Social Care", ADULT_MEMBER,
    ),
    "S2-3": Paragraph(
        "the Interim Director for Adult Social Care in consultation with Cabinet Member", "paragraph 3 to the report.", "delegates",
        (("in_consultation", (INTERIM,), (ADULT_MEMBER,)), *p("award", "report_paragraph")), "officer", INTERIM, ADULT_MEMBER,
    ),
    "S3-1": Paragraph(
        "the extension of the dynamic purchasing system", "by two years be approved.", "approves", p("approve"),
        "officer", "Executive Director Children, Young People and Learning", "Procurement; Legal; Finance",
    ),
    "S4-1": Paragraph(
        "the commencement of a procurement exercise", "in Extra Care housing be approved; and", "approves", p("commence", "approve")
    ),
    "S4-2": Paragraph(
        "delegated authority be granted to the Cabinet Member for Adult Social Care", "approach to Extra Care Housing.",
        "authorises_work", (("oversee", OVERSEE, ()),),
    ),
}  # fmt: skip
NOMINATED, PLACEMENTS = "nominated Service Managers", "Service Manager, Placements"
EXTENSION = "the extension of the dynamic purchasing system for 16+ services by two years be approved."


class Region6:
    """One system of six councils, and on it a joint decision for each paragraph."""

    def __init__(self, app: Flask, region: Region) -> None:
        self.app, self.region = app, region
        self.system_id = make_round(app, region).system_id
        self.subjects: dict[str, UUID] = {}
        self.matters: dict[str, UUID] = {}
        self.records: dict[str, UUID] = {}
        parties = [(region.organisations[slug], name[1]) for slug, name in COUNCILS.items()]
        with acting(app, LEAD) as (session, actor):
            for key, paragraph in PARAGRAPHS.items():
                self.subjects[key] = uuid4()
                self.matters[key] = raise_matter(
                    session, actor, kind=paragraph.kind, system_id=self.system_id, subject_id=self.subjects[key], subject_label=key,
                    question="Whether …", answer_by=clock.today() + timedelta(days=14), parties=parties, facts={},
                ).id  # fmt: skip

    def post(self, session: Session, actor: Actor, title: str) -> UUID:
        """A post of the council acted for, entered once."""
        known = {p.title: p.id for p in session.scalars(select(Post).where(Post.authority_id == actor.organisation_id))}
        if title not in known:
            kind = "member" if "Cabinet Member" in title else "officer"
            with acting(self.app, f"democratic@{self.council_of(actor)}.example") as (own, clerk):
                known[title] = create_post(own, clerk, title=title, kind=kind, starts_on=date(2014, 1, 1)).id
        return known[title]

    def council_of(self, actor: Actor) -> str:
        """By its slug."""
        return next(slug for slug, known in self.region.organisations.items() if known == actor.organisation_id)

    def client(self, email: str) -> StrictClient:
        self.app.test_client_class = StrictClient
        made = self.app.test_client()
        assert isinstance(made, StrictClient)
        return made.sign_in_as(email)

    def record_of(self, seed: str) -> UUID:
        """The seed on the record, entered once."""
        if seed not in self.records:
            self.records[seed] = self._record(seed)
        return self.records[seed]

    def confirmed(self, seed: str) -> Form:
        """The form after a person has confirmed what was read, and added what was not said."""
        said = SEED[seed]
        client = self.client(f"democratic@{said.council}.example")
        pasted = (SEEDS / f"{said.file}.txt").read_bytes().decode()
        answer = client.send("/decisions/own/new", {"text": pasted})
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        if seed == "S3":
            assert "It holds no resolutions." in html
            assert "What names persons, or how to reach them, has been left out." in html
            html = client.send("/decisions/own/write", {**form_with(html, "title").values, "add": "1"}).get_data(
                as_text=True
            )
        form = form_with(html, "title")
        assert form.values["title"] == [said.title]
        assert form.values["decided_by_post"] == [said.body]
        assert form.values["route"] == [said.route]
        if seed == "S3":
            assert form.values["is_key"] == ["yes"]
            assert form.values["notice_on"] == ["28", "9", "2020"]
            assert form.values["key_reason"] == ["Expenditure > £500,000"]
            assert form.values["consulted_post"] == ["Procurement; Legal; Finance"]
            form.put("resolutions-0-text", EXTENSION)
            form.put("resolutions-0-effect", "approves")
            # Words typed by hand have not been read yet: they are read, and nothing is kept before the phrases are confirmed.
            again = client.send("/decisions/own/write", form.values)
            assert again.status_code == 422
            assert "Say which phrases were read rightly" in again.get_data(as_text=True)
            form = form_with(again.get_data(as_text=True), "title")
        else:
            assert form.values["minute_number"] == [said.item if "minute_number" not in said.told else ""]
            assert not [name for name in form.values if name.endswith(("-phrases", "-effect"))], (
                "nothing is chosen for anybody"
            )
        for n, (key, paragraph) in enumerate((k, v) for k, v in PARAGRAPHS.items() if k.startswith(seed)):
            form.put(f"resolutions-{n}-phrases", *form.offers[f"resolutions-{n}-phrases"])
            form.put(f"resolutions-{n}-effect", paragraph.effect)
            form.put(f"resolutions-{n}-matter_id", str(self.matters[key]))
        published = said.taken_on + timedelta(days=7)
        form.fill(
            evidence="Signed minute", interests="None declared.", system_id=str(self.system_id),
            published_on=day(published), effective_on=day(published + timedelta(days=7)),
        ).fill(**said.told)  # fmt: skip
        return form

    def _record(self, seed: str) -> UUID:
        said, form = SEED[seed], self.confirmed(seed)
        client = self.client(f"democratic@{said.council}.example")
        if seed == "S3":
            form.fill(decided_on=day(said.taken_on))
        saved = client.send("/decisions/own/write", form.values)
        assert saved.status_code == 303, saved.get_data(as_text=True)
        checked = client.get(saved.location)
        assert "Not ready to be recorded" not in checked.get_data(as_text=True)
        recorded = client.send(f"{saved.location}/record")
        assert (recorded.status_code, recorded.location) == (303, saved.location)
        return UUID(saved.location.rpartition("/")[2])

    def allowed(self, key: str, council: str) -> bool:
        """May this council act on the joint decision about this paragraph today?"""
        with acting(self.app, f"cabinet@{council}.example") as (session, _):
            return may_act(
                session,
                kind=PARAGRAPHS[key].kind,
                subject_id=self.subjects[key],
                authority_id=self.region.organisations[council],
            ).allowed


@pytest.fixture(scope="module")
def region6(app: Flask, region: Region) -> Region6:
    return Region6(app, region)


@pytest.mark.parametrize("key", PARAGRAPHS)
def test_a_paragraph_is_recorded_and_has_its_effect(region6: Region6, key: str) -> None:
    expected, seed, number = PARAGRAPHS[key], SEED[key[:2]], key[3:]
    council = seed.council
    decision_id = region6.record_of(key[:2])
    with acting(region6.app, f"cabinet@{council}.example") as (session, _):
        decision = session.get_one(Decision, decision_id)
        assert (decision.status, decision.matter_id, decision.route) == ("recorded", None, seed.route)
        assert (decision.decided_by_post, decision.decided_on) == (seed.body, seed.taken_on)
        one = session.scalars(
            select(Resolution).where(Resolution.decision_id == decision_id, Resolution.number == number)
        ).one()
        kept = tuple((f["kind"], tuple(f["holders"]), tuple(f["consulted"])) for f in one.phrases)
        assert all(one.text[f["start"] : f["end"]] == f["words"] for f in one.phrases)
        words, resolution_id, does = one.text, one.id, (one.effect, one.heading, kept)
    assert words.startswith(expected.begins)
    assert words.endswith(expected.ends)
    published = " ".join((SEEDS / f"{seed.file}.txt").read_bytes().decode().split())
    assert words == EXTENSION if key == "S3-1" else f"({number}) {words}" in published
    assert does == (expected.effect, expected.heading, expected.phrases)
    officer = region6.client(f"procurement@{council}.example")
    page = officer.get(f"/decisions/own/{decision_id}").get_data(as_text=True)
    assert f"Resolution ({number})" in page
    answer = officer.send(f"/decisions/own/{decision_id}/answer", {"resolution": str(resolution_id)})
    if expected.effect == "authorises_work":
        assert answer.status_code == 409, "work is no power to decide"
        assert "no power to decide" in answer.get_data(as_text=True)
        assert not any(region6.allowed(key, slug) for slug in COUNCILS)
        return
    assert (answer.status_code, answer.location) == (303, f"/decisions/{region6.matters[key]}/draft")
    drafted = form_with(officer.get(f"/decisions/{region6.matters[key]}/decide").get_data(as_text=True), "outcome")
    day_said = f"{seed.taken_on.day} {seed.taken_on:%B %Y}"
    item = f"item {seed.item} ({number})" if seed.item else f"resolution ({number})"
    assert drafted.values["authority_source"] == [f"{seed.body}, {day_said}, {item}"]
    assert drafted.values["route"] == [expected.route]
    assert drafted.values["decided_by_post"] == [expected.holder]
    assert drafted.values["consulted_post"] == [expected.consulted]
    assert not region6.allowed(key, council), "a draft has no effect"
    if expected.effect == "delegates":
        _decide_under(region6, key, officer, drafted)
    else:
        if expected.route in DELEGATED:
            _delegated(region6, key, drafted, officer)
        assert drafted.values["outcome"] == ["approve"]
        assert drafted.values["decided_on"] == day(seed.taken_on)
        assert drafted.values["evidence"] == ["Signed minute"]
        assert drafted.values["minute_number"] == [seed.item]
    recorded = region6.client(f"democratic@{council}.example").send(f"/decisions/{region6.matters[key]}/record")
    assert recorded.status_code == 303, recorded.get_data(as_text=True)
    others = [slug for slug in COUNCILS if slug != council]
    assert not any(region6.allowed(key, slug) for slug in others), "a council is bound by its own decision alone"
    if expected.kind == "seeds_all":
        assert not region6.allowed(key, council), "collective: not before all have decided"
        for slug in others:
            _approve(region6, slug, region6.matters[key])
        assert all(region6.allowed(key, slug) for slug in COUNCILS)
    else:
        assert region6.allowed(key, council)


def _decide_under(region6: Region6, key: str, officer: StrictClient, drafted: Form) -> None:
    """What the minute leaves to those it delegates to: they decide, and it is written down."""
    expected, path = PARAGRAPHS[key], f"/decisions/{region6.matters[key]}"
    assert "outcome" not in drafted.values, "a delegation is not yet a decision"
    today = day(clock.today())
    drafted.fill(
        outcome="approve", decided_by_capacity="Under delegated authority", decided_on=today, published_on=today, effective_on=today,
        reasons="It meets the need.", alternatives="None.", interests="None declared.", evidence="Signed record",
    )  # fmt: skip
    _delegated(region6, key, drafted, officer)
    with acting(region6.app, f"procurement@{SEED[key[:2]].council}.example") as (session, _):
        draft = session.scalars(
            select(Decision.id).where(Decision.matter_id == region6.matters[key], Decision.status == "draft")
        ).one()
    if expected.consulted:
        consult = officer.send(
            f"/decisions/drafts/{draft}/consult",
            {
                "post": expected.consulted,
                "consulted_on": today,
                "evidence": "E-mail",
                "comment": "I agree.",
                "interests": "",
            },
        )
        assert consult.status_code == 303
        with acting(region6.app, "procurement@sefton.example") as (session, _):
            assert session.scalars(select(Consultation.post).where(Consultation.decision_id == draft)).all() == [
                expected.consulted
            ]
    if expected.route == "joint_holders":
        _agreed_by_both(region6, path, draft, officer)


def _delegated(region6: Region6, key: str, drafted: Form, officer: StrictClient) -> None:
    """Save the draft: without a delegation in the ledger it is not recorded, and the page says what is missing; then under the one minuted."""
    expected, seed, path = PARAGRAPHS[key], SEED[key[:2]], f"/decisions/{region6.matters[key]}"
    recorder = region6.client(f"democratic@{seed.council}.example")
    if NOMINATED in expected.holder:
        drafted.fill(decided_by_post=PLACEMENTS)
    assert officer.send(f"{path}/decide", drafted.values).status_code == 303
    refused = recorder.send(f"{path}/record")
    assert refused.status_code == 409
    lacking = officer.get(f"{path}/draft").get_data(as_text=True)
    assert f'href="{path}/decide#delegation_id"' in lacking, "a sentence names the delegation that is missing"
    holders = [post for post in expected.holder.split("; ") if post != NOMINATED]
    with acting(region6.app, f"democratic@{seed.council}.example") as (session, actor):
        given = enter_delegation(
            session, actor, granted_on=seed.taken_on, reference=f"minute of {seed.taken_on}, ({key[3:]})", minuted=expected.begins,
            matter="what the minute says", kind_names=[expected.kind], holder_ids=[region6.post(session, actor, h) for h in holders],
            consulted_ids=[region6.post(session, actor, expected.consulted)] if expected.consulted and key != "S3-1" else [],
            joint=expected.route == "joint_holders", nominees=NOMINATED if NOMINATED in expected.holder else "",
        ).id  # fmt: skip
    again = form_with(officer.get(f"{path}/decide").get_data(as_text=True), "outcome")
    again.fill(delegation_id=str(given))
    assert officer.send(f"{path}/decide", again.values).status_code == 303
    if NOMINATED in expected.holder:
        refused = recorder.send(f"{path}/record")
        assert refused.status_code == 409
        assert "No nomination of the Service Manager, Placements, is recorded" in refused.get_data(as_text=True)
        with acting(region6.app, f"head@{seed.council}.example") as (session, actor):
            post = region6.post(session, actor, PLACEMENTS)
            nominate(
                session, actor, delegation_id=given, post_id=post, starts_on=clock.today(), evidence="Memo of the head"
            )


def _agreed_by_both(region6: Region6, path: str, draft: UUID, officer: StrictClient) -> None:
    """Neither holder decides alone, and one refusal keeps it from being an approval (R4-02)."""
    recorder = region6.client("democratic@sefton.example")
    first, second = JOINT

    def say(post: str, agreed: str) -> None:
        typed = {"post": post, "agreed": agreed, "agreed_on": day(clock.today()), "evidence": "Signed form"}
        assert officer.send(f"/decisions/drafts/{draft}/agree", typed).status_code == 303

    assert f"Not noted yet: {first} and {second}." in officer.get(f"{path}/draft").get_data(as_text=True)
    say(first, "yes")
    assert f"Not noted yet: {second}." in officer.get(f"{path}/draft").get_data(as_text=True)
    assert recorder.send(f"{path}/record").status_code == 409
    say(second, "no")
    refused = recorder.send(f"{path}/record")
    assert refused.status_code == 409
    assert "A joint holder has refused" in refused.get_data(as_text=True)
    with acting(region6.app, "procurement@sefton.example") as (session, _):
        no = session.scalars(select(Agreement.id).where(Agreement.decision_id == draft, ~Agreement.agreed)).one()
    assert officer.send(f"/decisions/drafts/{draft}/remove", {"content": str(no)}).status_code == 303
    with acting(region6.app, "procurement@sefton.example") as (session, actor):
        agree(
            session, actor, decision_id=draft, post=second, agreed=True, agreed_on=clock.today(), evidence="Signed form"
        )
    with acting(region6.app, "procurement@sefton.example") as (session, _):
        both = session.scalars(select(Agreement.post).where(Agreement.decision_id == draft, Agreement.agreed))
        assert set(both) == set(JOINT)


def _approve(region6: Region6, slug: str, matter: UUID) -> None:
    with acting(region6.app, f"procurement@{slug}.example") as (session, actor):
        drafted = draft_decision(session, actor, matter_id=matter, **decision_values(published_on=clock.today())).id
    with acting(region6.app, f"democratic@{slug}.example") as (session, actor):
        record_decision(session, actor, decision_id=drafted)


def test_a_key_decision_is_not_lawful_before_its_28_clear_days(region6: Region6) -> None:
    form = region6.confirmed("S3")
    client = region6.client("democratic@st-helens.example")
    form.put("resolutions-0-matter_id", "")
    form.fill(decided_on=day(date(2020, 10, 26)))
    saved = client.send("/decisions/own/write", form.values)
    assert saved.status_code == 303
    shown = client.get(saved.location).get_data(as_text=True)
    assert "the earliest lawful day for this decision is 27 October 2020" in shown
    refused = client.send(f"{saved.location}/record")
    assert refused.status_code == 409
    assert "27 October 2020" in refused.get_data(as_text=True)
    edit = form_with(client.get(f"{saved.location}/edit").get_data(as_text=True), "title")
    edit.fill(decided_on=day(date(2020, 10, 27)))
    assert client.send(f"{saved.location}/edit", edit.values).status_code == 303
    assert client.send(f"{saved.location}/record").status_code == 303
    data = json.loads(client.get(saved.location.replace("/own/", "/records/") + ".json").get_data(as_text=True))
    assert (data["content"]["decided_on"], data["content"]["notice_on"]) == ("2020-10-27", "2020-09-28")
    assert data["content"]["is_key"] is True


def test_every_numbered_decision_of_the_seeds_is_here(region6: Region6) -> None:
    for seed, said in SEED.items():
        client = region6.client(f"democratic@{said.council}.example")
        pasted = (SEEDS / f"{said.file}.txt").read_bytes().decode()
        html = client.send("/decisions/own/new", {"text": pasted}).get_data(as_text=True)
        read = sum(name.endswith("-text") for form in forms_of(html) for name in form.values)
        here = [key for key in PARAGRAPHS if key.startswith(seed)]
        assert len(here) == (read or 1), seed
