"""The system itself: its facts, who takes part, its rounds, its documents."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from portal.clarifications.log import HEADINGS, log_rows
from portal.clarifications.queries.queue import answers_of, questions_of
from portal.notices.pack import procurement_pack
from portal.procurement_file.pieces import Paper, Piece, Sheet, Wanted, safe
from portal.purchasing_systems.models import ClosingChange, ProcurementDocument, Round, Specification
from portal.purchasing_systems.queries.profiles import profile_of
from portal.purchasing_systems.queries.systems import SYSTEM_STATUS, lots_of, participants_of
from portal.purchasing_systems.queries.terms import extension_points
from portal.purchasing_systems.reference import regimes

FOLDER = "1 System"


def pieces(wanted: Wanted) -> Iterator[Piece]:
    """Facts, lots, councils, extension points, specification and documents as text; the pack of every published round."""
    yield _facts(wanted)
    yield _lots(wanted)
    yield Sheet(
        f"{FOLDER}/councils.xlsx",
        "Councils of the system",
        {"Council": "", "Standing": "", "Since": "", "Left": ""},
        [
            (c.name, c.status.replace("_", " "), c.joined_on, c.left_on)
            for c in participants_of(wanted.session, wanted.system.id, joined_only=False)
        ],
    )
    if points := extension_points(wanted.session, wanted.system.id):
        yield Sheet(
            f"{FOLDER}/extension-points.xlsx",
            "Options to extend",
            {"Point": "", "Last day without it": "", "Last day with it": "", "Where the documents hold it": ""},
            [(p.title, p.ends_on, p.new_end, p.source) for p in points],
        )
    yield from _texts(wanted)
    for round_ in wanted.rounds:
        if round_.published_at is not None:
            yield Paper(
                f"2 Round {round_.number}/procurement-documents.pdf",
                f"Round {round_.number}: every document and question, as published",
                partial(procurement_pack, wanted.session, round_, wanted.system),
            )
            yield from _clarifications(wanted, round_)
    yield from _rounds(wanted)


def _facts(wanted: Wanted) -> Sheet:
    system = wanted.system
    return Sheet(
        f"{FOLDER}/facts.xlsx",
        "The purchasing system",
        {"Fact": "", "Value": ""},
        [
            ("Title", system.title),
            ("Known as", system.alias),
            ("Status", SYSTEM_STATUS[system.status][0]),
            ("Lead authority", system.lead_name),
            ("Law", regimes().get(system.regime, system.regime)),
            ("Vehicle", profile_of(wanted.session, system).name),
            ("Legal basis", system.legal_basis),
            ("Services for", system.client_group),
            ("Valid from", system.valid_from),
            ("Valid until", system.valid_until),
            ("Estimated value in pounds, without VAT", system.value_pounds),
            ("CPV codes", system.cpv),
            ("Standstill in calendar days", system.standstill_days),
            ("Quality pass mark in per cent", system.quality_pass_mark),
            ("Made public", system.published_at),
            ("Demonstration", "Yes: no council took these decisions" if system.demonstration else "No"),
        ],
    )


def _lots(wanted: Wanted) -> Sheet:
    rows = [(lot.number, lot.title, lot.description) for lot in lots_of(wanted.session, wanted.system.id)]
    return Sheet(f"{FOLDER}/lots.xlsx", "Lots", {"Number": "", "Title": "", "Description": ""}, rows)


def _texts(wanted: Wanted) -> Iterator[Paper]:
    versions = wanted.session.scalars(
        select(Specification).where(Specification.system_id == wanted.system.id).order_by(Specification.version)
    )
    for version in versions:
        yield _text(f"specification-version-{version.version}.txt", version.title, version.common_text)
    documents = wanted.session.scalars(
        select(ProcurementDocument)
        .where(ProcurementDocument.system_id == wanted.system.id)
        .order_by(ProcurementDocument.position, ProcurementDocument.slug)
    )
    for document in documents:
        yield _text(f"{safe(document.slug)}.txt", document.title, document.text)


def _text(name: str, title: str, text: str) -> Paper:
    return Paper(f"{FOLDER}/{name}", title, f"{title}\n\n{text}\n".encode)


_MARKED = {
    "Question as asked": "commercial",
    "Answered alone: wish, ruling and reasons": "commercial",
    "Ruled by": "personal",
    "Drafted by": "personal",
    "Signed by": "personal",
    "Published by": "personal",
}


def _clarifications(wanted: Wanted, round_: Round) -> Iterator[Sheet]:
    questions, answers = questions_of(wanted.session, round_.id), answers_of(wanted.session, round_.id)
    if questions or answers:
        yield Sheet(
            f"2 Round {round_.number}/clarification-log.xlsx",
            f"Round {round_.number}: questions of providers, and the answers",
            {heading: _MARKED.get(heading, "") for heading in HEADINGS},
            log_rows(questions, answers),
        )


def _rounds(wanted: Wanted) -> Iterator[Sheet]:
    yield Sheet(
        f"{FOLDER}/rounds.xlsx",
        "Rounds",
        {"Round": "", "Status": "", "Opened for applications": "", "Closed": "", "Notice": "", "Notice published": "",
         "Where": "", "Published here": "", "Submissions opened": ""},
        [
            (r.number, r.status, r.opens_at, r.closes_at, r.notice_number, r.notice_published_at, r.notice_url,
             r.published_at, r.opened_at)
            for r in wanted.rounds
        ],
    )  # fmt: skip
    numbers = {r.id: r.number for r in wanted.rounds}
    changes = wanted.session.scalars(
        select(ClosingChange).where(ClosingChange.round_id.in_(numbers)).order_by(ClosingChange.proposed_at)
    ).all()
    if changes:
        yield Sheet(
            f"{FOLDER}/changes-of-closing-times.xlsx",
            "Changes of closing times",
            {"Round": "", "From": "", "To": "", "Reason": "", "Proposed": "", "Proposed by": "personal",
             "Confirmed": "", "Confirmed by": "personal"},
            [
                (numbers[c.round_id], c.old_closes_at, c.new_closes_at, c.reason, c.proposed_at, c.proposed_by,
                 c.confirmed_at, c.confirmed_by)
                for c in changes
            ],
        )  # fmt: skip
