"""Until when a council may buy under a system: its own term, with the extensions that are in effect for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.web.look import day as say_day
from portal.decisions.queries.effects import Standing
from portal.purchasing_systems.models import ExtensionPoint
from portal.purchasing_systems.rules.participation import NEVER, not_a_buyer


@dataclass(frozen=True)
class NextPoint:
    """The next extension point that is still open for a council, also that of an end which has passed: a late decision can still extend.

    `ends_on`: the last day without it; `new_end`: with it.
    """

    id: UUID
    title: str
    ends_on: date
    new_end: date


@dataclass(frozen=True)
class Override:
    """A head of service's reason to go on after the term, until and including a day."""

    until: date
    reason: str
    recorded_by_post: str


@dataclass(frozen=True)
class Term:
    """One council's term under one system. Days, inclusive.

    `ends_on`: `valid_until`, or the later end of an extension in effect for this council, or the day on which it leaves or the system closes.
    `status`, `since`, `reason`, `decision_id`: how it takes part on the day asked about (`on`), on which decision of its own.
    `extended_by`: the decision of that extension. `expired`: the day asked about is later. `override`: seen by its own council alone.
    """

    system_id: UUID
    alias: str
    authority_id: UUID
    authority_name: str
    slug: str
    valid_until: date
    ends_on: date
    extended_by: UUID | None
    leaves_on: date | None
    closes_on: date | None
    valid_from: date
    system_status: str
    status: str
    since: date
    reason: str
    decision_id: UUID | None
    on: date
    expired: bool
    next_extension_point: NextPoint | None
    override: Override | None

    @property
    def colour_class(self) -> str:
        """CSS class of the council's colour."""
        return f"council-{self.slug}"

    @property
    def standing(self) -> Standing:
        """May it make a call-off, and the sentence why, or why not."""
        ended = say_day(self.ends_on)
        bar = not_a_buyer(self.authority_name, self.alias, self.status, self.since, self.reason)
        if bar:
            return Standing(False, bar)
        if self.on < self.valid_from:
            return Standing(False, f"{self.alias} begins on {say_day(self.valid_from)}.")
        if self.system_status in ("cancelled", "terminated"):
            return Standing(False, f"{self.alias} was ended early, so no call-off is made under it.")
        if not self.expired:
            return Standing(True, f"{self.authority_name} can make call-offs under {self.alias} until {ended}.")
        if self.override:
            return Standing(
                True,
                f"The term of {self.alias} ended for {self.authority_name} on {ended}. It goes on until {say_day(self.override.until)} on "
                f"the responsibility of its {self.override.recorded_by_post}; what is bought counts as off-system spend.",
            )
        if self.leaves_on == self.ends_on:
            how = "It left on that day."
        elif self.closes_on == self.ends_on:
            how = "The system closed on that day."
        else:
            how = "No extension is in effect for it."
        return Standing(
            False,
            f"The term of {self.alias} ended for {self.authority_name} on {ended}. {how} It makes no call-off until a decision is in effect.",
        )


