"""A vehicle profile gets a version; a draft system takes up the latest; a notice that the rules ask for is recorded."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import NoticeRecorded, PurchasingSystem, VehicleProfile
from portal.purchasing_systems.queries.profiles import latest_of, profile_of
from portal.purchasing_systems.queries.systems import led_system
from portal.purchasing_systems.reference import regimes
from portal.purchasing_systems.rules.profiles import ADMISSION, ADMITS, MOMENTS, ROUTES, RULES, SELECTION
from tenants.permissions import Permission

WHOLE = {
    "assessment_days": (1, 250),
    "assessment_days_extended": (1, 250),
    "first_window_days": (1, 365),
    "tender_days": (1, 365),
    "member_cap": (1, 9999),
    "standstill_days": (1, 60),
    "longest_years": (1, 99),
}
"""Figures that may be left out, and their bounds."""
_YES_NO = (
    "may_restrict",
    "defers_first",
    "admission_is_award",
    "conditions_may_change",
    "standstill_mandatory",
    "longer_with_reason",
)


def add_profile(session: Session, actor: Actor, *, code: str, new: bool, rules: Mapping[str, Any]) -> VehicleProfile:
    """A new vehicle (`new`), or the next version of one; systems that stand on an earlier version stay there.

    `rules`: every column of `VehicleProfile` that is a rule; `sources` by the keys of `RULES`, each obligatory; `notices`: `{moment,
    notice, days, source}`. Raises NotPermitted, Missing, Invalid (`source_<rule>` for a source).
    """
    if not actor.may(Permission.PROFILE_EDIT):
        raise NotPermitted("Only the portal’s operator keeps the vehicle profiles.")
    clean = Cleaning()
    code = clean.line("code", code, "Enter a short name in small letters.", 60)
    before = latest_of(session, code) if code else None
    if not new and before is None:
        raise Missing
    if new and before is not None:
        clean.wrong("code", "There is a vehicle of this name. Make a new version of it, or enter another name.")
    if code and not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", code):
        clean.wrong("code", "Use small letters, digits and _ only, and begin with a letter. For example, local_list.")
    values = _checked(clean, rules)
    clean.finish()
    made = VehicleProfile(
        id=uuid4(),
        code=code,
        version=before.version + 1 if before else 1,
        created_at=clock.now(),
        created_by=actor.person_label,
        **values,
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.profile.add",
        f"Added version {made.version} of the vehicle profile “{made.name}”.",
        code=code,
        version=made.version,
    )
    return made


def take_latest_profile(session: Session, actor: Actor, *, system_id: UUID) -> PurchasingSystem:
    """Let a system that no round has frozen stand on its vehicle's latest version. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    latest = latest_of(session, system.vehicle)
    if latest is None or latest.id == system.profile_id:
        raise Refused("The system stands on the latest version of its rules.")
    system.profile_id = latest.id
    session.flush()
    record(
        session,
        "purchasing_systems.system.take_profile",
        f"Took up version {latest.version} of the rules of {latest.name} for “{system.title}”.",
        system=system_id,
        version=latest.version,
    )
    return system


