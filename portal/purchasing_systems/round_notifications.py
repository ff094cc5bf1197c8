"""Messages about rounds. They say what changed and lead to the page; they hold nothing that is sealed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_interested, tell_organisation
from portal.core.web.look import instant
from portal.purchasing_systems.models import PurchasingSystem, Round

OFFICERS = ("procurement_officer", "commissioning_officer")


def tell_closing_changed(session: Session, system: PurchasingSystem, round_: Round, reason: str) -> None:
    """To every provider that registered an interest: the same new time for all."""
    tell_interested(
        session,
        round_.id,
        subject=f"Closing time changed: round {round_.number}, {system.alias}",
        body=f"Round {round_.number} of {system.title} now closes at {instant(round_.closes_at)}, for everybody.\n\n"
        f"The reason: {reason}\n\nWhat you have saved or submitted is unchanged.",
        link=f"/rounds/{round_.id}",
    )


def tell_days_changed(session: Session, system: PurchasingSystem, round_: Round, ask: str, answer: str) -> None:
    """To every provider that registered an interest: until when they may ask."""
    tell_interested(
        session,
        round_.id,
        subject=f"Days for questions: round {round_.number}, {system.alias}",
        body=f"Questions about round {round_.number} of {system.title} can be asked until the end of {ask}. Answers are "
        f"published until {answer}, for everybody.",
        link=f"/rounds/{round_.id}/clarifications",
    )


def tell_cancelled(session: Session, system: PurchasingSystem, round_: Round, reason: str) -> None:
    """To every provider that registered an interest: there is nothing to apply for any more."""
    tell_interested(
        session,
        round_.id,
        subject=f"Round {round_.number} cancelled: {system.alias}",
        body=f"{system.lead_name} has cancelled round {round_.number} of {system.title}.\n\nThe reason: {reason}\n\n"
        "Nothing you saved or submitted will be opened.",
        link=f"/rounds/{round_.id}",
    )


def ask_to_confirm_closing(
    session: Session,
    system: PurchasingSystem,
    round_: Round,
    *,
    closes_at: datetime,
    proposer: str,
    councils: Iterable[UUID],
) -> None:
    """To the officers of the other councils, one of whom must confirm."""
    for council in councils:
        tell_organisation(
            session,
            council,
            kind="purchasing_systems.closing.proposed",
            subject=f"Confirm a later closing time: round {round_.number}, {system.alias}",
            body=f"{proposer} proposes that round {round_.number} of {system.title} closes at {instant(closes_at)} "
            f"instead of {instant(round_.closes_at)}. It changes only if an officer of another council confirms it "
            "before the round closes.",
            link=f"/systems/{system.id}/rounds/{round_.id}",
            roles=OFFICERS,
        )
