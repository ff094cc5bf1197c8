"""A whole draft, as its pages show it: seven statements, whatever it holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.models import Submission
from portal.applications.queries.cases import Case, case_of
from portal.applications.queries.drafts import DraftAnswer, DraftDocument, answers_under, documents_under
from portal.applications.rules import Group, Readiness, State, groups_of, readiness, state_of
from portal.core.errors import Missing
from portal.core.sealing import KeyService
from portal.purchasing_systems.models import Lot
from portal.purchasing_systems.queries.rounds import is_offered
from portal.questionnaires.queries import questions_of_round


@dataclass(frozen=True)
class Draft:
    """`lots`: all of the system, by number. `versions`: what was submitted, the newest first."""

    case: Case
    lots: tuple[Lot, ...]
    all_groups: tuple[Group, ...]
    answers: dict[UUID, DraftAnswer]
    documents: tuple[DraftDocument, ...]
    versions: tuple[Submission, ...]

    @property
    def chosen(self) -> tuple[Lot, ...]:
        """Lots the draft applies for."""
        return tuple(lot for lot in self.lots if lot.id in self.case.application.lots)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Pages to fill in: common ones, then those of the chosen lots."""
        return chosen_groups(self.all_groups, self.case)

    @cached_property
    def texts(self) -> dict[UUID, str]:
        """Answers by question."""
        return {question_id: answer.text for question_id, answer in self.answers.items()}

    @cached_property
    def documented(self) -> Collection[UUID]:
        """Questions that a document answers."""
        return {document.question_id for document in self.documents}

    @cached_property
    def readiness(self) -> Readiness:
        """What stands between this draft and its submission."""
        lots = [lot.id for lot in self.chosen]
        return readiness(self.groups, lots, self.case.application.areas, self.texts, self.documented)

    @property
    def standing(self) -> Submission | None:
        """The version that counts, if one does."""
        newest = self.versions[0] if self.versions else None
        return newest if newest is not None and newest.withdrawn_at is None else None

    def state(self, group: Group) -> State:
        """Where a page stands."""
        return state_of(group, self.texts, self.documented)

    def group(self, slug: str) -> Group:
        """A page by its name. Raises Missing; a lot that is not chosen has no pages."""
        return named(self.groups, slug)

    def lot(self, lot_id: UUID | None) -> Lot | None:
        """A lot of this system by its id."""
        return next((lot for lot in self.lots if lot.id == lot_id), None)

    def of_question(self, question_id: UUID) -> tuple[DraftDocument, ...]:
        """Documents that answer a question."""
        return tuple(document for document in self.documents if document.question_id == question_id)


def chosen_groups(groups: Sequence[Group], case: Case) -> tuple[Group, ...]:
    """Pages for every lot, and those of the lots the draft applies for."""
    return tuple(group for group in groups if group.lot_id is None or group.lot_id in case.application.lots)


def named(groups: Sequence[Group], slug: str) -> Group:
    """A page by its name. Raises Missing."""
    found = next((group for group in groups if group.slug == slug), None)
    if found is None:
        raise Missing
    return found


def pages_of(session: Session, application_id: UUID) -> tuple[Case, tuple[Group, ...]]:
    """The case and its pages, without what is written on them: enough to save one. Raises Missing."""
    case = case_of(session, application_id)
    return case, chosen_groups(groups_of(questions_of_round(session, case.round.id)), case)


def draft_of(session: Session, keys: KeyService, application_id: UUID) -> Draft:
    """The draft of the provider acted for. Raises Missing, SealBroken, KeyLost."""
    case = case_of(session, application_id)
    key = case.draft_key(keys)
    versions = session.scalars(
        select(Submission).where(Submission.application_id == application_id).order_by(Submission.version.desc())
    )
    lots = session.scalars(select(Lot).where(Lot.system_id == case.round.system_id).order_by(Lot.number))
    return Draft(
        case,
        tuple(lot for lot in lots if is_offered(case.round, lot.id)),
        groups_of(questions_of_round(session, case.round.id)),
        answers_under(session, key, application_id),
        documents_under(session, key, application_id),
        tuple(versions),
    )
