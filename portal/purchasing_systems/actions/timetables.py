"""A timetable is begun, and its days and rules are changed; every other day that follows moves with them, and what stood before is kept."""

from collections.abc import Collection
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, Refused
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.purchasing_systems.models import (
    PurchasingSystem,
    Round,
    Timetable,
    TimetableChange,
    TimetableDate,
    VehicleProfile,
)
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.systems import led_system, participants_of
from portal.purchasing_systems.queries.timetables import FROM_THE_ROUND, TimetableView, facts_of, timetable_for
from portal.purchasing_systems.rules.timetable import Row, changed, follow, laid, problem, shifts, usual
from tenants.permissions import Permission


def begin_timetable(
    session: Session, actor: Actor, *, system_id: UUID, round_id: UUID | None, notice_on: date | None
) -> Timetable:
    """The usual rows from the day of the notice on; a round's own window takes its place in them.

    Raises Missing, NotPermitted, Refused (there is one), Invalid(notice_on).
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    if timetable_for(session, system_id, round_id, clock.today()) is not None:
        raise Refused("There is a timetable already.")
    round_ = session.get(Round, round_id) if round_id else None
    if round_id and (round_ is None or round_.system_id != system_id):
        raise Missing
    facts = facts_of(round_) if round_ else {}
    notice_on = facts.get("notice", notice_on)
    if notice_on is None:
        raise Invalid(notice_on="Enter the day of the official notice.")
    rows = follow(laid(_usual(system, profile_of(session, system), notice_on), date.min), facts, date.min)
    table = Timetable(id=uuid4(), system_id=system_id, lead_id=system.lead_id, round_id=round_id, by_officer=[])
    session.add(table)
    session.flush()
    for position, row in enumerate(rows, 1):
        session.add(
            TimetableDate(
                id=uuid4(), timetable_id=table.id, system_id=system_id, lead_id=system.lead_id, key=row.key,
                position=position, label=row.label, day=row.day, after_key=row.after, count=row.count, unit=row.unit,
                pinned=row.pinned, gap_after=row.gap_after, gap_count=row.gap_count, gap_unit=row.gap_unit,
                gap_source=row.gap_source,
            )
        )  # fmt: skip
    session.flush()
    record(
        session,
        "purchasing_systems.timetable.begin",
        f"Began a timetable of “{system.title}”, from the notice on {say_day(notice_on)}.",
        system=system_id,
        id=table.id,
    )
    return table


def change_date(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    round_id: UUID | None,
    key: str,
    day: date | None = None,
    after: str | None = None,
    count: int | None = None,
    unit: str = "working",
) -> TimetableView:
    """Give a row a day, which pins it, or (no day) a rule that it follows: `count` of `unit` after another row above it.

    Raises Missing, NotPermitted, Refused (a fact of the round, changed there), Invalid (`day`, `after`, `count`).
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    today = clock.today()
    view = timetable_for(session, system_id, round_id, today)
    if view is None:
        raise Missing
    old = next((row for row in view.rows if row.key == key), None)
    if old is None:
        raise Missing
    if key in view.facts and key in FROM_THE_ROUND:
        raise Refused(f"{old.label} is a fact of round {view.round_number}. Change it there.")
    rows = view.rows
    if day is None:
        rows = _ruled(view, old, after, count, unit)
    try:
        new = changed(rows, key, day, today)
    except ValueError as error:
        raise Invalid(day=str(error)) from None
    moved = shifts(view.rows, new)
    _store(session, actor, view, new, key)
    said = next((s.sentence for s in moved if s.key == key), f"{old.label} stands as it did.")
    others = len([s for s in moved if s.key != key])
    record(
        session,
        "purchasing_systems.timetable.change",
        f"{view.name} of “{system.title}”: {said}" + (f" {others} later dates move with it." if others else ""),
        system=system_id,
        id=view.id,
        row=key,
        before=old.day.isoformat() if old.day else None,
        after=next((row.day.isoformat() for row in new if row.key == key and row.day), None),
        moved={s.key: [str(s.before), str(s.after)] for s in moved},
    )
    changed_view = timetable_for(session, system_id, round_id, today)
    assert changed_view is not None
    return changed_view


def choose_officers(
    session: Session, actor: Actor, *, system_id: UUID, round_id: UUID | None, by_officer: Collection[UUID]
) -> None:
    """For which councils an officer decides on the outcome, not a meeting. Raises Missing, NotPermitted, Invalid."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    view = timetable_for(session, system_id, round_id, clock.today())
    if view is None:
        raise Missing
    there = {c.authority_id: c.short_name for c in participants_of(session, system_id)}
    if not set(by_officer) <= set(there):
        raise Invalid(officer="Choose councils that take part.")
    table = session.get_one(Timetable, view.id)
    table.by_officer = sorted(str(id_) for id_ in by_officer)
    session.flush()
    names = ", ".join(sorted(there[id_] for id_ in by_officer)) or "no council"
    record(
        session,
        "purchasing_systems.timetable.officers",
        f"{view.name} of “{system.title}”: an officer decides for {names}.",
        system=system_id,
        id=view.id,
    )


def _usual(system: PurchasingSystem, profile: VehicleProfile, notice_on: date) -> tuple[Row, ...]:
    rows = usual(
        act=system.regime.startswith("procurement_act"),
        standstill_days=system.standstill_days,
        window_days=profile.first_window_days,
        window_source=profile.sources.get("window", ""),
    )
    return changed(rows, "notice", notice_on, date.min)


def _ruled(view: TimetableView, old: Row, after: str | None, count: int | None, unit: str) -> tuple[Row, ...]:
    above = {row.key for row in view.rows[: [r.key for r in view.rows].index(old.key)]}
    if after not in above:
        raise Invalid(after="Choose a row above this one.")
    wrong = problem(count, unit)
    if wrong or count is None:
        raise Invalid(count=wrong or "")
    new = Row(**{**vars(old), "after": after, "count": count, "unit": unit, "pinned": False, "day": None})
    return tuple(new if row.key == old.key else row for row in view.rows)


def _store(session: Session, actor: Actor, view: TimetableView, rows: tuple[Row, ...], key: str) -> None:
    """What is stored becomes what is seen, so that the facts of a round are kept as well; each day that was planned before is kept."""
    kept = {
        one.key: one
        for one in session.scalars(select(TimetableDate).where(TimetableDate.timetable_id == view.id).with_for_update())
    }
    was_pinned = {row.key: row.pinned for row in view.stored}
    for row in rows:
        stored = kept[row.key]
        if stored.day != row.day:
            session.add(
                TimetableChange(
                    id=uuid4(), timetable_id=view.id, system_id=stored.system_id, lead_id=stored.lead_id, key=row.key,
                    label=row.label, old_day=stored.day, new_day=row.day, by_rule=row.key != key,
                    changed_by=actor.person_label, changed_at=clock.now(),
                )
            )  # fmt: skip
        stored.day, stored.after_key, stored.count, stored.unit = row.day, row.after, row.count, row.unit
        # The round's own window pins a row only as long as there is that round.
        stored.pinned = was_pinned[row.key] if row.key in view.facts else row.pinned
    session.flush()
