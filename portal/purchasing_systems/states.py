"""How a purchasing system and a round move. A round's status is written by the database, which checks clock and persons."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.core.workflow import Machine, Move
from portal.purchasing_systems.models import Admission, PurchasingSystem, Round
from portal.purchasing_systems.queries.readiness import missing_for_publication, missing_for_system
from tenants.permissions import Permission


def _system_is_ready(session: Session, _actor: Actor, system: Any) -> str | None:
    return missing_for_system(session, system)


def _notice_is_recorded(session: Session, _actor: Actor, system: Any) -> str | None:
    recorded = session.scalar(
        select(func.count()).select_from(Round).where(Round.system_id == system.id, Round.notice_number.is_not(None))
    )
    return None if recorded else "Record the official notice of a round first: nothing is public before its notice."


def _somebody_is_admitted(session: Session, _actor: Actor, system: Any) -> str | None:
    admitted = session.scalar(
        select(func.count())
        .select_from(Admission)
        .where(Admission.system_id == system.id, Admission.status == "effective")
    )
    return None if admitted else "No provider has been admitted yet."


def _nothing_is_running(session: Session, _actor: Actor, system: Any) -> str | None:
    running = session.scalars(
        select(Round.number)
        .where(Round.system_id == system.id, Round.status.not_in(("planned", "cancelled", "complete")))
        .order_by(Round.number)
    ).all()
    return f"Round {running[0]} is still running. Cancel or complete it first." if running else None


def _last_day_has_passed(session: Session, _actor: Actor, system: Any) -> str | None:
    last = session.scalar(select(func.app.closes_on(system.id, clock.today())))
    if last is None:
        return "No joint decision to close it is in effect."
    return None if last < clock.today() else f"Its last day is {say_day(last)}."


def _round_is_ready(session: Session, _actor: Actor, round_: Any) -> str | None:
    return missing_for_publication(session, round_)


def _by_ceremony(_session: Session, _actor: Actor, _round: Any) -> str | None:
    return "Two officers of two councils open the submissions together, each with their password."


SYSTEM = Machine(
    "purchasing_systems.system",
    PurchasingSystem,
    (
        Move("approve", ("draft",), "approved", Permission.ADVERT_EDIT, "Approve the system", (_system_is_ready,)),
        Move(
            "advertise", ("approved",), "advertised", Permission.ADVERT_EDIT, "Make it public", (_notice_is_recorded,)
        ),
        Move(
            "establish", ("advertised",), "established", Permission.ADVERT_EDIT, "Establish", (_somebody_is_admitted,)
        ),
        Move("activate", ("established",), "active", Permission.ADVERT_EDIT, "Activate", (_somebody_is_admitted,)),
        Move(
            "close",
            ("closing",),
            "closed",
            Permission.ADVERT_EDIT,
            "Close the system for good",
            (_nothing_is_running, _last_day_has_passed),
        ),
        Move(
            "cancel",
            ("draft", "approved", "advertised"),
            "cancelled",
            Permission.ADVERT_EDIT,
            "Cancel the system",
            (_nothing_is_running,),
        ),
    ),
)

ROUND = Machine(
    "purchasing_systems.round",
    Round,
    (
        Move(
            "publish",
            ("planned",),
            "published",
            Permission.ROUND_RUN,
            "Publish the round",
            (_round_is_ready,),
            "purchasing_systems.round.published",
        ),
        Move(
            "cancel",
            ("planned", "published"),
            "cancelled",
            Permission.ROUND_RUN,
            "Cancel the round",
            (),
            "purchasing_systems.round.cancelled",
        ),
        Move("open", ("published",), "opened", Permission.ROUND_OPEN, "Open the submissions", (_by_ceremony,)),
        Move("evaluate", ("opened",), "evaluating", Permission.ROUND_RUN, "Start the evaluation"),
        Move("moderate", ("evaluating",), "moderating", Permission.ROUND_RUN, "Start moderation"),
        Move("conclude", ("moderating",), "evaluated", Permission.ROUND_RUN, "Conclude the evaluation"),
        Move("reopen", ("evaluated",), "moderating", Permission.ROUND_RUN, "Re-open the evaluation"),
        Move("decide", ("evaluated",), "decided", Permission.ROUND_RUN, "Take the outcome as decided"),
        Move("notify", ("decided",), "notified", Permission.ROUND_RUN, "Send the outcome"),
        Move("complete", ("notified",), "complete", Permission.ROUND_RUN, "Complete the round"),
    ),
    writer="app.move_round",
)
