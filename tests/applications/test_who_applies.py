"""Before opening no row of the database holds both an applicant's application and the applicant."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import func, select

from portal.activity.queries.messages import messages_of
from portal.activity.queries.trail import lines_of
from portal.applications.actions import drafting, submitting
from portal.core.provision import Urls
from tests.support.applying import OpenRound
from tests.support.client import StrictClient
from tests.support.region import Region, acting

ClientFor = Callable[..., StrictClient]
ALDER = "Alder House"


def rows(urls: Urls) -> Iterator[tuple[str, str]]:
    """Every row of every table, as text: what a dump of the whole database holds."""
    with psycopg.connect(urls.admin) as connection:
        tables = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, name in tables:
            whole = sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(schema, name))
            for (row,) in connection.execute(whole):
                yield f"{schema}.{name}", row.lower().replace("-", "")


def said(urls: Urls, applicant: set[str], application: set[str]) -> list[str]:
    """Tables with a row that holds something of both."""

    def holds(row: str, tokens: set[str]) -> bool:
        return any(token.lower().replace("-", "") in row for token in tokens)

    return sorted({table for table, row in rows(urls) if holds(row, applicant) and holds(row, application)})


def everything_done(app: Flask, round_: OpenRound, client_for: ClientFor) -> UUID:
    """Interest, draft, documents, a refused upload, help, two versions, withdrawn and sent again; refusals of pages."""
    made, _ = round_.complete("alder", "residential")
    round_.answer("writer@alder.example", made, "residential", sq_legal_name="Another name")
    round_.submit("admin@alder.example", made)
    with acting(app, "admin@alder.example") as (session, actor):
        submitting.withdraw_application(session, actor, application_id=made)
    round_.submit("admin@alder.example", made)
    with acting(app, "writer@alder.example") as (session, actor):
        until = session.execute(select(func.app.now())).scalar_one() + timedelta(days=3)
        drafting.grant_help(session, actor, application_id=made, until=until)
    client = client_for("writer@alder.example")
    assert client.send(f"/applications/{made}/declare-and-submit", {"key": "k" * 20}).status_code == 403
    assert client.get(f"/applications/{made}/group/no-such-page").status_code == 404
    assert client.get(f"/applications/{made}").status_code == 200
    return made


def applicants_tokens(region: Region) -> set[str]:
    people = {str(one) for email, one in region.people.items() if email.endswith("@alder.example")}
    return {str(region.organisations["alder"]), "alder.example", ALDER, *people}


def applications_tokens(urls: Urls, made: UUID) -> set[str]:
    with psycopg.connect(urls.admin) as connection:
        row = connection.execute(
            "SELECT a.reference, a.applicant_id::text, array_agg(s.id::text) || array_agg(encode(s.sha256, 'hex')) "
            "FROM applications.applications a JOIN applications.submissions s ON s.application_id = a.id WHERE a.id = %s "
            "GROUP BY a.id",
            [made],
        ).fetchone()
    assert row is not None
    return {str(made), row[0], row[1], *row[2]}


def test_no_row_says_whose_an_application_is(
    app: Flask, open_round: Callable[..., OpenRound], client_for: ClientFor, urls: Urls, region: Region
) -> None:
    with psycopg.connect(urls.admin) as connection:
        # A job title says whose it is, as they do outside of tests.
        connection.execute(
            "UPDATE tenants.memberships SET post = post || ' of Alder House' WHERE organisation_id = %s",
            [region.organisations["alder"]],
        )
    round_ = open_round()
    made = everything_done(app, round_, client_for)
    applicant, application = applicants_tokens(region), applications_tokens(urls, made)
    found = list(rows(urls))
    # The search finds what is there: both have rows, apart from each other.
    assert any(ALDER.lower() in row for _, row in found)
    assert any(str(made).replace("-", "") in row for table, row in found if table == "applications.submissions")
    assert said(urls, applicant, application) == []
    # Nor does a row of the provider's say that it does something in this round.
    assert said(urls, applicant, {str(round_.id)}) == []


def test_the_applicant_reads_its_own_trail_and_messages(
    app: Flask, open_round: Callable[..., OpenRound], client_for: ClientFor
) -> None:
    round_ = open_round()
    made = everything_done(app, round_, client_for)
    with acting(app, "admin@alder.example") as (session, actor):
        trail = [(line.verb, line.sentence, line.organisation_name) for line in lines_of(session, actor).rows]
        inbox: list[Any] = list(messages_of(session, actor).rows)
    submitted = [line for line in trail if line[0] == "applications.application.submitted"]
    assert "Submitted version 3 of application" in submitted[0][1]
    assert submitted[0][2].startswith(ALDER)
    assert inbox[0].subject.startswith("Application received: ")
    assert inbox[0].link.startswith("/receipts/")
    for other in ("admin@birch.example", "procurement@halton.example"):
        page = client_for(other).get("/trail").get_data(as_text=True)
        assert "Submitted version" not in page
        assert "An applicant" not in page
    page = client_for("writer@alder.example").get("/inbox").get_data(as_text=True)
    assert "Application received: " in page
    opened = client_for("writer@alder.example")
    target = re.findall(r'action="(/inbox/[^"]+/open)"', page)[0]
    assert opened.send(target).location.startswith("/receipts/")
    assert str(made) not in page
