"""What a council takes from a board meeting: the minutes, the text of its own decision, and its draft."""

from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.decisions.actions.minutes import confirm_indicated
from portal.decisions.meeting_papers import decision_text, minutes
from portal.decisions.meeting_rules import NEVER_A_DECISION, OUTCOME_OF, evidence
from portal.decisions.queries.decisions import draft_of
from portal.decisions.queries.evidence import evidence_of
from portal.decisions.queries.meetings import ItemView, MeetingView, embargoes, meeting_view
from portal.decisions.routes import pages
from portal.decisions.rules.answers import OUTCOMES
from tenants.permissions import Permission

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.route("/decisions/meetings/<uuid:meeting_id>/minutes.docx", permit=Permission.MATTER_READ)
def meeting_minutes(meeting_id: UUID) -> ResponseReturnValue:
    """For the councils: with everything, and with what is under embargo marked."""
    view = meeting_view(session(), actor(), meeting_id)
    return _word(minutes(view, embargoes(session(), view)), f"{_kind(view)}-{view.meets_on.isoformat()}")


@pages.route("/decisions/meetings/<uuid:meeting_id>/minutes-to-publish.docx", permit=Permission.MATTER_READ)
def meeting_minutes_to_publish(meeting_id: UUID) -> ResponseReturnValue:
    """For everybody else: what is under embargo is left out."""
    view = meeting_view(session(), actor(), meeting_id)
    made = minutes(view, embargoes(session(), view), leaving=True)
    return _word(made, f"{_kind(view)}-{view.meets_on.isoformat()}-to-publish")


@pages.route(
    "/decisions/meetings/<uuid:meeting_id>/items/<uuid:item_id>/decision-text/<uuid:authority_id>.docx",
    permit=Permission.MATTER_READ,
)
def meeting_decision_text(meeting_id: UUID, item_id: UUID, authority_id: UUID) -> ResponseReturnValue:
    """The text of one council's decision, for that council to complete."""
    view, item = _item(meeting_id, item_id)
    council = item.of(authority_id)
    if item.matter is None or council is None:
        raise Missing
    made = decision_text(view, item, council, embargoes(session(), view).get(item.id))
    return _word(made, f"decision-text-{council.council.slug}-item-{item.number}")


@pages.route(
    "/decisions/meetings/<uuid:meeting_id>/items/<uuid:item_id>/confirm",
    permit=Permission.DECISION_DRAFT,
    methods=("POST",),
)
def confirm_what_was_indicated(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """The one click: the council's own draft begins from what it indicated. Over a draft that is there, it is compared."""
    _, item = _item(meeting_id, item_id)
    if item.matter and draft_of(session(), item.matter.id, actor().organisation_id):
        flash("Your council already has a draft. It was not overwritten. Compare the two here.", "error")
        return redirect(f"/decisions/meetings/{meeting_id}/items/{item_id}/compare", 303)
    draft = confirm_indicated(session(), actor(), item_id=item_id)
    flash(
        "Your council’s draft is begun from what it indicated. Enter who decided, when, and on what authority. It is not on the "
        "record yet.",
        "success",
    )
    return redirect(f"/decisions/{draft.matter_id}/draft", 303)


@pages.route("/decisions/meetings/<uuid:meeting_id>/items/<uuid:item_id>/compare", permit=Permission.DECISION_DRAFT)
def compare_with_draft(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """The council's draft beside what it indicated; nothing is changed here."""
    view, item = _item(meeting_id, item_id)
    own = item.of(actor().organisation_id)
    draft = draft_of(session(), item.matter.id, actor().organisation_id) if item.matter else None
    if own is None or own.position is None or draft is None:
        raise Missing
    outcome = OUTCOME_OF.get(own.position)
    return render_template(
        "decisions/meeting_compare.html",
        meeting=view,
        item=item,
        own=own,
        draft=draft,
        rows=(
            ("Decision", OUTCOMES.get(draft.outcome or ""), OUTCOMES.get(outcome or "")),
            ("Reasons", draft.reasons, item.reasons),
            ("Alternatives considered and rejected", draft.alternatives, item.alternatives),
            (
                "Evidence",
                evidence_of(session(), draft.id),
                evidence(view.title, view.meets_on, own.position, own.condition),
            ),
        ),
        never=NEVER_A_DECISION,
    )


def _item(meeting_id: UUID, item_id: UUID) -> tuple[MeetingView, ItemView]:
    view = meeting_view(session(), actor(), meeting_id)
    return view, view.item(item_id)


def _kind(view: MeetingView) -> str:
    return "minutes" if view.was_held else "agenda"


def _word(made: bytes, name: str) -> Response:
    return Response(made, mimetype=_WORD, headers={"Content-Disposition": f'attachment; filename="{name}.docx"'})
