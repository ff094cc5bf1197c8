"""What is done under a delegation: nominating posts, revoking that, certifying that a condition holds."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.core.wording import say_day
from portal.governance.models import Certification, Nomination, Post
from portal.governance.queries.ledger import entry, own_delegation
from portal.governance.queries.posts import own_post, posts_of
from portal.governance.rules.delegation_words import the


def nominate(
    session: Session, actor: Actor, *, delegation_id: UUID, post_id: UUID | None, starts_on: date | None, evidence: str
) -> Nomination:
    """Nominate a post to act under a delegation from a day on (R1-06).

    Raises Missing, NotPermitted, Refused where the delegation has no nominated posts, Invalid (post_id, starts_on, evidence).
    """
    _may(actor)
    row = own_delegation(session, actor, delegation_id)
    if not row.nominees:
        raise Refused("This delegation names its holders and no nominated posts.")
    found = entry(session, delegation_id)
    clean = Cleaning()
    written = clean.line("evidence", evidence, "Enter where the nomination is written down.", 500)
    post = posts_of(session, actor.organisation_id).by_id.get(post_id) if post_id else None
    if post is None:
        clean.wrong("post_id", "Choose the post that is nominated.")
    elif any(h.is_called(post.title) for h in found.facts.holders):
        clean.wrong("post_id", "This post holds the delegation itself.")
    if starts_on is None:
        clean.wrong("starts_on", "Enter the day from which the post is nominated.")
    elif starts_on < row.starts_on:
        clean.wrong("starts_on", f"The delegation begins on {say_day(row.starts_on)}. Enter that day or a later one.")
    elif (row.ends_on and starts_on > row.ends_on) or (row.revoked_on and starts_on >= row.revoked_on):
        clean.wrong("starts_on", "The delegation is no longer in force on that day.")
    elif post and any(n.post.is_called(post.title) and n.revoked_on is None for n in found.facts.nominations):
        clean.wrong("post_id", "This post is nominated already.")
    clean.finish()
    assert post is not None
    assert starts_on is not None
    nomination = Nomination(
        id=uuid4(),
        authority_id=actor.organisation_id,
        delegation_id=row.id,
        post_id=post.id,
        starts_on=starts_on,
        evidence=written,
    )
    session.add(nomination)
    session.flush()
    record(
        session,
        "governance.nomination.make",
        f"Nominated {the(post.title)} from {say_day(starts_on)} under the delegation of {say_day(row.granted_on)}, {row.reference}.",
        delegation=row.id,
        nomination=nomination.id,
    )
    return nomination


def revoke_nomination(
    session: Session, actor: Actor, *, nomination_id: UUID, revoked_on: date | None, because: str
) -> Nomination:
    """Revoke a nomination: on that day and later the post may not act under the delegation. What it did before stands.

    Raises Missing, NotPermitted, Refused when it was revoked already, Invalid (revoked_on, because).
    """
    _may(actor)
    nomination = own_nomination(session, actor, nomination_id)
    if nomination.revoked_on is not None:
        raise Refused(f"This nomination was revoked on {say_day(nomination.revoked_on)}.")
    clean = Cleaning()
    reason = clean.line("because", because, "Enter why, or where it is written down.", 500)
    if revoked_on is None:
        clean.wrong("revoked_on", "Enter the day from which it is revoked.")
    elif revoked_on < nomination.starts_on:
        clean.wrong(
            "revoked_on", f"The nomination began on {say_day(nomination.starts_on)}. It is not revoked before that."
        )
    clean.finish()
    assert revoked_on is not None
    nomination.revoked_on, nomination.revoked_because = revoked_on, reason
    session.flush()
    post: Post = own_post(session, actor.organisation_id, nomination.post_id)
    record(
        session,
        "governance.nomination.revoke",
        f"Revoked the nomination of {the(post.title)} from {say_day(revoked_on)}: {reason}",
        delegation=nomination.delegation_id,
        nomination=nomination.id,
    )
    return nomination


def certify(
    session: Session,
    actor: Actor,
    *,
    delegation_id: UUID,
    condition: str,
    holds: bool | None,
    found_on: date | None,
    certified_by: str,
    evidence: str,
    case: str = "",
    subject_id: UUID | None = None,
) -> Certification:
    """Record who found, when, that a condition of the delegation holds, or does not. The latest finding counts.

    `condition`: its words, or those of what a source awaits. `case` or `subject_id`: what it was found for; needed where the
    condition is found anew for every case.
    Raises Missing, NotPermitted, Invalid (condition, holds, found_on, certified_by, evidence, case).
    """
    _may(actor)
    row = own_delegation(session, actor, delegation_id)
    words = {c.words: c for c in entry(session, delegation_id).conditions}
    clean = Cleaning()
    post = clean.line("certified_by", certified_by, "Enter the post that found it.")
    rests_on = clean.line("evidence", evidence, "Enter what the finding rests on, and where it is kept.", 500)
    about = clean.line("case", case)
    if condition not in words:
        clean.wrong("condition", "Choose one of the conditions of this delegation.")
    elif words[condition].each and not (about or subject_id):
        clean.wrong("case", "This is found anew for every case. Enter which case.")
    if holds is None:
        clean.wrong("holds", "Choose whether it is met.")
    if found_on is None:
        clean.wrong("found_on", "Enter the day on which it was found.")
    elif found_on > clock.today():
        clean.wrong("found_on", "A condition is certified once it has been found to hold. This day is still to come.")
    clean.finish()
    found = Certification(
        id=uuid4(),
        authority_id=actor.organisation_id,
        delegation_id=row.id,
        condition_words=condition,
        holds=holds,
        found_on=found_on,
        certified_by=post,
        evidence=rests_on,
        subject_id=subject_id,
        case_reference=about,
    )
    session.add(found)
    session.flush()
    record(
        session,
        "governance.condition.certify",
        f"{post} found that “{condition}” {'is' if holds else 'is not'} met{f' for {about}' if about else ''}, under the "
        f"delegation of {say_day(row.granted_on)}, {row.reference}.",
        delegation=row.id,
        certification=found.id,
    )
    return found


def own_nomination(session: Session, actor: Actor, nomination_id: UUID) -> Nomination:
    """A nomination of the council acted for; nobody reads another council's. Raises Missing."""
    found = session.get(Nomination, nomination_id)
    if found is None or found.authority_id != actor.organisation_id:
        raise Missing
    return found


def _may(actor: Actor) -> None:
    if not actor.may("governance:delegation:nominate"):
        raise NotPermitted("Only a head of service or democratic services nominates and certifies under a delegation.")
