"""The URL map against the permits, the names, and the rows: T-A1, and what an address may look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from portal.app import create_app
from portal.core.applicants import Applicants
from portal.core.database import db
from portal.core.embedded import Cluster
from portal.core.settings import Settings
from portal.core.web.pages import PERMITS, Open
from tenants.permissions import Permission
from tests.census.matrix import (
    ACTORS,
    ENDS_THE_SESSION,
    GROUND,
    WORDS,
    Matrix,
    candidates,
    ids_of,
    methods_of,
    path_of,
    wrong_classes,
    wrong_foreign,
    wrong_malformed,
)
from tests.support.database import clone
from tests.support.region import dispose
from tests.support.world import build_world

NOT_THERE = "00000000-0000-0000-0000-000000000009"
PERMITS_KEPT = Path(__file__).with_name("permits.txt")


@pytest.fixture(scope="module")
def matrix(cluster: Cluster, template: str, test_folder: Path, settings: Settings) -> Iterator[Matrix]:
    """A world of its own: forms are really sent here."""
    for urls in clone(cluster, template, test_folder):
        app = create_app(settings, urls.app)
        app.testing = True
        yield Matrix(app, build_world(urls, secret_of(app)))
        dispose(app)


def secret_of(app: Flask) -> Callable[[UUID], bytes]:
    """As the application works it out."""
    applicants: Applicants = app.extensions["applicants"]
    with app.app_context():
        engine = db.engine
    return lambda provider: applicants.secret(engine, provider)


def test_answers_are_of_the_class_the_permit_says(matrix: Matrix) -> None:
    assert list(wrong_classes(matrix)) == []


def test_a_malformed_id_is_a_page_that_is_not_there(matrix: Matrix) -> None:
    assert list(wrong_malformed(matrix)) == []


@pytest.mark.parametrize(
    "actor", ["nobody", "provider administrator", "operator", "lead", "outsider", "leaver", "Sefton's head"]
)
def test_a_foreign_id_answers_like_one_that_is_not_there(matrix: Matrix, actor: str) -> None:
    assert list(wrong_foreign(matrix, actor)) == []


@pytest.mark.parametrize("actor", ["provider administrator", "lead", "outsider", "operator"])
def test_every_refusal_leaves_a_row(matrix: Matrix, actor: str) -> None:
    silent = []
    with psycopg.connect(matrix.world.urls.admin, autocommit=True) as connection:
        for rule in matrix.rules():
            for method in methods_of(rule):
                if method == "POST" and rule.endpoint in ENDS_THE_SESSION:
                    continue
                connection.execute("DELETE FROM audit.refusals")
                path = path_of(rule, **dict.fromkeys(ids_of(rule), NOT_THERE))
                status = matrix.ask(actor, method, path).status_code
                kept = connection.execute("SELECT status, verb, path FROM audit.refusals").fetchall()
                # A provider's line does not say which application: that would lead from the one to the other.
                said = path.replace(NOT_THERE, "…") if actor == "provider administrator" else path
                if status in (403, 404, 409) and kept != [(status, method, said)]:
                    silent.append(f"{method} {rule.rule}: {status}, kept {kept}")
    assert silent == []


def test_no_form_is_taken_without_its_token(matrix: Matrix) -> None:
    taken = []
    for actor in ("nobody", "provider administrator", "lead"):
        for rule in matrix.rules():
            if "POST" in methods_of(rule):
                path = path_of(rule, **dict.fromkeys(ids_of(rule), NOT_THERE))
                status = matrix.client(actor).post(path, data={}).status_code
                if status not in (400, 401):
                    taken.append(f"{actor}: POST {rule.rule} answers {status}")
    assert taken == []


def test_nobody_is_missing_from_the_matrix(matrix: Matrix) -> None:
    """Every permission is held by one of the actors and lacked by another, or the matrix would prove nothing of it."""
    from tests.census.matrix import may

    for permission in Permission:
        held = {actor for actor in ACTORS if may(actor, permission)}
        assert held, permission
        assert held != set(ACTORS), permission
    ids = {name for rule in matrix.rules() for name in ids_of(rule)}
    assert ids <= set(candidates(matrix.world))


def test_every_page_says_who_may(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - GROUND
    assert endpoints == set(PERMITS)
    assert {p for p in PERMITS.values() if not isinstance(p, Open)} <= set(Permission)
    assert all(p.reason.endswith(".") for p in PERMITS.values() if isinstance(p, Open))


def test_permits_are_the_reviewed_ones(app: Flask) -> None:
    """Who may open which page is reviewed in one list. Write it anew with `python -m tests.census`, and read the difference."""
    assert PERMITS_KEPT.read_text("utf-8").splitlines() == permits_of(app)


def permits_of(app: Flask) -> list[str]:
    """One line a rule: methods, address, who may."""
    return sorted(
        f"{rule.rule}  {' '.join(methods_of(rule))}  {_said(PERMITS[rule.endpoint])}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in GROUND
    )


def _said(permit: str | Open) -> str:
    if isinstance(permit, Open):
        return "signed in" if permit.needs_sign_in else "public"
    return str(permit)


def test_addresses_are_kebab_case_nouns_with_opaque_ids(app: Flask) -> None:
    bad = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in GROUND:
            continue
        for part in rule.rule.strip("/").split("/"):
            argument = re.fullmatch(r"<(?:(\w+):)?(\w+)>((?:\.\w+)?)", part)
            if argument:
                converter, name, _ = argument.groups()
                opaque = converter == "uuid" and name.endswith("_id")
                if not opaque and not (converter is None and name in WORDS):
                    bad.append(f"{rule.rule}: {part}")
            elif part and not re.fullmatch(
                r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:pdf|csv|txt|xlsx|docx|ics|json|atom|toml))?", part
            ):
                bad.append(f"{rule.rule}: {part}")
        if not set(methods_of(rule)) <= {"GET", "POST"}:
            bad.append(f"{rule.rule}: {methods_of(rule)}")
    assert bad == []
