"""A round is planned, given its official notice, published, and if need be cancelled."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.types import Actor
from portal.core.web.look import instant
from portal.core.workflow import fire
from portal.purchasing_systems.actions.specifications import freeze_documents
from portal.purchasing_systems.actions.systems import system_goes_public
from portal.purchasing_systems.models import PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.queries.clarification_days import clarification_days
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.programmes import waits_for
from portal.purchasing_systems.queries.readiness import missing_for_publication
from portal.purchasing_systems.queries.rolling import system_runs
from portal.purchasing_systems.queries.rounds import lots_offered, round_for
from portal.purchasing_systems.queries.systems import led_system, lots_of
from portal.purchasing_systems.round_notifications import tell_cancelled
from portal.purchasing_systems.rules.clarification_days import window_problem_with_days
from portal.purchasing_systems.states import ROUND, SYSTEM
from portal.questionnaires.actions import freeze_questions
from tenants.permissions import Permission


def plan_round(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    number: int,
    opens_at: datetime,
    closes_at: datetime | None,
    lots: Collection[UUID] = (),
    first_assessed_by: date | None = None,
) -> Round:
    """A numbered window, seen by the participating authorities until it is published. Instants are aware.

    Where the vehicle is always open it is the one round that never closes: `closes_at` is None there, and nowhere else.
    `lots`: those it offers, so that a scheme added later is opened without re-opening the whole system (R8-01); none means all.
    `first_assessed_by`: the day the documents announce for the first applications (regulation 34(18) and (19)), if they do.

    Raises Missing, NotPermitted, Refused, Invalid.
    """
    system = led_system(session, actor, system_id, Permission.ROUND_RUN, lock=True)
    if system.status in ("closing", "closed", "cancelled", "terminated"):
        raise Refused("The purchasing system has ended. No further round can be planned.")
    clean = Cleaning()
    clean.between("number", number, 1, 9999, "Enter a number from 1 to 9,999.")
    if session.scalar(select(Round.id).where(Round.system_id == system_id, Round.number == number)):
        clean.wrong("number", f"There is a round {number} already.")
    profile = profile_of(session, system)
    _refuse_pattern(session, system_id, profile)
    closes_at = _closing(clean, profile, closes_at)
    _window(clean, system, opens_at, closes_at)
    there = [lot.id for lot in lots_of(session, system_id)]
    if set(lots) - set(there):
        clean.wrong("lots", "Select lots of this system.")
    if first_assessed_by is not None and not profile.defers_first:
        clean.wrong("first_assessed_by", f"{profile.name}: the first applications are assessed like all others.")
    clean.finish()
    planned = Round(
        id=uuid4(),
        system_id=system_id,
        lead_id=system.lead_id,
        number=number,
        opens_at=opens_at,
        closes_at=closes_at,
        always_open=profile.admission == "rolling",
        first_assessed_by=first_assessed_by,
        status="planned",
        lots=[lot for lot in there if lot in lots],
    )
    session.add(planned)
    session.flush()
    record(
        session,
        "purchasing_systems.round.plan",
        f"Planned round {number} of “{system.title}”, {_until(planned)}.",
        system=system_id,
        id=planned.id,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return planned


def change_window(
    session: Session, actor: Actor, *, round_id: UUID, opens_at: datetime, closes_at: datetime | None
) -> Round:
    """Move the window of a round that is still planned. Raises Missing, NotPermitted, Refused (published), Invalid."""
    round_, system = led_round(session, actor, round_id)
    _refuse_unless_planned(
        round_, "The round is published: its closing time can only be put back by two officers of two councils."
    )
    clean = Cleaning()
    closes_at = _closing(clean, profile_of(session, system), closes_at)
    _window(clean, system, opens_at, closes_at)
    days = clarification_days(session, round_id)
    breaks = window_problem_with_days(days[1] if days else None, clock.local_day(closes_at))
    if breaks:
        clean.wrong("closes_at", breaks)
    clean.finish()
    session.execute(
        text("SELECT app.plan_window(:round, :opens, :closes)"),
        {"round": round_id, "opens": opens_at, "closes": closes_at},
    )
    session.refresh(round_)
    record(
        session,
        "purchasing_systems.round.change_window",
        f"Moved round {round_.number}: it opens at {instant(opens_at)}, {_until(round_)}.",
        system=system.id,
        id=round_id,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return round_


def record_notice(
    session: Session,
    actor: Actor,
    *,
    round_id: UUID,
    notice_number: str,
    notice_url: str,
    notice_published_at: datetime,
) -> Round:
    """Number, link and time of the official notice, as the notice service shows them. Raises Missing, NotPermitted, Refused, Invalid."""
    round_, system = led_round(session, actor, round_id)
    _refuse_unless_planned(round_, "The round is published, so its notice is on record and does not change.")
    clean = Cleaning()
    number = clean.line("notice_number", notice_number, "Enter the number of the notice.", 80)
    url = clean.line("notice_url", notice_url, "Enter the link to the notice.", 500)
    if url and not re.fullmatch(r"https?://[^\s/$.?#][^\s]*", url):
        clean.wrong("notice_url", "Enter a link that starts with https://.")
    if clean.aware("notice_published_at", notice_published_at) > clock.now():
        clean.wrong("notice_published_at", "The notice cannot have been published in the future.")
    clean.finish()
    round_.notice_number, round_.notice_url, round_.notice_published_at = number, url, notice_published_at
    session.flush()
    record(
        session,
        "purchasing_systems.round.record_notice",
        f"Recorded the official notice {number} of round {round_.number}.",
        system=system.id,
        id=round_id,
        url=url,
        published_at=notice_published_at,
    )
    return round_


def publish_round(session: Session, actor: Actor, *, round_id: UUID) -> Round:
    """Make the round public: freeze what it asks and the documents, and make the system public if it is not yet.

    Raises Missing, NotPermitted, Refused with everything that is missing.
    """
    round_, system = led_round(session, actor, round_id)
    _refuse_unless_planned(round_, "This round is already published.")
    missing = waits_for(session, system.id) or missing_for_publication(session, round_)
    if missing:
        raise Refused(missing)
    freeze_documents(session, system)
    freeze_questions(
        session, actor, round_id=round_id, lots={lot.id: lot.name for lot in lots_offered(session, round_)}
    )
    if system.status == "draft":
        fire(session, actor, SYSTEM, system, "approve", sentence=f"Approved the purchasing system “{system.title}”.")
    if system.status == "approved":
        system_goes_public(session, actor, system)
    fire(
        session,
        actor,
        ROUND,
        round_,
        "publish",
        sentence=f"Published round {round_.number} of “{system.title}”. It opens at {instant(round_.opens_at)}, "
        f"{_until(round_)}.",
        notice=round_.notice_number,
        closes_at=round_.closes_at,
    )
    session.refresh(round_)
    return round_


def cancel_round(session: Session, actor: Actor, *, round_id: UUID, reason: str) -> Round:
    """Give a round up before it is opened; everyone who registered an interest is told. Raises Missing, NotPermitted, Refused, Invalid."""
    round_, system = led_round(session, actor, round_id)
    clean = Cleaning()
    why = clean.lines("reason", reason, "Enter the reason. Everybody who is interested will read it.", 2000)
    clean.finish()
    was_public = round_.published_at is not None
    if was_public and round_.always_open and clock.today() <= system_runs(session, system.id).ends_on:
        raise Refused(
            "Providers can apply at any time while the system is valid. This round is not closed or cancelled before."
        )
    fire(
        session,
        actor,
        ROUND,
        round_,
        "cancel",
        sentence=f"Cancelled round {round_.number} of “{system.title}”.",
        because=why,
        reason=why,
    )
    if was_public:
        tell_cancelled(session, system, round_, why)
    session.refresh(round_)
    return round_


def move_round(session: Session, actor: Actor, *, round_id: UUID, verb: str, sentence: str, **facts: Any) -> Round:
    """One of the later moves: evaluate, moderate, conclude, decide, notify, complete. Raises Missing, NotPermitted, Refused."""
    round_, _ = led_round(session, actor, round_id)
    fire(session, actor, ROUND, round_, verb, sentence=sentence, **facts)
    return round_


def led_round(session: Session, actor: Actor, round_id: UUID, *, lock: bool = True) -> tuple[Round, PurchasingSystem]:
    """A round and its system, for an officer of the lead who runs rounds. Raises Missing, NotPermitted."""
    round_, system = round_for(session, actor, round_id)
    if system.lead_id != actor.organisation_id:
        raise NotPermitted(f"Only {system.lead_name}, the lead authority, can do this.")
    if not actor.may(Permission.ROUND_RUN):
        raise NotPermitted("Your role does not include this.")
    if lock and round_.status == "planned":
        session.refresh(round_, with_for_update=True)
    return round_, system


def _refuse_unless_planned(round_: Round, sentence: str) -> None:
    if round_.status == "cancelled":
        raise Refused("This round is cancelled.")
    if round_.status != "planned":
        raise Refused(sentence)


def _until(round_: Round) -> str:
    return "to stay open" if round_.always_open else f"to close at {instant(round_.closes_at)}"


def _refuse_pattern(session: Session, system_id: UUID, profile: VehicleProfile) -> None:
    """How many rounds there can be is a rule of the vehicle."""
    if profile.admission == "elsewhere":
        raise Refused(f"{profile.name}: providers are admitted elsewhere, so no round can be planned here.")
    if profile.admission == "windows":
        return
    there = session.scalar(
        select(Round.number)
        .where(Round.system_id == system_id, Round.taken_from_id.is_(None), Round.status != "cancelled")
        .limit(1)
    )
    if there is not None and profile.admission == "rolling":
        raise Refused(f"{profile.name}: round {there} is always open and takes applications at any time.")
    if there is not None:
        raise Refused(f"{profile.name}: providers are admitted in one window, round {there}. There is no second.")


def _closing(clean: Cleaning, profile: VehicleProfile, closes_at: datetime | None) -> datetime:
    if profile.admission == "rolling":
        if closes_at is not None:
            clean.wrong("closes_at", f"{profile.name}: providers can apply at any time. Leave out the closing time.")
        return clock.NEVER
    if closes_at is None:
        clean.wrong("closes_at", "Enter when the round closes.")
        clean.finish()
    assert closes_at is not None
    return closes_at


def _window(clean: Cleaning, system: PurchasingSystem, opens_at: datetime, closes_at: datetime) -> None:
    clean.aware("opens_at", opens_at)
    clean.aware("closes_at", closes_at)
    if closes_at <= opens_at:
        clean.wrong("closes_at", "The closing time must be later than the opening time.")
    if closes_at <= clock.now():
        clean.wrong("closes_at", "The closing time must be in the future.")
    if opens_at.astimezone(clock.LONDON).date() > system.valid_until:
        clean.wrong("opens_at", "The purchasing system is no longer valid on that day.")
