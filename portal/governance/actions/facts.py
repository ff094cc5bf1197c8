"""Entering facts of how the council acted for decides, and ending them. Nothing is overwritten."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.governance.models import Body, ClockSettings, FormOfGovernance, QuietPeriod
from portal.governance.models.dated import Dated
from portal.governance.rules.clocks import CALL_IN_ENDS, COUNTS, EFFECTIVE, FORMS, STATUTORY_NOTICE
from portal.governance.wording import BODIES, QUIET, RECORDS, period
from tenants.permissions import Permission

Fact = TypeVar("Fact", bound=Dated)


@dataclass(frozen=True)
class Kind:
    """One kind of dated fact: its table, its name in a sentence, its column that says which one it is (None: one at a time)."""

    model: type[Dated]
    noun: str
    told_apart_by: str | None = None

    @property
    def same(self) -> str:
        """` of this name`, where a council has several."""
        return f" of this {self.told_apart_by}" if self.told_apart_by else ""


KINDS = (
    Kind(FormOfGovernance, "form of governance"),
    Kind(ClockSettings, "set of clocks"),
    Kind(Body, "body", "name"),
    Kind(QuietPeriod, "quiet period", "kind"),
)


def refuse_others(actor: Actor) -> None:
    """Raise NotPermitted unless the actor keeps a council's facts."""
    if actor.organisation_kind != "authority" or not actor.may(Permission.GOVERNANCE_EDIT):
        raise NotPermitted("Only democratic services of the council itself keep these facts.")


def begin_form(
    session: Session,
    actor: Actor,
    *,
    form: str,
    executive_name: str,
    starts_on: date | None,
    ends_on: date | None = None,
    source: str,
) -> FormOfGovernance:
    """The council's form of governance from a day on. Raises NotPermitted, Invalid (also where another holds in that time)."""
    refuse_others(actor)
    clean = Cleaning()
    if form not in FORMS:
        clean.wrong("form", "Choose the form of governance.")
    name = clean.line("executive_name", executive_name, "Enter what the body that decides is called, like Cabinet.")
    fact = FormOfGovernance(form=form, executive_name=name)
    return _begun(
        session,
        actor,
        clean,
        fact,
        starts_on=starts_on,
        ends_on=ends_on,
        source=source,
        said=f"{FORMS.get(form)} ({name})",
    )


def begin_clocks(
    session: Session,
    actor: Actor,
    *,
    key_threshold_pounds: Decimal | None,
    key_wards: int | None,
    notice_clear_days: int | None,
    agenda_clear_days: int | None,
    agenda_counts: str,
    call_in_working_days: int | None,
    call_in_ends: str,
    effective: str,
    exception_working_days: int | None,
    publication_working_days: int = 0,
    record_kept: str,
    record_name: str,
    record_address: str,
    starts_on: date | None,
    ends_on: date | None = None,
    source: str,
) -> ClockSettings:
    """The council's clocks from a day on; meanings and units as in `rules.clocks.CouncilClocks`. Raises NotPermitted, Invalid."""
    refuse_others(actor)
    clean = Cleaning()
    figures = {
        "notice_clear_days": (notice_clear_days, STATUTORY_NOTICE, 120),
        "agenda_clear_days": (agenda_clear_days, 5, 30),
        "call_in_working_days": (call_in_working_days, 0, 30),
        "exception_working_days": (exception_working_days, 5, 30),
        "publication_working_days": (publication_working_days, 0, 30),
    }
    for field, (value, low, high) in figures.items():
        said = f"Enter a number of days from {low} to {high}."
        clean.between(field, value, low, high, said)
        if value is None:
            clean.wrong(field, said)
    clean.between(
        "key_wards", key_wards, 1, 100, "Enter from how many wards on, or leave it empty for the statute’s two."
    )
    if key_threshold_pounds is not None and key_threshold_pounds <= 0:
        clean.wrong("key_threshold_pounds", "Enter a threshold above £0.00, or leave it empty if you do not know it.")
    for field, word, known, said in (
        ("agenda_counts", agenda_counts, COUNTS, "Choose which days are counted."),
        ("call_in_ends", call_in_ends, CALL_IN_ENDS, "Choose when call-in ends on its last day."),
        ("effective", effective, EFFECTIVE, "Choose when a decision takes effect."),
        ("record_kept", record_kept, RECORDS, "Choose where the official record lives."),
    ):
        if word not in known:
            clean.wrong(field, said)
    name = clean.line(
        "record_name", record_name, "Enter the name of the system." if record_kept == "council_system" else None
    )
    address = clean.line("record_address", record_address, max_chars=500)
    if address and not address.startswith("https://"):
        clean.wrong("record_address", "Enter a web address that begins with https://")
    fact = ClockSettings(
        key_threshold_pounds=key_threshold_pounds,
        key_wards=key_wards,
        notice_clear_days=notice_clear_days,
        agenda_clear_days=agenda_clear_days,
        agenda_counts=agenda_counts,
        call_in_working_days=call_in_working_days,
        call_in_ends=call_in_ends,
        effective=effective,
        exception_working_days=exception_working_days,
        publication_working_days=publication_working_days,
        record_kept=record_kept,
        record_name=name,
        record_address=address,
    )
    return _begun(
        session,
        actor,
        clean,
        fact,
        starts_on=starts_on,
        ends_on=ends_on,
        source=source,
        said="how long decisions wait",
    )


