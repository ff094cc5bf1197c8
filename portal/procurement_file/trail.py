"""The trail of a system: what the council that asks did, and what others did about it."""

from collections.abc import Iterator

from sqlalchemy import select

from portal.core.audit.models import AuditLine
from portal.procurement_file.pieces import Piece, Sheet, Wanted


def pieces(wanted: Wanted) -> Iterator[Piece]:
    """Every line on this system, in the order of the chain, with its place in it."""
    lines = wanted.session.execute(
        select(
            AuditLine.n, AuditLine.at, AuditLine.organisation_name, AuditLine.person_label, AuditLine.sentence,
            AuditLine.verb, AuditLine.hash,
        )
        .where(AuditLine.system_id == wanted.system.id, AuditLine.sealed.is_(None))
        .order_by(AuditLine.n)
    )  # fmt: skip
    yield Sheet(
        "4 Trail/trail.xlsx",
        "The trail: who did what, when",
        {"Place in the chain": "", "At": "", "Organisation": "", "Post": "personal", "What": "", "Act": "", "Hash": ""},
        [
            (line.n, line.at, line.organisation_name, line.person_label, line.sentence, line.verb, line.hash.hex())
            for line in lines
        ],
    )
