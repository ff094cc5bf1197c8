"""What may befall an admission once it is in effect: suspended, reinstated, removed, ended. Each with its second and its reason."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Missing, NotPermitted
from portal.core.parsing import parse_multi_line
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.purchasing_systems.admission_states import ADMISSION
from portal.purchasing_systems.models import Admission

VERBS = {"suspend": "Suspended", "reinstate": "Reinstated", "remove": "Removed", "end": "Ended the admission of"}


def change_standing(session: Session, actor: Actor, *, admission_id: UUID, verb: str, because: str) -> Admission:
    """Suspend, reinstate, remove or end an admission, from this second. The provider and all members read why.

    Raises Missing, NotPermitted for anybody but an officer of the lead, Invalid (`because`), Refused out of turn.
    """
    admission = session.get(Admission, admission_id)
    if admission is None or verb not in VERBS:
        raise Missing
    if admission.lead_id != actor.organisation_id:
        raise NotPermitted("Only an officer of the lead authority can do this.")
    try:
        said = parse_multi_line(because, 1000)
    except ValueError as error:
        raise Invalid(because=str(error)) from None
    if not said:
        raise Invalid(because="Say why. The provider and the other councils read it.")
    fire(
        session,
        actor,
        ADMISSION,
        admission,
        verb,
        sentence=f"{VERBS[verb]} {admission.provider_name}: {said}",
        about=admission.provider_id,
        because=said,
    )
    session.refresh(admission)
    return admission
