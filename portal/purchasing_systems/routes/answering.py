"""What every form of this slice does with its answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Form

from portal.core.errors import Invalid
from portal.core.web.pages import actor
from portal.purchasing_systems.models import PurchasingSystem
from tenants.routes.forms import show_invalid

Made = TypeVar("Made")


def made_by(form: FlaskForm, act: Callable[[], Made]) -> Made | None:
    """What the action made, if the form can be read; None when it could not be, with the sentences beside the fields."""
    if not form.validate():
        return None
    try:
        return act()
    except Invalid as error:
        show_invalid(form, error)
        return None


def attempt(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Was it done?"""
    return made_by(form, act) is not None


@contextmanager
def at_fields(**names: str) -> Iterator[None]:
    """What the action calls one thing, the form asks in two fields: put the sentence at the first."""
    try:
        yield
    except Invalid as error:
        raise Invalid(**{names.get(name, name): sentence for name, sentence in error.fields.items()}) from None


def page(template: str, form: Form | None = None, **context: Any) -> ResponseReturnValue:
    """The page; 422 when its form has something to say."""
    wrong = form is not None and bool(form.errors)
    return render_template(f"purchasing_systems/{template}.html", form=form, **context), 422 if wrong else 200


def sections(system: PurchasingSystem, current: str) -> list[dict[str, Any]]:
    """The sub-navigation of one system; for whoever sees no drafts, what is left without them."""
    base = f"/systems/{system.id}"
    who = actor()
    drafts = who.may_read(system.id) or system.lead_id == who.organisation_id
    return [
        {"text": text, "url": base + path, "current": text == current}
        for text, path in (
            ("Overview", ""),
            ("Set-up", "/set-up"),
            ("Lots", "/lots"),
            ("Councils", "/councils"),
            ("Participation", "/participation"),
            ("Specification", "/specification"),
            ("Documents", "/documents"),
            ("Timetable", "/timetable"),
            ("Comments", "/comments"),
            ("Critical path", "/critical-path"),
            ("Term", "/term"),
            ("Rules", "/rules"),
        )
        if drafts or path in ("", "/participation")
    ]


def round_url(system_id: UUID, round_id: UUID) -> str:
    """The officers' page of a round."""
    return f"/systems/{system_id}/rounds/{round_id}"
