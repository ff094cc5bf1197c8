"""What the public lists share: filters typed into an address, keys of paging, the portal's own address."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing
from portal.notices.forms import DecisionFilterForm, NoticeFilterForm

PAGE = 50
F = TypeVar("F", DecisionFilterForm, NoticeFilterForm)


def base_url() -> str:
    """The portal's own address, without a slash at its end."""
    return str(current_app.config["PORTAL"].base_url or request.url_root).rstrip("/")


def is_demonstration() -> bool:
    """Whether this portal shows invented records."""
    return bool(current_app.config["PORTAL"].demonstration)


def filter_form(kind: type[F], councils: Mapping[str, str], *, council: str | None = None) -> F:
    """The filter as it was typed. `council`: set by the address of the page, so not to be chosen."""
    typed = MultiDict(request.args)
    if council is not None:
        typed["council"] = council
    form = kind(typed)
    form.council.choices = {"": "All councils"} | dict(councils)
    return form


def values_of(form: Form, councils: Mapping[str, str], **choices: Mapping[str, str]) -> dict[str, Any]:
    """The filter. Raises Missing for a council or another choice that there is not, Invalid for a day that is none, or a text too long."""
    if not form.validate():
        raise Invalid
    clean = Cleaning()
    text = clean.line("text", form["text"].data, max_chars=200)
    clean.finish()
    found = {
        "council": form["council"].data or "",
        "key": form["key"].data or "",
        "since": form["since"].data,
        "until": form["until"].data,
    }
    found |= {name: form[name].data or "" for name in choices}
    offered = {"council": councils, "key": {"yes": "", "no": ""}, **choices}
    if any(found[name] and found[name] not in offered[name] for name in offered):
        raise Missing
    return found | {"text": text}


def show_invalid(form: Form, error: Invalid) -> None:
    """Each sentence under its field."""
    for name, sentence in error.fields.items():
        form[name].errors = [*form[name].errors, sentence]


def key_of(typed: str | None) -> tuple[date, UUID] | None:
    """Where the page goes on: `2026-05-03_<uuid>`. Raises Missing."""
    if not typed:
        return None
    on, _, ident = typed.partition("_")
    try:
        return date.fromisoformat(on), UUID(ident)
    except ValueError:
        raise Missing from None


def address_with(path: str, *without: str, **more: str) -> str:
    """The address of this list with its filters, and other values."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if value and name not in (*without, *more)]
    query = urlencode([*kept, *more.items()])
    return f"{path}?{query}" if query else path


def sent_as(content: bytes, mimetype: str, *, file_name: str | None = None) -> Response:
    """A file for machines, in UTF-8."""
    response = Response(content, content_type=f"{mimetype}; charset=utf-8")
    if file_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
