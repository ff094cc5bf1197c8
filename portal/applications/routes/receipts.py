"""The receipt of a submission, on a page and as a tagged PDF: the applicant's copy."""

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.applications.queries.receipts import receipt_of
from portal.applications.routes import pages
from portal.applications.routes.shared import keys
from portal.core.database import session
from portal.core.typeset.receipts import receipt as on_paper
from portal.core.typeset.wording import instant_london, instant_utc, lapse, size
from portal.core.web.pages import actor
from tenants.permissions import Permission


@pages.route("/receipts/<uuid:submission_id>", permit=Permission.APPLICATION_DRAFT)
def receipt(submission_id: UUID) -> ResponseReturnValue:
    """When it arrived to the second, and the figure of what arrived."""
    found = receipt_of(session(), actor(), keys(), submission_id)
    at = found.submission.submitted_at
    return render_template(
        "applications/receipt.html",
        found=found,
        said=found.submission.receipt,
        received_london=instant_london(at),
        received_utc=instant_utc(at),
        before=None if found.stays_open else lapse(at, found.closes_at),
        sizes={d.id: size(d.size) for d, _ in found.documents},
    )


@pages.route("/receipts/<uuid:submission_id>.pdf", permit=Permission.APPLICATION_DRAFT)
def receipt_pdf(submission_id: UUID) -> ResponseReturnValue:
    """The same to be filed."""
    found = receipt_of(session(), actor(), keys(), submission_id)
    answer = Response(on_paper(found.for_paper()), mimetype="application/pdf")
    name = f"receipt-{found.submission.receipt['reference']}-version-{found.submission.version}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
