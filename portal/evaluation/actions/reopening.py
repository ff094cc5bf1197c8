"""Re-opening an evaluation that was signed off."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.cleaning import Cleaning
from portal.core.notify.sending import tell_person
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import Panel
from portal.evaluation.queries.panels import led_panel, members_of
from portal.evaluation.states import PANEL


def reopen(session: Session, actor: Actor, *, panel_id: UUID, reason: str, title: str) -> Panel:
    """Back to moderation, with a reason. What was signed off stays on record as a version; the panel is told.

    To moderation, and to nothing earlier or later. Results follow from agreed scores, prices and selection checks by rule alone:
    from "quality agreed" the same results would come again. Individual scores were given blind, and after everybody has seen
    everybody's that cannot be had again; so they stay, and so do the selection checks, which decided who was scored at all. Only
    what the meeting agreed, with its rationale, is open. The prices are shut again until quality is agreed again.

    Raises Missing, NotPermitted, Invalid (`reason`), Refused; the database refuses (409) once the outcome is approved or put, and
    after the letters.
    """
    panel = led_panel(session, actor, panel_id)
    cleaning = Cleaning()
    why = cleaning.lines("reason", reason, "Say why the evaluation is re-opened.", 4_000)
    cleaning.finish()
    fire(
        session,
        actor,
        PANEL,
        panel,
        "reopen",
        sentence=f"Re-opened the evaluation of {title}. The results signed off before stay on record. Why: {why}",
        because=why,
    )
    session.expire_all()
    for member in members_of(session, panel_id):
        if member.status == "active":
            tell_person(
                session,
                member.person_id,
                member.organisation_id,
                kind="panel_reopened",
                subject=f"The evaluation of {title} is open again",
                body="The results that were signed off stay on record as a version. The agreed scores are moderated again; your own "
                "scores stay as you submitted them. Why it was re-opened, the page says.",
                link=f"/rounds/{panel.subject_id}/evaluation",
            )
    return panel
