"""What the forms of the ledger and of the posts have in common."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField

from portal.core.errors import Invalid
from tenants.routes.forms import show_invalid

SECTIONS = (
    ("Delegations", "/governance/delegations"),
    ("May I?", "/governance/delegations/may-i"),
    ("Posts", "/governance/posts"),
)


def sections(current: str) -> list[dict[str, Any]]:
    """The sub-navigation of these pages."""
    return [{"text": text, "url": url, "current": text == current} for text, url in SECTIONS]


def done(form: FlaskForm, act: Callable[[], object], said: str, url: str) -> ResponseReturnValue | None:
    """Do it, say so and go on; None when the form has something to say, beside its fields."""
    if not form.is_submitted() or not form.validate():
        return None
    try:
        act()
    except Invalid as error:
        show_invalid(form, error)
        return None
    flash(said, "success")
    return redirect(url, 303)


def page(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    """The page; 422 when its form has something to say."""
    return render_template(f"governance/{template}.html", form=form, **context), 422 if form.errors else 200


def chosen_id(field: Field) -> UUID | None:
    """The id of what was chosen; None when nothing was. Raises Invalid for what nobody offered."""
    if not field.data:
        return None
    return _id(field.short_name, field.data)


def chosen_ids(field: SelectMultipleField) -> list[UUID]:
    """The ids of all that were chosen, in the order in which they are offered."""
    wanted = set(field.data or ())
    offered = [value for value, *_ in field.iter_choices() if value in wanted]
    return [_id(field.short_name, one) for one in (*offered, *sorted(wanted - set(offered)))]


def _id(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(**{name: "Choose one of those shown."}) from None