def record_notice_due(  # a notice has that many facts
    session: Session, actor: Actor, *, system_id: UUID, which: int, number: str, url: str, published_on: date | None
) -> NoticeRecorded:
    """Record a notice the rules ask for, as it was published. `which`: its place in the profile's list, from 0.

    Raises Missing, NotPermitted, Refused when it is on record, Invalid (`number`, `url`, `published_on`).
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    asked = profile_of(session, system).notices
    if not 0 <= which < len(asked):
        raise Missing
    asked_for = asked[which]
    n = NoticeRecorded
    if session.scalar(
        select(n.id).where(n.system_id == system_id, n.moment == asked_for["moment"], n.notice == asked_for["notice"])
    ):
        raise Refused("This notice is on record already.")
    clean = Cleaning()
    number = clean.line("number", number, "Enter the number of the notice.", 80)
    url = clean.line("url", url, "Enter the link to the notice.", 500)
    if url and not re.fullmatch(r"https?://[^\s/$.?#][^\s]*", url):
        clean.wrong("url", "Enter a link that starts with https://.")
    if published_on is None:
        clean.wrong("published_on", "Enter the day on which it was published.")
    elif published_on > clock.today():
        clean.wrong("published_on", "The notice cannot have been published in the future.")
    clean.finish()
    assert published_on is not None
    made = NoticeRecorded(
        id=uuid4(),
        system_id=system_id,
        lead_id=system.lead_id,
        moment=asked_for["moment"],
        notice=asked_for["notice"],
        number=number,
        url=url,
        published_on=published_on,
        recorded_by=actor.person_label,
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.notice.record",
        f"Recorded the notice {number} of “{system.title}”: {made.notice}.",
        system=system_id,
        url=url,
    )
    return made


def _checked(clean: Cleaning, rules: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": clean.line("name", rules.get("name"), "Enter what this vehicle is called.", 120),
        "description": clean.line("description", rules.get("description"), "Say in a sentence what it is.", 400),
        "restriction_grounds": clean.line("restriction_grounds", rules.get("restriction_grounds"), None, 400),
        "fees": clean.line("fees", rules.get("fees"), "Say what providers pay, or that they pay nothing.", 400),
        "notes": clean.lines("notes", rules.get("notes"), None, 4000),
        "ends_by": rules.get("ends_by"),
    }
    for field, known, missing in (
        ("admission", ADMISSION, "Select when providers can apply."),
        ("admits", ADMITS, "Select who admits."),
        ("selection", SELECTION, "Select how providers are selected."),
    ):
        values[field] = rules.get(field)
        if values[field] not in known:
            clean.wrong(field, missing)
    for field in _YES_NO:
        values[field] = bool(rules.get(field))
    for field, (low, high) in WHOLE.items():
        values[field] = rules.get(field)
        clean.between(field, values[field], low, high, f"Enter a number from {low} to {high:,}, or leave it empty.")
    for field, named in (("routes", ROUTES), ("regimes", regimes()), ("limit_regimes", regimes())):
        values[field] = [one for one in rules.get(field) or () if one in named]
    if not values["regimes"]:
        clean.wrong("regimes", "Select at least one law.")
    _hang_together(clean, values)
    values["notices"] = [_notice(clean, row) for row in rules.get("notices") or ()]
    given = rules.get("sources") or {}
    values["sources"] = {
        rule: clean.line(
            f"source_{rule}",
            given.get(rule),
            f"Enter where this is laid down. {title}: regulation, section or document.",
            400,
        )
        for rule, title in RULES.items()
    }
    return values


def _hang_together(clean: Cleaning, values: Mapping[str, Any]) -> None:
    """Rules that would contradict each other."""
    if values["admits"] == "lead" and values["may_restrict"]:
        clean.wrong(
            "may_restrict", "Where the lead admits for all, no council decides about names, so none can restrict."
        )
    longer, days = values["assessment_days_extended"], values["assessment_days"]
    if longer is not None and (days is None or longer < days):
        clean.wrong("assessment_days_extended", "Enter at least as many days as without reasons.")
    if values["member_cap"] is not None and values["selection"] != "ranking":
        clean.wrong(
            "member_cap", "Only a ranking can end at a number of members. Leave it empty, or select the ranking."
        )
    if values["standstill_mandatory"] and values["standstill_days"] is None:
        clean.wrong("standstill_days", "Enter how many days the required standstill has.")
    if values["longest_years"] is not None and not values["limit_regimes"]:
        clean.wrong("limit_regimes", "Select the laws under which this limit holds.")


def _notice(clean: Cleaning, row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get("moment") not in MOMENTS:
        clean.wrong("notices", "Select when each notice is due.")
    return {
        "moment": row.get("moment"),
        "notice": clean.line("notices", row.get("notice"), "Enter the name of each notice.", 200),
        "days": row.get("days"),
        "source": clean.line("notices", row.get("source"), "Enter where each notice is laid down.", 400),
    }