_SYSTEMS = {
    "system_id": ":id",
    "round_id": "(SELECT system_id FROM purchasing_systems.rounds WHERE id = :id)",
    "matter_id": "(SELECT system_id FROM decisions.matters WHERE id = :id)",
    "decision_id": "(SELECT system_id FROM decisions.decisions WHERE id = :id)",
    "admission_id": "(SELECT system_id FROM purchasing_systems.admissions WHERE id = :id)",
}
"""What a page is about, by the name of the id in its address, and the system it belongs to."""
# A part of the question (extend, and add a lot) is answered apart: of an extension the part `extend` counts. The effect of each council's
# answer under the rule of the question is `app.effects`' alone.
_TERMS = """
    WITH today AS (SELECT coalesce(CAST(:day AS date), (app.now() AT TIME ZONE 'Europe/London')::date) AS day),
    system AS (SELECT s.id, s.alias, s.valid_from, s.valid_until, s.status FROM purchasing_systems.systems s WHERE s.id = {system}),
    asked AS (
        SELECT m.id, m.kind, m.facts FROM decisions.matters m JOIN system s ON s.id = m.system_id
        WHERE m.kind IN ('extend', 'extend_together') AND m.status <> 'withdrawn' AND m.asked_again_at IS NULL
    ),
    effect AS (
        SELECT a.kind, e.authority_id, e.decision_id, CAST(a.facts ->> 'new_end' AS date) AS new_end
        FROM today t CROSS JOIN LATERAL app.effects((SELECT array_agg(id) FROM asked), t.day, 'extend') e
        JOIN asked a ON a.id = e.matter_id WHERE e.in_effect
    ),
    term AS (
        SELECT s.id AS system_id, s.alias, p.authority_id, o.name, o.slug, s.valid_from, s.valid_until, x.decision_id AS extended_by, p.exit_on,
            s.status AS system_status, p.status, p.since, p.reason, p.decision_id, c.closes_on,
            least(greatest(s.valid_until, x.new_end), p.exit_on, c.closes_on) AS ends_on
        FROM today d CROSS JOIN system s CROSS JOIN LATERAL app.participations_on(s.id, d.day) p
        CROSS JOIN LATERAL (SELECT app.closes_on(s.id, d.day) AS closes_on) c
        JOIN tenants.organisations o ON o.id = p.authority_id
        LEFT JOIN LATERAL (SELECT e.decision_id, e.new_end FROM effect e WHERE e.authority_id = p.authority_id
            AND e.new_end > s.valid_until ORDER BY e.new_end DESC LIMIT 1) x ON true
        WHERE (CAST(:authority AS uuid) IS NULL OR p.authority_id = :authority)
          AND (:everybody OR p.status IN ('joined', 'suspended', 'withdrawing') OR p.left_by_decision)
    )
    SELECT t.*, d.day AS on_day, t.ends_on < d.day AS expired, n.id AS point_id, n.title, n.ends_on AS point_on, n.new_end, v.until, v.reason,
        v.recorded_by_post
    FROM term t CROSS JOIN today d
    LEFT JOIN LATERAL (SELECT p.id, p.title, p.ends_on, p.new_end FROM purchasing_systems.extension_points p
        WHERE p.system_id = t.system_id AND (p.ends_on >= d.day OR p.ends_on = t.ends_on) AND p.new_end > t.ends_on ORDER BY p.ends_on LIMIT 1) n ON true
    LEFT JOIN LATERAL (SELECT o.until, o.reason, o.recorded_by_post FROM purchasing_systems.term_overrides o
        WHERE o.system_id = t.system_id AND o.authority_id = t.authority_id AND o.until >= d.day ORDER BY o.until DESC LIMIT 1) v ON true
    ORDER BY t.name
"""
_STATEMENTS = {name: text(_TERMS.format(system=system)) for name, system in _SYSTEMS.items()}


def term_of(session: Session, system_id: UUID, authority_id: UUID, *, on: date | None = None) -> Term:
    """One council's term; `on`: the day asked about, today by default. Raises Missing for one that takes no part."""
    found = _terms(session, "system_id", system_id, authority_id, on)
    if not found:
        raise Missing
    return found[0]


def terms_of(session: Session, system_id: UUID, *, on: date | None = None) -> list[Term]:
    """The term of every council that takes part, by name, in one statement."""
    return _terms(session, "system_id", system_id, None, on)


def term_about(session: Session, about: str, id_: UUID, authority_id: UUID) -> Term | None:
    """The term of a council under the system to which a page belongs; `about`: the name of the id in its address."""
    found = _terms(session, about, id_, authority_id, None) if about in _STATEMENTS else []
    return found[0] if found else None


def may_call_off(session: Session, system_id: UUID, authority_id: UUID) -> Standing:
    """May this council make a call-off under this system today? With the one sentence why, or why not."""
    found = _terms(session, "system_id", system_id, authority_id, None, everybody=True)
    return found[0].standing if found else Standing(False, NEVER)


def terms_of_everybody(session: Session, system_id: UUID, on: date) -> list[Term]:
    """The same of every authority that stood in the list on that day, whether or not it took part."""
    return _terms(session, "system_id", system_id, None, on, everybody=True)


def _terms(
    session: Session, about: str, id_: UUID, authority_id: UUID | None, on: date | None, *, everybody: bool = False
) -> list[Term]:
    rows = session.execute(
        _STATEMENTS[about], {"id": id_, "authority": authority_id, "day": on, "everybody": everybody}
    )
    return [_term(row) for row in rows]


def _term(row: Any) -> Term:
    return Term(
        system_id=row.system_id,
        alias=row.alias,
        authority_id=row.authority_id,
        authority_name=row.name,
        slug=row.slug,
        valid_until=row.valid_until,
        ends_on=row.ends_on,
        extended_by=row.extended_by,
        leaves_on=row.exit_on,
        closes_on=row.closes_on,
        valid_from=row.valid_from,
        system_status=row.system_status,
        status=row.status,
        since=row.since,
        reason=row.reason,
        decision_id=row.decision_id,
        on=row.on_day,
        expired=row.expired,
        next_extension_point=NextPoint(row.point_id, row.title, row.point_on, row.new_end) if row.point_id else None,
        override=Override(row.until, row.reason, row.recorded_by_post) if row.until else None,
    )


def extension_points(session: Session, system_id: UUID) -> list[ExtensionPoint]:
    """Every option to extend, the earliest first."""
    return list(
        session.scalars(
            select(ExtensionPoint).where(ExtensionPoint.system_id == system_id).order_by(ExtensionPoint.ends_on)
        )
    )
