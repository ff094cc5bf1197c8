"""Passwords, sessions, invitations: reached through definer functions alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Identified
from portal.core.rls import system_only


class Credential(Base):
    """What proves a password: the database keeps SHA-256 of the argon2id output and compares it itself,

    so no statement of the application can sign somebody in without knowing the password.
    """

    __tablename__ = "credentials"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (system_only(),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.persons.id"), primary_key=True)
    salt: Mapped[bytes]
    verifier: Mapped[bytes]
    parameters: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class PasswordLink(Base):
    """The one link by which a person may choose a new password; in the mail is the secret, here its SHA-256."""

    __tablename__ = "password_links"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (system_only(),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.persons.id"), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class SessionRecord(Base):
    """One person acting for one organisation; the token is known to the browser alone, here is its SHA-256."""

    __tablename__ = "sessions"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (system_only(),)

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.persons.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.organisations.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """Failed sign-ins by account and address: a throttle, never a lock (a rival could lock a bidder out)."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (system_only(),)

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime]


class Invitation(Identified, Base):
    """A single-use link to join an organisation, or to register a new provider (then without organisation)."""

    __tablename__ = "invitations"
    __table_args__ = {"schema": "tenants"}
    __tenancy__ = (system_only(),)

    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str]
    organisation_id: Mapped[UUID | None]
    organisation_name: Mapped[str]
    post: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
