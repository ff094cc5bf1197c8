"""The set-up of a system: its buying terms, and the officers of members who help with a task.

A member does not write the lead's rows. It proposes, and the lead takes the proposal over: what stands in the documents has one author who
answers for it to applicants, the lead's lock and its freezing hold for all of it, and no row policy of seven tables has to be opened for
somebody who is asked for a week. What is a council's own, its local schedule, it writes itself anyway.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Missing, NotPermitted, Refused
from portal.core.money import LIMIT
from portal.core.types import Actor
from portal.core.web.look import day
from portal.purchasing_systems.actions.systems import refuse_frozen
from portal.purchasing_systems.models import BuyingTerms, SetupNote, SetupShare
from portal.purchasing_systems.queries.set_up import buying_terms, shared_tasks, shares_of_today
from portal.purchasing_systems.queries.systems import led_system, participants_of, system_for
from portal.purchasing_systems.reference import award_methods
from portal.purchasing_systems.rules.set_up import TASKS
from tenants.permissions import Permission

USERS = {"named": "Exactly the authorities named", "described": "A described class of authorities"}
ANSWERS = {"taken_over": "Taken over", "not_taken": "Not taken over"}


def edit_buying_terms(
    session: Session,
    actor: Actor,
    *,
    system_id: UUID,
    ceiling_pounds: Decimal | None,
    users_kind: str,
    users_words: str,
    users_examples: str,
    award_method: str,
    award_words: str,
    no_extension: bool,
) -> BuyingTerms:
    """Value ceiling (pounds, without VAT, None: not said yet), permitted users and award model. What is left empty is not said yet.

    Raises Missing, NotPermitted, Refused (frozen), Invalid.
    """
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT, lock=True)
    refuse_frozen(system)
    clean = Cleaning()
    if ceiling_pounds is not None and not (ceiling_pounds.is_finite() and 0 <= ceiling_pounds <= LIMIT):
        clean.wrong("ceiling_pounds", "Enter the ceiling in pounds, £0.00 or more.")
    elif ceiling_pounds is not None and ceiling_pounds < system.value_pounds:
        clean.wrong("ceiling_pounds", f"The ceiling cannot be below the estimate of £{system.value_pounds:,.2f}.")
    if users_kind and users_kind not in USERS:
        clean.wrong("users_kind", "Choose how the permitted users are said.")
    if award_method and award_method not in award_methods():
        clean.wrong("award_method", "Choose how contracts are awarded.")
    words = clean.lines(
        "users_words",
        users_words,
        "Describe the class so that anybody can tell who belongs to it." if users_kind == "described" else None,
        4000,
    )
    values: dict[str, Any] = {
        "ceiling_pounds": ceiling_pounds,
        "users_kind": users_kind,
        "users_words": words,
        "users_examples": clean.lines("users_examples", users_examples, None, 4000),
        "award_method": award_method,
        "award_words": clean.lines(
            "award_words", award_words, "Say when each is used." if award_method == "mixed" else None, 4000
        ),
        "no_extension": no_extension,
    }
    clean.finish()
    found = buying_terms(session, system_id)
    if found is None:
        found = BuyingTerms(id=uuid4(), system_id=system_id, lead_id=system.lead_id)
        session.add(found)
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, values[name])
    session.flush()
    record(
        session,
        "purchasing_systems.buying_terms.edit",
        f"Said how much, by whom and how may be bought under “{system.title}”.",
        system=system_id,
        changed=changed,
    )
    return found


def share_task(
    session: Session, actor: Actor, *, system_id: UUID, authority_id: UUID | None, task: str, ends_on: date | None
) -> SetupShare:
    """Ask the officers of a member to help with a task, until a day. Raises Missing, NotPermitted, Refused (frozen), Invalid."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    refuse_frozen(system)
    clean = Cleaning()
    members = {c.authority_id: c.name for c in participants_of(session, system_id) if c.authority_id != system.lead_id}
    if authority_id not in members:
        clean.wrong("authority_id", "Choose an authority that takes part.")
    if task not in TASKS:
        clean.wrong("task", "Choose a task.")
    if ends_on is not None and ends_on < clock.today():
        clean.wrong("ends_on", "This day has passed. Enter a later one, or leave it empty.")
    if authority_id and any(
        s.authority_id == authority_id and s.task == task for s in shares_of_today(session, system_id)
    ):
        clean.wrong("task", "This task is shared with this authority already.")
    clean.finish()
    assert authority_id is not None
    share = SetupShare(
        id=uuid4(), system_id=system_id, lead_id=system.lead_id, authority_id=authority_id,
        authority_name=members[authority_id], task=task, starts_on=clock.today(), ends_on=ends_on, given_by=actor.person_label,
    )  # fmt: skip
    session.add(share)
    session.flush()
    record(
        session,
        "purchasing_systems.setup.share",
        f"Asked the officers of {share.authority_name} to help with “{TASKS[task][0]}” of “{system.title}”"
        + (f", until {day(ends_on)}." if ends_on else "."),
        about=authority_id,
        system=system_id,
        task=task,
    )
    return share


