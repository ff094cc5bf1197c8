"""A purchasing system is created, edited until frozen, and made public."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import NotPermitted, Refused
from portal.core.money import LIMIT
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.purchasing_systems.models import PurchasingSystem
from portal.purchasing_systems.queries.systems import led_system
from portal.purchasing_systems.reference import regimes, vehicles
from portal.purchasing_systems.states import SYSTEM
from tenants.permissions import Permission


def create_system(
    session: Session,
    actor: Actor,
    *,
    title: str,
    alias: str,
    regime: str,
    vehicle: str,
    legal_basis: str,
    client_group: str,
    valid_from: date,
    valid_until: date,
    value_pounds: Decimal,
    cpv: str,
    standstill_days: int | None,
    quality_pass_mark: Decimal,
    panel_councils: int,
    restriction_grounds: list[dict[str, str]],
    demonstration: bool = False,
) -> PurchasingSystem:
    """Set up a system led by the actor's authority.

    `regime`, `vehicle`: codes of `config/reference`; `value_pounds`: the estimate over the whole term, without VAT; `cpv`: eight-digit
    codes with commas between; `standstill_days`: calendar days from the letters, None for no standstill; `quality_pass_mark`: per cent;
    `restriction_grounds`: `{slug, title, text}`, the only grounds on which a council may restrict a provider that passed.
    Raises NotPermitted, Invalid.
    """
    if not actor.may(Permission.ADVERT_EDIT) or actor.organisation_kind != "authority":
        raise NotPermitted("Your role cannot set up a purchasing system.")
    values = _checked(
        title=title,
        alias=alias,
        regime=regime,
        vehicle=vehicle,
        legal_basis=legal_basis,
        client_group=client_group,
        valid_from=valid_from,
        valid_until=valid_until,
        value_pounds=value_pounds,
        cpv=cpv,
        standstill_days=standstill_days,
        quality_pass_mark=quality_pass_mark,
        panel_councils=panel_councils,
        restriction_grounds=restriction_grounds,
    )
    system = PurchasingSystem(
        id=uuid4(),
        lead_id=actor.organisation_id,
        lead_name=actor.organisation_name,
        status="draft",
        demonstration=demonstration,
        created_at=clock.now(),
        **values,
    )
    session.add(system)
    session.flush()
    record(
        session, "purchasing_systems.system.create", f"Set up the purchasing system “{system.title}”.", system=system.id
    )
    return system


def edit_system(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    title: str,
    alias: str,
    regime: str,
    vehicle: str,
    legal_basis: str,
    client_group: str,
    valid_from: date,
    valid_until: date,
    value_pounds: Decimal,
    cpv: str,
    standstill_days: int | None,
    quality_pass_mark: Decimal,
    panel_councils: int,
    restriction_grounds: list[dict[str, str]],
) -> PurchasingSystem:
    """Change a system that no round has frozen. Raises Missing, NotPermitted, Refused, Invalid; units as in `create_system`."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    values = _checked(
        title=title,
        alias=alias,
        regime=regime,
        vehicle=vehicle,
        legal_basis=legal_basis,
        client_group=client_group,
        valid_from=valid_from,
        valid_until=valid_until,
        value_pounds=value_pounds,
        cpv=cpv,
        standstill_days=standstill_days,
        quality_pass_mark=quality_pass_mark,
        panel_councils=panel_councils,
        restriction_grounds=restriction_grounds,
    )
    changed = [name for name, value in values.items() if getattr(system, name) != value]
    for name in changed:
        setattr(system, name, values[name])
    record(
        session,
        "purchasing_systems.system.edit",
        f"Edited the purchasing system “{system.title}”.",
        system=system.id,
        changed=changed,
    )
    return system


