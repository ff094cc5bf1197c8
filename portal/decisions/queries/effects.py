"""May this council do this today? One call, asked of `app.effects`, which alone computes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.wording import say_day
from portal.decisions.kinds import kind_of
from portal.decisions.models import Matter
from portal.decisions.queries.decisions import matter_about
from portal.decisions.rules.settling import rule_sentence


@dataclass(frozen=True)
class Effect:
    """From which day one authority's answer has effect. `own_from`: by its own decision; `from_`: under the rule of the question, too;
    `until`: the last day, where a later decision of its own ends it. Days, inclusive.
    """

    matter_id: UUID
    authority_id: UUID
    decision_id: UUID | None
    outcome: str | None
    own_from: date | None
    until: date | None
    from_: date | None
    in_effect: bool


@dataclass(frozen=True)
class Standing:
    """The answer for a button: whether it may be pressed, and one sentence why, or why not."""

    allowed: bool
    sentence: str
    effect: Effect | None = None


_EFFECTS = text(
    "SELECT e.matter_id, e.authority_id, e.decision_id, e.outcome, e.own_from, e.own_until, e.takes_effect_on, e.in_effect "
    "FROM app.effects(CAST(:matters AS uuid[]), CAST(:day AS date), CAST(:part AS text)) e ORDER BY e.matter_id, e.authority_id"
)


def effects_on(
    session: Session, matter_ids: Iterable[UUID], *, on: date | None = None, part: str | None = None
) -> dict[tuple[UUID, UUID], Effect]:
    """By matter and authority, in one statement however many. `on`: the day asked about, today by default."""
    ids = list(matter_ids)
    if not ids:
        return {}
    rows = session.execute(_EFFECTS, {"matters": ids, "day": on, "part": part})
    return {(row[0], row[1]): Effect(*row) for row in rows}


def may_act(
    session: Session,
    *,
    kind: str,
    subject_id: UUID,
    authority_id: UUID,
    authority_name: str = "This council",
    on: date | None = None,
    part: str | None = None,
) -> Standing:
    """Is there an effective decision of this authority for this, on this day? The one call that slices above ask.

    Where the lead answers for all, its answer holds for every council.
    """
    matter = matter_about(session, kind=kind, subject_id=subject_id)
    title = kind_of(kind).title
    if matter is None:
        return Standing(False, f"“{title}” has not been put to the councils yet.")
    asked = matter.raised_by_id if matter.rule == "lead" else authority_id
    found = effects_on(session, [matter.id], on=on, part=part).get((matter.id, asked))
    if found is None:
        return Standing(False, f"{authority_name} was not asked on “{title}: {matter.subject_label}”.")
    return Standing(found.in_effect, _sentence(matter, found, authority_name, on or clock.today()), found)


def _sentence(matter: Matter, found: Effect, name: str, day: date) -> str:
    what = f"“{kind_of(matter.kind).title}: {matter.subject_label}”"
    if found.in_effect and found.from_:
        ends = f" It ends with {say_day(found.until)}." if found.until else ""
        return f"In effect for {name} since {say_day(found.from_)}: {what}.{ends}"
    if found.from_:
        return f"{what} takes effect for {name} on {say_day(found.from_)}."
    if found.own_from:
        return f"{name} has said yes to {what}. {rule_sentence(matter.rule, matter.minimum)} That is not so yet."
    if found.outcome == "not_approve":
        return f"{name} has not approved {what}."
    if found.outcome is None:
        return f"No decision of {name} on {what} is in effect. No answer is not consent."
    return f"The decision of {name} on {what} is not in effect on {say_day(day)}."
