"""Which combined text of a specification a reader of the public pages has chosen."""

from dataclasses import dataclass

from flask import request

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.wording import listing
from portal.purchasing_systems.models import Round
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.specifications import ScheduleView, SpecificationView, specification_for
from portal.purchasing_systems.queries.systems import LotRow


@dataclass(frozen=True)
class Choice:
    """`councils`: short names chosen, none for all; `lot`: None for all. `query`: the same choice as an address has it."""

    specification: SpecificationView
    schedules: tuple[ScheduleView, ...]
    offered: tuple[tuple[str, str], ...]
    lots: tuple[LotRow, ...]
    councils: tuple[str, ...]
    lot: LotRow | None
    query: str

    @property
    def covers(self) -> str:
        """What the combined text is for, in words."""
        names = [name for slug, name in self.offered if slug in self.councils]
        return f"{self.lot.name if self.lot else 'All lots'}; {listing(names) if names else 'all councils'}"


def combined_choice(round_: Round) -> Choice:
    """From the address of this request. Raises Missing for councils and lots that the round does not have."""
    found = specification_for(session(), round_)
    if found is None:
        raise Missing
    offered = dict.fromkeys((s.slug, s.short_name) for s in found.schedules)
    councils = tuple(dict.fromkeys(slug for slug in request.args.getlist("council") if slug))
    lots = tuple(lots_offered(session(), round_))
    wanted = request.args.get("lot", "")
    lot = next((one for one in lots if str(one.number) == wanted), None)
    if (wanted and lot is None) or set(councils) - {slug for slug, _ in offered}:
        raise Missing
    shown = tuple(
        s
        for s in found.schedules
        if (not councils or s.slug in councils)
        and (s.lot_id is None or (s.lot_id == lot.id if lot else s.lot_id in {one.id for one in lots}))
    )
    query = "&".join([*(f"council={slug}" for slug in councils), *([f"lot={lot.number}"] if lot else [])])
    return Choice(found, shown, tuple(offered), lots, councils, lot, f"?{query}" if query else "")
