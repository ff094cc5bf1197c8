"""What is added to a council's own draft: whom it consulted, what joint holders said, exempt appendices."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.actions.evidence import write_evidence
from portal.decisions.models import (
    Agreement,
    Appendix,
    Consultation,
    ConsultationComment,
    Decision,
    ExemptText,
)
from portal.decisions.queries.contents import agreements_of, appendices_of, consultations_of
from portal.decisions.queries.decisions import decision_of


def consult(
    session: Session,
    actor: Actor,
    *,
    decision_id: UUID,
    post: str,
    consulted_on: date | None,
    evidence: str,
    comment: str = "",
    interests: str = "",
) -> Consultation:
    """Note that a post was consulted. Consent is not needed; a record is. `comment` stays with the council.

    Raises Missing, NotPermitted, Refused (on the record, or the post is noted already), Invalid (`post`, `consulted_on`, `evidence`).
    """
    draft = _own_draft(session, actor, decision_id)
    _check(post=post, evidence=evidence, consulted_on=consulted_on)
    if any(c.post == post for c in consultations_of(session, draft.id)):
        raise Refused(f"That the {post} was consulted is noted already.")
    noted = Consultation(
        id=uuid4(),
        decision_id=draft.id,
        authority_id=draft.authority_id,
        post=post,
        consulted_on=consulted_on,
        interests=interests,
    )
    session.add(noted)
    write_evidence(session, draft, evidence, consultation_id=noted.id)
    if comment:
        session.add(ConsultationComment(consultation_id=noted.id, authority_id=draft.authority_id, text=comment))
        session.flush()
    _line(session, draft, f"Noted that the {post} was consulted.")
    return noted


def agree(
    session: Session,
    actor: Actor,
    *,
    decision_id: UUID,
    post: str,
    agreed: bool,
    agreed_on: date | None,
    evidence: str,
) -> Agreement:
    """Note what one of joint holders said, in any order. A refusal keeps the decision from being to approve (R4-02).

    Raises Missing, NotPermitted, Refused (on the record, or the post is noted already), Invalid (`post`, `agreed_on`, `evidence`).
    """
    draft = _own_draft(session, actor, decision_id)
    _check(post=post, evidence=evidence, agreed_on=agreed_on)
    if any(a.post == post for a in agreements_of(session, draft.id)):
        raise Refused(f"What the {post} said is noted already.")
    noted = Agreement(
        id=uuid4(),
        decision_id=draft.id,
        authority_id=draft.authority_id,
        post=post,
        agreed=agreed,
        agreed_on=agreed_on,
    )
    session.add(noted)
    write_evidence(session, draft, evidence, agreement_id=noted.id)
    _line(session, draft, f"Noted that the {post} {'agreed' if agreed else 'refused'}.")
    return noted


def add_appendix(
    session: Session,
    actor: Actor,
    *,
    decision_id: UUID,
    title: str,
    paragraph: int | None,
    public_interest: str,
    exempt_text: str,
) -> Appendix:
    """Add an exempt appendix. Title, paragraph of Schedule 12A and public-interest test become public, the text never does.

    Raises Missing, NotPermitted, Refused, Invalid (`title`, `paragraph`, `public_interest`).
    """
    draft = _own_draft(session, actor, decision_id)
    found = {}
    if not title.strip():
        found["title"] = "Enter a title that gives nothing away: it is public."
    if paragraph is None or not 1 <= paragraph <= 7:
        found["paragraph"] = "Choose the paragraph of Schedule 12A, from 1 to 7."
    if not public_interest.strip():
        found["public_interest"] = "Say why the public interest in keeping it exempt outweighs that in disclosing it."
    if found:
        raise Invalid(**found)
    if any(a.title == title for a in appendices_of(session, draft.id)):
        raise Refused("An appendix of this title is there already.")
    added = Appendix(
        id=uuid4(),
        decision_id=draft.id,
        authority_id=draft.authority_id,
        title=title,
        paragraph=paragraph,
        public_interest=public_interest,
    )
    session.add(added)
    session.flush()
    session.add(ExemptText(appendix_id=added.id, authority_id=draft.authority_id, text=exempt_text))
    session.flush()
    _line(session, draft, f"Added an exempt appendix, “{title}”.")
    return added


def remove_content(session: Session, actor: Actor, *, decision_id: UUID, content_id: UUID) -> None:
    """Take a consultation, an agreement or an appendix out of the draft again. Raises Missing, NotPermitted, Refused."""
    draft = _own_draft(session, actor, decision_id)
    removed = 0
    for model in (Consultation, Agreement, Appendix):
        removed += len(
            session.execute(
                delete(model).where(model.id == content_id, model.decision_id == draft.id).returning(model.id)
            ).all()
        )
    if not removed:
        raise Missing
    _line(session, draft, "Took something out of the draft again.")


def _own_draft(session: Session, actor: Actor, decision_id: UUID) -> Decision:
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting your council's decision.")
    draft = decision_of(session, decision_id)
    if draft.authority_id != actor.organisation_id:
        raise Missing
    if draft.status != "draft":
        raise Refused("This decision is on the record. What was recorded is not changed.")
    return draft


def _check(post: str, evidence: str, **days: date | None) -> None:
    found = {}
    if not post.strip():
        found["post"] = "Enter the post, not a name. For example, Cabinet Member for Children."
    if not evidence.strip():
        found["evidence"] = "Enter what shows it. For example, e-mail of 3 May 2026."
    for name, day in days.items():
        if day is None:
            found[name] = "Enter the day."
        elif day > clock.today():
            found[name] = "The day cannot be in the future."
    if found:
        raise Invalid(**found)


def _line(session: Session, draft: Decision, sentence: str) -> None:
    record(session, "decisions.decision.draft", sentence, system=draft.system_id, decision=draft.id)
