"""Six councils do whatever they may, in any order, on a question of every rule; after each step the database is asked what follows.

The machine keeps its own book of what each step should have done, and predicts which steps are refused. What follows from the rows is
reckoned day by day (`tests.support.reckoning`) and compared with what the database says. At the end the question's lines of the trail
are replayed, and must lead to the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import Phase, seed
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import dict_row
from sqlalchemy.exc import DBAPIError

from portal.activity.commands import check
from portal.activity.proof import read_heads
from portal.core import clock
from portal.core.audit.trail import keep_heads_in
from portal.core.database import db, session
from portal.core.errors import Invalid, Refused
from portal.core.provision import Urls
from portal.core.scope import actor_of, enter_with_token
from portal.core.settings import Settings
from portal.core.web.lifecycle import as_refusal
from portal.decisions.actions import (
    call_in,
    close_matter,
    draft_decision,
    excuse_party,
    publish_record,
    raise_matter,
    record_decision,
    resolve_call_in,
)
from portal.decisions.actions.afterwards import HEARD
from portal.decisions.kinds import MatterKind
from portal.decisions.queries.board import board
from portal.decisions.queries.effects import effects_on
from portal.decisions.rules.settling import RULES
from tests.support.evaluated import decision_values
from tests.support.reckoning import YES, Question
from tests.support.region import COUNCILS, Region, token_for
from tests.support.rounds import make_round

SLUGS = tuple(COUNCILS)
LEAD = SLUGS[0]
PARTS = (("extension", "Extend the term"), ("added-lot", "Add a lot"))
BACK = 120
"""Days before today on which every example begins; it moves forward, and never reaches today."""
councils = st.sampled_from(SLUGS)
Row = dict[str, Any]


@dataclass
class Ground:
    """One database for all examples; each puts a question of its own."""

    app: Flask
    region: Region
    urls: Urls
    system_id: UUID
    watch: psycopg.Connection[Any]
    seen: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)

    def set_noon(self, day: int) -> None:
        """Both clocks to noon of a day, counted from the first: no test leans on the time of day."""
        real = clock.now() - clock.shift()
        wanted = datetime.combine(real.date(), time(12), UTC) - timedelta(days=BACK - day)
        self.watch.execute("UPDATE app.clock SET shift = %s", [wanted - real])
        clock.set_back(real - wanted)
        self.tokens.clear()

    def rows(self, statement: str, *values: Any) -> list[Row]:
        return self.watch.cursor(row_factory=dict_row).execute(statement, values).fetchall()

    @contextmanager
    def acting(self, email: str) -> Iterator[tuple[Any, Any]]:
        """As `tests.support.region.acting`; of one day, everybody signs in once."""
        with self.app.app_context():
            current = session()
            if email not in self.tokens:
                self.tokens[email] = token_for(current, email)
            enter_with_token(current, self.tokens[email])
            try:
                yield current, actor_of(current)
                current.commit()
            finally:
                current.rollback()
                db.session.remove()

    def attempt(self, email: str, act: Callable[[Any, Any], Any]) -> Any:
        """What the act returns, or None if it was refused with a sentence; anything else fails."""
        try:
            with self.acting(email) as (current, actor):
                return act(current, actor) or True
        except (Refused, Invalid) as refusal:
            told: Exception | None = refusal
        except DBAPIError as error:
            told = as_refusal(error) or error
        assert isinstance(told, Refused | Invalid), repr(told)
        assert isinstance(told, Invalid) or told.sentence.endswith(".")
        return None


def kind_for(rule_: str, late: str) -> MatterKind:
    return MatterKind(f"test_{rule_}_{late}", "Test", rule_, "Whether?", "Yes.", "No.", "Silent.", late_rule=late)


@pytest.fixture(scope="module")
def ground(
    app: Flask, region: Region, urls: Urls, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    folder: Path = tmp_path_factory.mktemp("heads")
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(urls.admin, autocommit=True) as watch:
        from portal.decisions import kinds

        for rule_ in RULES:
            for late in ("counts", "stays_out"):
                made = kind_for(rule_, late)
                patch.setitem(kinds._kinds, made.name, made)
        system = make_round(app, region, publish=False).system_id
        keep_heads_in(folder)
        yield Ground(app, region, urls, system, watch)
        watch.execute("UPDATE app.clock SET shift = '0'")
        clock.set_back(timedelta(0))
        heads = read_heads(folder)
        assert heads is not None
        found = check(urls.keeper, heads)
        keep_heads_in(settings.heads_folder)
        assert found.faults == []
        assert found.witnessed == found.last


@dataclass
class Said:
    """The book's line on one decision."""

    outcome: str
    effective_on: date | None
    published: bool
    status: str = "recorded"
    heard: str | None = None
    called: bool = False
    public: bool = False


