"""What is public of decisions, and beside it what is not: a word in each thing that nobody outside may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.core import clock
from portal.decisions.actions.afterwards import correct_record, publish_record
from portal.decisions.actions.contents import add_appendix, consult
from portal.decisions.actions.forward_plan import draft_entry
from portal.decisions.actions.own import Resolved, draft_own_decision
from portal.decisions.actions.recording import record_decision
from portal.decisions.models import Decision
from tests.support.evaluated import Evaluated, decision_values
from tests.support.region import Region, acting


def notice_values(**changed: Any) -> dict[str, Any]:
    """A whole notice."""
    values: dict[str, Any] = {
        "title": f"Extension of the DPS {uuid4().hex[:8]}",
        "description": "To use the option of two years.",
        "is_key": True,
        "key_reason": "Expenditure over £500,000",
        "decision_maker": "Executive Director Children",
        "lead_member": "Cabinet Member for Children",
        "due_on": clock.today() + timedelta(days=60),
        "documents": ["Report of the commissioning team"],
        "where_available": "On the council’s web site.",
        "how_to_ask": "By post to the office below.",
        "consultees": ["Procurement", "Legal"],
        "consultation": "Internal.",
        "representations_until": clock.today() + timedelta(days=30),
        "representations_here": True,
        "wards": "All",
        "contact_post": "Children’s contracts manager",
        "contact_address": "Town Hall",
    }
    return values | changed


@dataclass
class Known:
    """What was made: ids of what is public, and a word in each thing that is not."""

    public: UUID
    own: UUID
    deferral: UUID
    answer: UUID
    canaries: dict[str, str] = field(default_factory=dict)
    hidden: list[UUID] = field(default_factory=list)
    hidden_entry: UUID = field(default_factory=uuid4)

    def word(self, name: str) -> str:
        return self.canaries.setdefault(name, f"canary{uuid4().hex[:12]}")


def minute(app: Flask, council: str, title: str, **changed: Any) -> UUID:
    with acting(app, f"procurement@{council}.example") as (session, actor):
        values = decision_values(**{"effective_on": None, **changed})
        return draft_own_decision(
            session, actor, title=title, resolutions=[Resolved("1", f"That {title} be approved.", "approves")], demonstration=True, **values
        ).id  # fmt: skip


def published(app: Flask, council: str, decision: UUID, effective: date | None = None) -> UUID:
    with acting(app, f"democratic@{council}.example") as (session, actor):
        if session.get_one(Decision, decision).status == "draft":
            record_decision(session, actor, decision_id=decision)
        publish_record(
            session, actor, decision_id=decision, published_on=clock.today(), effective_on=effective or clock.today()
        )
    return decision


@pytest.fixture(scope="module")
def known(app: Flask, region: Region, evaluated_round: Callable[..., Evaluated]) -> Known:
    """First what nobody may see, then what everybody sees."""
    case = evaluated_round(demonstration=True, standstill_days=None)
    case.approve_outcome()
    use = case.ask_use()
    found = Known(uuid4(), uuid4(), uuid4(), uuid4())
    w = found.word
    # Drafts, recorded and embargoed answers, with everything that can stand in one.
    found.hidden.append(case.draft("knowsley", use, reasons=w("a draft")))
    found.hidden.append(case.decide("wirral", use, reasons=w("an embargoed answer")))
    restricted = case.decide(
        "sefton",
        use,
        outcome="approve_with_restriction",
        restrictions=case.restriction("birch", w("an embargoed restriction")),
    )
    found.hidden.append(restricted)
    found.hidden.append(minute(app, "wirral", w("a minute in draft")))
    unpublished = minute(app, "liverpool", w("an unpublished minute"), minute_number=w("its number"))
    with acting(app, "democratic@liverpool.example") as (session, actor):
        record_decision(session, actor, decision_id=unpublished)
    found.hidden.append(unpublished)
    with acting(app, "procurement@halton.example") as (session, actor):
        found.hidden_entry = draft_entry(session, actor, **notice_values(title=w("a notice in draft"))).id
    # A minute that is public, with what stays behind it.
    found.own = minute(
        app, "halton", "Extension of the care system", evidence=w("evidence of a record"), value_pounds=Decimal("336000000.00"),
        is_key=True, key_reason="Expenditure over £500,000", urgency="special_urgency", urgency_agreed_by="Chair of scrutiny, 3 May",
        minute_number="EXB32", route="cabinet", wards=3, reasons="Need is growing.\n\nA second paragraph.",
    )  # fmt: skip
    with acting(app, "procurement@halton.example") as (session, actor):
        consult(
            session, actor, decision_id=found.own, post="Director of Finance", consulted_on=clock.today(),
            evidence=w("evidence of a consultation"), comment=w("a comment"), interests="None declared by the director",
        )  # fmt: skip
        add_appendix(
            session, actor, decision_id=found.own, title="Appendix B", paragraph=3, public_interest="Prices would be known to rivals.",
            exempt_text=w("an exempt text"),
        )  # fmt: skip
    published(app, "halton", found.own, clock.today() + timedelta(days=30))
    with acting(app, "democratic@halton.example") as (session, actor):
        correct_record(session, actor, decision_id=found.own, field="minute_number", reads="EXB33", because="A slip.")
        correct_record(
            session, actor, decision_id=found.own, field="evidence", reads=w("corrected evidence"), because="A slip."
        )
    # Answers to a joint decision: one stands, one gave way; the later of a third is not public.
    case.to_effect()
    found.public = published(app, "sefton", restricted)
    found.hidden.remove(restricted)
    found.canaries.pop("an embargoed restriction")
    found.deferral = published(app, "st-helens", case.decide("st-helens", use, outcome="defer"))
    found.answer = published(app, "st-helens", case.decide("st-helens", use, reasons="They will do."))
    published(app, "halton", case.decide("halton", use))
    found.hidden.append(case.decide("halton", use, reasons=w("a later answer that is not public")))
    return found