def begin_body(
    session: Session,
    actor: Actor,
    *,
    name: str,
    kind: str,
    reviews_id: UUID | None,
    starts_on: date | None,
    ends_on: date | None = None,
    source: str,
) -> Body:
    """A body of the council. `reviews_id`: the body of this council whose decisions it reviews. Raises NotPermitted, Invalid."""
    refuse_others(actor)
    clean = Cleaning()
    cleaned = clean.line("name", name, "Enter the name of the body.")
    if kind not in BODIES:
        clean.wrong("kind", "Choose what kind of body it is.")
    if reviews_id is not None:
        reviewed = session.get(Body, reviews_id)
        if reviewed is None or reviewed.authority_id != actor.organisation_id:
            clean.wrong("reviews_id", "Choose a body of your own council.")
    fact = Body(name=cleaned, kind=kind, reviews_id=reviews_id)
    return _begun(session, actor, clean, fact, starts_on=starts_on, ends_on=ends_on, source=source, said=cleaned)


def add_quiet_period(
    session: Session, actor: Actor, *, kind: str, starts_on: date | None, ends_on: date | None, source: str
) -> QuietPeriod:
    """Recess or the pre-election period, both days included. Raises NotPermitted, Invalid."""
    refuse_others(actor)
    clean = Cleaning()
    if kind not in QUIET:
        clean.wrong("kind", "Choose what kind of period it is.")
    if ends_on is None:
        clean.wrong("ends_on", "Enter its last day.")
    fact = QuietPeriod(kind=kind)
    return _begun(
        session,
        actor,
        clean,
        fact,
        starts_on=starts_on,
        ends_on=ends_on,
        source=source,
        said=QUIET.get(kind, ""),
    )


def end_fact(
    session: Session, actor: Actor, *, fact_id: UUID, last_day: date | None, by_mistake: bool = False
) -> Dated:
    """Say on which day a fact holds for the last time; `by_mistake`: it never held, and stays to be seen as such.

    Raises NotPermitted, Missing (also for a fact of another council), Refused once it has ended, Invalid(last_day).
    """
    refuse_others(actor)
    fact, kind = own_fact(session, actor, fact_id)
    if fact.ends_on is not None and fact.ends_on < clock.today():
        raise Refused("This has ended already and stays as it is.")
    if not by_mistake and last_day is None:
        raise Invalid(last_day="Enter the last day on which it holds.")
    if not by_mistake and last_day is not None and last_day < fact.starts_on:
        raise Invalid(last_day="It cannot end before it starts. If it never held, say that it was entered by mistake.")
    before = fact.ends_on
    fact.ends_on = fact.starts_on - timedelta(days=1) if by_mistake else last_day
    with session.no_autoflush:
        _refuse_overlap(session, kind, fact, "last_day")
    session.flush()
    said = "was entered by mistake" if by_mistake else f"ends ({period(fact.starts_on, fact.ends_on)})"
    record(session, "governance.fact.end", f"Noted that the council’s {kind.noun} {said}.", id=fact.id, before=before)
    return fact


def own_fact(session: Session, actor: Actor, fact_id: UUID) -> tuple[Dated, Kind]:
    """A fact of the council acted for, of whatever kind. Raises Missing."""
    for kind in KINDS:
        fact = session.get(kind.model, fact_id)
        if fact is not None and fact.authority_id == actor.organisation_id:
            return fact, kind
    raise Missing


def _begun(
    session: Session,
    actor: Actor,
    clean: Cleaning,
    fact: Fact,
    *,
    starts_on: date | None,
    ends_on: date | None,
    source: str,
    said: str,
) -> Fact:
    if starts_on is None:
        clean.wrong("starts_on", "Enter the first day on which it holds.")
    elif ends_on is not None and ends_on < starts_on:
        clean.wrong("ends_on", "The last day cannot be before the first.")
    words = clean.line("source", source, "Enter where this is written down, like the part of the constitution.", 500)
    clean.finish()
    if starts_on is None:
        raise AssertionError
    fact.id, fact.authority_id, fact.source = uuid4(), actor.organisation_id, words
    fact.starts_on, fact.ends_on, fact.entered_at = starts_on, ends_on, clock.now()
    kind = next(kind for kind in KINDS if isinstance(fact, kind.model))
    _refuse_overlap(session, kind, fact, "starts_on")
    session.add(fact)
    session.flush()
    sentence = f"Entered how the council decides: {said}, {period(starts_on, ends_on)}."
    record(session, "governance.fact.begin", sentence, id=fact.id, source=words)
    return fact


def _refuse_overlap(session: Session, kind: Kind, fact: Dated, field: str) -> None:
    """The database refuses it too; here the sentence names the other and stands beside the field."""
    if fact.is_mistake:
        return
    model, column = kind.model, kind.told_apart_by
    query = select(model).where(model.authority_id == fact.authority_id, model.id != fact.id)
    if column is not None:
        query = query.where(getattr(model, column) == getattr(fact, column))
    for other in session.scalars(query.order_by(model.starts_on)):
        begins_after = fact.ends_on is not None and other.starts_on > fact.ends_on
        ended_before = other.ends_on is not None and other.ends_on < fact.starts_on
        if not (other.is_mistake or begins_after or ended_before):
            raise Invalid(
                **{
                    field: f"The council already has a {kind.noun}{kind.same} {period(other.starts_on, other.ends_on)}. "
                    "End that one first, or choose days that do not overlap."
                }
            )
