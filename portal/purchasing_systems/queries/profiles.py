"""Reading vehicle profiles: the latest of each, all versions, the one a system keeps; and the notices it asks for."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.clock import local_day, today
from portal.core.errors import Missing
from portal.purchasing_systems.models import Admission, NoticeRecorded, PurchasingSystem, Round, VehicleProfile
from portal.purchasing_systems.rules.profiles import NoticeDue


def latest_profiles(session: Session) -> list[VehicleProfile]:
    """The latest version of each vehicle, by name."""
    p = VehicleProfile
    newest = select(p.code, func.max(p.version).label("version")).group_by(p.code).subquery()
    return list(
        session.scalars(
            select(p).join(newest, (newest.c.code == p.code) & (newest.c.version == p.version)).order_by(p.name, p.code)
        )
    )


def latest_of(session: Session, code: str) -> VehicleProfile | None:
    """The latest version of a vehicle; None for a code nobody has."""
    p = VehicleProfile
    return session.scalars(select(p).where(p.code == code).order_by(p.version.desc()).limit(1)).one_or_none()


def versions_of(session: Session, code: str) -> list[VehicleProfile]:
    """Every version of a vehicle, the newest first."""
    p = VehicleProfile
    return list(session.scalars(select(p).where(p.code == code).order_by(p.version.desc())))


def profile_by_id(session: Session, profile_id: UUID) -> VehicleProfile:
    """One version. Raises Missing."""
    found = session.get(VehicleProfile, profile_id)
    if found is None:
        raise Missing
    return found


def profile_of(session: Session, system: PurchasingSystem) -> VehicleProfile:
    """The version of the rules that a system keeps."""
    return profile_by_id(session, system.profile_id)


def profile_of_system(session: Session, system_id: UUID) -> VehicleProfile:
    """The same by the system's id. Raises Missing for a system the actor does not see."""
    found = session.scalars(
        select(VehicleProfile)
        .join(PurchasingSystem, PurchasingSystem.profile_id == VehicleProfile.id)
        .where(PurchasingSystem.id == system_id)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def profile_names(session: Session) -> dict[UUID, str]:
    """What each version of each vehicle is called."""
    return dict(session.execute(select(VehicleProfile.id, VehicleProfile.name)).all())


def systems_on(session: Session, code: str) -> dict[int, int]:
    """How many systems that the actor sees stand on each version of a vehicle."""
    p = VehicleProfile
    rows = session.execute(
        select(p.version, func.count())
        .join(PurchasingSystem, PurchasingSystem.profile_id == p.id)
        .where(p.code == code)
        .group_by(p.version)
    )
    return dict(rows.all())


def notices_due(session: Session, system: PurchasingSystem, profile: VehicleProfile) -> list[NoticeDue]:
    """Every notice the profile asks for, with the day it is due by, and the one recorded."""
    recorded = {
        (n.moment, n.notice): n
        for n in session.scalars(select(NoticeRecorded).where(NoticeRecorded.system_id == system.id))
    }
    moments = _moments(session, system)
    round_notice = _of_first_round(session, system)
    due = []
    for n in profile.notices:
        there = recorded.get((n["moment"], n["notice"])) or (round_notice if n["moment"] == "establishing" else None)
        since, days = moments.get(n["moment"]), n.get("days")
        due.append(
            NoticeDue(
                n["moment"],
                n["notice"],
                days,
                n["source"],
                since + timedelta(days=days or 0) if since else None,
                there.number if there else None,
                there.url if there else None,
                there.published_on if there else None,
            )
        )
    return due


def _of_first_round(session: Session, system: PurchasingSystem) -> NoticeRecorded | None:
    """The official notice of the first round is the one with which the system is set up."""
    r = Round
    row = session.execute(
        select(r.notice_number, r.notice_url, r.notice_published_at)
        .where(r.system_id == system.id, r.notice_published_at.is_not(None), r.taken_from_id.is_(None))
        .order_by(r.number)
        .limit(1)
    ).one_or_none()
    if row is None or row[2] is None:
        return None
    return NoticeRecorded(number=row[0], url=row[1], published_on=local_day(row[2]))


def _moments(session: Session, system: PurchasingSystem) -> dict[str, date]:
    """When each moment came, where it has."""
    a = Admission
    first, signed = session.execute(
        select(func.min(a.released_at), func.min(a.effective_at)).where(a.system_id == system.id)
    ).one()
    opens = session.scalar(
        select(func.min(Round.opens_at)).where(Round.system_id == system.id, Round.status != "cancelled")
    )
    came: dict[str, Any] = {
        "intention": opens,
        "establishing": opens,
        "admission": first,
        "agreement": signed,
    }
    days = {moment: local_day(at) for moment, at in came.items() if at is not None}
    if system.valid_until <= today() + timedelta(days=180):
        days["end"] = system.valid_until
    return days
