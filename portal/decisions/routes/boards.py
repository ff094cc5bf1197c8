"""What are we waiting for: every joint decision at a glance, and one with all its councils."""

from datetime import datetime
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.pages import actor
from portal.decisions.meeting_rules import NEVER_A_DECISION
from portal.decisions.queries.board import (
    asked_before_and_after,
    earlier_answers,
    embargo_on,
    matters_awaiting,
    settled_matters,
)
from portal.decisions.queries.board import board as board_of
from portal.decisions.queries.decisions import matter_of
from portal.decisions.queries.meetings import Indication, indicated_by, indications_on
from portal.decisions.queries.views import Board
from portal.decisions.routes import pages
from portal.decisions.routes.cards import council_cards, grouped
from portal.decisions.rules.answers import MOST_NAMED, SAID
from tenants.permissions import Permission

_PAGE = 20


@pages.route("/decisions", permit=Permission.MATTER_READ)
def joint_decisions() -> ResponseReturnValue:
    """Open ones with a card for each council; settled ones below."""
    before = _key(request.args.get("before"))
    settled = settled_matters(session(), actor(), before=before, limit=_PAGE)
    last = settled[_PAGE - 1] if len(settled) > _PAGE else None
    older = f"/decisions?before={last.settled_at.isoformat()}_{last.id}" if last and last.settled_at else None
    open_ = [] if before else matters_awaiting(session(), actor())
    return render_template(
        "decisions/joint_decisions.html",
        open_=[(b, council_cards(b, actor())) for b in open_],
        to_confirm={i.matter_id: i for i in indicated_by(session(), actor(), [b.id for b in open_ if b.needs_me])},
        settled=settled[:_PAGE],
        older_url=older.replace("+", "%2B") if older else None,
        is_first=before is None,
    )


@pages.route("/decisions/<uuid:matter_id>", permit=Permission.MATTER_READ)
def board(matter_id: UUID) -> ResponseReturnValue:
    """One joint decision."""
    # Held here, so that what follows finds it in the session and does not fetch it again.
    matter = matter_of(session(), matter_id)
    found = board_of(session(), actor(), matter_id)
    cards = council_cards(found, actor())
    before, after = asked_before_and_after(session(), matter)
    indications = indications_on(session(), matter_id)
    return render_template(
        "decisions/board.html",
        board=found,
        cards=cards,
        groups=grouped(found, cards),
        most_named=MOST_NAMED,
        embargo=embargo_on(session(), found),
        earlier=earlier_answers(session(), matter_id),
        said=SAID,
        before=before,
        after=after,
        offers=_offers(found),
        indications=indications,
        to_confirm=_to_confirm(found, indications),
        never=NEVER_A_DECISION,
    )


def _to_confirm(found: Board, indications: list[Indication]) -> Indication | None:
    """What the council acted for indicated last, while its own answer is awaited."""
    if not found.needs_me:
        return None
    own = (i for i in indications if i.authority_id == actor().organisation_id and i.was_held)
    last = next(own, None)
    return last if last and last.may_begin else None


def _offers(found: Board) -> list[tuple[str, str, str]]:
    """Provider, lot, and for whose area it is offered."""
    names = {str(c.authority_id): c.name for c in found.councils}
    rows = []
    for provider in found.facts.get("providers", ()):
        for lot in provider["lots"]:
            areas = [names[area] for area in lot["areas"] if area in names]
            offered = "All councils asked" if len(areas) == len(names) else ", ".join(sorted(areas))
            rows.append((provider["name"], lot["title"], offered))
    return rows


def _key(typed: str | None) -> tuple[datetime, UUID] | None:
    if not typed:
        return None
    at, _, ident = typed.rpartition("_")
    try:
        return datetime.fromisoformat(at), UUID(ident)
    except ValueError:
        raise Missing from None
