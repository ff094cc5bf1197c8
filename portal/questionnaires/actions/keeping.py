"""An authority's own library: questions it keeps to ask them again."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Missing, NotPermitted
from portal.core.types import Actor
from portal.questionnaires.actions.building import short
from portal.questionnaires.content import as_content
from portal.questionnaires.models import LibraryQuestion, Question
from tenants.permissions import Permission


def keep_question(session: Session, actor: Actor, *, question_id: UUID) -> LibraryQuestion:
    """Put a copy of a question into the library of the authority acted for. Raises Missing, NotPermitted."""
    _must_edit(actor)
    question = session.get(Question, question_id)
    if question is None:
        raise Missing
    content = as_content(question) | {"group_title": question.group_title, "group_intro": question.group_intro}
    content.pop("condition", None)
    if "weight" in content:
        content["weight"] = str(content["weight"])
    kept = LibraryQuestion(
        organisation_id=actor.organisation_id,
        title=short(question.prompt),
        content=content,
        kept_at=clock.now(),
        kept_by=actor.person_label,
    )
    session.add(kept)
    session.flush()
    record(
        session,
        "questionnaires.library.keep",
        f"Kept the question “{kept.title}” in the authority’s library.",
        id=kept.id,
    )
    return kept


def unkeep_question(session: Session, actor: Actor, *, library_id: UUID) -> None:
    """Take a question out of the library; rounds that ask it go on doing so. Raises Missing, NotPermitted."""
    _must_edit(actor)
    kept = session.get(LibraryQuestion, library_id)
    if kept is None:
        raise Missing
    session.delete(kept)
    record(
        session,
        "questionnaires.library.remove",
        f"Took the question “{kept.title}” out of the authority’s library.",
        id=library_id,
    )


def _must_edit(actor: Actor) -> None:
    if not actor.may(Permission.QUESTION_EDIT):
        raise NotPermitted("Only a procurement or commissioning officer keeps questions.")
