"""Before a council writes its answer: whether it may, and what it saw of the draft."""

import hashlib
import json

from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.types import Actor
from portal.decisions.models import Decision
from portal.decisions.queries.contents import resolutions_of
from portal.decisions.queries.decisions import restrictions_of
from portal.decisions.queries.evidence import content_of
from portal.decisions.queries.views import Board


def may_answer(session: Session, actor: Actor, board: Board) -> None:
    """Raises Refused when this council was not asked, or can no longer answer."""
    if board.mine is None:
        raise Refused("This joint decision was not put to your council.")
    shut = board.closed_to_me
    if shut:
        raise Refused(shut)


def seen_mark(session: Session, draft: Decision | None) -> str:
    """A short mark of the draft's content: of two colleagues who save, the second is told."""
    if draft is None:
        return ""
    content = [str(value) for value in content_of(session, draft).values()]
    content += [f"{r.subject_id}|{r.lot_id}|{r.ground}|{r.reason}" for r in restrictions_of(session, draft.id)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def own_mark(session: Session, draft: Decision | None) -> str:
    """The same of a decision of the council's own, with its resolutions."""
    if draft is None:
        return ""
    content = [draft.title, str(draft.system_id), *map(str, content_of(session, draft).values())]
    content += [
        json.dumps([r.number, r.heading, r.text, r.effect, r.phrases, str(r.matter_id)])
        for r in resolutions_of(session, draft.id)
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