class Councils(RuleBasedStateMachine):
    """`book`: what each council has said, in order; the last stands."""

    ground: Ground
    rule: str

    @initialize(
        late=st.sampled_from(("counts", "stays_out")),
        minimum=st.integers(1, 6), within=st.integers(2, 5), in_parts=st.booleans(),
        first=st.lists(st.sampled_from(("approve", "approve", "approve", "not_approve", "")), min_size=6, max_size=6)
        | st.just(["approve"] * 6) | st.just(["approve"] * 5 + [""]),
    )  # fmt: skip
    def put(self, late: str, minimum: int, within: int, in_parts: bool, first: list[str]) -> None:
        self.ground.rules.add(self.rule)
        self.day = 0
        self.ground.set_noon(0)
        self.late, self.in_parts = late, in_parts
        self.answer_by = clock.today() + timedelta(days=within)
        self.book: dict[str, list[Said]] = {slug: [] for slug in SLUGS}
        self.excused: set[str] = set()
        self.drafted: dict[str, UUID] = {}
        self.settled = False
        self.settled_at: datetime | None = None

        def raising(current: Any, actor: Any) -> UUID:
            return raise_matter(
                current, actor, kind=kind_for(self.rule, late).name, system_id=self.ground.system_id, subject_id=uuid4(),
                subject_label="Test", question="Whether?", answer_by=self.answer_by,
                parties=[(self.ground.region.organisations[slug], COUNCILS[slug][1]) for slug in SLUGS], facts={},
                minimum=minimum if self.rule == "minimum" else None, parts=PARTS if in_parts else (),
            ).id  # fmt: skip

        made = self.ground.attempt(f"procurement@{LEAD}.example", raising)
        assert isinstance(made, UUID)
        self.matter = made
        for number, (slug, outcome) in enumerate(zip(SLUGS, first, strict=True)):
            if outcome:
                self._decide(slug, outcome, number % 4, published=number % 3 > 0, recorded=True)

    # What councils do.

    def _may_draft(self, slug: str) -> bool:
        standing = self.book[slug][-1] if self.book[slug] else None
        if not self.settled:
            return True
        if standing is None:
            return False
        return standing.status == "called_in" or (self.rule == "each_for_itself" and standing.outcome != "defer")

    def _may_record(self, slug: str, outcome: str) -> bool:
        if not self._may_draft(slug) or slug in self.excused:
            return False
        own = self.book[slug]
        if outcome == "defer" and any(said.outcome != "defer" for said in own):
            return False
        over = self.late == "stays_out" and clock.today() > self.answer_by
        if over and outcome != "defer" and self.settled and self.rule != "each_for_itself":
            return False
        return (
            not self.settled
            or self.rule == "each_for_itself"
            or any(said.heard in ("reconsider", "referred") for said in own)
        )

    @rule(
        slug=councils, delay=st.one_of(st.none(), st.integers(0, 6)), published=st.booleans(),
        outcome=st.sampled_from(("approve", "approve", "approve", "approve_in_part", "not_approve", "defer")),
        recorded=st.sampled_from((True, True, True, False)),
    )  # fmt: skip
    def decide(self, slug: str, outcome: str, delay: int | None, published: bool, recorded: bool) -> None:
        """Draft and record: the first answer, or a later one in place of it, called in or not."""
        self._decide(slug, outcome, delay, published, recorded)

    def _decide(self, slug: str, outcome: str, delay: int | None, published: bool, recorded: bool) -> None:
        if outcome == "approve_in_part" and not self.in_parts:
            outcome = "not_approve"
        today = clock.today()
        effective = None if delay is None or outcome == "defer" else today + timedelta(days=delay)
        published = published and (effective is not None or outcome == "defer")
        values = decision_values(outcome=outcome, effective_on=effective, published_on=today if published else None)
        if outcome == "approve_in_part":
            values["parts"] = {"extension": ("approve", ""), "added-lot": ("not_approve", "")}
        made = self.ground.attempt(
            f"procurement@{slug}.example",
            lambda current, actor: draft_decision(current, actor, matter_id=self.matter, **values).id,
        )
        assert (made is not None) == self._may_draft(slug)
        if made is None:
            return
        self.drafted[slug] = made
        if not recorded:
            return
        done = self.ground.attempt(
            f"democratic@{slug}.example", lambda current, actor: record_decision(current, actor, decision_id=made).id
        )
        assert (done is not None) == self._may_record(slug, outcome), (slug, outcome)
        if done is None:
            return
        del self.drafted[slug]
        if self.book[slug]:
            self.ground.seen.add(f"superseded {self.book[slug][-1].status}{' when settled' * self.settled}")
            self.book[slug][-1].status = "superseded"
        self.book[slug].append(Said(outcome, effective, published))
        self._settle()

    @precondition(lambda self: any(self.book.values()))
    @rule(data=st.data(), delay=st.integers(0, 6), outcome=st.sampled_from(("approve", "approve", "not_approve")))
    def decide_anew(self, data: st.DataObject, outcome: str, delay: int) -> None:
        slug, _, _ = self._one(data, lambda said: said.status == "called_in")
        self._decide(slug, outcome, delay, published=True, recorded=True)

    @precondition(lambda self: any(self.book.values()))
    @rule(data=st.data(), delay=st.integers(0, 8))
    def publish(self, data: st.DataObject, delay: int) -> None:
        slug, said, decision = self._one(data, lambda said: said.status == "recorded" and not said.public)
        effective = clock.today() + timedelta(days=delay)
        done = self.ground.attempt(
            f"head@{slug}.example",
            lambda current, actor: publish_record(
                current, actor, decision_id=decision, published_on=clock.today(), effective_on=effective
            ),
        )
        assert (done is not None) == (said.status == "recorded" and not said.public)
        if done:
            said.published = said.public = True
            if said.outcome != "defer":
                said.effective_on = said.effective_on or effective

    @precondition(lambda self: any(self.book.values()))
    @rule(data=st.data(), heard=st.sampled_from((None, *HEARD)), anew=st.booleans())
    def call_it_in(self, data: st.DataObject, heard: str | None, anew: bool) -> None:
        """And perhaps hear it, or decide anew, on the same day."""
        slug, said, decision = self._one(data, self._can_be_called_in)
        can_be = self._can_be_called_in(said)
        done = self.ground.attempt(
            f"democratic@{slug}.example",
            lambda current, actor: call_in(
                current, actor, decision_id=decision, requested_on=clock.today(), requested_by="Three members", grounds="Costs"
            ),
        )  # fmt: skip
        assert (done is not None) == can_be
        if done:
            said.status, said.effective_on, said.called = "called_in", None, True
            self.ground.seen.add("called in")
            if heard:
                self._hear(slug, said, decision, heard)
            if anew:
                self._decide(slug, "approve", 2, published=True, recorded=True)

    def _can_be_called_in(self, said: Said) -> bool:
        in_effect = said.effective_on is not None and said.effective_on <= clock.today()
        return said.status == "recorded" and said.published and not in_effect and not said.called

    @precondition(lambda self: any(own and own[-1].status == "called_in" for own in self.book.values()))
    @rule(data=st.data(), outcome=st.sampled_from(tuple(HEARD)))
    def hear(self, data: st.DataObject, outcome: str) -> None:
        self._hear(*self._one(data, lambda said: said.status == "called_in"), outcome)

    def _hear(self, slug: str, said: Said, decision: UUID, outcome: str) -> None:
        done = self.ground.attempt(
            f"democratic@{slug}.example",
            lambda current, actor: resolve_call_in(
                current, actor, decision_id=decision, outcome=outcome, resolved_on=clock.today()
            ),
        )
        heard_out = said.heard is not None and (said.heard in ("upheld", "confirmed") or outcome != "confirmed")
        assert (done is not None) == (said.status == "called_in" and not heard_out)
        if done is None:
            return
        said.heard = outcome
        if outcome in ("upheld", "confirmed"):
            said.status, said.effective_on = "recorded", clock.today()
        self.ground.seen.add(outcome)
        self._settle()

    @rule(slug=councils)
    def excuse(self, slug: str) -> None:
        done = self.ground.attempt(
            f"procurement@{LEAD}.example",
            lambda current, actor: excuse_party(
                current, actor, matter_id=self.matter, authority_id=self.ground.region.organisations[slug], because="It left."
            ),
        )  # fmt: skip
        assert (done is not None) == (not self.settled and slug != LEAD and slug not in self.excused)
        if done:
            self.excused.add(slug)
            self.ground.seen.add("excused")
            self._settle()

    @precondition(lambda self: not self.settled and self.day < BACK - 20)
    @rule(after=st.integers(0, 1))
    def close(self, after: int) -> None:
        """On the last day, when it is refused, or on the day after."""
        while clock.today() < self.answer_by + timedelta(days=after):
            self.day += 1
            self.ground.set_noon(self.day)
        done = self.ground.attempt(
            f"commissioning@{LEAD}.example", lambda current, actor: close_matter(current, actor, matter_id=self.matter)
        )
        assert (done is not None) == (self.late == "stays_out" and clock.today() > self.answer_by)
        if done:
            self.ground.seen.add("closed")
            self.settled = True

    @precondition(lambda self: self.day < BACK - 10)
    @rule(days=st.integers(1, 5))
    def days_pass(self, days: int) -> None:
        self.day += days
        self.ground.set_noon(self.day)

    def _one(self, data: st.DataObject, fits: Callable[[Said], bool]) -> tuple[str, Said, UUID]:
        """A council that has said something, mostly one that this fits; its line in the book, and the decision that stands."""
        said = [slug for slug, own in self.book.items() if own]
        fitting = [slug for slug in said if fits(self.book[slug][-1])]
        slug = data.draw(st.sampled_from(fitting if fitting and data.draw(st.integers(0, 5)) else said))
        (row,) = self.ground.rows(
            "SELECT id FROM decisions.decisions WHERE matter_id = %s AND authority_id = %s AND status IN ('recorded', 'called_in')",
            self.matter, self.ground.region.organisations[slug],
        )  # fmt: skip
        return slug, self.book[slug][-1], row["id"]

    def _settle(self) -> None:
        waited_for = [own for slug, own in self.book.items() if slug not in self.excused]
        answered = all(own and own[-1].status == "recorded" and own[-1].outcome != "defer" for own in waited_for)
        if answered or (self.late == "stays_out" and clock.today() > self.answer_by):
            self.settled = True

    # What is so after every step.

    def _question(self) -> tuple[Row, Question]:
        (matter,) = self.ground.rows("SELECT * FROM decisions.matters WHERE id = %s", self.matter)
        parties = self.ground.rows("SELECT * FROM decisions.matter_parties WHERE matter_id = %s", self.matter)
        rows = self.ground.rows(
            "SELECT * FROM decisions.decisions WHERE matter_id = %s ORDER BY recorded_at", self.matter
        )
        parts: dict[UUID, dict[str, str]] = {}
        for part in self.ground.rows(
            "SELECT p.* FROM decisions.parts p JOIN decisions.decisions d ON d.id = p.decision_id WHERE d.matter_id = %s", self.matter
        ):  # fmt: skip
            parts.setdefault(part["decision_id"], {})[part["slug"]] = part["outcome"]
        return matter, Question(
            rule=matter["rule"], minimum=matter["minimum"], late=matter["late"], answer_by=matter["answer_by"],
            lead=matter["raised_by_id"], asked=tuple(p["authority_id"] for p in parties),
            excused=frozenset(p["authority_id"] for p in parties if p["excused_at"]), said=tuple(rows), parts=parts,
        )  # fmt: skip

    @invariant()
    def the_database_says_what_follows(self) -> None:
        matter, question = self._question()
        self._rows_are_those_of_the_book(matter, question)
        self._what_has_effect_follows_from_decisions_in_effect(question)

    def _rows_are_those_of_the_book(self, matter: Row, question: Question) -> None:
        ids = self.ground.region.organisations
        assert question.excused == {ids[slug] for slug in self.excused}
        for slug, own in self.book.items():
            on_record = [r for r in question.said if r["authority_id"] == ids[slug] and r["status"] != "draft"]
            assert [(r["outcome"], r["status"], r["effective_on"]) for r in on_record] == [
                (said.outcome, said.status, said.effective_on) for said in own
            ]
            # Never two outcomes of one council in force.
            assert [r["status"] != "superseded" for r in on_record] == [False] * (len(own) - 1) + [True] * (
                len(own) > 0
            )
            drafts = [r["id"] for r in question.said if r["authority_id"] == ids[slug] and r["status"] == "draft"]
            assert drafts == ([self.drafted[slug]] if slug in self.drafted else [])
        assert (matter["status"] == "settled") == self.settled
        # Settled exactly once, and never opened again.
        assert self.settled_at in (None, matter["settled_at"])
        self.settled_at = matter["settled_at"]
        (told,) = self.ground.rows(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE args ->> 'name' = 'decisions.matter.settled' "
            "AND args -> 'payload' ->> 'matter_id' = %s", str(self.matter),
        )  # fmt: skip
        assert told["count"] == int(self.settled)

    def _what_has_effect_follows_from_decisions_in_effect(self, question: Question) -> None:
        today = clock.today()
        by_id = {row["id"]: row for row in question.said}
        with self.ground.acting("cabinet@sefton.example") as (current, actor):
            shown = board(current, actor, self.matter)
            now = effects_on(current, [self.matter])
            soon = effects_on(current, [self.matter], on=today + timedelta(days=4))
            of_part = effects_on(current, [self.matter], part="added-lot") if self.in_parts else {}
        assert {key[1] for key in now} == set(question.asked)
        for council in shown.councils:
            effect = now[self.matter, council.authority_id]
            self._has_grounds(effect, council.authority_id, by_id, today)
            assert effect.in_effect == question.in_effect(council.authority_id, today)
            assert soon[self.matter, council.authority_id].in_effect == question.in_effect(
                council.authority_id, today + timedelta(days=4)
            )
            if not effect.in_effect:
                horizon = today + timedelta(days=20)
                assert effect.from_ == question.begins(council.authority_id, today, horizon)
                if effect.from_:
                    self.ground.seen.add("effect to come")
            assert (council.in_effect, council.takes_effect_on) == (effect.in_effect, effect.from_)
            if effect.in_effect:
                self.ground.seen.add(f"effect under {self.rule}")
        for (_, authority), effect in of_part.items():
            assert effect.in_effect == question.in_effect(authority, today, "added-lot")
        if shown.outlook.code == "failed":
            # What stands fails, so nothing but an earlier decision of a council, until its later one takes effect, can have any.
            assert not any(self._stands(question, e) for e in now.values())

    def _stands(self, question: Question, effect: Any) -> bool:
        """Whether this effect is of a question on which no council's earlier decision is still in effect."""
        earlier = any(row["status"] == "superseded" for row in question.said)
        return bool(effect.in_effect) and not earlier

    def _has_grounds(self, effect: Any, authority: UUID, by_id: dict[UUID, Row], today: date) -> None:
        """Never an effect without an effective decision of that council."""
        if not effect.in_effect:
            return
        decision = by_id[effect.decision_id]
        assert decision["authority_id"] == authority
        assert decision["outcome"] in YES
        assert decision["status"] in ("recorded", "superseded")
        assert decision["effective_on"] <= today
        later = [r for r in by_id.values() if r["authority_id"] == authority and r["status"] == "recorded"]
        assert not any(
            r["recorded_at"] > decision["recorded_at"] and r["effective_on"] and r["effective_on"] <= today
            for r in later
        )

    def teardown(self) -> None:
        """The trail alone, replayed, leads to the same state."""
        matter, question = self._question()
        assert replayed(self.ground, self.matter) == standing(matter, question)


