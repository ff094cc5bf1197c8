"""The papers of a meeting, opened again: what they say, what they leave blank, and what does not leave the councils."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import docx
import pytest

from portal.core import clock
from portal.core.web.look import day
from portal.decisions.actions.minutes import Said
from tests.decisions.meeting import ALTERNATIVES, REASONS, Meeting, held
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated
from tests.support.region import COUNCILS

Make = Callable[..., Evaluated]
ClientFor = Callable[..., StrictClient]
EMBARGO = "Embargoed until the outcome letters have gone out"
MARK = "Demonstration: no council took part in this meeting or took these decisions"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def embargoed(evaluated_round: Make) -> Meeting:
    """The letters have not gone out."""
    case = evaluated_round(demonstration=True)
    case.approve_outcome()
    said = {"sefton": Said("in_favour", "cabinet in January", "Asked about distance."), "wirral": "against"}
    return held(case, case.ask_use(), **said)


@pytest.fixture(scope="module")
def free(evaluated_round: Make) -> Meeting:
    """The letters have gone out."""
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    matter = case.ask_use()
    case.to_effect()
    return held(case, matter, sefton="in_favour", wirral="undecided")


def opened(client: StrictClient, path: str) -> Any:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, WORD)
    assert "attachment" in answer.headers["Content-Disposition"]
    return docx.Document(io.BytesIO(answer.data))


def said_in(document: Any) -> str:
    """Everything the document says, from top to bottom."""

    def lines() -> Iterator[str]:
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                for row in block.rows:
                    yield " | ".join(cell.text for cell in row.cells)
            else:
                yield block.text

    return "\n".join(lines())


def test_minutes(client_for: ClientFor, embargoed: Meeting) -> None:
    document = opened(client_for("cabinet@wirral.example"), f"{embargoed.url}/minutes.docx")
    told = said_in(document)
    assert document.paragraphs[0].text == "Draft minutes: Board meeting, winter term"
    assert document.sections[0].header.paragraphs[0].text == MARK
    for part in (
        "It is not that council’s decision, and nothing follows from it.",
        f"Day | {day(clock.today())}",
        "Place | Halton Stadium, room 2",
        "Knowsley | Present: Head of service",
        "1. Use the providers admitted: Round",
        "has not answered, or defers | Silence is not consent",
        "Sefton | In favour, subject to: cabinet in January | Asked about distance.",
        "Wirral | Against |",
        "Halton | Nothing noted |",
        "The panel's report was discussed.",
        REASONS,
        ALTERNATIVES,
        EMBARGO,
        "Not to leave the councils.",
    ):
        assert part in told, part
    assert document.tables[1].rows[0]._tr.trPr.xml.count("tblHeader") == 1, "the header row repeats"


def test_what_is_under_embargo_does_not_leave(client_for: ClientFor, embargoed: Meeting) -> None:
    document = opened(client_for("cabinet@wirral.example"), f"{embargoed.url}/minutes-to-publish.docx")
    told = said_in(document)
    assert "One item of the agenda is left out of this copy: under embargo." in told
    for kept in ("Use the providers admitted", "In favour", REASONS, "Alder", "distance"):
        assert kept not in told
    assert "Knowsley | Present: Head of service" in told


def test_without_embargo_everything_leaves(client_for: ClientFor, free: Meeting) -> None:
    client = client_for("cabinet@wirral.example")
    for copy in ("minutes", "minutes-to-publish"):
        document = opened(client, f"{free.url}/{copy}.docx")
        told = said_in(document)
        assert "Wirral | Undecided |" in told
        assert "embargo" not in told.lower()
        assert "Demonstration" not in told + document.sections[0].header.paragraphs[0].text


def test_an_agenda_before_the_meeting(client_for: ClientFor, evaluated_round: Make) -> None:
    case = evaluated_round()
    case.approve_outcome()
    meeting = Meeting(case, case.ask_use()).note(sefton="in_favour")
    told = said_in(opened(client_for("head@sefton.example"), f"{meeting.url}/minutes.docx"))
    assert told.startswith("Agenda: Board meeting, winter term")
    assert "If a council | It follows" in told
    assert "Present" not in told
    assert "In favour" not in told
    assert REASONS not in told


def test_one_text_for_each_council(client_for: ClientFor, embargoed: Meeting) -> None:
    client = client_for("head@sefton.example")
    page = client.get(embargoed.url).get_data(as_text=True)
    for slug in COUNCILS:
        path = f"{embargoed.url}/items/{embargoed.item}/decision-text/{embargoed.council(slug)}.docx"
        assert path in page
        document = opened(client, path)
        assert COUNCILS[slug][0] in document.paragraphs[0].text
        assert document.sections[0].header.paragraphs[0].text == MARK
    told = said_in(
        opened(client, f"{embargoed.url}/items/{embargoed.item}/decision-text/{embargoed.council('sefton')}.docx")
    )
    for part in (
        "Decision | Approve (as indicated; to be confirmed by whoever decides)",
        "Decided by | [To be entered: the post or body that took the decision]",
        "Authority | [To be entered: the report or delegation that gives the authority to decide]",
        "Taken on | [To be entered: the day it was taken]",
        "[To be entered: interests declared, and any dispensation; if there were none, say so]",
        "subject to: cabinet in January",
        f"Board meeting of {day(clock.today())}",
        REASONS,
        ALTERNATIVES,
        EMBARGO,
        "A text for Sefton to complete.",
    ):
        assert part in told, part


def test_nothing_is_filled_in_for_who_indicated_nothing(client_for: ClientFor, embargoed: Meeting) -> None:
    path = f"{embargoed.url}/items/{embargoed.item}/decision-text/{embargoed.council('halton')}.docx"
    document = opened(client_for("head@halton.example"), path)
    told = said_in(document)
    assert "Decision | [To be entered: what the council decided]" in told
    assert "Board meeting of" not in told
    blanks = [
        run
        for cell in document.tables[0].column_cells(1)
        for run in cell.paragraphs[0].runs
        if run.font.highlight_color
    ]
    assert len(blanks) == 8


def test_no_text_for_who_was_not_asked(client_for: ClientFor, embargoed: Meeting) -> None:
    client = client_for("head@sefton.example")
    for item, council in ((embargoed.item, uuid4()), (uuid4(), embargoed.council("sefton"))):
        assert client.get(f"{embargoed.url}/items/{item}/decision-text/{council}.docx").status_code == 404
