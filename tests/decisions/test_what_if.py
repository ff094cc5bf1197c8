"""What would follow: by the rules alone, and on the page, which decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.core import clock
from portal.core.provision import Urls
from portal.decisions.rules.what_if import Question, Words, days_of, follows, outlook_if, supposition
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.asking import ask_councils
from portal.purchasing_systems.queries.systems import participants_of
from tests.support.client import StrictClient
from tests.support.many_councils import more_authorities, take_part
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, make_round

ClientFor = Callable[..., StrictClient]
BY, TODAY = date(2027, 3, 1), date(2027, 2, 1)
WORDS = Words("May act.", "Does not act.", "Waits.", "Was late.")
LATER = timedelta(weeks=4)


def worked(rule: str, late: str = "counts", minimum: int | None = None, **answers: str) -> tuple[str, dict[str, Any]]:
    """The outlook's code, and by council the day and the sentence. The lead is `a`."""
    question = Question(rule, minimum, late, BY)
    days = days_of(question, answers, {"a": date(2027, 2, 10)}, today=TODAY, late_by=LATER)
    found = follows(question, answers, days, WORDS, lead="a")
    return outlook_if(question, answers, lead="a").code, {c: (f.from_, f.sentence) for c, f in found.items()}


def test_each_for_itself_nobody_waits_for_a_late_one() -> None:
    code, found = worked("each_for_itself", a="yes", b="no", c="none", d="late")
    assert code == "carried"
    assert found == {
        "a": (date(2027, 2, 10), "From 10 February 2027: May act."),
        "b": (None, "Does not act."),
        "c": (None, "Waits."),
        "d": (BY + LATER, "From 29 March 2027: May act. Was late."),
    }


def test_of_every_participant_one_refusal_is_enough() -> None:
    code, found = worked("every_participant", a="yes", b="no", c="yes")
    assert code == "failed"
    assert {day for day, _ in found.values()} == {None}
    assert "has no effect while the rule is not met" in found["a"][1]


def test_of_every_participant_the_last_day_is_everybodys() -> None:
    code, found = worked("every_participant", a="yes", b="late", c="yes")
    assert code == "carried"
    assert {day for day, _ in found.values()} == {BY + LATER}


def test_a_late_answer_that_stays_out_counts_for_nobody() -> None:
    code, found = worked("minimum", late="stays_out", minimum=2, a="yes", b="late", c="none")
    assert code == "open"
    assert found["b"] == (None, "Was late.")
    assert worked("minimum", late="stays_out", minimum=2, a="yes", b="late", c="no")[0] == "failed"
    assert worked("minimum", late="counts", minimum=2, a="yes", b="late", c="no")[0] == "carried"


def test_without_the_lead_no_majority_carries_it() -> None:
    assert worked("lead_plus_majority", a="no", b="yes", c="yes")[0] == "failed"
    assert worked("lead_plus_majority", a="none", b="yes", c="yes")[0] == "open"
    code, found = worked("lead_plus_majority", a="yes", b="yes", c="no")
    assert code == "carried"
    assert found["c"] == (None, "Does not act.")


def test_what_is_supposed_is_said() -> None:
    assert supposition([]) == "As the answers stand today:"
    assert supposition([("Wirral", "no")]) == "If Wirral refuses:"
    assert supposition([("Wirral", "no"), ("Sefton", "late")]) == "If Wirral refuses and Sefton says yes, late:"


@pytest.fixture(scope="module")
def matter(app: Flask, region: Region) -> UUID:
    """Adopting a version, put to six councils; nobody has answered."""
    made = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    return put(app, made.system_id, m.TAKE_PART.name, str(made.system_id))


def put(app: Flask, system_id: UUID, kind: str, subject: str) -> UUID:
    """To everybody who takes part."""
    with acting(app, LEAD) as (session, actor):
        everybody = [p.authority_id for p in participants_of(session, system_id)]
        return ask_councils(
            session, actor, system_id=system_id, kind=getattr(m, kind.upper()), subject=subject,
            answer_by=clock.today() + timedelta(days=30), councils=everybody,
        ).id  # fmt: skip


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_supposes_from_its_address(client_for: ClientFor, matter: UUID) -> None:
    client = client_for("cabinet@sefton.example")
    stands = client.get(f"/decisions/{matter}/what-if").get_data(as_text=True)
    assert "As the answers stand today:" in stands
    assert "nothing is decided here" in stands
    assert f"/decisions/{matter}/what-if?wirral=no" in stands
    refuses = client.get(f"/decisions/{matter}/what-if?wirral=no&sefton=yes")
    said = words(refuses.get_data(as_text=True))
    assert "If Sefton says yes and Wirral refuses:" in said
    assert m.TAKE_PART.no in said
    assert f"{m.TAKE_PART.yes}" in said
    assert re.search(r'<option value="no" selected>', refuses.get_data(as_text=True))
    odd = client.get(f"/decisions/{matter}/what-if?wirral=perhaps&weeks=9999&halton=<b>")
    assert "As the answers stand today:" in odd.get_data(as_text=True)
    assert "The board" not in said
    board = client.get(f"/decisions/{matter}").get_data(as_text=True)
    assert f"/decisions/{matter}/what-if" in board
    assert "No answer yet: Halton, Knowsley, Liverpool, Sefton, St Helens and Wirral." in board, "nothing was decided"


def test_what_if_is_the_councils_own(client_for: ClientFor, matter: UUID) -> None:
    assert client_for("admin@alder.example").get(f"/decisions/{matter}/what-if").status_code == 403


def test_the_same_statements_for_six_and_twenty_four_councils(
    app: Flask, region: Region, urls: Urls, client_for: ClientFor, count_statements: Any
) -> None:
    small = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    large = make_round(app, region, publish=False, opens_in=timedelta(days=1))
    take_part(app, large.system_id, more_authorities(urls, region, 18))
    client, counts = client_for("cabinet@sefton.example"), []
    for made in (small, large):
        asked = put(app, made.system_id, "take_part", str(made.system_id))
        for path in (f"/decisions/{asked}", f"/decisions/{asked}/what-if", f"/systems/{made.system_id}/term"):
            with count_statements() as sent:
                page = client.get(path)
            assert page.status_code == 200
            counts.append(
                (made, path.rsplit("/", maxsplit=1)[-1] if "what" in path or "term" in path else "board", len(sent))
            )
    by_page = {name: {n for _, page, n in counts if page == name} for name in ("board", "what-if", "term")}
    assert all(len(found) == 1 for found in by_page.values()), by_page
    assert max(max(found) for found in by_page.values()) <= 10, by_page
