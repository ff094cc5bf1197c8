"""A slice's pages: every route says who may, or the application does not start."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import NotPermitted
from portal.core.types import Actor

View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Open:
    """A page without a permission, and why."""

    reason: str
    needs_sign_in: bool


def public(reason: str) -> Open:
    """Anyone, signed in or not."""
    return Open(reason, needs_sign_in=False)


def signed_in(reason: str) -> Open:
    """Anyone who is signed in, whatever their role."""
    return Open(reason, needs_sign_in=True)


PERMITS: dict[str, str | Open] = {}
"""Endpoint to who may. Drawn on the screen "who can do what", walked by the route tests."""


class Pages(Blueprint):
    """Blueprint of a slice. A view gets the scope already entered; a POST is committed once, after it answered."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)

    def route(  # type: ignore[override]  # `permit` is not optional here, on purpose
        self, rule: str, *, permit: str | Open, methods: tuple[str, ...] = ("GET",), **options: Any
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", view.__name__)
            PERMITS[f"{self.name}.{endpoint}"] = permit
            self.add_url_rule(rule, endpoint, _guarded(view, permit), methods=list(methods), **options)
            return view

        return declare


def actor() -> Actor:
    """Who acts in this request. Only behind a permit that needs sign-in."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise NotPermitted("Sign in first.")
    return found


def _guarded(view: View, permit: str | Open) -> View:
    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        who: Actor | None = g.get("actor")
        if who is None and not (isinstance(permit, Open) and not permit.needs_sign_in):
            return current_app.extensions["ask_to_sign_in"]()  # type: ignore[no-any-return]  # set by tenants
        if who is not None and not isinstance(permit, Open) and not who.may(permit):
            raise NotPermitted(
                "Your role does not include this. An administrator of your organisation can change roles."
            )
        response: Response = make_response(view(**arguments))
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            if response.status_code < 400:
                session().commit()
            else:
                session().rollback()
        return response

    return guarded
