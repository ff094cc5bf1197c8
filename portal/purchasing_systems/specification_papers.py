"""The specification combined for some councils and lots, as a Word document."""

from collections.abc import Iterable
from typing import Final

from portal.core.typeset.word import WordDocument
from portal.core.web.prose import blocks
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.specifications import ScheduleView, SpecificationView

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARK = "Round and specification are invented. Nobody can apply to a real arrangement here."


def combined_document(
    system: PurchasingSystem,
    round_: Round,
    specification: SpecificationView,
    schedules: Iterable[ScheduleView],
    covers: str,
) -> bytes:
    """Common text and these schedules. `covers`: for which councils and lots. It names the version it holds."""
    document = WordDocument(
        f"{specification.title}, version {specification.version}",
        subject=f"Round {round_.number}: {system.alias}",
        demonstration=_MARK if system.demonstration else None,
    )
    document.facts(
        [
            ("Purchasing system", system.title),
            ("Lead authority", system.lead_name),
            ("Round", str(round_.number)),
            ("Version", str(specification.version)),
            ("Combined for", covers),
        ]
    )
    document.heading("Common text")
    _prose(document, specification.common_text)
    for schedule in schedules:
        document.heading(f"Local schedule: {schedule.heading}")
        _prose(document, schedule.text or "Adds nothing to the common text.")
    return document.to_bytes()


def _prose(document: WordDocument, text: str) -> None:
    for kind, lines in blocks(text):
        if kind == "heading":
            document.heading(lines[0], 2)
        elif kind == "list":
            document.bullets(lines)
        else:
            document.paragraph("\n".join(lines))
