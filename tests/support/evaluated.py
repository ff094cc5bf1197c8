"""A round whose evaluation is signed off: three providers applied, one of them in one lot not well enough.

Panel, results and applications are written as the resolver: how they come about is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, text, update
from sqlalchemy.pool import NullPool

from portal.applications.actions.letters import release_letters
from portal.applications.models import Application
from portal.core import clock
from portal.core.provision import Urls, sqlalchemy_url
from portal.decisions.actions import draft_decision, record_decision
from portal.decisions.actions.drafting import Named
from portal.evaluation.models import Panel, Result
from portal.purchasing_systems.actions.admissions import accept_agreement, issue_agreements
from portal.purchasing_systems.actions.matters import ask_to_approve_outcome, ask_to_use
from portal.purchasing_systems.models import Round
from tests.support.region import COUNCILS, Region, acting, pen_for
from tests.support.rounds import MadeRound, make_round

LEAD = "procurement@halton.example"
ADMITTED = {"alder": (0, 1), "birch": (0,)}
"""Provider to the lots (by position) it is admitted to. Birch fails lot 2, Cedar fails lot 1."""
APPLIED = {"alder": (0, 1), "birch": (0, 1), "cedar": (0,)}


@dataclass
class Evaluated:
    """Ids, and the steps that follow, each taken by somebody who may."""

    app: Flask
    region: Region
    made: MadeRound
    applications: dict[str, UUID]

    @property
    def round_id(self) -> UUID:
        return self.made.round_id

    @property
    def system_id(self) -> UUID:
        return self.made.system_id

    def ask_outcome(self) -> UUID:
        """Put the outcome to the lead; returns the matter."""
        with acting(self.app, LEAD) as (session, actor):
            return ask_to_approve_outcome(
                session,
                actor,
                round_id=self.round_id,
                answer_by=clock.today() + timedelta(days=7),
                authority="Schedule 2 of the inter-authority agreement",
            ).id

    def approve_outcome(self) -> UUID:
        """Ask, draft and record, all by Halton; returns the matter."""
        matter = self.ask_outcome()
        self.decide("halton", matter)
        return matter

    def ask_use(self) -> UUID:
        """Put the use of the providers to the six councils."""
        with acting(self.app, LEAD) as (session, actor):
            return ask_to_use(session, actor, round_id=self.round_id, answer_by=clock.today() + timedelta(days=14)).id

    def draft(self, council: str, matter: UUID, **changed: Any) -> UUID:
        """A whole draft of that council, by its procurement officer."""
        with acting(self.app, f"procurement@{council}.example") as (session, actor):
            return draft_decision(session, actor, matter_id=matter, **decision_values(**changed)).id

    def decide(self, council: str, matter: UUID, **changed: Any) -> UUID:
        """Draft by procurement, recorded by democratic services."""
        drafted = self.draft(council, matter, **changed)
        with acting(self.app, f"democratic@{council}.example") as (session, actor):
            return record_decision(session, actor, decision_id=drafted).id

    def to_effect(self) -> None:
        """Letters out, agreements issued and accepted by both sides; for a system without a standstill."""
        with acting(self.app, LEAD) as (session, actor):
            release_letters(session, actor, round_id=self.round_id)
            issued = [(a.id, a.provider_id) for a in issue_agreements(session, actor, round_id=self.round_id)]
        slugs = {self.provider(slug): slug for slug in APPLIED}
        for admission, provider in issued:
            for email in (f"admin@{slugs[provider]}.example", LEAD):
                with acting(self.app, email) as (session, actor):
                    accept_agreement(session, actor, admission_id=admission)

    def provider(self, slug: str) -> UUID:
        return self.region.organisations[slug]

    def restriction(self, slug: str, reason: str = "An open concern.", lot: int | None = None) -> list[Named]:
        """`lot`: by position; None: all lots."""
        lot_id = None if lot is None else self.made.lots[lot]
        return [Named(self.provider(slug), slug, "safeguarding-concern", reason, lot_id)]


def decision_values(**changed: Any) -> dict[str, Any]:
    """Everything a decision needs."""
    outcome = changed.get("outcome", "approve")
    values: dict[str, Any] = {
        "outcome": outcome,
        "route": "cabinet",
        "decided_by_post": "Head of Children’s Social Care",
        "decided_by_capacity": "Officer, under delegated authority",
        "authority_source": "Cabinet, 3 September 2020, item 32 (2)",
        "consulted_post": "Cabinet Member for Children",
        "evidence": "Signed officer decision record",
        "report_reference": "REP-1",
        "record_url": "https://democracy.council.example/1",
        "decided_on": clock.today(),
        "effective_on": None if outcome == "defer" else clock.today(),
        "defer_until": clock.today() + timedelta(days=30) if outcome == "defer" else None,
        "reasons": "More children can live near their school.",
        "alternatives": "Buy singly: rejected, because checks would differ.",
        "interests": "None declared.",
    }
    return values | changed


def result_values(result: str, areas: list[UUID], quality: str | None) -> dict[str, Any]:
    """A result in the shapes that evaluation documents."""
    passed = result == "recommended"
    return {
        "outcome": result,
        "quality_total": None if quality is None else Decimal(quality),
        "areas": [str(area) for area in areas],
        "criteria": [{"key": "insurance", "title": "Insurance", "result": "pass", "reason": "Holds the cover."}],
        "scores": [
            {"key": "safe", "title": "How do you keep children safe?", "weight": "60.00", "score": 4 if passed else 2,
             "minimum": 3, "label": "Good" if passed else "Weak", "reason": "Clear on learning from incidents."},
            {"key": "outcomes", "title": "What do children gain?", "weight": "40.00", "score": 4, "minimum": 2,
             "label": "Good", "reason": "Measures what matters to children."},
        ],
        "prices": [
            {"key": "week", "title": "Weekly fee", "unit": "week", "price": "4850.00", "ceiling": "5000.00", "result": "within"}
        ],
        "reasons": [] if passed else ["The answer on safety scored 2. The lowest score allowed is 3."],
    }  # fmt: skip


@pytest.fixture(scope="module")
def evaluated_round(app: Flask, region: Region, urls: Urls) -> Callable[..., Evaluated]:
    """`evaluated_round(standstill_days=10)`: a system of six councils led by Halton with one round, evaluated and signed off."""

    def make(**system: Any) -> Evaluated:
        made = make_round(app, region, **system)
        engine = create_engine(sqlalchemy_url(urls.admin), poolclass=NullPool)
        councils = [region.organisations[slug] for slug in COUNCILS]
        now = clock.now()
        ids = {slug: uuid4() for slug in APPLIED}
        with engine.begin() as connection:
            # Triggers asleep: how an application comes about is shown elsewhere.
            connection.execute(text("SET session_replication_role = replica"))
            for slug, lots in APPLIED.items():
                lot_ids = [made.lots[n] for n in lots]
                connection.execute(
                    insert(Application).values(
                        id=ids[slug], reference=f"R1-{slug.upper()}", round_id=made.round_id, system_id=made.system_id,
                        applicant_id=pen_for(app, region.organisations[slug]).applicant(made.round_id), owner_check=b"", status="opened",
                        submitted_at=now - timedelta(days=31), submitted_version=1, opened_at=now - timedelta(days=29),
                        provider_id=region.organisations[slug], provider_name=slug, lots=lot_ids,
                        areas={str(lot): [str(c) for c in councils] for lot in lot_ids},
                    )
                )  # fmt: skip
            connection.execute(text("RESET session_replication_role"))
            connection.execute(text("SET ROLE portal_resolver"))
            connection.execute(
                update(Round)
                .where(Round.id == made.round_id)
                .values(
                    opens_at=now - timedelta(days=40),
                    closes_at=now - timedelta(days=30),
                    opened_at=now - timedelta(days=29),
                    status="evaluated",
                )
            )
            panel = uuid4()
            connection.execute(
                insert(Panel).values(
                    id=panel, subject_id=made.round_id, system_id=made.system_id, lead_id=region.organisations["halton"],
                    status="signed_off", quality_agreed_at=now, signed_off_at=now, signed_off_by="Procurement officer",
                )
            )  # fmt: skip
            for slug, lots in APPLIED.items():
                for n in lots:
                    good = n in ADMITTED.get(slug, ())
                    # Birch does not offer for Wirral.
                    areas = [c for c in councils if slug != "birch" or c != region.organisations["wirral"]]
                    connection.execute(
                        insert(Result).values(
                            id=uuid4(), panel_id=panel, subject_id=made.round_id, system_id=made.system_id,
                            lead_id=region.organisations["halton"], candidate_id=ids[slug],
                            candidate_name=f"{slug.capitalize()} House Care Ltd (fictional)",
                            provider_id=region.organisations[slug], lot_id=made.lots[n], computed_at=now, signed_off_at=now,
                            **result_values("recommended" if good else "not_recommended", areas, "80.00" if good else "56.00"),
                        )
                    )  # fmt: skip
        engine.dispose()
        return Evaluated(app, region, made, ids)

    return make


def set_days(urls: Urls, statement: str, *values: Any) -> None:
    """A row moved in time by the owner's hand, where a test cannot wait."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET ROLE portal_resolver")
        connection.execute(statement, values)
