"""Messages about joint decisions. They name the question and the day, never what was decided about whom."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_organisation
from portal.core.wording import say_day
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter

DECIDING = (
    "head_of_service",
    "democratic_services",
    "procurement_officer",
    "commissioning_officer",
    "legal_officer",
)
LEADING = ("procurement_officer", "commissioning_officer")


def tell_matter_put(session: Session, matter: Matter, authority_id: UUID) -> None:
    """To the officers who draft and record an authority's decision."""
    tell_organisation(
        session,
        authority_id,
        kind="decisions.matter.put",
        subject=f"A joint decision awaits your council: {matter.subject_label}",
        body=(
            f"{matter.raised_by} has put a joint decision to your council: {kind_of(matter.kind).title}, {matter.subject_label}. "
            f"Answer by {say_day(matter.answer_by)}. Your council records its own decision. "
            "No answer means not yet: it never counts as consent."
        ),
        link=f"/decisions/{matter.id}",
        roles=DECIDING,
    )


def tell_matter_withdrawn(session: Session, matter: Matter, authority_id: UUID) -> None:
    """To the same officers: there is nothing to answer any more."""
    tell_organisation(
        session,
        authority_id,
        kind="decisions.matter.withdrawn",
        subject=f"A joint decision no longer awaits your council: {matter.subject_label}",
        body=(
            f"{matter.raised_by} has withdrawn a joint decision: {kind_of(matter.kind).title}, {matter.subject_label}. Why, the "
            "board says. A draft of your council stays with it, without effect."
        ),
        link=f"/decisions/{matter.id}",
        roles=DECIDING,
    )


def tell_decision_recorded(session: Session, matter: Matter, decision: Decision, *, anew: bool = False) -> None:
    """To the officers of the lead who wait for answers; `anew`: in place of an earlier answer."""
    if decision.authority_id == matter.raised_by_id:
        return
    tell_organisation(
        session,
        matter.raised_by_id,
        kind="decisions.decision.recorded",
        subject=f"{decision.authority_name} has {'decided anew' if anew else 'recorded its decision'}: {matter.subject_label}",
        body=f"{kind_of(matter.kind).title}, {matter.subject_label}. Read it on the board of this joint decision.",
        link=f"/decisions/{matter.id}",
        roles=LEADING,
    )


def tell_called_in(session: Session, matter: Matter, decision: Decision, *, released: bool = False) -> None:
    """To the officers of the lead: an answer that stood has no effect for the time being, or has it again."""
    if decision.authority_id == matter.raised_by_id:
        return
    what = "is no longer called in" if released else "has been called in"
    tell_organisation(
        session,
        matter.raised_by_id,
        kind="decisions.decision.called_in",
        subject=f"The decision of {decision.authority_name} {what}: {matter.subject_label}",
        body=f"{kind_of(matter.kind).title}, {matter.subject_label}. Read on the board from when it has effect.",
        link=f"/decisions/{matter.id}",
        roles=LEADING,
    )


def tell_matter_settled(session: Session, matter: Matter) -> None:
    """To the officers of the lead: nothing more is awaited."""
    tell_organisation(
        session,
        matter.raised_by_id,
        kind="decisions.matter.settled",
        subject=f"Every council asked has answered: {matter.subject_label}",
        body=f"{kind_of(matter.kind).title}, {matter.subject_label}. The board shows what follows.",
        link=f"/decisions/{matter.id}",
        roles=LEADING,
    )
