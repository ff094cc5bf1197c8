"""A round that has closed, was opened by two councils, and is evaluated step by step by the portal's own actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.applications.actions import evaluating
from portal.applications.actions.opening import confirm_opening
from portal.applications.queries.opened import opened_applications
from portal.core.provision import Urls
from portal.evaluation.actions import declarations, moderation, scoring
from portal.evaluation.models import Score
from portal.evaluation.queries.panels import declarations_of, panel_of, to_be_scored
from portal.evaluation.queries.progress import meetings_of
from portal.evaluation.rules import PanelSeat
from tests.support.applying import OpenRound
from tests.support.region import COUNCILS, PASSWORD, Region, acting, clock_set_back

CHAIR = "procurement@halton.example"
PRICE = "finance@halton.example"
SCORERS = ("commissioning@halton.example", "commissioning@liverpool.example", "commissioning@sefton.example")
OPENERS = ("procurement@halton.example", "legal@sefton.example")
PANEL = (CHAIR, PRICE, *SCORERS)


@dataclass
class Evaluated:
    """`applications` by provider slug. Each step is taken by who would take it."""

    app: Flask
    region: Region
    round: OpenRound
    applications: Mapping[str, UUID]
    panel_id: UUID = field(default=UUID(int=0))
    meetings: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.round.id

    def question(self, key: str) -> UUID:
        return self.round.questions[key].id

    def lot(self, slug: str) -> UUID:
        return self.round.lots[slug]

    def open(self) -> Evaluated:
        for email in OPENERS:
            with acting(self.app, email) as (session, actor):
                confirm_opening(session, actor, round_id=self.id, password=PASSWORD)
        return self

    def start(self) -> Evaluated:
        with acting(self.app, CHAIR) as (session, actor):
            self.panel_id = evaluating.start_evaluation(
                session, actor, round_id=self.id, members=[seat(self.region, email) for email in PANEL]
            ).id
        return self

    def find_panel(self) -> Evaluated:
        """The panel that was chosen on the page."""
        with acting(self.app, CHAIR) as (session, _):
            found = panel_of(session, self.id)
            assert found is not None
            self.panel_id = found.id
        return self

    def find_meeting(self, lot: str) -> Evaluated:
        """The lot's last meeting, begun on the page."""
        with acting(self.app, CHAIR) as (session, _):
            self.meetings[lot] = [m for m in meetings_of(session, self.panel_id) if m.lot_id == self.lot(lot)][-1].id
        return self

    def declare(self, *emails: str, interests: Mapping[str, str] | None = None) -> Evaluated:
        """`interests`: provider slug to text; nothing to declare for the others."""
        told = {self.applications[slug]: (True, text) for slug, text in (interests or {}).items()}
        for email in emails:
            with acting(self.app, email) as (session, actor):
                names = {a.id: a.provider_name for a in opened_applications(session, self.id)}
                declarations.declare_interests(
                    session,
                    actor,
                    panel_id=self.panel_id,
                    candidates=names,
                    declarations={one: told.get(one, (False, "")) for one in names},
                )
        return self

    def rule(self) -> Evaluated:
        with acting(self.app, CHAIR) as (session, actor):
            declarations.rule_on_all_without_interest(session, actor, panel_id=self.panel_id)
        return self

    def declaration_of(self, email: str, provider: str) -> UUID:
        with acting(self.app, CHAIR) as (session, _):
            return next(
                d.id
                for d in declarations_of(session, self.panel_id)
                if d.person_id == self.region.people[email] and d.candidate_id == self.applications[provider]
            )

    def check(self) -> Evaluated:
        with acting(self.app, CHAIR) as (session, actor):
            evaluating.complete_checks(session, actor, self.app.extensions["keys"], round_id=self.id)
        return self

    def score(self, email: str, lot: str, score: int = 4, **by_key: int) -> Evaluated:
        """Everything this evaluator is to score in a lot. `by_key`: other scores, question keys with underscores."""
        other = {self.question(key.replace("_", "-")): value for key, value in by_key.items()}
        with acting(self.app, email) as (session, actor):
            mine = {d.candidate_id for d in declarations_of(session, self.panel_id) if d.ruling in ("none", "managed")}
            for one in to_be_scored(session, self.panel_id):
                if one.lot_id == self.lot(lot) and one.candidate_id in mine:
                    scoring.save_score(
                        session,
                        actor,
                        panel_id=self.panel_id,
                        candidate_id=one.candidate_id,
                        question_id=one.question_id,
                        lot_id=one.lot_id,
                        score=other.get(one.question_id, score),
                        reason="Meets the requirement.",
                    )
        return self

    def submit(self, email: str, lot: str) -> int:
        with acting(self.app, email) as (session, actor):
            return scoring.submit_scores(session, actor, panel_id=self.panel_id, lot_id=self.lot(lot))

    def meet(self, lot: str) -> Evaluated:
        present = [{"post": email, "organisation": "A council", "present": True} for email in PANEL]
        with acting(self.app, CHAIR) as (session, actor):
            self.meetings[lot] = evaluating.start_round_moderation(
                session, actor, round_id=self.id, lot_id=self.lot(lot), title=f"Moderation, {lot}", attendance=present
            ).id
        return self

    def agree(self, lot: str, score: int = 4, *, end: bool = True, **by_key: int) -> Evaluated:
        other = {self.question(key.replace("_", "-")): value for key, value in by_key.items()}
        with acting(self.app, CHAIR) as (session, actor):
            for one in to_be_scored(session, self.panel_id):
                if one.lot_id == self.lot(lot):
                    moderation.record_consensus(
                        session,
                        actor,
                        panel_id=self.panel_id,
                        candidate_id=one.candidate_id,
                        question_id=one.question_id,
                        lot_id=one.lot_id,
                        score=other.get(one.question_id, score),
                        letter_rationale="Clear and well evidenced.",
                        internal_rationale="",
                        meeting_id=self.meetings[lot],
                    )
            if end:
                moderation.end_moderation(session, actor, meeting_id=self.meetings[lot])
        return self

    def to_scoring(self) -> Evaluated:
        return self.open().start().declare(*PANEL).rule().check()

    def to_moderation(self, *lots: str) -> Evaluated:
        self.to_scoring()
        for lot in lots:
            for email in SCORERS:
                self.score(email, lot).submit(email, lot)
        return self

    def to_agreed(self, *lots: str) -> Evaluated:
        self.to_moderation(*lots)
        for lot in lots:
            self.meet(lot).agree(lot)
        with acting(self.app, CHAIR) as (session, actor):
            moderation.agree_quality(session, actor, panel_id=self.panel_id)
        return self

    def to_signed_off(self, *lots: str) -> Evaluated:
        self.to_agreed(*lots)
        return self.sign_off()

    def sign_off(self) -> Evaluated:
        with acting(self.app, CHAIR) as (session, actor):
            evaluating.compute_round_results(session, actor, self.app.extensions["keys"], round_id=self.id)
        with acting(self.app, CHAIR) as (session, actor):
            evaluating.sign_off_round(session, actor, round_id=self.id)
        return self

    def scores_seen_by(self, email: str) -> int:
        """How many scores the database shows this person."""
        with acting(self.app, email) as (session, _):
            return session.query(Score.id).filter(Score.panel_id == self.panel_id).count()


