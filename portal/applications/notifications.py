"""What applicants are told. Links lead to the pages; no message holds an answer, a price or a file name."""

from sqlalchemy.orm import Session

from portal.applications.models import Submission
from portal.applications.queries.cases import Case
from portal.core.notify import tell_colleagues_sealed
from portal.core.typeset.wording import instant_london


def tell_received(session: Session, case: Case, submission: Submission) -> None:
    """The receipt is there, to everybody of the provider. The receipt itself never depends on this message."""
    reference = case.application.reference
    tell_colleagues_sealed(
        session,
        subject=f"Application received: {reference}",
        body=(
            f"We received version {submission.version} of application {reference} to round {case.round.number} of the "
            f"{case.system_title} on {instant_london(submission.submitted_at)}. Sign in to download the receipt. You can "
            "correct and submit again, or withdraw, until the round closes. Only the last version submitted counts."
        ),
        link=f"/receipts/{submission.id}",
    )
