"""The message that a letter is there. It does not say what the outcome is."""

from sqlalchemy.orm import Session

from portal.applications.models import Letter
from portal.core.notify.sending import tell_organisation


def tell_outcome_available(session: Session, letter: Letter) -> None:
    """To everybody of the provider."""
    content = letter.content
    tell_organisation(
        session,
        letter.provider_id,
        kind="applications.letter.released",
        subject=f"Outcome available: round {content['round_number']}",
        body=(
            f"The outcome of round {content['round_number']} of the {content['system_title']} is available. All letters of the "
            "round were sent at the same time. For your privacy this message does not say what the outcome is."
        ),
        link=f"/letters/{letter.id}",
    )
