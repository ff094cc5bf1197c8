"""What councils say on the specification and the documents while they can still be changed."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import DocumentComment
from portal.purchasing_systems.queries.participation import commented_on
from portal.purchasing_systems.queries.systems import led_system, system_for
from tenants.permissions import Permission


def comment_on(session: Session, actor: Actor, *, system_id: UUID, about: str, text: str) -> DocumentComment:
    """Say something on the specification or a document, for one's own council. `about`: one of `commented_on`.

    Raises Missing, NotPermitted, Refused once they are frozen, Invalid (`about`, `text`).
    """
    system = system_for(session, actor, system_id)
    if not actor.may(Permission.COMMENT_WRITE):
        raise NotPermitted("Your role does not include commenting for your council.")
    refuse_frozen(system)
    clean = Cleaning()
    if about not in commented_on(session, system_id):
        clean.wrong("about", "Choose what it is about.")
    words = clean.lines("text", text, "Enter the comment.", 4000)
    clean.finish()
    made = DocumentComment(
        id=uuid4(),
        system_id=system_id,
        lead_id=system.lead_id,
        authority_id=actor.organisation_id,
        authority_name=actor.organisation_name,
        about=about,
        text=words,
    )
    session.add(made)
    session.flush()
    record(
        session,
        "purchasing_systems.comment.write",
        f"Commented on {about} of “{system.title}”.",
        about=system.lead_id,
        system=system_id,
    )
    return made


def answer_comment(session: Session, actor: Actor, *, comment_id: UUID, answer: str) -> DocumentComment:
    """The lead answers, once. Raises Missing, NotPermitted, Refused where it is answered, Invalid (`answer`)."""
    found = session.get(DocumentComment, comment_id)
    if found is None:
        raise Missing
    led_system(session, actor, found.system_id, Permission.COMMENT_WRITE)
    # Once answered it is no longer the lead's to change, so of two at once one finds no row to lock.
    if session.scalar(select(DocumentComment.id).where(DocumentComment.id == comment_id).with_for_update()) is None:
        raise Refused("This comment has been answered already.")
    clean = Cleaning()
    found.answer = clean.lines("answer", answer, "Enter the answer.", 4000)
    clean.finish()
    session.flush()
    session.refresh(found)
    record(
        session,
        "purchasing_systems.comment.answer",
        f"Answered the comment of {found.authority_name} on {found.about}.",
        about=found.authority_id,
        system=found.system_id,
    )
    return found
