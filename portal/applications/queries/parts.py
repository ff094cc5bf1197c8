"""One opened application part by part: what the database shows this officer, and a plain sentence for what it does not."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.applications import reading
from portal.applications.models import Application, Submission
from portal.applications.reading import SubmittedDocument
from portal.applications.rules import groups_of
from portal.core.errors import Missing
from portal.core.sealing import KeyService
from portal.evaluation.models import Declaration, Panel, PanelMember
from portal.purchasing_systems.models import Lot, Participation, Round
from portal.questionnaires.queries import QuestionView, questions_of_round


@dataclass(frozen=True)
class PartView:
    """One part as this person may read it: titles of pages with their answers in order, or a sentence why not."""

    title: str
    pages: tuple[tuple[str, tuple[tuple[QuestionView, str], ...]], ...] | None
    why_not: str | None


@dataclass(frozen=True)
class OpenedPage:
    """One opened application. `areas`: lot to names of councils; `controller`: who answers for its personal data, the lead (ALL-08)."""

    application: Application
    submission: Submission
    lots: tuple[Lot, ...]
    areas: dict[UUID, tuple[str, ...]]
    parts: tuple[PartView, ...]
    documents: tuple[SubmittedDocument, ...] | None
    why_no_documents: str | None
    prompts: dict[UUID, str]
    controller: str


def application_page(session: Session, keys: KeyService, round_: Round, application_id: UUID) -> OpenedPage:
    """One application for an officer. Raises Missing, SealBroken, KeyLost."""
    row = session.execute(
        select(Application, Submission)
        .join(Submission, (Submission.application_id == Application.id) & Submission.opened_at.is_not(None))
        .where(Application.id == application_id, Application.round_id == round_.id, Application.opened_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing
    application, submission = row
    lots = tuple(session.scalars(select(Lot).where(Lot.system_id == round_.system_id).order_by(Lot.number)))
    names = session.execute(
        select(Participation.authority_id, Participation.authority_name)
        .where(Participation.system_id == round_.system_id)
        .order_by(Participation.authority_name)
    ).all()
    questions = questions_of_round(session, round_.id)
    opened = reading.opened_parts(session, keys, application_id=application_id)
    seat = None if len(opened) == len(reading.PARTS) else _seat(session, round_.id, application_id)
    asked = [q for q in questions if q.lot_id is None or q.lot_id in submission.lots]
    return OpenedPage(
        application,
        submission,
        tuple(lot for lot in lots if lot.id in submission.lots),
        {
            lot: tuple(name for council, name in names if str(council) in submission.areas.get(str(lot), []))
            for lot in submission.lots
        },
        (
            _part("Selection and quality", "quality", asked, opened, seat),
            _part("Prices", "price", asked, opened, seat),
        ),
        opened.documents,
        None if opened.documents is not None else _why_not("documents", seat),
        {q.id: q.prompt for q in questions},
        next((name for council, name in names if council == round_.lead_id), ""),
    )


@dataclass(frozen=True)
class Seat:
    """Where this person stands with the panel and this applicant; each None: not there."""

    panel: Panel | None
    member: PanelMember | None
    declaration: Declaration | None


def _seat(session: Session, round_id: UUID, application_id: UUID) -> Seat:
    me = func.app.person()
    row = session.execute(
        select(Panel, PanelMember, Declaration)
        .outerjoin(
            PanelMember,
            (PanelMember.panel_id == Panel.id)
            & (PanelMember.person_id == me)
            & (PanelMember.organisation_id == func.app.organisation()),
        )
        .outerjoin(
            Declaration, (Declaration.member_id == PanelMember.id) & (Declaration.candidate_id == application_id)
        )
        .where(Panel.subject_id == round_id)
    ).first()
    return Seat(*row) if row is not None else Seat(None, None, None)


def _part(
    title: str, part: reading.Part, asked: list[QuestionView], opened: reading.OpenedParts, seat: Seat | None
) -> PartView:
    answers = opened.answers.get(part)
    if answers is None:
        return PartView(title, None, _why_not(part, seat))
    mine = [q for q in asked if q.kind != "file" and (q.part == "price") == (part == "price")]
    pages = tuple(
        (group.title, tuple((q, answers.get(str(q.id), "")) for q in group.questions)) for group in groups_of(mine)
    )
    return PartView(title, pages, None)


def _why_not(part: str, seat: Seat | None) -> str:
    """The database showed no key: which of its conditions is not met, in plain words."""
    if seat is None or seat.panel is None:
        return "No panel has been formed for this round yet. Only its members read applications."
    if seat.member is None:
        return "You are not on the panel of this round. Only its members read applications."
    return _why_a_member_may_not(part, seat.panel, seat.member, seat.declaration)


def _why_a_member_may_not(part: str, panel: Panel, member: PanelMember, declaration: Declaration | None) -> str:
    ruling = declaration.ruling if declaration is not None else None
    reasons = (
        (member.status != "active", "You were removed from the panel of this round."),
        (part not in member.parts, "This part is not assigned to you."),
        (declaration is None, "Declare first whether you have an interest in this applicant."),
        (ruling is None, "The lead has not yet ruled on your declaration about this applicant."),
        (ruling == "removed", "You were removed for this applicant after you declared an interest."),
        (panel.quality_agreed_at is None, "Prices stay hidden until the quality scores are agreed."),
    )
    return next((sentence for holds, sentence in reasons if holds), "The database does not show you this part.")
