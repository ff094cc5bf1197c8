"""The database, the rule in Python and a reckoning day by day say the same of any rows: who may act, and from which day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from psycopg import sql

from portal.decisions.rules.settling import RULES, effects
from tests.support.attempt import Attempt
from tests.support.reckoning import Question
from tests.support.world import TABLES, World, _default, adapted, named
from tests.support.world_rows import S

START = date(2026, 3, 1)
"""Days around the change of the clocks."""
TODAY = 30
"""Nothing is recorded after this day; from it on, forecasts are compared."""
LAST = 45
OUTCOMES = ("approve", "approve", "approve", "approve_with_restriction", "approve_in_part", "not_approve", "defer")
PARTS = (None, "extension", "added-lot")
Row = dict[str, Any]


def on(day: int) -> date:
    return START + timedelta(days=day)


def at(day: int, number: int) -> datetime:
    """Late in the evening too, where London and UTC have different days."""
    return datetime.combine(on(day), datetime.min.time(), UTC) + timedelta(hours=(number * 7) % 23, minutes=number)


@st.composite
def histories(draw: st.DrawFn, matter: UUID, council: UUID) -> tuple[list[Row], dict[UUID, dict[str, str]]]:
    """What one council did: nothing, or one decision after the other; the last stands, or is called in; perhaps a draft."""
    recorded = sorted(draw(st.lists(st.integers(0, TODAY), max_size=3)))
    rows: list[Row] = []
    parts: dict[UUID, dict[str, str]] = {}
    for number, day in enumerate(recorded):
        last = number == len(recorded) - 1
        outcome = draw(st.sampled_from(OUTCOMES))
        effective = draw(st.one_of(st.integers(0, LAST), st.integers(0, LAST), st.none()))
        called_in = draw(st.integers(0, 5)) == 0
        row: Row = {
            "id": uuid5(matter, f"{council} {number}"),
            "matter_id": matter,
            "authority_id": council,
            "status": ("called_in" if called_in else "recorded") if last else "superseded",
            "outcome": outcome,
            "effective_on": None if called_in or effective is None or outcome == "defer" else on(effective),
            "recorded_at": at(day, number),
            "superseded_at": None if last else at(recorded[number + 1], number + 1),
            "defer_until": on(LAST) if outcome == "defer" else None,
        }
        rows.append(row)
        if outcome == "approve_in_part" or draw(st.integers(0, 3)) == 0:
            said = st.sampled_from(("approve", "not_approve"))
            parts[row["id"]] = {slug: draw(said) for slug in PARTS if slug and draw(st.booleans())}
    if draw(st.integers(0, 3)) == 0:
        drafted = {"id": uuid5(matter, f"{council} draft"), "status": "draft", "outcome": "approve"}
        rows.append(drafted | {"matter_id": matter, "authority_id": council, "effective_on": on(0), "defer_until": None,
                               "recorded_at": None, "superseded_at": None})  # fmt: skip
    return rows, parts


@st.composite
def questions(draw: st.DrawFn, number: int = 0, most: int = 7) -> Question:
    matter = named(f"effects {number}")
    asked = tuple(uuid5(matter, f"council {n}") for n in range(draw(st.integers(1, most))))
    excused = frozenset(c for c in asked[1:] if draw(st.integers(0, 7)) == 0)
    rows: list[Row] = []
    parts: dict[UUID, dict[str, str]] = {}
    for council in asked:
        own, of_parts = draw(histories(matter, council))
        rows += own
        parts |= of_parts
    rule = draw(st.sampled_from(tuple(RULES)))
    return Question(
        rule=rule,
        minimum=draw(st.integers(1, len(asked))) if rule == "minimum" else None,
        late=draw(st.sampled_from(("counts", "stays_out"))),
        answer_by=on(draw(st.integers(5, TODAY))),
        lead=asked[0],
        asked=asked,
        excused=excused,
        said=tuple(rows),
        parts=parts,
    )


class Database:
    """A transaction in the lead's scope, triggers asleep; what an example writes is taken back."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def write(self, table: str, rows: list[Row]) -> None:
        if not rows:
            return
        columns = TABLES[table].columns
        whole = [{c.name: row.get(c.name, _default(c)) for c in columns} for row in rows]
        names, places = (
            sql.SQL(", ").join(sql.Identifier(n) for n in whole[0]),
            sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        )
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ").format(sql.SQL(table), names)
        every = sql.SQL(", ").join([sql.SQL("({})").format(places)] * len(whole))
        self.connection.execute(statement + every, [adapted(v, columns[n]) for row in whole for n, v in row.items()])

    @contextmanager
    def holding(self, asked: dict[UUID, Question], **matters: Any) -> Iterator[None]:
        with self.connection.transaction(force_rollback=True):
            for matter, question in asked.items():
                self._write(matter, question, matters)
            yield

    def _write(self, matter: UUID, question: Question, matters: Row) -> None:
        common = {"matter_id": matter, "system_id": S}
        self.write("decisions.matters", [{
            "id": matter, "rule": question.rule, "minimum": question.minimum, "late": question.late, "system_id": S,
            "subject_id": matter, "raised_by_id": question.lead, "answer_by": question.answer_by, "status": "open",
            "asked_again_because": "", "withdrawn_because": "", **matters,
        }])  # fmt: skip
        self.write("decisions.matter_parties", [{
            **common, "id": uuid5(matter, f"party {council}"), "authority_id": council, "raised_by_id": question.lead,
            "excused_at": at(1, 0) if council in question.excused else None,
            "excused_because": "It left." if council in question.excused else "",
        } for council in question.asked])  # fmt: skip
        self.write("decisions.decisions", [{
            **common, "title": "", "route": "", "urgency": "", "record_kept": "", "decided_on": START - timedelta(days=9), **row,
        } for row in question.said])  # fmt: skip
        owners = {row["id"]: row["authority_id"] for row in question.said}
        self.write("decisions.parts", [
            {"id": uuid5(decision, slug), "decision_id": decision, "authority_id": owners[decision], "slug": slug, "outcome": said}
            for decision, answers in question.parts.items() for slug, said in answers.items()
        ])  # fmt: skip

    def effects(self, matters: list[UUID], days: list[date]) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            "SELECT d, p, e.matter_id, e.authority_id, e.decision_id, e.own_from, e.own_until, e.takes_effect_on, e.in_effect "
            "FROM unnest(%s::date[]) d CROSS JOIN unnest(%s::text[]) p CROSS JOIN LATERAL app.effects(%s, d, p) e",
            [days, list(PARTS), matters],
        ).fetchall()


