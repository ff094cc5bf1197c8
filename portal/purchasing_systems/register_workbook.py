"""The register as a workbook, stamped with its instant: one line for each registered service a provider offers in a lot."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from portal.core.clock import LONDON
from portal.core.spreadsheets import write_stamped
from portal.core.spreadsheets.tables import CellValue
from portal.core.web.look import day
from portal.providers.queries.reference import SOURCE
from portal.providers.rules.passport import KINDS, REGULATORS
from portal.purchasing_systems.queries.as_at import MOST, Entry
from portal.purchasing_systems.queries.register_details import Details
from portal.purchasing_systems.rules.register_cycle import AGE_BANDS

HEADINGS = (
    "Provider", "System", "Managed by", "Lot", "Council", "Can be used", "Since or why not", "Origin", "Service", "Kind", "Regulator", "Number",
    "Area", "Places", "Grade", "Graded on", *(f"£ a week, {band}" for band in AGE_BANDS), "Referral mailbox", "Vacancy contact",
    "First insurance to end", "Your supplier number",
)  # fmt: skip
NO_PROMISE = "An admission is no promise of referrals, places or volume, to a provider or by a council; and no council has to buy through a system."
ORIGINS = {
    None: "This portal",
    "admission": "Taken on: the admission predates the portal",
    "confirmed": "Taken on: admission and decision predate the portal; confirmed by the council",
    "unconfirmed": "Taken on: not yet confirmed by the council",
    "refused": "Taken on: not in the council’s records",
}
"""Where a row comes from, by what `Entry.taken_on` says."""
SOURCES = (
    ("Who can be used", "Computed from the councils’ recorded decisions, the admissions and who takes part, as the portal knew them at that second."),
    ("Services, prices, contacts", "Entered by the providers. Prices as circulated to members by then."),
    ("Grades", "Copied by officers from the regulators’ published reports, each with its day."),
    ("Numbers", SOURCE + ". Open Government Licence v3.0. Names and addresses of homes are not part of it."),
    ("External systems", "Public facts entered by the authority that registered the system. Their admissions are managed elsewhere."),
    ("What it does not say", NO_PROMISE),
)  # fmt: skip


def register_workbook(
    *,
    organisation: str,
    at: datetime,
    asked: str,
    entries: Sequence[Entry],
    details: dict[UUID, Details],
    total_cut: bool,
) -> bytes:
    """.xlsx. `asked`: the filter in words; `total_cut`: there is more than one workbook holds."""
    stamp = [
        f"As at {at.astimezone(LONDON):%H:%M:%S} on {day(at)}, London time",
        f"For {organisation}",
        asked,
        NO_PROMISE,
    ]
    if total_cut:
        stamp.append(f"Only the first {MOST:,} rows are in this workbook. Filter by system or lot.")
    return write_stamped(
        title="Register", stamp=stamp, headings=HEADINGS, rows=_rows(entries, details), sources=SOURCES
    )


def _rows(entries: Sequence[Entry], details: dict[UUID, Details]) -> Iterator[tuple[CellValue, ...]]:
    for e in entries:
        more = details.get(e.admission_id, Details())
        since = e.usable_from.isoformat() if e.usable and e.usable_from else e.waiting_for or ""
        head = (e.provider_name, e.system_alias, f"External, {e.managed_by}" if e.external else e.managed_by, e.lot_name, e.council,
                "Yes" if e.usable else "No", since, ORIGINS[e.taken_on] if not e.external else "External system")  # fmt: skip
        cover = more.first_expiry
        tail = (
            more.contact("referral"),
            more.contact("vacancy"),
            cover.expires_on if cover else None,
            more.supplier_number,
        )
        for s in more.services or (None,):
            service: tuple[CellValue, ...] = (
                (s.name, KINDS.get(s.kind, ""), REGULATORS[s.regulator] if s.number and s.regulator != "none" else "", s.number, s.area,
                 s.capacity, s.grade or "", s.graded_on)
                if s else ("", "", "", "", "", None, "", None)
            )  # fmt: skip
            prices = tuple(more.price(s.service_id if s else None, band) for band in AGE_BANDS)
            yield (*head, *service, *prices, *tail)
