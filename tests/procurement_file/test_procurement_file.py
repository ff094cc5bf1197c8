"""The procurement file holds what a council may read, says what it leaves out, and leaves a line in the trail."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.core.audit.models import AuditLine
from tests.clarifications.test_walk import answered, ask, asking_round
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, Evaluated
from tests.support.evaluating import CHAIR
from tests.support.region import Region, acting

Make = Callable[..., Evaluated]
Files = dict[str, bytes]
WHOLE = {"round": "all", "purpose": "audit"}


@pytest.fixture(scope="module")
def case(evaluated_round: Make) -> Evaluated:
    made = evaluated_round(standstill_days=None)
    made.approve_outcome()
    matter = made.ask_use()
    made.decide("halton", matter)
    made.decide("sefton", matter, reasons="Sefton buys near home.")
    made.draft("wirral", matter, reasons="CANARY of a draft")
    made.to_effect()
    return made


def take(client: StrictClient, case: Any, **changed: Any) -> Files:
    response = client.send(f"/systems/{case.system_id}/procurement-file", WHOLE | changed)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def rows(files: Files, name: str) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files[name])).get_sheet_by_index(0).to_python()
    assert len(sheet) > 1, name
    return sheet


def words(files: Files) -> str:
    """Everything that can be read in it, in small letters."""
    found = list(files)
    for name, content in files.items():
        if name.endswith(".xlsx"):
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
            found += [str(cell) for row in sheet.to_python() for cell in row]
        elif name.endswith(".pdf"):
            found += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
        else:
            found.append(content.decode())
    return " ".join(found).lower()


def index(files: Files) -> dict[str, list[Any]]:
    return {row[0]: row for row in rows(files, "index.xlsx")[1:]}


def folder(files: Files) -> str:
    return next(name.split("/")[0] for name in files if name.startswith("2 Round"))


def test_it_holds_every_part_and_the_index_its_hashes(
    case: Evaluated, client_for: Callable[[str], StrictClient]
) -> None:
    files = take(client_for(LEAD), case)
    round_ = folder(files)
    expected = {
        "1 System/facts.xlsx", "1 System/lots.xlsx", "1 System/councils.xlsx", "1 System/rounds.xlsx",
        f"{round_}/procurement-documents.pdf", f"{round_}/submissions.xlsx", f"{round_}/evaluation/results.xlsx",
        f"{round_}/evaluation/panel.xlsx", "3 Decisions/joint-decisions.xlsx", "3 Decisions/what-each-council-decided.xlsx",
        "4 Trail/trail.xlsx", "index.html", "index.xlsx",
    }  # fmt: skip
    assert expected <= set(files)
    assert sum(name.startswith(f"{round_}/letters/") and files[name].startswith(b"%PDF") for name in files) == 3
    listed = index(files)
    assert set(listed) == set(files) - {"index.html", "index.xlsx"}
    for name, row in listed.items():
        assert row[3] == hashlib.sha256(files[name]).hexdigest(), name
        assert row[4] == len(files[name])
        assert name.rpartition("/")[2] in files["index.html"].decode(), name


def test_what_is_marked_is_left_out_and_said_to_be(case: Evaluated, client_for: Callable[[str], StrictClient]) -> None:
    files = take(client_for(LEAD), case, without=["personal", "commercial"])
    round_ = folder(files)
    assert not [name for name in files if "/letters/" in name]
    letters = [row for name, row in index(files).items() if "/letters/" in name]
    assert len(letters) == 3
    assert all(row[5] == "commercial" and not row[3] for row in letters)
    results = rows(files, f"{round_}/evaluation/results.xlsx")
    outcome = results[0].index("Outcome (commercial)")
    assert {row[outcome] for row in results[1:]} == {"[left out: commercial]"}
    assert all(row[0] for row in results[1:]), "who applied is not left out"
    trail = rows(files, "4 Trail/trail.xlsx")
    assert {row[trail[0].index("Post (personal)")] for row in trail[1:]} <= {"[left out: personal]", ""}
    assert "Left out of this file" in files["index.html"].decode()


def test_a_draft_and_what_is_another_councils_alone_is_not_in_it(
    case: Evaluated, client_for: Callable[[str], StrictClient]
) -> None:
    for email in (LEAD, "procurement@wirral.example", "legal@sefton.example"):
        files = take(client_for(email), case)
        decided = rows(files, "3 Decisions/what-each-council-decided.xlsx")
        councils = {row[0] for row in decided[1:]}
        assert not any("Wirral" in name for name in councils), (email, councils)
        assert any("Sefton" in name for name in councils)
        assert "canary of a draft" not in words(files)
        assert "sefton buys near home" in words(files)


def test_a_member_reads_no_more_here_than_elsewhere(case: Evaluated, client_for: Callable[[str], StrictClient]) -> None:
    files = take(client_for("legal@sefton.example"), case)
    trail = rows(files, "4 Trail/trail.xlsx")
    organisations = {row[trail[0].index("Organisation")] for row in trail[1:]}
    with acting(case.app, "legal@sefton.example") as (session, _):
        seen = set(session.scalars(select(AuditLine.organisation_name).where(AuditLine.system_id == case.system_id)))
    assert organisations == seen


def test_taking_it_is_in_the_trail_with_its_purpose(case: Evaluated, client_for: Callable[[str], StrictClient]) -> None:
    take(client_for(LEAD), case, purpose="claim", without=["exempt"])
    with acting(case.app, LEAD) as (session, _):
        line = session.scalars(
            select(AuditLine.sentence)
            .where(AuditLine.verb == "procurement_file.file.take", AuditLine.system_id == case.system_id)
            .order_by(AuditLine.n.desc())
        ).first()
    assert line
    assert "claim letter" in line
    assert "left out: exempt" in line


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"round": "", "purpose": "audit"}, "Select the whole system or one round."),
        ({"round": "all", "purpose": ""}, "Select what the file is for."),
        (
            {"round": "7c1f0a10-0000-4000-8000-000000000000", "purpose": "audit"},
            "Select the whole system or one round.",
        ),
        ({"round": "all", "purpose": "audit", "without": "everything"}, "Select from the marks in the list."),
    ],
)
def test_what_is_not_chosen_is_said_beside_the_field(
    case: Evaluated, client_for: Callable[[str], StrictClient], typed: dict[str, str], sentence: str
) -> None:
    response = client_for(LEAD).send(f"/systems/{case.system_id}/procurement-file", typed)
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("procurement@halton.example", 200), ("legal@wirral.example", 200), ("placement@halton.example", 403),
        ("cabinet@halton.example", 403), ("admin@alder.example", 403), ("operator@portal.example", 403),
    ],
)  # fmt: skip
def test_who_may_take_it(case: Evaluated, client_for: Callable[[str], StrictClient], email: str, status: int) -> None:
    client = client_for(email)
    assert client.get(f"/systems/{case.system_id}/procurement-file").status_code == status
    assert client.send(f"/systems/{case.system_id}/procurement-file", WHOLE).status_code == status


def test_scores_and_answers_are_in_it_as_far_as_they_are_ones_own_to_read(
    closed_round: Callable[..., Any], client_for: Callable[[str], StrictClient]
) -> None:
    """The chair, who reads everything, has all of it; an officer with no seat has neither answers nor scores; sealed prices are in nobody's."""
    made = closed_round().to_moderation("residential")
    made.meet("residential")
    chair, outside = (take(client_for(email), made.round) for email in (CHAIR, "legal@wirral.example"))
    base = folder(chair)
    answers = [name for name in chair if name.endswith("/answers.xlsx")]
    assert len(answers) == 2
    scores = rows(chair, f"{base}/evaluation/individual-scores.xlsx")
    assert len(scores) - 1 == made.scores_seen_by(CHAIR)
    assert {row[4] for row in scores[1:]} == {"Meets the requirement."}
    assert len(rows(chair, f"{base}/submissions.xlsx")) == 3
    assert len(rows(chair, f"{base}/opening.xlsx")) == 3
    assert not [name for name in outside if "/answers" in name]
    assert (
        len(
            CalamineWorkbook.from_filelike(io.BytesIO(outside[f"{base}/evaluation/individual-scores.xlsx"]))
            .get_sheet_by_index(0)
            .to_python()
        )
        == 1
    )
    prices = {q.prompt for q in made.round.questions.values() if q.part == "price"}
    assert prices
    assert not [row for name in answers for row in rows(chair, name) if row[1] in prices], "quality is not agreed yet"


def test_before_opening_it_holds_no_word_of_an_application(
    closed_round: Callable[..., Any], client_for: Callable[[str], StrictClient]
) -> None:
    made = closed_round()
    files = take(client_for(CHAIR), made.round)
    assert not [name for name in files if "submissions" in name or "applications" in name]
    assert "partner" in words(files)
    assert "alder" not in words(files)


def test_the_clarification_log_is_in_it_and_names_no_asker(
    app: Flask, region: Region, client_for: Callable[[str], StrictClient]
) -> None:
    made = asking_round(app, region)
    asked = ask(app, made, "We of the seaside home ask: is a school included?")
    answered(app, made, {asked: "Is a school included?"}, "Yes, where the plan says so.")
    files = take(client_for(LEAD), made)
    (log,) = (name for name in files if name.endswith("clarification-log.xlsx"))
    assert "yes, where the plan says so." in words(files)
    assert "alder" not in words(files)
    without = take(client_for(LEAD), made, without=["commercial"])
    assert "seaside" in words(files)
    assert "seaside" not in words(without)
    assert "is a school included?" in words({log: without[log]})
