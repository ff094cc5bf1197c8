"""The report of a council's own draft as Word documents."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision
from portal.decisions.queries.contents import inside_of, resolutions_of
from portal.decisions.queries.decisions import decision_of, matter_of
from portal.decisions.queries.embargo import embargo_of
from portal.decisions.report_papers import exempt_appendices, open_report
from portal.decisions.routes import pages
from tenants.permissions import Permission

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.route("/decisions/drafts/<uuid:decision_id>/report.docx", permit=Permission.DECISION_DRAFT)
def report(decision_id: UUID) -> ResponseReturnValue:
    """The open report: it can be published when the council has completed it."""
    draft = _own(decision_id)
    title, question = _about(draft)
    made = open_report(
        draft,
        title=title,
        question=question,
        resolutions=resolutions_of(session(), draft.id),
        inside=inside_of(session(), draft),
        embargo=embargo_of(session(), draft),
    )
    return _word(made, "report")


@pages.route("/decisions/drafts/<uuid:decision_id>/exempt-appendices.docx", permit=Permission.DECISION_DRAFT)
def exempt_report(decision_id: UUID) -> ResponseReturnValue:
    """The exempt appendices, for the council alone."""
    draft = _own(decision_id)
    made = exempt_appendices(draft, title=_about(draft)[0], inside=inside_of(session(), draft))
    return _word(made, "exempt-appendices")


def _own(decision_id: UUID) -> Decision:
    found = decision_of(session(), decision_id)
    if found.authority_id != actor().organisation_id:
        raise Missing
    return found


def _about(draft: Decision) -> tuple[str, str]:
    if draft.matter_id is None:
        return draft.title, ""
    matter = matter_of(session(), draft.matter_id)
    return f"{kind_of(matter.kind).title}: {matter.subject_label}", matter.question


def _word(made: bytes, name: str) -> Response:
    return Response(made, mimetype=_WORD, headers={"Content-Disposition": f'attachment; filename="{name}.docx"'})
