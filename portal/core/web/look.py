"""What templates are given: the actor, navigation, filters for instants, days and money."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from portal.core.clock import LONDON, NEVER
from portal.core.money import pounds
from portal.core.places import CHECKOUT


def install(app: Flask, *, demonstration: bool) -> None:
    """Loaders, filters, and the context of every page."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(CHECKOUT / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.filters.update(instant=instant, day=day, money=_money, clock_time=clock_time, iso_day=_iso_day)

    def context() -> dict[str, Any]:
        return {
            "csp_nonce": g.get("csp_nonce", ""),
            "service_name": "Regional consortium portal",
            "actor": g.get("actor"),
            "unread_count": g.actor.unread_count if g.get("actor") else 0,
            "navigation": app.extensions["navigation"](g.get("actor"), request.path),
            "demonstration": demonstration,
            "csrf_field": lambda: Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf()),
        }

    app.context_processor(context)


def instant(at: datetime | None) -> str:
    """`2:00:05pm on 4 December 2026` in London; noon and midnight in words; seconds only where there are any."""
    if at is None:
        return ""
    if at >= NEVER:
        return "no closing time"
    return f"{clock_time(at)} on {day(at.astimezone(LONDON).date())}"


def clock_time(at: datetime) -> str:
    """The time of day in London."""
    local = at.astimezone(LONDON)
    if (local.minute, local.second) == (0, 0) and local.hour in (0, 12):
        return "12 noon" if local.hour else "12 midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02}" if local.minute or local.second else ""
    seconds = f":{local.second:02}" if local.second else ""
    return f"{hour}{minutes}{seconds}{'pm' if local.hour >= 12 else 'am'}"


def day(on: date | datetime | None) -> str:
    """`4 December 2026`, the London day."""
    if on is None:
        return ""
    local = on.astimezone(LONDON).date() if isinstance(on, datetime) else on
    return f"{local.day} {local:%B %Y}"


def _iso_day(written: str | None) -> str:
    """A day as JSON has it, in words."""
    return day(date.fromisoformat(written)) if written else ""


def _money(amount: Decimal | str | None) -> str:
    return "" if amount is None else pounds(Decimal(amount))
