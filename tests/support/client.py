"""A test client that cannot be shown a bad page: strict HTML, one h1, a title that begins with it, unique ids, clean session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.database import session
from portal.core.web.lifecycle import TOKEN
from tests.support.region import token_for

_XHTML = "{http://www.w3.org/1999/xhtml}"
VOID_OK = {"unexpected-null-character"}


class StrictClient(FlaskClient):
    """Every page it fetches is checked."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data:
            check_page(response.get_data(as_text=True), response.status_code)
        return response

    def sign_in_as(self, email: str, organisation: UUID | None = None) -> StrictClient:
        """Begin a session for this person without the sign-in page."""
        with self.application.app_context():
            token = token_for(session(), email, organisation)
        with self.session_transaction() as cookie:
            cookie[TOKEN] = token
        return self

    def csrf(self) -> str:
        """A valid form token for this client's cookie."""
        from flask import g
        from flask_wtf.csrf import generate_csrf

        with self.session_transaction() as cookie, self.application.test_request_context():
            from flask import session as request_cookie

            request_cookie.update(cookie)
            token: str = generate_csrf()
            cookie["csrf_token"] = request_cookie["csrf_token"]
            g.pop("csrf_token", None)
        return token

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with its token."""
        return self.post(path, data={**(data or {}), "csrf_token": self.csrf()}, **kwargs)


def check_page(html: str, status: int) -> None:
    """Raise AssertionError for anything a page must not be."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=True)
    tree = parser.parse(html)
    errors = [e for e in parser.errors if e[1] not in VOID_OK]
    assert not errors, f"invalid HTML ({status}): {errors[:3]}"
    h1 = [" ".join("".join(e.itertext()).split()) for e in tree.iter(f"{_XHTML}h1")]
    assert len(h1) == 1, f"a page has one h1, this has {h1}"
    title = " ".join("".join(next(tree.iter(f"{_XHTML}title")).itertext()).split())
    assert title, "the title is empty"
    ids = [e.get("id") for e in tree.iter() if isinstance(e.tag, str) and e.get("id")]
    twice = {i for i in ids if ids.count(i) > 1}
    assert not twice, f"ids twice on a page: {twice}"
    for form in tree.iter(f"{_XHTML}form"):
        assert form.get("method"), "a form says its method"
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert element.get("style") is None, "no inline styles under the content security policy"
            assert not [a for a in element.attrib if a.startswith("on")], "no inline handlers"


@pytest.fixture
def client_for(app: Flask) -> Callable[..., StrictClient]:
    """`client_for(email)`: a strict client signed in as that person; `client_for(None)`: nobody."""
    app.test_client_class = StrictClient

    def make(email: str | None = None, organisation: UUID | None = None) -> StrictClient:
        client = app.test_client()
        assert isinstance(client, StrictClient)
        return client.sign_in_as(email, organisation) if email else client

    return make
