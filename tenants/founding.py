"""Founding organisations and their first people: done by the provisioner, before anybody can sign in.

Everything after that happens through the portal's own pages: invitations, registrations.
"""

from datetime import date
from hashlib import sha256
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg

from tenants.passwords import PARAMETERS, derive, new_salt


class Founder:
    """One connection of the provisioner, acting as the resolver. Use as a context manager; commits at the end."""

    def __init__(self, admin_url: str, *, password_parameters: str = PARAMETERS) -> None:
        self._url = admin_url
        self._parameters = password_parameters

    def __enter__(self) -> Self:
        self._connection: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(self._url)
        self._connection.execute("SET ROLE portal_resolver")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()

    def organisation(
        self,
        *,
        kind: str,
        slug: str,
        name: str,
        official_name: str,
        gss_code: str | None = None,
        register_code: str | None = None,
        fictional: bool = False,
    ) -> UUID:
        """A council (`authority`), a provider or the operator. Returns its id."""
        made = uuid4()
        self._connection.execute(
            "INSERT INTO tenants.organisations (id, kind, slug, name, official_name, gss_code, register_code, fictional, created_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, app.now())",
            (made, kind, slug, name, official_name, gss_code, register_code, fictional),
        )
        return made

    def person(self, *, email: str, password: str, label: str) -> UUID:
        """A person who can sign in; memberships say for whom."""
        made, salt = uuid4(), new_salt()
        self._connection.execute(
            "INSERT INTO tenants.persons (id, email, label, active, created_at) VALUES (%s, %s, %s, true, app.now())",
            (made, email, label),
        )
        verifier = sha256(derive(password, salt, self._parameters)).digest()
        self._connection.execute(
            "INSERT INTO tenants.credentials (person_id, salt, verifier, parameters, changed_at) VALUES (%s, %s, %s, %s, app.now())",
            (made, salt, verifier, self._parameters),
        )
        return made

    def membership(self, *, person: UUID, organisation: UUID, post: str, roles: list[str], starts_on: date) -> None:
        """A post with roles, from a day on."""
        self._connection.execute(
            "INSERT INTO tenants.memberships (id, person_id, organisation_id, organisation_kind, organisation_name, post, email, "
            "roles, starts_on) SELECT %s, p.id, o.id, o.kind, o.official_name, %s, p.email, %s, %s "
            "FROM tenants.persons p, tenants.organisations o WHERE p.id = %s AND o.id = %s",
            (uuid4(), post, roles, starts_on, person, organisation),
        )
