"""What a submission holds: chosen lots that are complete, their answers and documents, spelt out part by part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.applications.queries.cases import Case
from portal.applications.queries.drafts import DraftAnswer, DraftDocument, answers_under, documents_under
from portal.applications.rules import Readiness, asked_in, groups_of, readiness
from portal.applications.sealing import figure, part_of, spelt
from portal.core.errors import Refused
from portal.core.sealing import KeyService
from portal.purchasing_systems.models import Lot
from portal.questionnaires.conditions import NOT_ASKED, as_asked
from portal.questionnaires.queries import QuestionView, questions_of_round


@dataclass(frozen=True)
class Content:
    """What would be submitted: each part spelt out, and the keyed figure of the whole."""

    lots: tuple[Lot, ...]
    parts: Mapping[str, bytes]
    documents: tuple[DraftDocument, ...]
    figure: bytes


def content_of(session: Session, keys: KeyService, case: Case, leave_out: Collection[UUID] = ()) -> Content:
    """What would be submitted now. Raises Refused when a lot is not complete, naming it and how to mend it."""
    key = case.draft_key(keys)
    questions = questions_of_round(session, case.round.id)
    answers = answers_under(session, key, case.application.id)
    documents = documents_under(session, key, case.application.id)
    lots = tuple(session.scalars(select(Lot).where(Lot.system_id == case.round.system_id).order_by(Lot.number)))
    going = tuple(lot for lot in lots if lot.id in case.application.lots and lot.id not in set(leave_out))
    texts = {q: answer.text for q, answer in answers.items()}
    applying = as_asked(questions, texts)
    ready = readiness(
        asked_in(groups_of(questions), applying),
        [lot.id for lot in going],
        case.application.areas,
        texts,
        {document.question_id for document in documents},
    )
    _must_be_ready(ready, going)
    ids = {lot.id for lot in going}
    asked = [q for q in applying if q.lot_id is None or q.lot_id in ids]
    not_asked = [q for q in questions if (q.lot_id is None or q.lot_id in ids) and q.id not in {a.id for a in asked}]
    attached = tuple(d for d in documents if d.question_id in {q.id for q in asked})
    parts = _spelt(case, going, (asked, not_asked), answers, attached)
    return Content(going, parts, attached, figure(parts, key))


def _must_be_ready(ready: Readiness, going: Sequence[Lot]) -> None:
    if not going:
        raise Refused("Not submitted: choose at least one lot.")
    if ready.common:
        first = ready.common[0]
        raise Refused(f"Not submitted. {first.page_title}: {first.prompt.rstrip('.?')}. {first.sentence}")
    for lot in going:
        if ready.by_lot[lot.id]:
            first = ready.by_lot[lot.id][0]
            raise Refused(
                f"Not submitted. Lot {lot.number}, {lot.title}, is not complete. {first.page_title}: "
                f"{first.prompt.rstrip('.?')}. {first.sentence} Or leave this lot out and submit the others."
            )


def _spelt(
    case: Case,
    lots: Sequence[Lot],
    questions: tuple[Sequence[QuestionView], Sequence[QuestionView]],
    answers: Mapping[UUID, DraftAnswer],
    documents: Sequence[DraftDocument],
) -> dict[str, bytes]:
    told: dict[str, dict[str, str]] = {"quality": {}, "price": {}}
    asked, not_asked = questions
    for question in asked:
        if question.id in answers and answers[question.id].text:
            told[part_of(question.part)][str(question.id)] = answers[question.id].text
    # Said inside the seal: which questions apply follows from answers, and those are nobody's to read before opening.
    for question in not_asked:
        told[part_of(question.part)][str(question.id)] = NOT_ASKED
    versions = {str(q.id): answers[q.id].question_version for q in asked if q.id in answers}
    ids = [str(lot.id) for lot in lots]
    quality = {
        "reference": case.application.reference,
        "lots": ids,
        "areas": {lot: case.application.areas.get(lot, []) for lot in ids},
        "answers": told["quality"],
        "versions": versions,
    }
    manifest_of_files = [
        {
            "id": str(d.id),
            "question": str(d.question_id),
            "name": d.name,
            "kind": d.kind,
            "size": d.size,
            "sha256": d.sha256,
            "sha256_cipher": d.sha256_cipher,
            "storage_key": d.storage_key,
            "key": d.key.hex(),
        }
        for d in documents
    ]
    return {
        "quality": spelt(quality),
        "price": spelt({"answers": told["price"]}),
        "documents": spelt({"documents": manifest_of_files}),
    }