def end_share(session: Session, actor: Actor, *, system_id: UUID, share_id: UUID) -> None:
    """No longer. What was proposed stays. Raises Missing, NotPermitted, Refused."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    share = session.get(SetupShare, share_id)
    if share is None or share.system_id != system_id:
        raise Missing
    if share.ends_on is not None and share.ends_on < clock.today():
        raise Refused("This has ended already.")
    # Today is the first day without it, also for one that began today.
    share.ends_on = clock.today() - timedelta(days=1)
    session.flush()
    record(
        session,
        "purchasing_systems.setup.end_share",
        f"{share.authority_name} no longer helps with “{TASKS[share.task][0]}” of “{system.title}”.",
        about=share.authority_id,
        system=system_id,
    )


def add_note(session: Session, actor: Actor, *, system_id: UUID, task: str, kind: str, words: str) -> SetupNote:
    """A proposal for a task, or the word that it was looked through. By the lead, or a member it is shared with.

    Raises Missing, NotPermitted (not shared), Refused (frozen), Invalid(words).
    """
    system = system_for(session, actor, system_id)
    if task not in TASKS or kind not in ("proposal", "review"):
        raise Missing
    if not actor.may(Permission.SCHEDULE_EDIT):
        raise NotPermitted("Your role does not include this.")
    if system.lead_id != actor.organisation_id and task not in shared_tasks(session, system_id, actor.organisation_id):
        raise NotPermitted(
            f"{system.lead_name}, the lead authority, has not shared this task with {actor.organisation_name}."
        )
    refuse_frozen(system)
    clean = Cleaning()
    typed = clean.lines("words", words, "Enter what you propose." if kind == "proposal" else None, 8000)
    clean.finish()
    note = SetupNote(
        id=uuid4(), system_id=system_id, lead_id=system.lead_id, task=task, kind=kind, authority_id=actor.organisation_id,
        authority_name=actor.organisation_name, words=typed, made_by=actor.person_label, made_at=clock.now(),
    )  # fmt: skip
    session.add(note)
    session.flush()
    done = "Looked through" if kind == "review" else "Made a proposal for"
    record(
        session,
        f"purchasing_systems.setup.{kind}",
        f"{done} “{TASKS[task][0]}” of “{system.title}”.",
        about=None if system.lead_id == actor.organisation_id else system.lead_id,
        system=system_id,
        id=note.id,
    )
    return note


def answer_note(
    session: Session, actor: Actor, *, system_id: UUID, note_id: UUID, answer: str, answer_words: str
) -> SetupNote:
    """The lead took a proposal over, or did not and says why. Raises Missing, NotPermitted, Refused, Invalid."""
    system = led_system(session, actor, system_id, Permission.ADVERT_EDIT)
    note = session.get(SetupNote, note_id)
    if note is None or note.system_id != system_id or note.kind != "proposal":
        raise Missing
    if note.answer:
        raise Refused("This was answered already.")
    clean = Cleaning()
    if answer not in ANSWERS:
        clean.wrong("answer", "Say whether it is taken over.")
    why = clean.lines(
        "answer_words", answer_words, "Say why it is not taken over." if answer == "not_taken" else None, 2000
    )
    clean.finish()
    note.answer, note.answer_words = answer, why
    note.answered_by, note.answered_at = actor.person_label, clock.now()
    session.flush()
    record(
        session,
        "purchasing_systems.setup.answer",
        f"{ANSWERS[answer]}: the proposal of {note.authority_name} for “{TASKS[note.task][0]}” of “{system.title}”.",
        about=note.authority_id if note.authority_id != actor.organisation_id else None,
        system=system_id,
        id=note.id,
    )
    return note
