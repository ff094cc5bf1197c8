"""Home pages: every kind of actor gets one, in few statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.database import db
from tests.support.client import StrictClient
from tests.support.region import POSTS

ClientFor = Callable[..., StrictClient]
EVERYBODY = [
    *(f"{post}@halton.example" for post in POSTS),
    "democratic@sefton.example",
    "admin@alder.example",
    "writer@alder.example",
    "operator@portal.example",
    "shared@procurement.example",
]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that a block sends."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("email", EVERYBODY)
@pytest.mark.parametrize("path", ["/home", "/inbox", "/who-can-do-what", "/acting-for"])
def test_everybody_has_these_pages(client_for: ClientFor, email: str, path: str) -> None:
    assert client_for(email).get(path).status_code == 200


@pytest.mark.parametrize("email", EVERYBODY)
def test_home_takes_few_statements(app: Flask, client_for: ClientFor, email: str) -> None:
    client = client_for(email)
    with counted(app) as sent:
        assert client.get("/home").status_code == 200
    assert len(sent) <= 10, sent