def establish_system(session: Session, actor: Actor, *, system_id: UUID) -> PurchasingSystem:
    """Approve the system and make it public, with everything it holds. Raises Missing, NotPermitted, Refused.

    Publishing its first round does the same. Nothing is public before the official notice of a round is recorded.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    if system.status == "draft":
        fire(session, actor, SYSTEM, system, "approve", sentence=f"Approved the purchasing system “{system.title}”.")
    system_goes_public(session, actor, system)
    return system


def system_goes_public(session: Session, actor: Actor, system: PurchasingSystem) -> None:
    """The move to public and its instant, in one."""
    fire(session, actor, SYSTEM, system, "advertise", sentence=f"Made the purchasing system “{system.title}” public.")
    system.published_at = clock.now()
    session.flush()


def activate_system(session: Session, actor: Actor, *, system_id: UUID) -> PurchasingSystem:
    """Establish and activate, once a provider is admitted; nothing happens to one that is active. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    if system.status == "advertised":
        fire(
            session, actor, SYSTEM, system, "establish", sentence=f"Established the purchasing system “{system.title}”."
        )
    if system.status != "active":
        fire(session, actor, SYSTEM, system, "activate", sentence=f"The purchasing system “{system.title}” is active.")
    return system


def cancel_system(session: Session, actor: Actor, *, system_id: UUID, reason: str) -> PurchasingSystem:
    """End a system before it is established. Raises Missing, NotPermitted, Refused, Invalid(reason)."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    clean = Cleaning()
    why = clean.lines("reason", reason, "Enter the reason. Where the system is public, everybody reads it.", 2000)
    clean.finish()
    system.cancelled_because = why
    fire(
        session,
        actor,
        SYSTEM,
        system,
        "cancel",
        sentence=f"Cancelled the purchasing system “{system.title}”.",
        reason=why,
    )
    return system


def refuse_frozen(system: PurchasingSystem) -> None:
    """Raise Refused when a published round has frozen the system (R5-02)."""
    if system.frozen_at is not None:
        raise Refused(
            "This was frozen when the first round was published. A change now would be a modification, told to every applicant."
        )


def _checked(**typed: Any) -> dict[str, Any]:
    clean = Cleaning()
    values = dict(typed)
    values["title"] = clean.line("title", typed["title"], "Enter the official title.", 300)
    values["alias"] = clean.line("alias", typed["alias"], "Enter the name people use.", 200)
    values["client_group"] = clean.line("client_group", typed["client_group"], "Enter who the services are for.", 200)
    values["legal_basis"] = clean.lines("legal_basis", typed["legal_basis"], "Enter the legal basis.", 4000)
    values["cpv"] = _cpv(clean, typed["cpv"])
    if typed["regime"] not in regimes():
        clean.wrong("regime", "Select the law the procurement was commenced under.")
    if typed["vehicle"] not in vehicles():
        clean.wrong("vehicle", "Select the vehicle.")
    if typed["valid_until"] <= typed["valid_from"]:
        clean.wrong("valid_until", "The last day must be later than the first.")
    value = typed["value_pounds"]
    if not value.is_finite() or not 0 <= value <= LIMIT or value != value.quantize(Decimal("0.01")):
        clean.wrong("value_pounds", "Enter the estimated value in pounds, £0.00 or more.")
    clean.between("standstill_days", typed["standstill_days"], 1, 60, "Enter a standstill of 1 to 60 calendar days.")
    clean.between("quality_pass_mark", typed["quality_pass_mark"], 0, 100, "Enter a pass mark from 0 to 100.")
    clean.between("panel_councils", typed["panel_councils"], 1, 24, "Enter from 1 to 24 councils.")
    values["restriction_grounds"] = _grounds(clean, typed["restriction_grounds"])
    clean.finish()
    return values


def _cpv(clean: Cleaning, typed: str) -> str:
    codes = [code.strip() for code in typed.replace(";", ",").split(",") if code.strip()]
    if not codes or not all(re.fullmatch(r"[0-9]{8}", code, re.ASCII) for code in codes):
        clean.wrong("cpv", "Enter CPV codes of eight digits, with commas between.")
    return ", ".join(codes)


def _grounds(clean: Cleaning, grounds: list[dict[str, str]] | list[Mapping[str, str]]) -> list[dict[str, str]]:
    kept = [
        {
            "slug": clean.line("restriction_grounds", ground.get("slug"), "Each ground needs a short name.", 80),
            "title": clean.line("restriction_grounds", ground.get("title"), "Each ground needs a title.", 200),
            "text": clean.lines("restriction_grounds", ground.get("text"), "Each ground needs a text.", 4000),
        }
        for ground in grounds
    ]
    if len({g["slug"] for g in kept}) != len(kept):
        clean.wrong("restriction_grounds", "Two grounds have the same title.")
    return kept
