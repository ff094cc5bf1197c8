"""What the register says of an answer that needs those of others: counted from published answers alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from portal.core import clock
from portal.core.provision import Urls
from portal.decisions.actions import call_in, draft_decision, raise_matter, record_decision
from portal.decisions.kinds import MatterKind, register_kind
from portal.decisions.rules.public_standing import Others, standing
from portal.decisions.rules.settling import RULES
from tests.decisions.test_pages import words
from tests.support.client import StrictClient
from tests.support.evaluated import LEAD, decision_values
from tests.support.publishing import published
from tests.support.region import COUNCILS, Region, acting
from tests.support.rounds import make_round

ClientFor = Callable[..., StrictClient]
THREE = ("halton", "sefton", "wirral")
KINDS = {
    rule: register_kind(MatterKind(f"with_others_{rule}", "Extend", rule, "Whether …", "Yes.", "No.", "Not yet."))
    for rule in ("every_participant", "minimum", "lead_plus_majority")
}


class Joint:
    """One joint decision of three councils."""

    def __init__(self, app: Flask, region: Region, system_id: UUID, rule: str) -> None:
        self.app, asked = app, [(region.organisations[slug], COUNCILS[slug][1]) for slug in THREE]
        with acting(app, LEAD) as (session, actor):
            self.matter = raise_matter(
                session, actor, kind=KINDS[rule].name, system_id=system_id, subject_id=uuid4(), subject_label="Foster care",
                question="Whether …", answer_by=clock.today() + timedelta(days=14), parties=asked, facts={},
                **({"minimum": 2} if rule == "minimum" else {}),
            ).id  # fmt: skip

    def answer(self, slug: str, *, public: bool = True, effective: date | None = None, **changed: object) -> UUID:
        with acting(self.app, f"procurement@{slug}.example") as (session, actor):
            values = decision_values(effective_on=effective or clock.today(), **changed)
            drafted = draft_decision(session, actor, matter_id=self.matter, **values).id
        with acting(self.app, f"democratic@{slug}.example") as (session, actor):
            record_decision(session, actor, decision_id=drafted)
        return published(self.app, slug, drafted, effective) if public else drafted


@pytest.fixture(scope="module")
def system_id(app: Flask, region: Region) -> UUID:
    return make_round(app, region).system_id


def shown(client_for: ClientFor, decision: UUID) -> tuple[str, dict[str, object]]:
    """The page and the data, as anybody reads them."""
    client = client_for()
    page = words(client.get(f"/public/decisions/{decision}").get_data(as_text=True))
    return page, json.loads(client.get(f"/public/decisions/{decision}.json").data)


def test_it_takes_effect_when_all_have_published(
    app: Flask, region: Region, client_for: ClientFor, system_id: UUID
) -> None:
    joint, later = Joint(app, region, system_id, "every_participant"), clock.today() + timedelta(days=5)
    first = joint.answer("halton")
    page, data = shown(client_for, first)
    assert "1 of 3 councils asked has published an answer." in page
    assert "Decided, with others" in page
    assert data["together"] == {"asked": 3, "published": 1, "takes_effect_on": None}
    assert data["standing"] == "waiting"
    joint.answer("sefton")
    assert "2 of 3 councils asked have published an answer." in shown(client_for, first)[0]
    joint.answer("wirral", effective=later)
    page, data = shown(client_for, first)
    assert "All 3 councils asked have published an answer." in page
    assert f"Takes effect on {later.day} {later:%B %Y}" in page
    assert data["together"] == {"asked": 3, "published": 3, "takes_effect_on": later.isoformat()}


@pytest.mark.parametrize("outcome", ["approve", "not_approve"])
@pytest.mark.parametrize("rule", sorted(KINDS))
def test_what_is_not_published_tells_nothing(
    app: Flask, urls: Urls, region: Region, client_for: ClientFor, system_id: UUID, rule: str, outcome: str
) -> None:
    """Recorded, deferred or drafted and not published: the register says the same as if nothing had been said."""
    joint = Joint(app, region, system_id, rule)
    first = joint.answer("halton")
    client = client_for()

    def everything() -> list[str]:
        page, data = shown(client_for, first)
        data.pop("updated_at")
        others = [
            client.get(path).get_data(as_text=True)
            for path in ("/public/decisions.csv", "/public/councils/halton/decisions")
        ]
        with psycopg.connect(urls.app) as connection:
            told = connection.execute("SELECT * FROM app.public_standing(%s)", ([joint.matter],)).fetchall()
        return [page, json.dumps(data), *(words(o) for o in others), str(told)]

    before = everything()
    joint.answer("sefton", public=False, outcome=outcome)
    joint.answer("wirral", public=False, outcome="approve")
    assert everything() == before


def test_a_later_answer_that_is_not_public_leaves_the_earlier_standing(
    app: Flask, urls: Urls, region: Region, client_for: ClientFor, system_id: UUID
) -> None:
    joint, later = Joint(app, region, system_id, "minimum"), clock.today() + timedelta(days=30)
    first = joint.answer("halton", effective=later)
    joint.answer("sefton", effective=later)
    before = shown(client_for, first)
    assert before[1]["together"] == {"asked": 3, "published": 2, "takes_effect_on": later.isoformat()}
    # It takes the place of a published one at once, before that one's day: inside it is gone, outside it stands.
    joint.answer("sefton", public=False, outcome="not_approve", effective=later)
    assert shown(client_for, first) == before


def test_a_published_answer_that_is_called_in_holds_it_up(
    app: Flask, region: Region, client_for: ClientFor, system_id: UUID
) -> None:
    joint, later = Joint(app, region, system_id, "minimum"), clock.today() + timedelta(days=6)
    first, second = joint.answer("halton"), joint.answer("sefton", effective=later)
    assert shown(client_for, first)[1]["together"]["takes_effect_on"] == later.isoformat()  # type: ignore[index]
    with acting(app, "democratic@sefton.example") as (session, actor):
        call_in(session, actor, decision_id=second, requested_on=clock.today(), requested_by="Members", grounds="Cost.")
    page, data = shown(client_for, first)
    assert data["together"] == {"asked": 3, "published": 2, "takes_effect_on": None}
    assert "Decided, with others" in page


def test_nothing_is_told_of_a_question_without_a_published_answer(
    app: Flask, urls: Urls, region: Region, system_id: UUID
) -> None:
    joint = Joint(app, region, system_id, "every_participant")
    joint.answer("halton", public=False)
    joint.answer("sefton", outcome="defer", defer_until=clock.today() + timedelta(days=9), effective=None)
    with psycopg.connect(urls.app) as connection:
        assert connection.execute("SELECT * FROM app.public_standing(%s)", ([joint.matter],)).fetchall() == []


@pytest.mark.parametrize(
    ("others", "code", "said"),
    [
        (None, "waiting", RULES["every_participant"]),
        (Others(6, 4, None), "waiting", "4 of 6 councils asked have published an answer."),
        (Others(6, 6, date(2026, 3, 3)), "waiting", "Takes effect on 3 March 2026."),
        (Others(6, 6, date(2026, 2, 3)), "effective", "In effect since 3 February 2026."),
    ],
)
def test_the_sentence(others: Others | None, code: str, said: str) -> None:
    found = standing(
        outcome="approve", together=RULES["every_participant"], others=others, effective_on=date(2026, 1, 5), defer_until=None,
        today=date(2026, 2, 10), superseded_from=None, called_in_on=None, call_in_outcome=None,
    )  # fmt: skip
    assert found.code == code
    assert said in found.sentence
