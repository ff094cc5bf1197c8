"""Pages of an evaluation, walked by those who take part, and shut to those who do not."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest

from portal.core.documents import Scanner
from tests.support.clamd import running_clamd
from tests.support.client import StrictClient
from tests.support.evaluating import CHAIR, PANEL, PRICE, SCORERS, Evaluated
from tests.support.region import COUNCILS, Region
from tests.support.statements import Statements

Clients = Callable[..., StrictClient]
Closed = Callable[..., Evaluated]
HALTON, LIVERPOOL, SEFTON = SCORERS


def value(region: Region, email: str) -> str:
    slug = email.split("@")[1].removesuffix(".example")
    return f"{region.people[email]}:{region.organisations[slug]}"


def test_the_whole_evaluation_by_its_pages(client_for: Clients, closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",), "birch": ("residential",)}, alder={"sq-misconduct": "yes"}).open()
    url = f"/rounds/{case.id}/evaluation"
    chair = client_for(CHAIR)
    assert "Choose the panel" in chair.get(url).text
    page = chair.get(f"{url}/panel").text
    assert all(official in page for _, official, _ in COUNCILS.values())
    short = chair.send(f"{url}/panel", {"evaluators": [value(region, HALTON)], "chair": value(region, CHAIR)})
    assert short.status_code == 422
    assert "Choose at least two evaluators" in short.text
    assert "Choose somebody to check the prices" in short.text
    chosen = {
        "evaluators": [value(region, email) for email in SCORERS],
        "chair": value(region, CHAIR),
        "price": value(region, PRICE),
    }
    assert chair.send(f"{url}/panel", chosen).status_code == 303
    case.find_panel()
    _declare_and_rule(client_for, case, url)
    _check(chair, case, url)
    _score(client_for, case, url)
    _moderate(chair, client_for, case, url)
    _conclude(chair, client_for, url)


def _declare_and_rule(client_for: Clients, case: Evaluated, url: str) -> None:
    alder, birch = case.applications["alder"], case.applications["birch"]
    for email in PANEL:
        client = client_for(email)
        assert "Declare your interests" in client.get(url).text
        half = client.send(f"{url}/declare", {f"interest-{alder}": "no"})
        assert half.status_code == 422
        assert "Say whether you have an interest in Birch" in half.text
        told = {f"interest-{alder}": "no", f"interest-{birch}": "no"}
        if email == SEFTON:
            empty = client.send(f"{url}/declare", {**told, f"interest-{birch}": "yes", f"text-{birch}": " "})
            assert "Say what your interest in Birch" in empty.text
            told |= {f"interest-{birch}": "yes", f"text-{birch}": "I visit its homes."}
        assert client.send(f"{url}/declare", told).status_code == 303
        assert "What you declared" in client.get(f"{url}/declare").text
    chair = client_for(CHAIR)
    page = chair.get(f"{url}/declarations").text
    assert "I visit its homes." in page
    assert "Record no interest for all 9" in page
    assert chair.send(f"{url}/declarations/none").status_code == 303
    ruling = next(iter(re.findall(rf"{url}/declarations/[0-9a-f-]{{36}}", page)))
    assert chair.send(ruling, {"ruling": "managed", "managed_how": ""}).status_code == 422
    assert chair.send(ruling, {"ruling": "managed", "managed_how": "Marks what is written."}).status_code == 303


def _check(chair: StrictClient, case: Evaluated, url: str) -> None:
    early = chair.send(f"{url}/checks")
    assert early.status_code == 409
    page = chair.get(f"{url}/checks").text
    assert "1 answer waits for your judgement" in page
    judging = next(iter(re.findall(rf"{url}/checks/[0-9a-f-]{{36}}/[0-9a-f-]{{36}}", page)))
    assert "grave professional misconduct" in chair.get(judging).text
    assert chair.send(judging, {"passed": "yes"}).status_code == 422
    assert chair.send(judging, {"passed": "yes", "reason": "Put right since."}).status_code == 303
    assert chair.send(f"{url}/checks").status_code == 303
    assert "complete" in chair.get(f"{url}/checks").text


def _score(client_for: Clients, case: Evaluated, url: str) -> None:
    lot = case.lot("residential")
    desk = f"{url}/scoring/{lot}"
    client = client_for(LIVERPOOL)
    page = client.get(desk).text
    assert "0 of 14" in page
    link = f"{desk}/{case.applications['alder']}/{case.question('res-safeguarding')}"
    assert link in page
    answer = client.get(link).text
    assert "Words enough." in answer
    assert "What to look for" in answer
    assert client.send(link, {"score": "4"}).status_code == 422
    assert client.send(link, {"score": "9", "reason": "Good."}).status_code == 422
    saved = client.post(
        link, data={"score": "", "reason": "While typing", "csrf_token": client.csrf()}, headers={"X-Autosave": "1"}
    )
    assert saved.status_code == 200
    assert set(saved.json or {}) == {"saved_at"}
    assert "Begun" in client.get(desk).text
    onward = client.send(link, {"score": "4", "reason": "Good."})
    assert onward.headers["Location"].startswith(f"{desk}/{case.applications['birch']}")
    assert (
        client.send(link, {"score": "4", "reason": "Good.", "then": "desk"}).headers["Location"].startswith(f"{desk}?")
    )
    assert "1 of 14" in client.get(f"{desk}/submit").text
    assert client.send(f"{desk}/submit").status_code == 409
    for email in SCORERS:
        case.score(email, "residential", 4 if email == HALTON else 3, res_matching=1 if email == SEFTON else 3)
        assert client_for(email).send(f"{desk}/submit").status_code == 303
    assert "Your scores are submitted" in client.get(desk).text
    assert client.send(link, {"score": "0", "reason": "Changed my mind."}).status_code == 409


def _moderate(chair: StrictClient, client_for: Clients, case: Evaluated, url: str) -> None:
    lot = f"{url}/moderation/{case.lot('residential')}"
    page = chair.get(lot).text
    assert "Begin the meeting" in page
    assert chair.send(lot, {"title": "", "attendance": []}).status_code == 422
    members = re.findall(r'name="attendance" type="checkbox" value="([0-9a-f-]{36})"', page)
    assert len(members) == len(PANEL)
    assert chair.send(lot, {"title": "The meeting", "attendance": members[:-1]}).status_code == 303
    screens = re.findall(rf"{lot}/questions/[0-9a-f-]{{36}}", chair.get(lot).text)
    screen = next(s for s in screens if s.endswith(str(case.question("res-safeguarding"))))
    shown = chair.get(screen).text
    for words in ("Alder House Care", "Birch House Care", "Record the agreed score", "Show what the provider wrote"):
        assert words in shown
    for words in ("£", "Inbox", "/inbox", "Sign out"):
        assert words not in shown
    read_only = client_for(SEFTON).get(screen)
    assert read_only.status_code == 200
    assert "Record the agreed score" not in read_only.text
    given = {"candidate": case.applications["alder"], "score": "4", "letter_rationale": "", "internal_rationale": ""}
    assert client_for(SEFTON).send(screen, {**given, "letter_rationale": "Mine."}).status_code == 403
    assert chair.send(screen, given).status_code == 422
    done = chair.send(screen, {**given, "letter_rationale": "Well evidenced."})
    assert done.headers["Location"].endswith(f"?provider={case.applications['birch']}")
    assert "13 scores are still to be agreed" in chair.get(f"{url}/quality").text
    assert chair.send(f"{url}/quality").status_code == 409
    case.find_meeting("residential").agree("residential", 4, end=False)
    assert chair.send(f"{lot}/end").status_code == 303
    assert "The meeting" in client_for(LIVERPOOL).get(f"{url}/moderation").text


def _conclude(chair: StrictClient, client_for: Clients, url: str) -> None:
    finance, wirral = client_for(PRICE), client_for("head@wirral.example")
    assert finance.get(f"{url}/prices").status_code == 409
    assert client_for(LIVERPOOL).get(f"{url}/prices").status_code == 403
    assert chair.get(f"{url}/results").status_code == 409
    assert chair.send(f"{url}/quality").status_code == 303
    assert "£20.00" in finance.get(f"{url}/prices").text
    assert "Compute the results" in chair.get(f"{url}/results").text
    assert chair.send(f"{url}/results/sign-off").status_code == 409
    assert chair.send(f"{url}/results/compute").status_code == 303
    assert "Sign off the results" in chair.get(f"{url}/results").text
    assert wirral.get(f"{url}/results").status_code == 409
    assert chair.send(f"{url}/results/sign-off").status_code == 303
    page = wirral.get(f"{url}/results")
    assert page.text.count("Every rule was met") == 2
    detail = next(iter(re.findall(rf"{url}/results/[0-9a-f-]{{36}}", page.text)))
    assert "Clear and well evidenced." in wirral.get(detail).text
    assert chair.send(f"{url}/results/compute").status_code == 409


def test_score_sheets_go_out_and_come_in(
    client_for: Clients, closed_round: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = closed_round({"alder": ("residential",)}).to_scoring()
    desk = f"/rounds/{case.id}/evaluation/scoring/{case.lot('residential')}"
    client = client_for(LIVERPOOL)
    sheet = client.get(f"{desk}/sheet.xlsx")
    assert sheet.mimetype.endswith("spreadsheetml.sheet")

    def send(content: bytes, name: str = "scores.xlsx") -> object:
        return client.post(f"{desk}/sheet", data={"sheet": (BytesIO(content), name), "csrf_token": client.csrf()})

    assert client.send(f"{desk}/sheet").status_code == 422
    same = send(sheet.data)
    assert same.status_code == 303  # type: ignore[attr-defined]
    case.score(LIVERPOOL, "residential", 3)
    filled = client.get(f"{desk}/sheet.xlsx").data
    case.score(LIVERPOOL, "residential", 5)
    assert send(filled).status_code == 303  # type: ignore[attr-defined]
    assert client.get(desk).text.count(">3<") == 7
    other = client_for(SEFTON)
    foreign = other.post(f"{desk}/sheet", data={"sheet": (BytesIO(filled), "s.xlsx"), "csrf_token": other.csrf()})
    assert foreign.status_code == 422
    assert "belongs to another evaluator" in foreign.text
    wrong = send(_changed(filled))
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "whole score from 0 to 5" in wrong.text  # type: ignore[attr-defined]
    assert "H5" in wrong.text  # type: ignore[attr-defined]
    assert send(b"not a workbook").status_code == 422  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        monkeypatch.setitem(client.application.extensions, "scanner", Scanner(Path(folder, "s")))
        unscanned = send(filled)
        assert unscanned.status_code == 503  # type: ignore[attr-defined]
        assert "cannot be checked for malware just now" in unscanned.text  # type: ignore[attr-defined]
        with running_clamd(Path(folder, "s")) as clamd:
            clamd.reply = b"stream: Xls.Odd FOUND\0"
            infected = send(filled)
            assert infected.status_code == 422  # type: ignore[attr-defined]
            assert "found Xls.Odd in it" in infected.text  # type: ignore[attr-defined]
            assert clamd.received == [filled]


def _changed(workbook: bytes) -> bytes:
    """The first score becomes 3.5."""
    import zipfile

    made = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'(<c r="H5"[^>]*><v>)3(</v>)', rb"\g<1>3.5\2", content)
            new.writestr(item, content)
    return made.getvalue()


PAGES = ("", "/declare", "/declarations", "/checks", "/moderation", "/quality", "/prices", "/results")


@pytest.mark.parametrize("email", ["admin@alder.example", "writer@birch.example", "operator@portal.example"])
def test_an_evaluation_is_shut_to_who_is_no_council(client_for: Clients, closed_round: Closed, email: str) -> None:
    case = closed_round({"alder": ("residential",)}).to_moderation("residential")
    case.meet("residential")
    client = client_for(email)
    lot = case.lot("residential")
    for page in (*PAGES, "/panel", f"/scoring/{lot}", f"/moderation/{lot}"):
        assert client.get(f"/rounds/{case.id}/evaluation{page}").status_code == 403


def test_a_council_outside_the_system_finds_nothing(client_for: Clients, closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).to_scoring()
    outside = client_for("commissioning@wirral.example")
    for page in ("/declare", f"/scoring/{case.lot('residential')}", "/moderation", "/prices"):
        assert outside.get(f"/rounds/{case.id}/evaluation{page}").status_code == 403
    assert outside.get(f"/rounds/{case.id}/evaluation").status_code == 200
    assert "Declare your interests" not in outside.get(f"/rounds/{case.id}/evaluation").text


def test_an_evaluator_reads_nothing_before_declaring_and_nothing_after_removal(
    client_for: Clients, closed_round: Closed
) -> None:
    case = closed_round({"alder": ("residential",)}).open().start()
    desk = f"/rounds/{case.id}/evaluation/scoring/{case.lot('residential')}"
    client = client_for(LIVERPOOL)
    assert client.get(desk).status_code == 409
    case.declare(CHAIR, PRICE, HALTON, LIVERPOOL)
    case.declare(SEFTON, interests={"alder": "My sister runs it."}).rule()
    chair = client_for(CHAIR)
    ruling = f"/rounds/{case.id}/evaluation/declarations/{case.declaration_of(SEFTON, 'alder')}"
    assert chair.send(ruling, {"ruling": "removed"}).status_code == 303
    case.check()
    assert client.get(desk).status_code == 200
    link = f"{desk}/{case.applications['alder']}/{case.question('res-safeguarding')}"
    sefton = client_for(SEFTON)
    assert sefton.get(desk).status_code == 404
    assert sefton.get(link).status_code == 404
    assert sefton.send(link, {"score": "5", "reason": "Excellent."}).status_code == 404


def test_a_removed_member_loses_the_panels_pages(client_for: Clients, closed_round: Closed, region: Region) -> None:
    case = closed_round({"alder": ("residential",)}).open().start().declare(*PANEL).rule()
    chair = client_for(CHAIR)
    page = chair.get(f"/rounds/{case.id}/evaluation").text
    links = re.findall(rf"/rounds/{case.id}/evaluation/members/[0-9a-f-]{{36}}/remove", page)
    assert len(links) == 4
    gone = next(link for link in links if "Commissioning officer, Sefton" in chair.get(link).text)
    new = {"replacement": value(region, "placement@sefton.example")}
    assert chair.send(gone, {"replacement": value(region, CHAIR)}).status_code == 422
    assert chair.send(gone, new).status_code == 303
    assert client_for(SEFTON).get(f"/rounds/{case.id}/evaluation/declare").status_code == 403
    assert client_for("placement@sefton.example").get(f"/rounds/{case.id}/evaluation/declare").status_code == 200


def test_blind_pages_before_ones_own_scores_are_submitted(client_for: Clients, closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).to_scoring()
    case.score(HALTON, "residential", 1).submit(HALTON, "residential")
    lot = f"/rounds/{case.id}/evaluation/moderation/{case.lot('residential')}"
    screen = f"{lot}/questions/{case.question('res-safeguarding')}"
    for email in (LIVERPOOL, CHAIR):
        client = client_for(email)
        assert "Meets the requirement." not in client.get(lot).text
        assert client.get(screen).status_code == 409
    case.score(LIVERPOOL, "residential", 2).submit(LIVERPOOL, "residential")
    assert "Meets the requirement." in client_for(LIVERPOOL).get(screen).text


def test_documents_are_for_who_declared(client_for: Clients, closed_round: Closed) -> None:
    case = closed_round({"alder": ("residential",)}).open().start().declare(CHAIR, PRICE, HALTON, LIVERPOOL)
    case.declare(SEFTON, interests={"alder": "My sister runs it."}).rule()
    chair = client_for(CHAIR)
    ruling = f"/rounds/{case.id}/evaluation/declarations/{case.declaration_of(SEFTON, 'alder')}"
    assert chair.send(ruling, {"ruling": "removed"}).status_code == 303
    case.check()
    answer = (
        f"/rounds/{case.id}/evaluation/scoring/{case.lot('residential')}/{case.applications['alder']}/"
        f"{case.question('res-safeguarding')}"
    )
    client = client_for(LIVERPOOL)
    links = re.findall(
        rf"/rounds/{case.id}/evaluation/documents/[0-9a-f-]{{36}}/[0-9a-f-]{{36}}", client.get(answer).text
    )
    assert len(links) == 3
    document = client.get(links[0])
    assert document.mimetype == "application/pdf"
    assert document.data.startswith(b"%PDF")
    assert "attachment" in document.headers["Content-Disposition"]
    assert client_for(SEFTON).get(links[0]).status_code == 404
    assert client_for(PRICE).get(links[0]).status_code == 404
    assert client_for("commissioning@wirral.example").get(links[0]).status_code == 403


def test_pages_send_as_many_statements_for_one_applicant_as_for_three(
    client_for: Clients,
    closed_round: Closed,
    count_statements: Callable[[], AbstractContextManager[Statements]],
) -> None:
    counts = []
    for slugs in (("alder",), ("alder", "birch", "cedar")):
        case = closed_round(dict.fromkeys(slugs, ("residential",))).to_moderation("residential")
        case.meet("residential")
        url, lot = f"/rounds/{case.id}/evaluation", case.lot("residential")
        question = case.question("res-safeguarding")
        evaluator, chair = client_for(LIVERPOOL), client_for(CHAIR)
        found = {}
        for client, page in (
            (chair, ""),
            (chair, "/declarations"),
            (chair, "/checks"),
            (chair, f"/moderation/{lot}"),
            (chair, f"/moderation/{lot}/questions/{question}"),
            (evaluator, f"/scoring/{lot}"),
            (evaluator, f"/scoring/{lot}/{case.applications['alder']}/{question}"),
        ):
            client.get(url + page)
            with count_statements() as sent:
                assert client.get(url + page).status_code == 200
            found[page.replace(str(lot), "").split("/")[1] if page else "hub"] = len(sent)
            assert len(sent) <= 10, f"{page}\n{sent}"
        counts.append(found)
    assert counts[0] == counts[1]
