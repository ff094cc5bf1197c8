"""Messages about answers. Each is sealed for its recipient: which round it is about, nobody else reads."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.notify.sending import tell_asker, tell_interested
from portal.core.wording import listing
from portal.purchasing_systems.models import PurchasingSystem, Round


def tell_published(
    session: Session, system: PurchasingSystem, round_: Round, numbers: Sequence[int], *, changes: bool
) -> None:
    """To everybody who is interested, once a batch."""
    which = f"answer {numbers[0]}" if len(numbers) == 1 else f"answers {listing([str(n) for n in numbers])}"
    changed = "\n\nAn answer changes the procurement documents: read it before you submit." if changes else ""
    tell_interested(
        session,
        round_.id,
        subject=f"New answers: round {round_.number}, {system.alias}",
        body=f"{system.lead_name} has published {which} to questions about round {round_.number} of {system.title}, for "
        f"everybody.{changed}",
        link=f"/rounds/{round_.id}/clarifications",
    )


def tell_answered_alone(session: Session, system: PurchasingSystem, round_: Round, question_id: UUID) -> None:
    """To its asker."""
    tell_asker(
        session,
        round_.id,
        question_id,
        subject=f"Your question is answered: round {round_.number}, {system.alias}",
        body="It is answered to you alone, as you asked.",
        link=f"/rounds/{round_.id}/my-questions",
    )


def tell_ruled(
    session: Session, system: PurchasingSystem, round_: Round, question_id: UUID, *, grant: bool, because: str
) -> None:
    """To its asker: alone, or for everybody, and what it can do about it."""
    said = (
        "Your question will be answered to you alone."
        if grant
        else "Your question cannot be answered to you alone. It will be answered for everybody, without your name. Until it is "
        "published you can withdraw it; it is not published today."
    )
    tell_asker(
        session,
        round_.id,
        question_id,
        subject=f"About your question: round {round_.number}, {system.alias}",
        body=f"{said}\n\nThe reason: {because}",
        link=f"/rounds/{round_.id}/my-questions",
    )
