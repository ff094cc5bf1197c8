"""The way of an admission, from proposed to effective. Every move is made by `app.move_admission`, which checks it again."""

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.decisions.queries.decisions import approved
from portal.purchasing_systems.models import Admission

_RUN = "purchasing_systems:round:run"
_ISSUE = "purchasing_systems:agreement:issue"
_ACCEPT = "purchasing_systems:agreement:accept"


def _outcome_approved(session: Session, actor: Actor, row: Admission) -> str | None:
    decision = approved(session, kind="approve_outcome", subject_id=row.round_id, authority_id=row.lead_id)
    return None if decision else "The lead has not recorded an approval of this outcome."


def _standstill_over(session: Session, actor: Actor, row: Admission) -> str | None:
    if row.released_at is None:
        return "The outcome letters have not gone out yet."
    if row.standstill_ends_at and clock.now() < row.standstill_ends_at:
        return "The standstill has not ended yet."
    return None


def _by_provider(session: Session, actor: Actor, row: Admission) -> str | None:
    return None if actor.organisation_id == row.provider_id else "The provider accepts first, the lead after it."


def _by_lead(session: Session, actor: Actor, row: Admission) -> str | None:
    return None if actor.organisation_id == row.lead_id else "This is the lead authority's to do."


ADMISSION = Machine(
    "purchasing_systems.admission",
    Admission,
    (
        Move("approve", ("proposed",), "approved", _RUN, "Take up the outcome", (_by_lead, _outcome_approved)),
        Move(
            "issue_agreement",
            ("approved", "standstill"),
            "agreement_issued",
            _ISSUE,
            "Issue the agreement",
            (_by_lead, _standstill_over),
        ),
        Move(
            "accept_as_provider",
            ("agreement_issued",),
            "signed",
            _ACCEPT,
            "Accept the agreement",
            (_by_provider,),
            "purchasing_systems.agreement.signed",
        ),
        Move(
            "accept_as_lead",
            ("signed",),
            "effective",
            _ACCEPT,
            "Accept the agreement",
            (_by_lead,),
            "purchasing_systems.admission.effective",
        ),
        Move("decline", ("agreement_issued",), "declined_by_provider", _ACCEPT, "Decline", (_by_provider,)),
        Move("lapse", ("agreement_issued",), "lapsed", _ISSUE, "Let the offer lapse", (_by_lead,)),
        Move("suspend", ("effective",), "suspended", _ISSUE, "Suspend", (_by_lead,)),
        Move("reinstate", ("suspended",), "effective", _ISSUE, "Reinstate", (_by_lead,)),
        Move("remove", ("effective", "suspended"), "removed", _ISSUE, "Remove", (_by_lead,)),
        Move("end", ("effective", "suspended"), "ended", _ISSUE, "End, as the provider asked", (_by_lead,)),
    ),
    writer="app.move_admission",
)
