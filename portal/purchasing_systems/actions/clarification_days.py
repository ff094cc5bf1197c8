"""The days for questions and answers, and the outages that give everybody the same extra time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import day, instant
from portal.purchasing_systems.actions.rounds import led_round
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.round_notifications import ask_to_confirm_closing, tell_days_changed
from portal.purchasing_systems.rules.clarification_days import days_problems, only_later_problems
from tenants.permissions import Permission


def set_clarification_days(
    session: Session, actor: Actor, *, round_id: UUID, last_ask_on: date | None, last_answer_on: date | None
) -> None:
    """Until the end of which London days providers may ask and the councils answer. Those interested in a public round are told.

    Raises Missing, NotPermitted, Refused (closed), Invalid with the sentence of the order that breaks.
    """
    round_, system = led_round(session, actor, round_id)
    if round_.status not in ("planned", "published") or clock.now() >= round_.closes_at:
        raise Refused("The round has ended. Its days for questions stand as they were.")
    clean = Cleaning()
    if last_ask_on is None:
        clean.wrong("last_ask_on", "Enter the last day for questions.")
    if last_answer_on is None:
        clean.wrong("last_answer_on", "Enter the last day for answers.")
    public = round_.status == "published"
    if last_ask_on is not None and last_answer_on is not None:
        old = clarification_days(session, round_id)
        problems = only_later_problems(old, last_ask_on, last_answer_on, published=public)
        for field, sentence in (
            problems | days_problems(last_ask_on, last_answer_on, clock.local_day(round_.closes_at))
        ).items():
            clean.wrong(field, sentence)
    clean.finish()
    session.execute(
        text("SELECT app.set_clarification_days(:round, :ask, :answer)"),
        {"round": round_id, "ask": last_ask_on, "answer": last_answer_on},
    )
    if public:
        tell_days_changed(session, system, round_, day(last_ask_on), day(last_answer_on))
    record(
        session,
        "purchasing_systems.clarification_days.set",
        f"Set the days for clarifications of round {round_.number} of “{system.title}”: questions until {day(last_ask_on)}, "
        f"answers until {day(last_answer_on)}.",
        system=system.id,
        id=round_id,
        last_ask_on=str(last_ask_on),
        last_answer_on=str(last_answer_on),
    )


def record_outage(
    session: Session, actor: Actor, *, since: datetime, until: datetime, what: str, source: str
) -> list[UUID]:
    """Note that the portal did not work, and propose the lost time for every round that was open then and still is.

    By the operator for all rounds, by an officer of a lead authority for those it leads; a second officer confirms each as ever.
    Returns the ids of the rounds. Raises NotPermitted, Invalid.
    """
    if not actor.may(Permission.OUTAGE_RECORD):
        raise NotPermitted(
            "Only the operator, or a procurement or commissioning officer of a lead authority, can do this."
        )
    clean = Cleaning()
    what = clean.lines("what", what, "Say what did not work. Everybody will read it.", 1000)
    source = clean.lines("source", source, "Say how it is known: a monitor, the host’s report, who noticed.", 500)
    if clean.aware("since", since) >= clean.aware("until", until):
        clean.wrong("until", "The outage must end after it began.")
    if until > clock.now():
        clean.wrong("until", "An outage is recorded once it is over.")
    clean.finish()
    rows = session.execute(
        text("SELECT change_id, round_id FROM app.record_outage(:since, :until, :what, :source)"),
        {"since": since, "until": until, "what": what, "source": source},
    ).all()
    found = session.execute(
        select(Round, PurchasingSystem)
        .join(PurchasingSystem, PurchasingSystem.id == Round.system_id)
        .where(Round.id.in_([row.round_id for row in rows]))
        .order_by(Round.closes_at, Round.id)
    ).all()
    for round_, system in found:
        councils = [c.authority_id for c in participants_of(session, system.id)]
        ask_to_confirm_closing(
            session,
            system,
            round_,
            closes_at=round_.closes_at + (until - since),
            proposer=actor.organisation_name,
            councils=[council for council in councils if council != actor.organisation_id],
        )
    record(
        session,
        "purchasing_systems.outage.record",
        f"Recorded an outage of the portal from {instant(since)} to {instant(until)}. "
        f"Proposed the same extra time for {len(rows)} {'round' if len(rows) == 1 else 'rounds'}.",
        since=since,
        until=until,
        rounds=[row.round_id for row in rows],
    )
    return [row.round_id for row in rows]
