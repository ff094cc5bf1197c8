"""Declarations of interests, per applicant, before any content is read; and what the lead makes of them (ALL-04)."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid, Missing, Refused
from portal.core.notify.sending import tell_person
from portal.core.types import Actor
from portal.evaluation.actions.panels import seat_member
from portal.evaluation.models import Declaration, Panel, PanelMember
from portal.evaluation.queries.panels import led_panel, members_of, own_seat
from portal.evaluation.rules import PanelSeat, named

RULINGS = ("none", "managed", "removed")
Declared = tuple[bool, str]


def declare_interests(
    session: Session,
    actor: Actor,
    *,
    panel_id: UUID,
    candidates: Mapping[UUID, str],
    declarations: Mapping[UUID, Declared],
) -> list[Declaration]:
    """Declare for each applicant at once: is there an interest, and which. `candidates`: id and name of all of them.

    Raises Invalid with a field a candidate (its id) where an answer is missing or says nothing; Refused when declared.
    """
    seat = own_seat(session, actor, panel_id)
    theirs = {c: name for c, name in candidates.items() if seat.candidate_ids is None or c in seat.candidate_ids}
    done = set(session.scalars(select(Declaration.candidate_id).where(Declaration.member_id == seat.id)))
    awaited = {c: name for c, name in theirs.items() if c not in done}
    if not awaited:
        raise Refused("You have declared for every applicant.")
    cleaning = Cleaning()
    texts: dict[UUID, Declared] = {}
    for candidate, name in awaited.items():
        if candidate not in declarations:
            cleaning.wrong(str(candidate), f"Say whether you have an interest in {name}.")
            continue
        interest, typed = declarations[candidate]
        text = cleaning.lines(
            str(candidate), typed, f"Say what your interest in {name} is." if interest else None, 2_000
        )
        texts[candidate] = interest, text if interest else ""
    cleaning.finish()
    rows = [_row(seat, candidate, awaited[candidate], *texts[candidate]) for candidate in awaited]
    session.add_all(rows)
    interests = sum(row.interest for row in rows)
    record(
        session,
        "evaluation.declaration.made",
        f"Declared interests for {len(rows)} applicants: {interests or 'no'} interest{'' if interests == 1 else 's'}.",
        about=seat.lead_id,
        system=seat.system_id,
        panel=panel_id,
        interests=interests,
    )
    return rows


def _row(seat: PanelMember, candidate: UUID, name: str, interest: bool, text: str) -> Declaration:  # noqa: FBT001  # as declared
    return Declaration(
        panel_id=seat.panel_id,
        subject_id=seat.subject_id,
        system_id=seat.system_id,
        lead_id=seat.lead_id,
        member_id=seat.id,
        person_id=seat.person_id,
        organisation_id=seat.organisation_id,
        candidate_id=candidate,
        candidate_name=name,
        interest=interest,
        text=text,
        declared_at=clock.now(),
    )


def rule_on_declaration(
    session: Session,
    actor: Actor,
    *,
    declaration_id: UUID,
    ruling: str,
    managed_how: str | None = None,
    replacement: PanelSeat | None = None,
) -> Declaration:
    """Rule none, managed (say how) or removed; `replacement` then scores this applicant in their place.

    A declaration is not in itself a removal. Raises Missing, NotPermitted, Invalid (`ruling`, `managed_how`, `replacement`),
    Refused for an interest of one's own.
    """
    row = session.get(Declaration, declaration_id)
    if row is None:
        raise Missing
    panel = led_panel(session, actor, row.panel_id)
    if row.interest and row.person_id == actor.person_id:
        raise Refused("You declared this interest yourself. Another officer of the lead authority rules on it.")
    cleaning = Cleaning()
    if ruling not in RULINGS:
        cleaning.wrong("ruling", "Select a ruling.")
    how = cleaning.lines(
        "managed_how", managed_how, "Say how the interest is managed." if ruling == "managed" else None, 2_000
    )
    if replacement is not None and ruling != "removed":
        cleaning.wrong("replacement", "Somebody else scores only in place of an evaluator who is removed.")
    cleaning.finish()
    if panel.status in ("quality_agreed", "signed_off"):
        raise Refused("Quality is agreed: rulings stay as they are.")
    row.ruling, row.managed_how = ruling, how or None
    row.ruled_at, row.ruled_by = clock.now(), named(actor.person_label, actor.organisation_name)
    if replacement is not None:
        stand_in(session, panel, replacement, row.candidate_id)
    member = session.get_one(PanelMember, row.member_id)
    words = {"none": "no interest", "managed": "an interest that is managed", "removed": "removed for this applicant"}
    record(
        session,
        "evaluation.declaration.ruled",
        f"Ruled on the declaration of {member.words}, for {row.candidate_name}: {words[ruling]}."
        + (f" In their place: {replacement.words}." if replacement else ""),
        about=row.organisation_id if row.organisation_id != actor.organisation_id else None,
        system=row.system_id,
        declaration=row.id,
        ruling=ruling,
    )
    _tell_when_ruled(session, panel, [member])
    return row


def rule_on_all_without_interest(session: Session, actor: Actor, *, panel_id: UUID) -> int:
    """Record `none` for everybody who declared that there is nothing to declare. Returns for how many declarations.

    Raises Missing, NotPermitted; Refused when none is waiting.
    """
    panel = led_panel(session, actor, panel_id)
    rows = session.scalars(
        select(Declaration).where(
            Declaration.panel_id == panel_id, Declaration.ruling.is_(None), Declaration.interest.is_(False)
        )
    ).all()
    if not rows:
        raise Refused("No declaration without an interest is waiting for a ruling.")
    for row in rows:
        row.ruling, row.ruled_at = "none", clock.now()
        row.ruled_by = named(actor.person_label, actor.organisation_name)
    record(
        session,
        "evaluation.declaration.ruled_none",
        f"Recorded for {len(rows)} declarations without an interest that there is none.",
        system=panel.system_id,
        panel=panel_id,
        count=len(rows),
    )
    concerned = {row.member_id for row in rows}
    _tell_when_ruled(session, panel, [m for m in members_of(session, panel_id) if m.id in concerned])
    return len(rows)


def stand_in(session: Session, panel: Panel, seat: PanelSeat, candidate_id: UUID) -> PanelMember:
    """Somebody scores one applicant in another's place; who stands in already does so for this one too.

    Raises Invalid (`replacement`) for somebody who scores all applicants anyway.
    """
    known = next((m for m in members_of(session, panel.id) if m.person_id == seat.person_id), None)
    if known is None:
        return seat_member(session, panel, seat, candidate_ids=[candidate_id])
    if known.status != "active" or known.candidate_ids is None:
        raise Invalid(replacement="That person has a seat on this panel, or had one. Choose somebody else.")
    known.candidate_ids = [*known.candidate_ids, candidate_id]
    return known


def _tell_when_ruled(session: Session, panel: Panel, members: list[PanelMember]) -> None:
    session.flush()
    waiting = set(
        session.scalars(
            select(Declaration.member_id).where(Declaration.panel_id == panel.id, Declaration.ruling.is_(None))
        )
    )
    for member in members:
        if member.id not in waiting and member.status == "active":
            tell_person(
                session,
                member.person_id,
                member.organisation_id,
                kind="declaration_ruled",
                subject="Your declaration of interests has been ruled on",
                body="The lead authority has ruled on what you declared. Follow the link for what you may read and score.",
                link=f"/rounds/{panel.subject_id}/evaluation",
            )
