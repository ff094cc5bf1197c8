"""Forming a panel, and changing who sits on it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotPermitted, Refused
from portal.core.notify.sending import tell_person
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import Panel, PanelMember
from portal.evaluation.queries.panels import led_panel, members_of, panel_of
from portal.evaluation.rules import PanelSeat, missing_from_panel
from portal.evaluation.rules.panels import FEWEST_SCORERS
from portal.evaluation.states import MEMBER


def form_panel(
    session: Session,
    actor: Actor,
    *,
    subject_id: UUID,
    system_id: UUID,
    members: Sequence[PanelSeat],
    councils: int = 1,
    title: str = "",
) -> Panel:
    """Form the panel that evaluates a subject, and send each member a message. `councils`: the make-up the system asks for.

    Raises Invalid for a make-up that falls short (fields `evaluators`, `chair`, `price`), NotPermitted for others than the
    lead, Refused where there is a panel already.
    """
    if not actor.leads(system_id):
        raise NotPermitted("The lead authority chooses the panel.")
    missing = missing_from_panel(members, councils=councils)
    if missing:
        raise Invalid(**missing)
    if panel_of(session, subject_id) is not None:
        raise Refused("The panel is chosen already. Change its members one by one.")
    panel = Panel(subject_id=subject_id, system_id=system_id, lead_id=actor.organisation_id)
    session.add(panel)
    session.flush()
    for seat in members:
        seat_member(session, panel, seat, title=title)
    record(
        session,
        "evaluation.panel.formed",
        f"Chose the panel for {title or 'the evaluation'}: {'; '.join(s.words for s in members)}.",
        system=system_id,
        panel=panel.id,
        subject=subject_id,
    )
    return panel


def remove_member(
    session: Session, actor: Actor, *, member_id: UUID, replacement: PanelSeat | None = None
) -> PanelMember | None:
    """Take somebody off the panel, with or without somebody else in their place. Their scores stay on record.

    Raises Missing, NotPermitted; Invalid (`replacement`) when that person sits on the panel already; Refused once
    quality is agreed.
    """
    member = session.get(PanelMember, member_id)
    panel = led_panel(session, actor, member.panel_id if member else member_id)
    assert member is not None  # led_panel has raised Missing
    if panel.status in ("quality_agreed", "signed_off"):
        raise Refused("Quality is agreed: the panel stays as it is.")
    if replacement is None and member.scores and _scorers_left(session, member) < FEWEST_SCORERS:
        raise Invalid(replacement="At least two evaluators score. Choose who takes the seat.")
    new = None
    if replacement is not None:
        no_seat_yet(session, panel, replacement)
        new = seat_member(session, panel, replacement, candidate_ids=member.candidate_ids)
        session.flush()
        member.replaced_by_id = new.id
    who = replacement.words if replacement else "nobody"
    fire(
        session,
        actor,
        MEMBER,
        member,
        "remove",
        sentence=f"Removed {member.words}, from the panel. In their place: {who}.",
        panel=panel.id,
    )
    return new


def _scorers_left(session: Session, leaving: PanelMember) -> int:
    members = members_of(session, leaving.panel_id)
    return sum(m.status == "active" and m.scores and m.candidate_ids is None and m.id != leaving.id for m in members)


def no_seat_yet(session: Session, panel: Panel, seat: PanelSeat, *, field: str = "replacement") -> None:
    """Raises Invalid when this person has a seat on the panel, or had one."""
    if seat.person_id in {m.person_id for m in members_of(session, panel.id)}:
        raise Invalid(**{field: "That person has a seat on this panel, or had one. Choose somebody else."})


def seat_member(
    session: Session,
    panel: Panel,
    seat: PanelSeat,
    *,
    candidate_ids: list[UUID] | None = None,
    title: str = "",
) -> PanelMember:
    """Add a seat and tell the person. `candidate_ids`: for these alone."""
    member = PanelMember(
        panel_id=panel.id,
        subject_id=panel.subject_id,
        system_id=panel.system_id,
        lead_id=panel.lead_id,
        person_id=seat.person_id,
        organisation_id=seat.organisation_id,
        organisation_name=seat.organisation_name,
        post=seat.post,
        parts=list(seat.parts),
        chair=seat.chair,
        candidate_ids=candidate_ids,
    )
    session.add(member)
    tell_person(
        session,
        seat.person_id,
        seat.organisation_id,
        kind="panel_seat",
        subject=f"You are on the panel{f' for {title}' if title else ''}",
        body="Declare your interests for each applicant first. You see what they wrote once the lead authority has ruled "
        "on your declaration.",
        link=f"/rounds/{panel.subject_id}/evaluation",
    )
    return member
