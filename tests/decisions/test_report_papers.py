"""The papers of a draft: an open report that gives nothing exempt away, and the exempt appendix, for the council alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from docx import Document
from flask import Flask

from portal.core import clock
from portal.decisions.actions import Resolved, add_appendix, consult, draft_own_decision
from tests.support.client import StrictClient
from tests.support.evaluated import decision_values
from tests.support.region import acting

ClientFor = Callable[..., StrictClient]
OFFICER = "procurement@sefton.example"


def words_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


@pytest.fixture(scope="module")
def draft(app: Flask) -> UUID:
    key: dict[str, Any] = {
        "is_key": True,
        "key_reason": "Over £500,000",
        "notice_on": clock.today() - timedelta(days=40),
    }
    with acting(app, OFFICER) as (session, actor):
        resolutions = [Resolved("1", "That the extension be approved.", "approves")]
        made = draft_own_decision(
            session,
            actor,
            title="Extension of the term",
            resolutions=resolutions,
            demonstration=True,
            **decision_values(**key),
        ).id
        consult(
            session, actor, decision_id=made, post="Cabinet Member", consulted_on=clock.today(), evidence="E-mail",
            comment="SECRET-COMMENT",
        )  # fmt: skip
        add_appendix(
            session, actor, decision_id=made, title="Prices", paragraph=3, public_interest="It would harm competition.",
            exempt_text="SECRET-PRICE",
        )  # fmt: skip
    return made


def test_the_open_report_says_what_is_known_and_marks_what_is_not(client_for: ClientFor, draft: UUID) -> None:
    page = client_for(OFFICER).get(f"/decisions/drafts/{draft}/report.docx")
    assert page.status_code == 200
    said = words_of(page.data)
    for part in (
        "(1) That the extension be approved.",
        "Cabinet Member, on",
        "Schedule 12A, paragraph 3",
        "Over £500,000",
    ):
        assert part in said, part
    assert "[To be entered: the financial implications" in said
    assert "Notice of a key decision" in said
    assert "emonstration" in said
    assert "SECRET" not in said


def test_the_exempt_appendix_holds_the_text(client_for: ClientFor, draft: UUID) -> None:
    said = words_of(client_for(OFFICER).get(f"/decisions/drafts/{draft}/exempt-appendices.docx").data)
    assert "SECRET-PRICE" in said
    assert "Not for publication" in said


@pytest.mark.parametrize(
    ("email", "status"),
    [("procurement@wirral.example", 404), ("procurement@halton.example", 404), ("finance@sefton.example", 403), ("admin@alder.example", 403)],
)  # fmt: skip
def test_nobody_else_has_them(client_for: ClientFor, draft: UUID, email: str, status: int) -> None:
    for paper in ("report", "exempt-appendices"):
        assert client_for(email).get(f"/decisions/drafts/{draft}/{paper}.docx").status_code == status
