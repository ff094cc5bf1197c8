"""Purchasing systems and rounds for tests, made through the portal's own actions by the lead (Halton)."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask

from portal.core import clock
from portal.core.places import CHECKOUT
from portal.purchasing_systems.actions.parts import add_lot, add_participant
from portal.purchasing_systems.actions.rounds import plan_round, publish_round, record_notice
from portal.purchasing_systems.actions.specifications import write_document, write_local_schedule, write_specification
from portal.purchasing_systems.actions.systems import create_system
from portal.questionnaires.actions import load_question_set
from tests.support.region import COUNCILS, Region, acting

LEAD = "procurement@halton.example"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class MadeRound:
    """Ids of what was made. `lots` in the order of their numbers."""

    system_id: UUID
    round_id: UUID
    lots: tuple[UUID, ...]
    title: str


def system_values(**changed: Any) -> dict[str, Any]:
    """What `create_system` and `edit_system` want."""
    values: dict[str, Any] = {
        "title": f"Provision of care {next(_numbers)}",
        "alias": "LCR care",
        "regime": "pcr_2015_light_touch",
        "vehicle": "partner_provider_agreement",
        "legal_basis": "Public Contracts Regulations 2015, regulations 74 to 76.",
        "client_group": "Children looked after",
        "valid_from": date(2020, 10, 19),
        "valid_until": date(2030, 10, 18),
        "value_pounds": Decimal("336000000.00"),
        "cpv": "85300000",
        "standstill_days": 10,
        "quality_pass_mark": Decimal(60),
        "panel_councils": 3,
        "restriction_grounds": [
            {
                "slug": "safeguarding-concern",
                "title": "Unresolved safeguarding concern",
                "text": "Recorded under the published procedure.",
            }
        ],
    }
    return values | changed


def rolling_values(**changed: Any) -> dict[str, Any]:
    """What an always-open system differs in: a dynamic purchasing system of the regulations of 2015."""
    return {
        "vehicle": "dps",
        "alias": "LCR at any time",
        "valid_until": date(2029, 2, 23),
        "standstill_days": None,
        "quality_pass_mark": Decimal(0),
        "restriction_grounds": [],
    } | changed


def common_questions() -> dict[str, Any]:
    """A small set for all lots: a text, a choice with a pass rule, a declaration."""
    return {
        "title": "Selection questions",
        "groups": [
            {"slug": "about", "title": "About you", "part": "selection", "intro": "About your organisation."},
            {"slug": "declarations", "title": "Declarations", "part": "selection"},
        ],
        "questions": [
            {"key": "legal-name", "part": "selection", "kind": "text", "group": "about", "prompt": "Legal name", "word_limit": 30},
            {
                "key": "insurance",
                "part": "selection",
                "kind": "choice",
                "group": "about",
                "prompt": "Public liability insurance",
                "choices": [{"value": "hold", "label": "Hold now"}, {"value": "cannot", "label": "Cannot"}],
                "pass_rule": {"passes": ["hold"], "fails": ["cannot"]},
            },
            {"key": "terms", "part": "selection", "kind": "declaration", "group": "declarations", "prompt": "We accept the terms"},
        ],
    }  # fmt: skip


def lot_questions(prefix: str) -> dict[str, Any]:
    """A small set for one lot: two method statements (60 and 40 per cent), one price, one document."""
    return {
        "title": f"Questions {prefix}",
        "groups": [
            {
                "slug": f"{prefix}-quality",
                "title": "Method statements",
                "part": "quality",
                "intro": "Marked from 0 to 5.",
            },
            {"slug": f"{prefix}-price", "title": "Prices", "part": "price"},
            {"slug": f"{prefix}-documents", "title": "Documents", "part": "documents"},
        ],
        "questions": [
            {
                "key": f"{prefix}-safe",
                "part": "quality",
                "kind": "text",
                "group": f"{prefix}-quality",
                "prompt": "How do you keep children safe?",
                "word_limit": 500,
                "weight": 60,
                "minimum_score": 3,
                "descriptors": "standard",
                "theme": "safeguarding",
                "scorer_guidance": "Look for learning.",
            },
            {
                "key": f"{prefix}-outcomes",
                "part": "quality",
                "kind": "text",
                "group": f"{prefix}-quality",
                "prompt": "What do children gain?",
                "word_limit": 500,
                "weight": 40,
                "minimum_score": 2,
                "descriptors": "standard",
                "theme": "outcomes",
                "scorer_guidance": "Look for measures.",
            },
            {
                "key": f"{prefix}-week",
                "part": "price",
                "kind": "money",
                "group": f"{prefix}-price",
                "prompt": "Weekly fee",
                "unit": "week",
                "ceiling": "5000.00",
            },
            {
                "key": f"{prefix}-purpose",
                "part": "documents",
                "kind": "file",
                "group": f"{prefix}-documents",
                "prompt": "Statement of purpose",
                "accept": ["pdf", "docx"],
                "required": False,
            },
        ],
    }


def worked_questions(name: str) -> dict[str, Any]:
    """A question set of the worked region: common, residential, foster."""
    return tomllib.loads((CHECKOUT / "config" / "demo" / f"questions_{name}.toml").read_text("utf-8"))


def make_round(
    app: Flask,
    region: Region,
    *,
    title: str | None = None,
    number: int = 1,
    opens_in: timedelta = timedelta(hours=-1),
    closes_in: timedelta | None = timedelta(days=14),
    lots: tuple[str, ...] = ("Residential care", "Foster care"),
    councils: tuple[str, ...] = tuple(COUNCILS),
    full: bool = False,
    publish: bool = True,
    **system: Any,
) -> MadeRound:
    """A system of six councils with a round that is open now (inside `clock_set_back`: open then, closed afterwards).

    `closes_in`: None where the vehicle is always open. `full`: the question sets of the worked region; else small ones. `publish=False`: everything ready, nothing public.
    """
    values = system_values(**({"title": title} if title else {}), **system)
    with acting(app, LEAD) as (session, actor):
        made = create_system(session, actor, **values)
        lot_ids = tuple(
            add_lot(session, actor, system_id=made.id, number=n, title=lot, description=f"{lot} for children.").id
            for n, lot in enumerate(lots, start=1)
        )
        for slug in councils:
            add_participant(
                session,
                actor,
                system_id=made.id,
                authority_id=region.organisations[slug],
                authority_name=COUNCILS[slug][1],
                joined_on=date(2020, 10, 19),
            )
        write_specification(
            session,
            actor,
            system_id=made.id,
            title="Service specification",
            common_text="## Purpose\n\nWhat we expect.",
        )
        write_local_schedule(
            session, actor, system_id=made.id, authority_id=region.organisations[councils[-1]], text="Local words."
        )
        for kind, name in (("invitation", "Invitation to apply"), ("terms", "Agreement terms")):
            write_document(session, actor, system_id=made.id, title=name, kind=kind, text="## First\n\n- One\n- Two")
        now = clock.now()
        round_id = plan_round(
            session,
            actor,
            system_id=made.id,
            number=number,
            opens_at=now + opens_in,
            closes_at=now + closes_in if closes_in else None,
        ).id
        names = ("common", "residential", "foster")
        contents = [
            worked_questions(names[n]) if full else (lot_questions(f"l{n}") if n else common_questions())
            for n in range(len(lots) + 1)
        ]
        for lot_id, content in zip((None, *lot_ids), contents, strict=True):
            load_question_set(session, actor, system_id=made.id, round_id=round_id, lot_id=lot_id, content=content)
        record_notice(
            session,
            actor,
            round_id=round_id,
            notice_number="2026/S 000-000001",
            notice_url="https://notices.example/000001",
            notice_published_at=now - timedelta(days=1),
        )
        if publish:
            publish_round(session, actor, round_id=round_id)
        return MadeRound(made.id, round_id, lot_ids, values["title"])
