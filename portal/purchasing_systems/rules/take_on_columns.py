"""The workbook by which a live system is taken on: its sheets and columns, with the words that explain each. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`words`: what belongs there; `example`: one value; `needed`: may it be left empty?"""

    heading: str
    words: str
    example: str
    needed: bool = True


SHEETS: dict[str, tuple[Column, ...]] = {
    "Providers": (
        Column("Provider", "The registered name, written the same way on every sheet. Once for each provider.", "Kestrel Homes Ltd (fictional)"),
        Column("Company number", "From Companies House, or the charity number. It tells two providers of one name apart.", "01234567", False),
        Column("Administrator e-mail", "The work address of whoever will look after the provider’s account. Nobody is written to before you say so.", "contracts@kestrel.example", False),
    ),
    "Rounds": (
        Column("Round", "Its number.", "18"),
        Column("Opened on", "The first day on which providers could apply.", "01/09/2025"),
        Column("Closed on", "The last day.", "30/09/2025"),
        Column("Notice number", "The official notice under which it was held; one notice can stand for several rounds.", "2018/S 012-345678"),
        Column("Notice link", "Its public address, beginning with https://.", "https://notices.example/012345-2018"),
    ),
    "Admissions": (
        Column("Provider", "As on the sheet Providers.", "Kestrel Homes Ltd (fictional)"),
        Column("Lot", "The number of the lot in this system.", "1"),
        Column("Councils", "For whose area the provider offers this lot: names with semicolons between, or All.", "Halton; Sefton"),
        Column("Round", "The round in which it was admitted.", "18"),
        Column("Effective from", "The first day of the admission.", "01/11/2025"),
        Column("Status", "effective, suspended, removed or ended. Empty means effective.", "effective", False),
        Column("Status since", "Needed where the status is not effective: the day it came to that.", "", False),
        Column("Status because", "Needed where the status is not effective: why, in words the provider may read.", "", False),
        Column("Agreement reference", "Of the agreement that was signed.", "PNW-18-0042"),
        Column("Agreement date", "The day it was signed.", "20/10/2025"),
    ),
    "Services": (
        Column("Provider", "As on the sheet Providers.", "Kestrel Homes Ltd (fictional)"),
        Column("Lot", "The lot in which it is offered. Empty: in every lot the provider is admitted to.", "1", False),
        Column("Service", "The name of the home, agency or setting. Never a street.", "Kestrel House"),
        Column("Kind", "Children’s home, Independent fostering agency, Supported accommodation, Personal care at home, Care home or Other service.", "Children’s home"),
        Column("Regulator", "Ofsted, CQC or None.", "Ofsted"),
        Column("Number", "The regulator’s: the URN of Ofsted, or the location number of CQC. Empty where there is no regulator.", "1234567", False),
        Column("Area", "The local authority in which it is.", "Bolton"),
        Column("Places", "How many.", "4", False),
    ),
    "Prices": (
        Column("Provider", "As on the sheet Providers.", "Kestrel Homes Ltd (fictional)"),
        Column("Lot", "The number of the lot.", "1"),
        Column("Age band", "0 to 4, 5 to 10, 11 to 15, 16 to 17, 18 to 25, Adults, Older people or All ages.", "11 to 15"),
        Column("Pounds a week", "The core price without VAT, as a number.", "4250.00"),
        Column("From", "The first day of this price.", "01/04/2026"),
    ),
    "Decisions": (
        Column("Council", "Who decided.", "Sefton"),
        Column("Decided on", "The day of the decision, as the council’s own record states it.", "12/10/2025"),
        Column("Effective on", "The day it took effect, after any call-in.", "20/10/2025"),
        Column("Decided by post", "The body or post that decided, never a name.", "Executive Director of Children’s Social Care"),
        Column("Minute number", "Of the council’s record. Needed where there is no link.", "ED/2025/113", False),
        Column("Link", "To the council’s official record, beginning with https://. Needed where there is no minute number.", "https://democracy.council.example/decisions/1", False),
        Column("Outcome", "approve or not approve.", "approve"),
        Column("About round", "The number of the round whose providers it is about.", "18"),
    ),
}  # fmt: skip
NEEDED_SHEETS = ("Providers", "Admissions")
HEADINGS = {sheet: tuple(column.heading for column in columns) for sheet, columns in SHEETS.items()}
NOTES = (
    "Fill the sheets and upload the workbook on the page “Take on a live system”. You see what was read, and every fault, before anything changes. It is taken on whole or not at all.",
    "Days: a date cell, or typed as 27/03/2026. No formulas: copy and paste as values. Add no columns. Leave no merged cells.",
    "A decision counts only when democratic services of the council named have confirmed that it stands in their records.",
    "Write only what is public about persons: posts, never names.",
)
EARLIEST_YEAR = 1990
