"""Saving answers: at every step, sealed as they are saved, the second of two colleagues is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.applications.models import Answer, Application
from portal.applications.queries.cases import Case, open_case
from portal.applications.queries.drafts import DraftAnswer, answers_under
from portal.applications.rules import kept_answer
from portal.applications.sealing import answer_facts
from portal.core.applicants import own_pen
from portal.core.audit import record_sealed
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.sealing import KeyService, seal_field
from portal.core.types import Actor
from portal.questionnaires.queries import QuestionView, questions_of_round
from tenants.permissions import Permission


@dataclass(frozen=True)
class Conflict:
    """One question that a colleague saved meanwhile: both texts."""

    question_id: UUID
    mine: str
    theirs: str
    version: int
    saved_by: str
    saved_at: datetime


class EditConflict(Refused):
    """A colleague saved the same page meanwhile. Nothing was saved; `conflicts` holds both texts."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        who = conflicts[0].saved_by
        super().__init__(
            f"Not saved: a colleague ({who}) saved this page after you opened it. Both texts are kept: choose one, or "
            "put them together, and save again."
        )
        self.conflicts = conflicts

    @property
    def mine(self) -> dict[UUID, str]:
        """What was to be saved, by question."""
        return {c.question_id: c.mine for c in self.conflicts}

    @property
    def theirs(self) -> dict[UUID, str]:
        """What is saved, by question."""
        return {c.question_id: c.theirs for c in self.conflicts}


@dataclass(frozen=True)
class Saved:
    """What a save did. `versions`: of every question asked about, as it stands now."""

    at: datetime
    versions: Mapping[UUID, int]
    changed: int


def save_answers(
    session: Session,
    actor: Actor,
    keys: KeyService,
    *,
    application_id: UUID,
    answers: Mapping[UUID, str],
    versions: Mapping[UUID, int],
    page_token: str | None = None,
) -> Saved:
    """Save answers of one page, together or not at all.

    `versions`: what the writer saw of each question (0: no answer yet). A question saved since then by another page is a
    conflict, unless both wrote the same; a question without a version is written unseen. `page_token` names the open
    page, which is never in conflict with itself.

    Raises NotPermitted, Missing, Refused after closing, EditConflict, and Invalid with a sentence for each question id.
    """
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")
    case = open_case(session, application_id)
    asked = _asked(session, case, answers)
    kept = _kept(asked, answers)
    key = case.draft_key(keys)
    saved = answers_under(session, key, application_id)
    conflicts = tuple(_conflicts(kept, saved, versions, page_token))
    if conflicts:
        raise EditConflict(conflicts)
    changed = {q: text for q, text in kept.items() if text != (saved[q].text if q in saved else "")}
    if changed:
        sealed = {q: seal_field(text, key, answer_facts(application_id, q)) for q, text in changed.items()}
        _write(session, actor, case, sealed, {q: asked[q].version for q in changed}, page_token)
    if changed and not _goes_on(changed, saved, page_token):
        record_sealed(
            session,
            "applications.answers.saved",
            f"Saved {len(changed)} {'answer' if len(changed) == 1 else 'answers'} of application "
            f"{case.application.reference}.",
            round_id=case.round.id,
            id=application_id,
            questions=sorted(changed),
        )
    now = {q: (saved[q].version if q in saved else 0) + (q in changed) for q in kept}
    return Saved(case.at, now, len(changed))


def _asked(session: Session, case: Case, answers: Iterable[UUID]) -> dict[UUID, QuestionView]:
    found = {question.id: question for question in questions_of_round(session, case.round.id)}
    asked = {question_id: found[question_id] for question_id in answers if question_id in found}
    if len(asked) != len(list(answers)):
        raise Missing
    return asked


def _kept(asked: Mapping[UUID, QuestionView], answers: Mapping[UUID, str]) -> dict[UUID, str]:
    kept, faults = {}, {}
    for question_id, question in asked.items():
        try:
            kept[question_id] = kept_answer(question, answers[question_id])
        except ValueError as error:
            faults[str(question_id)] = str(error)
    if faults:
        raise Invalid(**faults)
    return kept


def _conflicts(
    kept: Mapping[UUID, str],
    saved: Mapping[UUID, DraftAnswer],
    versions: Mapping[UUID, int],
    page_token: str | None,
) -> Iterable[Conflict]:
    for question_id, mine in kept.items():
        theirs = saved.get(question_id)
        if theirs is None or question_id not in versions or theirs.version == versions[question_id]:
            continue
        if theirs.text == mine or (page_token is not None and theirs.page_token == page_token):
            continue
        yield Conflict(question_id, mine, theirs.text, theirs.version, theirs.saved_by, theirs.saved_at)


def confirm_questions(session: Session, actor: Actor, *, application_id: UUID, questions: Iterable[UUID]) -> int:
    """The writer has looked at these questions as they stand now and keeps the answers. Returns how many had changed.

    Raises NotPermitted, Missing, Refused after closing.
    """
    if not actor.may(Permission.APPLICATION_DRAFT):
        raise NotPermitted("Only a provider's bid writer or administrator can do this.")
    case = open_case(session, application_id)
    wanted = set(questions)
    versions = {q.id: q.version for q in questions_of_round(session, case.round.id) if q.id in wanted and q.version > 1}
    done = 0
    for question_id, version in versions.items():
        found = session.execute(
            update(Answer)
            .where(
                Answer.application_id == application_id,
                Answer.question_id == question_id,
                Answer.question_version < version,
            )
            .values(question_version=version)
            .returning(Answer.id)
            .execution_options(synchronize_session=False)
        )
        done += len(found.all())
    if done:
        record_sealed(
            session,
            "applications.answers.confirmed",
            f"Kept {done} {'answer' if done == 1 else 'answers'} of application {case.application.reference} to changed "
            "questions.",
            round_id=case.round.id,
            id=application_id,
            questions=sorted(versions),
        )
    return done


def _write(  # noqa: PLR0917  # one save, spelt out
    session: Session,
    actor: Actor,
    case: Case,
    sealed: Mapping[UUID, bytes],
    versions: Mapping[UUID, int],
    page_token: str | None,
) -> None:
    application_id, signed = case.application.id, own_pen(session).sign(actor.person_label)
    session.execute(
        update(Application)
        .where(Application.id == application_id)
        .values(saved_at=case.at, saved_by=signed)
        .execution_options(synchronize_session=False)
    )
    rows = [
        {
            "id": uuid4(),
            "application_id": application_id,
            "applicant_id": case.application.applicant_id,
            "question_id": question_id,
            "ciphertext": ciphertext,
            "version": 1,
            "question_version": versions[question_id],
            "page_token": page_token,
            "saved_at": case.at,
            "saved_by": signed,
        }
        for question_id, ciphertext in sealed.items()
    ]
    fresh = insert(Answer).values(rows)
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["application_id", "question_id"],
            set_={
                "ciphertext": fresh.excluded.ciphertext,
                "version": Answer.version + 1,
                "question_version": fresh.excluded.question_version,
                "page_token": fresh.excluded.page_token,
                "saved_at": fresh.excluded.saved_at,
                "saved_by": fresh.excluded.saved_by,
            },
        )
    )


def _goes_on(changed: Iterable[UUID], saved: Mapping[UUID, DraftAnswer], page_token: str | None) -> bool:
    """Whether this is the next autosave of an open page: it has its line already, and one a page is enough."""
    if page_token is None:
        return False
    return all(q in saved and saved[q].page_token == page_token for q in changed)