def seat(region: Region, email: str, parts: tuple[str, ...] | None = None) -> PanelSeat:
    """The seat of an officer of the test region."""
    post, domain = email.split("@")
    slug = domain.removesuffix(".example")
    own = parts or (
        ("quality", "documents", "price")
        if email == CHAIR
        else ("price",)
        if email == PRICE
        else ("quality", "documents")
    )
    return PanelSeat(
        person_id=region.people[email],
        organisation_id=region.organisations[slug],
        organisation_name=COUNCILS[slug][1],
        post=f"{post.capitalize()} officer",
        parts=own,
        chair=email == CHAIR,
    )


@pytest.fixture(scope="module")
def closed_round(
    app: Flask, region: Region, urls: Urls, open_round: Callable[..., OpenRound]
) -> Callable[..., Evaluated]:
    """`closed_round({"alder": ("residential",)}, birch={"sq-ins-public": "cannot"})`: submitted, and closed since."""

    def make(applied: Mapping[str, tuple[str, ...]] | None = None, **answers: Mapping[str, str]) -> Evaluated:
        wanted = applied or {"alder": ("residential", "foster"), "birch": ("residential",)}
        with clock_set_back(urls, timedelta(days=3)):
            made = open_round(closes_in=timedelta(days=2))
            ids = {}
            for slug, lots in wanted.items():
                own = {key.replace("-", "_"): value for key, value in answers.get(slug, {}).items()}
                ids[slug] = made.complete(slug, *lots, **own)[0]
        return Evaluated(app, region, made, ids)

    return make
