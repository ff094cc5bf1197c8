"""The joint decisions on a system, and each council's own: those on the record, as the council that asks may read them."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.core.web.look import day
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.contents import appendices_of, exempt_texts_of
from portal.decisions.queries.effects import Effect, effects_on
from portal.decisions.queries.export import record_document
from portal.decisions.routes.records import reference_of
from portal.decisions.rules.answers import SAID
from portal.procurement_file.pieces import Paper, Piece, Sheet, Wanted, safe
from portal.purchasing_systems.models import Round

FOLDER = "3 Decisions"


def pieces(wanted: Wanted) -> Iterator[Piece]:
    """Questions put to the councils with what each said, each record as data, and the exempt appendices of the council that asks."""
    about = {round_.id for round_ in wanted.rounds}
    matters = wanted.session.scalars(
        select(Matter).where(Matter.system_id == wanted.system.id).order_by(Matter.raised_at)
    ).all()
    decisions = wanted.session.scalars(
        select(Decision)
        .where(Decision.system_id == wanted.system.id, Decision.status != "draft")
        .order_by(Decision.recorded_at, Decision.id)
    ).all()
    # Of one round: what was asked about that round, and about the system as a whole; not about another round.
    others = _of_other_rounds(wanted, about)
    matters = [m for m in matters if m.subject_id not in others]
    known = {m.id: m for m in matters}
    decisions = [d for d in decisions if d.matter_id is None or d.matter_id in known]
    yield Sheet(
        f"{FOLDER}/joint-decisions.xlsx",
        "Questions put to the councils",
        {"Question": "", "About": "", "Put": "", "Put by": "", "Answer by": "", "Status": "", "Settled": "", "Withdrawn because": ""},
        [
            (m.question, m.subject_label, m.raised_at, m.raised_by, m.answer_by, m.status, m.settled_at, m.withdrawn_because)
            for m in matters
        ],
    )  # fmt: skip
    effects = effects_on(wanted.session, [m.id for m in matters])
    yield Sheet(
        f"{FOLDER}/what-each-council-decided.xlsx",
        "What each council decided",
        {"Council": "", "About": "", "Answer": "", "Decided": "", "Decided by": "personal", "Recorded": "",
         "Recorded by": "personal", "In effect for the council from": "", "Takes effect under the rule from": "",
         "Status": "", "Reference": "", "Official record": ""},
        [
            (d.authority_name, known[d.matter_id].subject_label if d.matter_id else d.title,
             SAID[d.outcome or "defer"] if d.matter_id else "A decision of its own", d.decided_on, d.decided_by_post,
             d.recorded_at, d.recorded_by_post, d.effective_on,
             _under_the_rule(effects, d),
             d.status, reference_of(d), d.record_url)
            for d in decisions
        ],
    )  # fmt: skip
    for d in decisions:
        yield _record(wanted, d)
        yield from _exempt(wanted, d)


def _under_the_rule(effects: Mapping[tuple[UUID, UUID], Effect], decision: Decision) -> date | None:
    found = effects.get((decision.matter_id, decision.authority_id)) if decision.matter_id else None
    return found.from_ if found and found.decision_id == decision.id else None


def _record(wanted: Wanted, decision: Decision) -> Paper:
    about = f"Decision of {decision.authority_name}, {day(decision.decided_on)}"

    def made() -> bytes:
        return json.dumps(
            record_document(wanted.session, decision, reference_of(decision)), ensure_ascii=False, indent=1
        ).encode()

    return Paper(f"{FOLDER}/{safe(decision.authority_name)}/{reference_of(decision)}.json", about, made)


def _exempt(wanted: Wanted, decision: Decision) -> Iterator[Paper]:
    if decision.authority_id != wanted.actor.organisation_id:
        return
    appendices = appendices_of(wanted.session, decision.id)
    texts = exempt_texts_of(wanted.session, appendices)
    for n, appendix in enumerate(appendices, 1):
        if appendix.id in texts:
            title = f"Exempt appendix (paragraph {appendix.paragraph}): {appendix.title}"
            path = f"{FOLDER}/{safe(decision.authority_name)}/{reference_of(decision)} exempt appendix {n}.txt"
            yield Paper(path, title, texts[appendix.id].encode, ("exempt",))


def _of_other_rounds(wanted: Wanted, about: Collection[UUID]) -> set[UUID]:
    rounds = wanted.session.scalars(select(Round.id).where(Round.system_id == wanted.system.id))
    return {round_id for round_id in rounds if round_id not in about}
