"""Counting SQL statements: a page's number is the same for 5 and for 50 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.database import db


@dataclass
class Statements:
    """What was sent to the database, in order; BEGIN and COMMIT are not statements."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "\n".join(f"{n:2} {' '.join(text.split())[:160]}" for n, text in enumerate(self.texts, 1))


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_statements() as sent: …`, then `len(sent)`; `str(sent)` lists them for the message."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        sent = Statements()

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            sent.texts.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