def standing(matter: Row, question: Question) -> Row:
    """Where a question stands, council by council: what stands, whether it is waited for, and whether it has effect today."""
    today = clock.today()
    return {
        "rule": (question.rule, question.minimum, question.late, question.answer_by),
        "settled": matter["status"] == "settled",
        "councils": {
            council: (
                [
                    (row["outcome"], row["status"], row["effective_on"])
                    for row in question.said
                    if row["authority_id"] == council and row["status"] in ("recorded", "called_in")
                ],
                council in question.excused,
                question.in_effect(council, today),
            )
            for council in question.asked
        },
    }


def replayed(ground: Ground, matter: UUID) -> Row:
    """The same from nothing but the lines of the trail."""
    lines = ground.rows("SELECT * FROM audit.lines WHERE facts ->> 'matter' = %s ORDER BY n", str(matter))
    put = lines[0]
    said: dict[str, Row] = {}
    excused: set[UUID] = set()
    settled = 0

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    for line in lines:
        facts, (*_, noun, verb) = line["facts"], line["verb"].split(".")
        if (noun, verb) == ("decision", "record"):
            said[facts["id"]] = {
                "id": facts["id"], "authority_id": line["organisation_id"], "status": "recorded", "outcome": facts["outcome"],
                "effective_on": day(facts["effective_on"]), "recorded_at": line["at"], "superseded_at": None,
            }  # fmt: skip
        elif (noun, verb) == ("decision", "supersede"):
            said[facts["id"]] |= {"status": "superseded", "superseded_at": line["at"]}
        elif (noun, verb) == ("decision", "publish"):
            said[facts["decision"]] |= {"effective_on": day(facts["effective_on"])}
        elif (noun, verb) == ("decision", "call_in"):
            said[facts["decision"]] |= {"status": facts["status"], "effective_on": day(facts["effective_on"])}
        elif (noun, verb) == ("matter", "excuse"):
            excused.add(UUID(facts["authority"]))
        elif (noun, verb) == ("matter", "settle"):
            settled += 1
    assert put["verb"] == "decisions.matter.raise"
    assert settled <= 1
    facts = put["facts"]
    question = Question(
        rule=facts["rule"], minimum=facts["minimum"], late=facts["late"], answer_by=date.fromisoformat(facts["answer_by"]),
        lead=put["organisation_id"], asked=tuple(UUID(p) for p in facts["parties"]), excused=frozenset(excused),
        said=tuple(said.values()),
    )  # fmt: skip
    return standing({"status": "settled" if settled else "open"}, question)


@pytest.mark.parametrize(("number", "rule_"), list(enumerate(RULES)))
def test_any_councils_in_any_order(ground: Ground, number: int, rule_: str) -> None:
    class Here(Councils):
        pass

    Here.ground, Here.rule = ground, rule_
    seed(number)(Here)
    # Steps are few enough to be read as they were found; to shorten them takes minutes.
    bounds = examples(max_examples=4, stateful_step_count=12, phases=[Phase.generate])
    run_state_machine_as_test(Here, settings=bounds)  # type: ignore[no-untyped-call]


def test_what_was_done_was_worth_asking(ground: Ground) -> None:
    """The examples are the same in every run; whoever changes the machine sees here what it no longer reaches."""
    if len(ground.rules) < len(RULES):
        pytest.skip("only with all rules before it")
    assert ground.seen >= {
        "called in", "upheld", "confirmed", "excused", "closed", "effect to come",
        "superseded recorded", "superseded called_in", *(f"effect under {rule_}" for rule_ in RULES),
    }  # fmt: skip
    assert ground.seen & {"reconsider", "referred"}