@pytest.fixture(scope="module")
def database(world: World) -> Iterator[Database]:
    with psycopg.connect(world.urls.admin, autocommit=True) as connection, connection.transaction(force_rollback=True):
        Attempt(world, connection).as_("lead")
        connection.execute("SET LOCAL session_replication_role = replica")
        yield Database(connection)


@examples(max_examples=120)
@given(st.data())
def test_database_rule_and_reckoning_agree(database: Database, data: st.DataObject) -> None:
    asked = {named(f"effects {n}"): data.draw(questions(n)) for n in range(data.draw(st.integers(1, 2)))}
    days = [on(n) for n in data.draw(st.lists(st.integers(0, LAST), min_size=1, max_size=3, unique=True))]
    with database.holding(asked):
        found = database.effects(list(asked), days)
    assert len(found) == len(days) * len(PARTS) * sum(len(q.asked) for q in asked.values())
    for day, part, matter, council, decision, own_from, own_until, begins, in_effect in found:
        question = asked[matter]
        assert in_effect == question.in_effect(council, day, part)
        if in_effect:
            standing = question.standing(council, day)
            assert standing is not None
            assert decision == standing["id"]
        if day < on(TODAY):
            continue
        assert (own_from, own_until) == question.own(council, day, part)
        own = {c: question.own(c, day, part) for c in question.asked if c not in question.excused}
        ruled = effects(
            question.rule,
            {c: since for c, (since, _) in own.items()},
            lead=question.lead,
            minimum=question.minimum,
            yes_until={c: until for c, (_, until) in own.items() if until},
        )
        assert begins == ruled.get(council)
        if in_effect:
            assert begins <= day
        else:
            assert begins == question.begins(council, day, on(LAST + 1), part)


@examples(max_examples=8)
@given(questions(most=24))
def test_for_twenty_four_councils_too(database: Database, question: Question) -> None:
    matter = named("effects 0")
    with database.holding({matter: question}):
        found = database.effects([matter], [on(TODAY)])
    assert {(part, council): yes for _, part, _, council, *_, yes in found} == {
        (part, council): question.in_effect(council, on(TODAY), part) for part in PARTS for council in question.asked
    }


@pytest.mark.parametrize(
    "gone",
    [
        {"status": "withdrawn", "withdrawn_at": at(3, 0), "withdrawn_because": "It has changed."},
        {"status": "settled", "settled_at": at(3, 0), "asked_again_at": at(4, 0)},
    ],
)
def test_a_question_that_no_longer_counts_has_no_effect(database: Database, gone: Row) -> None:
    matter, council = named("effects 0"), named("effects council")
    yes: Row = {"id": named("effects yes"), "authority_id": council, "status": "recorded", "outcome": "approve",
                "effective_on": on(0), "recorded_at": at(0, 1), "superseded_at": None, "defer_until": None}  # fmt: skip
    question = Question("each_for_itself", None, "counts", on(9), council, (council,), frozenset(), (yes,))
    with database.holding({matter: question}):
        assert [row[-1] for row in database.effects([matter], [on(1)])] == [True] * len(PARTS)
    with database.holding({matter: question}, **gone):
        assert database.effects([matter], [on(1)]) == []
