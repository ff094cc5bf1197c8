"""The forward plan of one's own council: drafting a notice, publishing, changing and withdrawing it; and what anybody says to it."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.types import Actor
from portal.decisions.models import Decision, ForwardPlanEntry
from portal.decisions.models.forward_plan import WRITTEN
from portal.decisions.queries.decisions import decision_of
from portal.decisions.queries.forward_plan import later_draft, own_entry
from portal.decisions.rules.notices import unsaid


def draft_entry(
    session: Session, actor: Actor, *, entry_id: UUID | None = None, demonstration: bool = False, **content: Any
) -> ForwardPlanEntry:
    """Write, or write on, the draft of a notice. `content`: any of `models.forward_plan.WRITTEN`; it may be incomplete but for its title.

    Raises NotPermitted, Missing, Refused for one that is published, Invalid (`title`, `due_on`, `system_id`).
    """
    _may_draft(actor)
    title = str(content.get("title") or "").strip()
    if not title and (entry_id is None or "title" in content):
        raise Invalid(title="Enter what the decision is about.")
    system_id = content.get("system_id")
    if system_id is not None and not actor.takes_part(system_id):
        raise Missing
    due = content.get("due_on")
    if due and content.get("due_is_month") and due.day != 1:
        raise Invalid(due_on="Of a month only the month is stated.")
    if entry_id is None:
        entry = ForwardPlanEntry(
            id=uuid4(),
            authority_id=actor.organisation_id,
            authority_name=actor.organisation_name,
            demonstration=demonstration,
        )
        entry.root_id = entry.id
        _write(entry, content)
        session.add(entry)
    else:
        entry = own_entry(session, actor, entry_id)
        if entry.status != "draft":
            raise Refused("This notice is published. Its words are not changed: a change is a new version.")
        _write(entry, content)
    session.flush()
    _line(session, entry, "draft", f"Drafted a notice for the forward plan: “{entry.title}”.")
    return entry


def publish_entry(session: Session, actor: Actor, *, entry_id: UUID) -> ForwardPlanEntry:
    """Put the notice on the public forward plan; a version takes the place of the one before. The instant is the database's.

    Raises NotPermitted, Missing, Refused (published already, or with the first sentence of what it does not yet say).
    """
    _may_publish(actor)
    entry = own_entry(session, actor, entry_id)
    if entry.status == "draft":
        found = unsaid(values_of(entry), clock.today())
        if found:
            raise Refused(next(iter(found.values())))
    session.execute(text("SELECT app.publish_forward_plan_entry(:id)"), {"id": entry.id})
    session.refresh(entry)
    what = (
        "Published a notice in the forward plan"
        if entry.version == 1
        else "Published a changed notice in the forward plan"
    )
    _line(session, entry, "publish", f"{what} of {entry.authority_name}: “{entry.title}”.")
    return entry


def change_entry(session: Session, actor: Actor, *, entry_id: UUID) -> ForwardPlanEntry:
    """Begin a later version of a notice that stands: a draft with its words. Until it is published the earlier one stands.

    Raises NotPermitted, Missing, Refused where it does not stand or a later version is in draft already.
    """
    _may_draft(actor)
    entry = own_entry(session, actor, entry_id)
    if entry.status != "live":
        raise Refused("Only a notice that stands can be changed.")
    if later_draft(session, entry.id):
        raise Refused("A later version of this notice is in draft already.")
    later = ForwardPlanEntry(
        id=uuid4(),
        authority_id=entry.authority_id,
        authority_name=entry.authority_name,
        root_id=entry.root_id,
        supersedes_id=entry.id,
        demonstration=entry.demonstration,
    )
    _write(later, values_of(entry))
    session.add(later)
    session.flush()
    session.refresh(later)
    _line(session, later, "draft", f"Drafted a change of a notice in the forward plan: “{entry.title}”.")
    return later


def discard_entry(session: Session, actor: Actor, *, entry_id: UUID) -> None:
    """Throw a draft away. Raises NotPermitted, Missing, Refused for one that is published."""
    _may_draft(actor)
    entry = own_entry(session, actor, entry_id)
    if entry.status != "draft":
        raise Refused("A published notice stays on the record. It can be withdrawn, with a reason.")
    session.delete(entry)
    session.flush()
    _line(session, entry, "discard", f"Discarded the draft of a notice for the forward plan: “{entry.title}”.")


def withdraw_entry(session: Session, actor: Actor, *, entry_id: UUID, because: str) -> ForwardPlanEntry:
    """The decision will not be taken: the notice stays readable, with the reason. Raises NotPermitted, Missing, Refused, Invalid (`because`)."""
    _may_publish(actor)
    entry = own_entry(session, actor, entry_id)
    if not because.strip():
        raise Invalid(because="Say why this notice is withdrawn. The reason is public.")
    session.execute(
        text("SELECT app.withdraw_forward_plan_entry(:id, :because)"), {"id": entry.id, "because": because.strip()}
    )
    session.refresh(entry)
    _line(
        session,
        entry,
        "withdraw",
        f"Withdrew a notice from the forward plan of {entry.authority_name}: “{entry.title}”.",
    )
    return entry


def link_notice(session: Session, actor: Actor, *, decision_id: UUID, entry_id: UUID | None) -> Decision:
    """Say of a draft decision by which published notice it was announced (None: by none here). Its `notice_on` is then the notice's day.

    The day is that on which the public first had notice of it as it is (`ForwardPlanEntry.noticed_at`), in London; the database writes it.
    Raises NotPermitted, Missing for another council's draft or notice, Refused for a decision on the record or a notice in draft.
    """
    _may_draft(actor)
    decision = decision_of(session, decision_id)
    if decision.authority_id != actor.organisation_id:
        raise Missing
    if decision.status != "draft":
        raise Refused("This decision is on the record. What was recorded is not changed.")
    title = ""
    if entry_id is not None:
        entry = own_entry(session, actor, entry_id)
        if entry.published_at is None:
            raise Refused("This notice has not been published yet, so it has given no notice.")
        title = entry.title
    decision.notice_id = entry_id
    session.flush()
    session.refresh(decision)
    record(
        session,
        "decisions.decision.draft",
        f"Noted that a draft decision was announced in the forward plan by “{title}”."
        if title
        else "Took the link of a draft decision to a notice of the forward plan away.",
        system=decision.system_id,
        decision=decision.id,
    )
    return decision


def send_representation(session: Session, *, entry_id: UUID, name: str, email: str, words: str, address: str) -> bool:
    """From anybody, signed in or not, to the council whose notice this is. `address`: where the request comes from, to count.

    False when too many came from there: nothing was sent. Raises Invalid (`words`), and through the database Missing and Refused (after the
    stated day, or where the notice takes none).
    """
    if not words.strip():
        raise Invalid(words="Enter what you want to say about this decision.")
    answer: str = session.execute(
        text("SELECT app.send_representation(:entry, :name, :email, :words, :address)"),
        {"entry": entry_id, "name": name, "email": email, "words": words, "address": address},
    ).scalar_one()
    if answer == "sent":
        # What was said, and by whom, is the council's alone: the trail says that there was something.
        record(
            session,
            "decisions.representation.send",
            "A representation on a notice of the forward plan came in.",
            entry=entry_id,
        )
    return answer == "sent"


def values_of(entry: ForwardPlanEntry) -> dict[str, Any]:
    """What a council wrote into a notice."""
    return {name: getattr(entry, name) for name in WRITTEN}


def _write(entry: ForwardPlanEntry, content: dict[str, Any]) -> None:
    unknown = set(content) - set(WRITTEN)
    if unknown:
        raise TypeError(f"A notice has no {', '.join(sorted(unknown))}.")
    for name, value in content.items():
        setattr(entry, name, value)


def _may_draft(actor: Actor) -> None:
    if not actor.may("decisions:decision:draft"):
        raise NotPermitted("Your role does not include drafting notices of your council.")


def _may_publish(actor: Actor) -> None:
    if not actor.may("decisions:decision:record"):
        raise NotPermitted("Only democratic services or a head of service can publish your council's notices.")


def _line(session: Session, entry: ForwardPlanEntry, verb: str, sentence: str) -> None:
    record(session, f"decisions.forward_plan.{verb}", sentence, entry=entry.id)
