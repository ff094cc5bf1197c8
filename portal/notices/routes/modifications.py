"""What was changed after a round was published (R5-02), for anybody to read."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web import public
from portal.notices.routes import pages
from portal.purchasing_systems.queries.rounds import published_round
from portal.purchasing_systems.queries.specifications import specification_numbered
from portal.purchasing_systems.queries.versions import modifications_of
from portal.purchasing_systems.rules.differences import differences, only_changes

_ANYBODY = public("A change after publication is told to everybody alike.")


@pages.route("/rounds/<uuid:round_id>/modifications", permit=_ANYBODY, endpoint="modifications")
def modifications_page(round_id: UUID) -> ResponseReturnValue:
    """Every change of the specification since the first round was published."""
    round_, system = published_round(session(), round_id)
    return render_template(
        "notices/modifications.html", round=round_, system=system, found=modifications_of(session(), system.id)
    )


@pages.route("/rounds/<uuid:round_id>/modifications/<uuid:modification_id>", permit=_ANYBODY)
def modification(round_id: UUID, modification_id: UUID) -> ResponseReturnValue:
    """One change with its differences marked."""
    round_, system = published_round(session(), round_id)
    for one, earlier, later in modifications_of(session(), system.id):
        if one.id == modification_id:
            before, after = (specification_numbered(session(), system.id, n) for n in (earlier, later))
            keys = {(s.authority_id, s.lot_id): s.heading for s in (*before.schedules, *after.schedules)}
            shown = [("Common text", only_changes(differences(before.common_text, after.common_text)))]
            for (authority, lot), heading in keys.items():
                was, is_ = before.schedule(authority, lot), after.schedule(authority, lot)
                texts = (was.text if was else "", is_.text if is_ else "")
                if texts[0] != texts[1]:
                    shown.append((f"Local schedule: {heading}", only_changes(differences(*texts))))
            return render_template(
                "notices/modification.html",
                round=round_,
                system=system,
                modification=one,
                heads=[f"Version {earlier}", f"Version {later}"],
                shown=shown,
            )
    raise Missing
