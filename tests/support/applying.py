"""A published round with the questions of the worked region, and drafts in it, made by the portal's own actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.applications.actions import drafting, submitting
from portal.applications.models import Submission
from portal.core.documents import Upload, check_upload
from portal.purchasing_systems.models import Round
from portal.questionnaires.grids import rows_of
from portal.questionnaires.queries import QuestionView, questions_of_round
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import LEAD, make_round

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
    b"0000000054 00000 n \n0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n168\n%%EOF\n"
)


@dataclass(frozen=True)
class OpenRound:
    """A round that takes applications. `questions` by key, `lots` by slug."""

    app: Flask
    region: Region
    id: UUID
    system_id: UUID
    lots: Mapping[str, UUID]
    questions: Mapping[str, QuestionView]
    closes_at: datetime
    councils: Mapping[str, UUID] = field(default_factory=dict)

    def begin(self, email: str, *lots: str) -> UUID:
        """A draft with lots chosen, each for all councils' areas; nothing answered."""
        keys = self.app.extensions["keys"]
        with acting(self.app, email) as (session, actor):
            made = drafting.start_application(session, actor, keys, round_id=self.id)
            if lots:
                areas = {self.lots[lot]: list(self.councils.values()) for lot in lots}
                drafting.choose_lots(session, actor, application_id=made.id, areas=areas)
            return made.id

    def answer(self, email: str, application_id: UUID, *lots: str, **answers: str) -> None:
        """Answer every question of the common set and these lots; `answers` by key, hyphens as underscores."""
        own = {key.replace("_", "-"): value for key, value in answers.items()}
        wanted = {None, *(self.lots[lot] for lot in lots)}
        asked = [q for q in self.questions.values() if q.lot_id in wanted]
        texts = {q.id: own.get(q.key, good_answer(q)) for q in asked if q.kind != "file"}
        keys, store = self.app.extensions["keys"], self.app.extensions["documents"]
        with acting(self.app, email) as (session, actor):
            drafting.save_answers(session, actor, keys, application_id=application_id, answers=texts, versions={})
            for question in asked:
                if question.kind == "file":
                    drafting.add_document(
                        session,
                        actor,
                        keys,
                        store,
                        application_id=application_id,
                        question_id=question.id,
                        upload=pdf(f"{question.key}.pdf"),
                    )

    def submit(self, email: str, application_id: UUID, key: str | None = None, **more: Any) -> Submission:
        """Submit as it stands."""
        with acting(self.app, email) as (session, actor):
            made = submitting.submit_application(
                session,
                actor,
                self.app.extensions["keys"],
                application_id=application_id,
                idempotency_key=key or uuid4().hex,
                declared=True,
                **more,
            )
            session.flush()
            session.expunge(made)
            return made

    def complete(self, provider: str, *lots: str, **answers: str) -> tuple[UUID, Submission]:
        """A whole application of a provider, submitted."""
        made = self.begin(f"writer@{provider}.example", *lots)
        self.answer(f"writer@{provider}.example", made, *lots, **answers)
        return made, self.submit(f"admin@{provider}.example", made)


def pdf(name: str = "policy.pdf", content: bytes = PDF) -> Upload:
    """An accepted upload."""
    return Upload(name, check_upload(name, content), content)


def good_answer(question: QuestionView) -> str:
    """An answer that can be submitted, and passes where there is a rule."""
    passing = (question.pass_rule or {}).get("passes") or []
    return {
        "text": "Words enough.",
        "choice": passing[0] if passing else (question.choices or [{"value": ""}])[0]["value"],
        "yes_no": passing[0] if passing else "yes",
        "number": "3",
        "money": "20.00",
        "date": "2027-03-31",
        "declaration": "agreed",
        "choices": "\n".join(passing) or (question.choices or [{"value": ""}])[0]["value"],
        "grid": _filled(question.grid) if question.grid else "",
    }[question.kind]


def _filled(grid: dict[str, Any]) -> str:
    """Every cell filled: of free rows the first."""
    good = {"money": "20.00", "number": "3", "text": "Words"}
    rows = [key for key, _ in rows_of(grid)][: None if grid["rows"] else 1]
    return json.dumps({row: {c["key"]: good[c["kind"]] for c in grid["columns"]} for row in rows})


def begun_round(app: Flask, region: Region, closes_in: timedelta | None = timedelta(days=14), **more: Any) -> OpenRound:
    """A new system led by Halton with a published round, two lots and six councils."""
    made = make_round(app, region, closes_in=closes_in, full=True, **more)
    with acting(app, LEAD) as (session, _):
        return OpenRound(
            app,
            region,
            made.round_id,
            made.system_id,
            dict(zip(("residential", "foster"), made.lots, strict=True)),
            {q.key: q for q in questions_of_round(session, made.round_id)},
            session.get_one(Round, made.round_id).closes_at,
            {slug: region.organisations[slug] for slug in COUNCILS},
        )


@pytest.fixture(scope="module")
def open_round(app: Flask, region: Region) -> Callable[..., OpenRound]:
    """`open_round(closes_in=…)`: as `begun_round`, in the module's database."""

    def make(closes_in: timedelta | None = timedelta(days=14), **more: Any) -> OpenRound:
        return begun_round(app, region, closes_in, **more)

    return make
