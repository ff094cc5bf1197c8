"""Messages about taking part, to the authority it is about, or to the lead where the authority took the step."""

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_organisation
from portal.purchasing_systems.models import Participation, PurchasingSystem

_OFFICERS = ("procurement_officer", "commissioning_officer", "head_of_service")
_SAID = {
    "listed": "is in the list of authorities of",
    "consider": "considers whether to take part in",
    "decline": "declined to take part in",
    "approve": "has decided to take part in",
    "join": "has joined",
    "suspend": "is suspended from",
    "reinstate": "takes part again in",
    "give_notice": "has given notice to leave",
    "stay": "stays in",
    "leave": "has left",
    "invite_again": "is invited again to",
}


def tell_step(session: Session, row: Participation, system: PurchasingSystem, verb: str, reason: str) -> None:
    """To both sides, since each may have taken it."""
    sentence = f"{row.authority_name} {_SAID[verb]} {system.alias}"
    for organisation in {row.authority_id, row.lead_id}:
        tell_organisation(
            session,
            organisation,
            kind=f"purchasing_systems.participation.{verb}",
            subject=sentence[:290],
            body=f"{sentence}.{chr(10) * 2 + 'The reason: ' + reason if reason else ''}\n\nWhat it may do now, and the history, are on the page.",
            link=f"/systems/{system.id}/participation",
            roles=_OFFICERS,
        )
