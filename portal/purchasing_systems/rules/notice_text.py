"""The text to paste into the official notice service, drawn from what is set up here. Pure: words in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.core.money import pounds
from portal.core.wording import say_day


@dataclass(frozen=True)
class NoticeLot:
    """A lot in the notice: its criteria with their weights in per cent."""

    name: str
    description: str
    criteria: Sequence[tuple[str, Decimal]]


@dataclass(frozen=True)
class NoticeFacts:
    """Everything a notice says. Times are already worded for London."""

    title: str
    lead: str
    councils: Sequence[str]
    client_group: str
    regime: str
    vehicle: str
    legal_basis: str
    cpv: str
    value_pounds: Decimal
    valid_from: date
    valid_until: date
    round_number: int
    opens: str
    closes: str
    page: str
    quality_pass_mark: Decimal
    standstill_days: int | None
    lots: Sequence[NoticeLot]


def notice_text(facts: NoticeFacts) -> str:
    """Headings in capitals and plain lines: what notice services accept in their text boxes."""
    parts = [
        ("TITLE", facts.title),
        ("CONTRACTING AUTHORITY", f"{facts.lead}, for itself and on behalf of the other authorities named below."),
        ("AUTHORITIES THAT MAY BUY", "\n".join(f"- {name}" for name in facts.councils)),
        ("LEGAL BASIS", f"{facts.regime}.\n{facts.legal_basis}"),
        ("TYPE OF ARRANGEMENT", f"{facts.vehicle}. Services for: {facts.client_group}."),
        ("CPV CODES", facts.cpv),
        (
            "ESTIMATED VALUE",
            f"{pounds(facts.value_pounds)} without VAT, over the whole term, all authorities together.",
        ),
        ("TERM", f"{say_day(facts.valid_from)} to {say_day(facts.valid_until)}."),
        ("LOTS", "\n\n".join(f"{lot.name}\n{lot.description}" for lot in facts.lots)),
        ("APPLICATION WINDOW", _window(facts)),
        (
            "DOCUMENTS",
            f"All questions and documents are free to read and download, without registering, at:\n{facts.page}",
        ),
        ("HOW APPLICATIONS ARE ASSESSED", _assessment(facts)),
        ("AFTER THE DECISION", _after(facts)),
    ]
    return "\n\n".join(f"{heading}\n{text}" for heading, text in parts)


def _window(facts: NoticeFacts) -> str:
    return (
        f"Round {facts.round_number}. Opens: {facts.opens} (London time). Closes: {facts.closes} (London time).\n"
        "Applications are made online at the address below. An application that arrives after the closing time cannot be accepted."
    )


def _assessment(facts: NoticeFacts) -> str:
    lines = [
        "Selection questions are passed or failed by published rules. Everyone who passes is admitted; there is no ranking.",
        f"Quality pass mark: {_figure(facts.quality_pass_mark)} % of the quality marks of a lot. Prices must not be above the published ceilings.",
    ]
    for lot in facts.lots:
        if lot.criteria:
            lines += ["", f"{lot.name}, quality criteria:"]
            lines += [f"- {prompt} ({_figure(weight)} %)" for prompt, weight in lot.criteria]
    return "\n".join(lines)


def _after(facts: NoticeFacts) -> str:
    standstill = (
        f"A standstill of {facts.standstill_days} calendar days follows the outcome letters. "
        if facts.standstill_days
        else ""
    )
    return f"{standstill}Each authority then decides for itself whether to use the providers admitted. Admission does not promise any contract."


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}"
