"""A provider keeps its passport; an officer copies what the regulator published."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted
from portal.core.money import pounds
from portal.core.parsing import parse_single_line
from portal.core.types import Actor
from portal.core.web.look import day
from portal.providers.models import Contact, Grade, Insurance, Service
from portal.providers.queries.reference import grades_of
from portal.providers.rules.passport import (
    CONTACTS,
    INSURANCES,
    KINDS,
    REGULATORS,
    email_problem,
    number_problem,
    telephone_problem,
)
from tenants.permissions import Permission


def save_service(
    session: Session,
    actor: Actor,
    *,
    service_id: UUID | None,
    name: str,
    kind: str,
    regulator: str,
    number: str,
    area: str,
    capacity: int | None,
    opened_on: date | None,
    closed_on: date | None,
) -> Service:
    """A new service (`service_id` None), or the next version of one. `area`: a local authority's name, never an address.

    Raises NotPermitted, Missing, Invalid by field.
    """
    _keeps(actor)
    if service_id and not session.scalar(
        select(Service.id)
        .where(Service.service_id == service_id, Service.provider_id == actor.organisation_id)
        .limit(1)
    ):
        raise Missing
    wrong: dict[str, str] = {}
    name, area, number = (
        _line(wrong, field, text) for field, text in (("name", name), ("area", area), ("number", number))
    )
    if not name:
        wrong.setdefault("name", "Enter the name of the service.")
    if not area:
        wrong.setdefault("area", "Enter the local authority in whose area the service is.")
    elif any(character.isdigit() for character in area):
        wrong.setdefault("area", "Enter the local authority only. Addresses of homes are not held here.")
    if kind not in KINDS:
        wrong["kind"] = "Select what kind of service it is."
    if regulator not in REGULATORS:
        wrong["regulator"] = "Select who regulates it."
    elif problem := number_problem(regulator, number):
        wrong.setdefault("number", problem)
    wrong |= _figures_wrong(capacity, opened_on, closed_on)
    if wrong:
        raise Invalid(**wrong)
    service = Service(
        id=uuid4(),
        service_id=service_id or uuid4(),
        provider_id=actor.organisation_id,
        name=name,
        kind=kind,
        regulator=regulator,
        number=number,
        area=area,
        capacity=capacity,
        opened_on=opened_on,
        closed_on=closed_on,
        recorded_at=clock.now(),
    )
    session.add(service)
    session.flush()
    record(
        session,
        "providers.service.save",
        f"{'Changed' if service_id else 'Entered'} the service {name}, {KINDS[kind].lower()} in {area}.",
        service=service.service_id,
    )
    return service


def save_contact(session: Session, actor: Actor, *, kind: str, post: str, email: str, telephone: str) -> Contact:
    """The referral mailbox or the vacancy contact, from now on. Raises NotPermitted, Missing, Invalid by field."""
    _keeps(actor)
    if kind not in CONTACTS:
        raise Missing
    wrong: dict[str, str] = {}
    post, email, telephone = (
        _line(wrong, field, text) for field, text in (("post", post), ("email", email), ("telephone", telephone))
    )
    if not email and (kind == "referral" or not telephone):
        wrong.setdefault(
            "email",
            "Enter the email address." if kind == "referral" else "Enter an email address or a telephone number.",
        )
    if email and (problem := email_problem(email)):
        wrong.setdefault("email", problem)
    if telephone and (problem := telephone_problem(telephone)):
        wrong.setdefault("telephone", problem)
    if wrong:
        raise Invalid(**wrong)
    contact = Contact(
        id=uuid4(),
        provider_id=actor.organisation_id,
        kind=kind,
        post=post,
        email=email,
        telephone=telephone,
        recorded_at=clock.now(),
    )
    session.add(contact)
    session.flush()
    record(session, "providers.contact.save", f"Changed the {CONTACTS[kind].lower()}.")
    return contact


def save_insurance(
    session: Session, actor: Actor, *, kind: str, amount: Decimal | None, expires_on: date | None
) -> Insurance:
    """An insurance as it now stands. `amount` in pounds for one claim. Raises NotPermitted, Missing, Invalid by field."""
    _keeps(actor)
    if kind not in INSURANCES:
        raise Missing
    wrong: dict[str, str] = {}
    if amount is None or amount <= 0:
        wrong["amount"] = "Enter the cover for one claim, in pounds."
    if expires_on is None:
        wrong["expires_on"] = "Enter the last day of the cover."
    if wrong or amount is None or expires_on is None:
        raise Invalid(**wrong)
    insurance = Insurance(
        id=uuid4(),
        provider_id=actor.organisation_id,
        kind=kind,
        amount=amount,
        expires_on=expires_on,
        recorded_at=clock.now(),
    )
    session.add(insurance)
    session.flush()
    record(
        session,
        "providers.insurance.save",
        f"{INSURANCES[kind]}: {pounds(amount)} until {day(expires_on)}.",
    )
    return insurance


def record_grade(
    session: Session,
    actor: Actor,
    *,
    regulator: str,
    number: str,
    kind: str,
    grade: str,
    graded_on: date | None,
    source_url: str,
) -> Grade:
    """Copy what the regulator published of one number. Never overwritten: a later grade is a later row.

    Raises NotPermitted, Invalid by field.
    """
    if not actor.may(Permission.GRADE_RECORD):
        raise NotPermitted("Your role cannot record a regulator’s grade.")
    wrong: dict[str, str] = {}
    source_url = _line(wrong, "source_url", source_url)
    if grade not in grades_of(regulator, kind):
        wrong["grade"] = "Select the grade as the report states it."
    if graded_on is None or graded_on > clock.today():
        wrong["graded_on"] = "Enter the day the report was published. It cannot be in the future."
    if not source_url.startswith("https://"):
        wrong.setdefault("source_url", "Enter the address of the report, beginning with https://.")
    if wrong or graded_on is None:
        raise Invalid(**wrong)
    made = Grade(
        id=uuid4(),
        regulator=regulator,
        number=number,
        grade=grade,
        graded_on=graded_on,
        source_url=source_url,
        recorded_by_id=actor.organisation_id,
        recorded_at=clock.now(),
    )
    session.add(made)
    session.flush()
    record(
        session,
        "providers.grade.record",
        f"Noted that {REGULATORS[regulator]} graded {number} “{grade}” on {day(graded_on)}.",
    )
    return made


def _figures_wrong(capacity: int | None, opened_on: date | None, closed_on: date | None) -> dict[str, str]:
    wrong = {}
    if capacity is not None and not 1 <= capacity <= 5000:
        wrong["capacity"] = "Enter a number of places from 1 to 5,000."
    if opened_on and closed_on and closed_on < opened_on:
        wrong["closed_on"] = "It cannot close before it opened."
    return wrong


def _keeps(actor: Actor) -> None:
    if actor.organisation_kind != "provider" or not actor.may(Permission.PASSPORT_KEEP):
        raise NotPermitted("Only an administrator of the provider can change this.")


def _line(wrong: dict[str, str], field: str, text: str) -> str:
    try:
        return parse_single_line(text, 200)
    except ValueError as error:
        wrong[field] = str(error)
        return text
