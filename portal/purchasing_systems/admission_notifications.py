"""Messages about agreements. They lead to the page; they do not repeat what it says."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_organisation
from portal.core.web.look import day
from portal.purchasing_systems.models import Admission, Round

_LEADING = ("procurement_officer", "commissioning_officer")


def tell_agreement_issued(session: Session, round_: Round, admission: Admission) -> None:
    """To the provider: there is an agreement to read and accept."""
    tell_organisation(
        session,
        admission.provider_id,
        kind="purchasing_systems.agreement.issued",
        subject=f"Agreement to accept: round {round_.number}",
        body="An agreement is ready for you to read and accept. It is in force once both sides have accepted it.",
        link=f"/agreements/{admission.id}",
    )


def tell_agreement_signed(session: Session, admission: Admission) -> None:
    """To the other side: the lead after the provider, the provider after the lead."""
    signed = admission.status == "signed"
    tell_organisation(
        session,
        admission.lead_id if signed else admission.provider_id,
        kind=f"purchasing_systems.agreement.{admission.status}",
        subject=(f"{admission.provider_name} has accepted its agreement" if signed else "Your agreement is in effect"),
        body=(
            "Accept it for the councils, and it is in effect."
            if signed
            else "Both sides have accepted it. The page “Where you stand” shows which councils can use you from when."
        ),
        link=f"/agreements/{admission.id}" if signed else "/where-you-stand",
        roles=_LEADING if signed else None,
    )


def tell_standing_changed(session: Session, provider_id: UUID, council: str) -> None:
    """To a provider: a council has decided whether it uses the providers admitted. What it decided, the page says."""
    tell_organisation(
        session,
        provider_id,
        kind="purchasing_systems.standing.changed",
        subject=f"{council} has decided whether it uses the providers admitted",
        body="The page “Where you stand” shows from when it can use you, or what is in the way.",
        link="/where-you-stand",
    )


def ask_to_hold(session: Session, provider_id: UUID, label: str, *, lead: str, end: date, until: date) -> None:
    """To a provider admitted: will it hold its prices? Which council decides late is not its business."""
    tell_organisation(
        session,
        provider_id,
        kind="purchasing_systems.prices.hold",
        subject=f"Request to hold your prices: {label}",
        body=f"The prices in your application to {label} hold until {day(end)}. Not every council that you offer for will have decided by "
        f"then. {lead} asks you to hold them until {day(until)}. It is a request: answer {lead} in writing.",
        link="/where-you-stand",
    )
