"""Produced documents: tagged, literal, marked, and refused when they would mislead."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from portal.core.typeset import Trail, TypesetFailed, typeset
from portal.core.typeset.agreements import Acceptance, AgreementCopy, Term, agreement
from portal.core.typeset.decision_records import (
    DecisionCopy,
    Restriction,
    decision_record,
)
from portal.core.typeset.glyphs import BUILT_IN, printable
from portal.core.typeset.letters import (
    CriterionResult,
    LotOutcome,
    OutcomeLetter,
    PriceLine,
    QuestionResult,
    outcome_letter,
)
from portal.core.typeset.openings import (
    OpenedApplication,
    Opener,
    OpeningRecord,
    RefusedAttempt,
    record_of_opening,
)
from portal.core.typeset.receipts import Receipt, ReceiptDocument, receipt
from portal.core.typeset.wording import (
    instant_london,
    instant_utc,
    lapse,
    percent,
    pounds,
)

DIGEST = "9f2c4e1ab7d03856e4c1f2a97b60d8135cafe0471be29d6638f50a7c41d2e9b8"
TRAIL = Trail(position=1284, head=DIGEST, demonstration=False)
CLOSES = datetime(2027, 4, 5, 11, 0, tzinfo=UTC)
SYSTEM = "Partner Provider Arrangement"
LEAD = "Halton Borough Council"

LOT = LotOutcome(
    title="Residential care",
    admitted=True,
    selection=(CriterionResult(criterion="Ofsted registration", passed=True, reason="Good"),),
    quality=(
        QuestionResult(
            question="Safeguarding",
            weight=Decimal(30),
            score=4,
            label="Good",
            minimum=3,
            reasons="The escalation route is named.",
        ),
    ),
    quality_total=Decimal("71.25"),
    pass_mark=Decimal(60),
    prices=(
        PriceLine(
            item="Core fee",
            unit="week",
            price=Decimal(4850),
            ceiling=Decimal(5200),
            within=True,
        ),
    ),
)
LETTER = OutcomeLetter(
    system_title=SYSTEM,
    lead_authority=LEAD,
    round_number=2,
    provider_name="Example Homes Ltd",
    reference="PPA-R2-0007",
    dated=date(2027, 6, 14),
    lots=(LOT,),
    next_steps=("We will issue an agreement.",),
    right_to_ask="You can ask us to explain any score.",
    signed_by_post="Head of Procurement",
    trail=TRAIL,
)
RECEIPT = Receipt(
    reference="PPA-R2-0007",
    system_title=SYSTEM,
    lead_authority=LEAD,
    round_number=2,
    provider_name="Example Homes Ltd",
    version=3,
    received_at=CLOSES - timedelta(seconds=1, microseconds=5),
    closes_at=CLOSES,
    sealed_sha256=DIGEST,
    documents=(ReceiptDocument(name="policy.pdf", asked_for="Policy", size=1_234_567, sha256="a" * 64),),
    lots=("Residential care",),
    trail=TRAIL,
)
OPENING = OpeningRecord(
    reference="PPA-R2-OPEN",
    system_title=SYSTEM,
    lead_authority=LEAD,
    round_number=2,
    closed_at=CLOSES,
    opened_at=CLOSES + timedelta(hours=1),
    openers=(
        Opener(post="Procurement Manager", council=LEAD, confirmed_at=CLOSES),
        Opener(post="Commissioner", council="Liverpool City Council", confirmed_at=CLOSES),
    ),
    applications=(
        OpenedApplication(
            provider_name="Example Homes Ltd",
            reference="PPA-R2-0007",
            version=3,
            received_at=CLOSES - timedelta(days=1),
            sealed_sha256=DIGEST,
        ),
    ),
    refused=(RefusedAttempt(at=CLOSES, who="An officer", sentence="The round is still open."),),
    trail=TRAIL,
)
DECISION = DecisionCopy(
    council="Sefton Metropolitan Borough Council",
    matter="Use the providers admitted in round 2",
    system_title=SYSTEM,
    outcome="Approved with a restriction",
    reference="SFT-2027-0031",
    decided_on=date(2027, 6, 30),
    decided_by_post="Executive Director",
    decided_by_capacity="Officer, under delegated authority",
    recorded_by_post="Democratic Services Officer",
    recorded_at=CLOSES,
    evidence="E-mail of 30 June 2027",
    report_reference="CS/2027/114",
    reasons="It meets the sufficiency duty.",
    official_record="committee pages, decision 1234",
    official_record_url="https://democracy.example.org/decisions?ID=" + "1234567890" * 6,
    restrictions=(Restriction(provider_name="Example Homes Ltd", lot="Residential care", ground="Ground 3"),),
    trail=TRAIL,
)
AGREEMENT = AgreementCopy(
    reference="PPA-R2-0007-L1",
    system_title=SYSTEM,
    lot_title="Residential care",
    round_number=2,
    lead_authority=LEAD,
    councils=(LEAD, "Liverpool City Council"),
    provider_name="Example Homes Ltd",
    starts_on=date(2027, 7, 1),
    ends_on=date(2030, 6, 30),
    terms=(Term(heading="Placements", text="By individual placement agreement."),),
    trail=TRAIL,
)
EVERY = (
    (outcome_letter, LETTER, "Outcome of your application"),
    (receipt, RECEIPT, "Receipt for your application"),
    (record_of_opening, OPENING, "Record of opening"),
    (decision_record, DECISION, "Record of decision"),
    (agreement, AGREEMENT, "Provider agreement"),
)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def tags(pdf: bytes) -> list[str]:
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return found


@pytest.mark.parametrize(("make", "values", "heading"), EVERY)
def test_every_document_is_tagged_titled_and_in_british_english(make: Any, values: Any, heading: str) -> None:
    pdf = make(values)
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    assert tags(pdf).count("/H1") == 1
    assert heading in text(pdf)
    assert DIGEST in text(pdf)


@pytest.mark.parametrize(("make", "values", "heading"), EVERY)
def test_demonstration_marks_every_page_and_nothing_else_does(make: Any, values: Any, heading: str) -> None:
    marked = make(replace(values, trail=replace(TRAIL, demonstration=True)))
    assert all("DEMONSTRATION" in page for page in pages(marked))
    assert "demonstration" not in text(make(values)).lower()


def test_letter_shows_tables_headers_scores_and_prices() -> None:
    pdf = outcome_letter(LETTER)
    shown = text(pdf)
    for words in (
        "Admitted to the system",
        "4 of 5",
        "Good",
        "24%",
        "71.25%",
        "£4,850.00",
    ):
        assert words in shown
    assert {"/Table", "/TH", "/TD", "/H2", "/H3", "/H4", "/L"} <= set(tags(pdf))


def test_letter_names_survive_and_markup_is_literal() -> None:
    name = "Tŷ Gŵyl Żółć *bold* #panic() $x$ [a] <b> \\n @c = d // e"
    shown = text(outcome_letter(replace(LETTER, provider_name=name)))
    assert name in shown
    arabic = text(outcome_letter(replace(LETTER, provider_name="دار الرعاية")))
    assert set("دارعية") <= set(arabic)


def test_letter_of_refusal_without_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="not admitted needs a reason"):
        outcome_letter(replace(LETTER, lots=(replace(LOT, admitted=False),)))
    because = "Your quality total is below the pass mark."
    lot = replace(LOT, admitted=False, because=(because,), quality=(), prices=())
    shown = text(outcome_letter(replace(LETTER, lots=(lot,))))
    assert because in shown
    assert "Admitted to the system" not in shown


def test_letter_says_standstill_only_where_set() -> None:
    assert "Standstill" not in text(outcome_letter(LETTER))
    assert "Standstill" in text(outcome_letter(replace(LETTER, standstill="Until 24 June 2027.")))


def test_same_data_gives_same_bytes() -> None:
    assert outcome_letter(LETTER) == outcome_letter(LETTER)


def test_receipt_cuts_to_the_second_and_shows_both_clocks() -> None:
    shown = text(receipt(RECEIPT))
    assert "5 April 2027 at 11:59:58 BST" in shown
    assert "5 April 2027 at 10:59:58 UTC" in shown
    assert "This application is not late" in shown
    assert "1.2 MB" in shown


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1)])
def test_receipt_at_or_after_closing_is_refused(late: timedelta) -> None:
    with pytest.raises(ValueError, match="late"):
        receipt(replace(RECEIPT, received_at=CLOSES + late))


def test_receipt_of_always_open_system_says_so() -> None:
    assert "always open" in text(receipt(replace(RECEIPT, closes_at=None)))


def test_opening_by_one_council_or_before_closing_is_refused() -> None:
    first = OPENING.openers[0]
    with pytest.raises(ValueError, match="two different councils"):
        record_of_opening(replace(OPENING, openers=(first, first)))
    with pytest.raises(ValueError, match="before it closes"):
        record_of_opening(replace(OPENING, opened_at=CLOSES - timedelta(seconds=1)))


def test_decision_copy_points_to_the_official_record() -> None:
    pdf = decision_record(DECISION)
    assert "Copy. Official record at committee pages, decision 1234" in text(pdf)
    targets = {
        note.get_object()["/A"]["/URI"] for page in PdfReader(io.BytesIO(pdf)).pages for note in page.get("/Annots", [])
    }
    assert targets == {DECISION.official_record_url}


def test_decision_copy_prints_but_never_links_another_scheme() -> None:
    pdf = decision_record(replace(DECISION, official_record_url="javascript:alert(1)"))
    assert "javascript:alert(1)" in text(pdf)
    assert all("/Annots" not in page for page in PdfReader(io.BytesIO(pdf)).pages)


def test_agreement_is_in_force_only_when_both_sides_accepted() -> None:
    ours = Acceptance(post="Head of Procurement", organisation=LEAD, accepted_at=CLOSES)
    theirs = replace(ours, post="Director", organisation="Example Homes Ltd")
    half = replace(AGREEMENT, provider_acceptance=theirs)
    assert "Not in force" in text(agreement(half))
    assert "Accepted by both sides" in text(agreement(replace(half, lead_acceptance=ours)))


def test_characters_without_a_glyph_are_named_not_fatal() -> None:
    assert printable("Well done 😀 中") == "Well done (U+1F600) (U+4E2D)"
    assert printable("safe\u202efdp.exe") == "safe(U+202E)fdp.exe"
    assert printable("a\x00b\ufffe") == "a(U+0000)b(U+FFFE)"
    shown = "".join(sorted(BUILT_IN)) + " • – “quoted” … ≥ é ŵ ł 😀 中\n\nش\n\nא"
    assert "(U+1F600)" in text(outcome_letter(replace(LETTER, right_to_ask=shown)))


def test_every_character_we_claim_to_show_is_set() -> None:
    from portal.core.typeset.glyphs import coverage

    claimed = sorted(coverage())
    lines = [" ".join(map(chr, claimed[at : at + 20])) for at in range(0, len(claimed), 20)]
    outcome_letter(replace(LETTER, right_to_ask="\n\n".join(lines)))


def test_long_word_is_broken_and_digest_is_not() -> None:
    assert "\u200b" in printable("x" * 200)
    assert printable(DIGEST) == DIGEST


def test_typeset_refuses_other_templates_and_other_values() -> None:
    for name in ("../secrets", "absent", "letter.typ", "fonts/OFL"):
        with pytest.raises(ValueError, match="no document template"):
            typeset(name, {})
    with pytest.raises(TypeError, match="worded values"):
        typeset("receipt", {"at": CLOSES})
    with pytest.raises(TypesetFailed):
        typeset("receipt", {})


def test_wording() -> None:
    assert instant_london(datetime(2027, 1, 5, 12, 0, 0, 999_999, tzinfo=UTC)).endswith("12:00:00 GMT")
    assert instant_utc(CLOSES) == "5 April 2027 at 11:00:00 UTC"
    assert lapse(CLOSES, CLOSES + timedelta(days=1, seconds=2)) == "1 day and 2 seconds"
    assert lapse(CLOSES, CLOSES + timedelta(microseconds=9)) == "less than a second"
    assert pounds(Decimal("1234.5")) == "£1,234.50"
    assert [percent(Decimal(value)) for value in ("60", "62.5", "33.333")] == [
        "60%",
        "62.50%",
        "33.33%",
    ]
    with pytest.raises(ValueError, match="time zone"):
        instant_utc(CLOSES.replace(tzinfo=None))
