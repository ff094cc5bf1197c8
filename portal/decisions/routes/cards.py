"""A card for each council: where it stands, in the words of the board."""

from typing import Any

from portal.core.types import Actor
from portal.core.web.look import day
from portal.decisions.queries.views import Board, CouncilAnswer


def council_cards(board: Board, actor: Actor) -> list[dict[str, Any]]:
    """For `ui.council_cards`. The card of the actor's own council leads to its answer while one is awaited."""
    return [_card(board, council, actor) for council in board.councils]


def _card(board: Board, council: CouncilAnswer, actor: Actor) -> dict[str, Any]:
    stands = council.position
    card: dict[str, Any] = {
        "name": council.name,
        "colour_class": council.colour_class,
        "status": stands.label,
        "tone": stands.tone,
        "text": " ".join(filter(None, (stands.sentence, _decided(council)))),
    }
    own = council.authority_id == actor.organisation_id
    if own and board.needs_me and actor.may("decisions:decision:draft"):
        card["url"] = f"/decisions/{board.id}/{'draft' if board.has_draft else 'decide'}"
        card["url_text"] = "Check your draft" if board.has_draft else "Answer for your council"
    elif council.decision_id:
        card["url"] = f"/decisions/records/{council.decision_id}"
        card["url_text"] = "Read the decision"
    return card


def _decided(council: CouncilAnswer) -> str:
    if council.decided_on is None:
        return ""
    said = f"{council.decided_by}, on {day(council.decided_on)}."
    if council.position.code in ("approve", "approve_with_restriction") and council.effective_on:
        said += f" In effect from {day(council.effective_on)}."
    elif council.until_then and council.effective_on:
        said += f" Takes effect on {day(council.effective_on)}."
    if council.until_then:
        said += f" Until then its earlier decision stands: {council.until_then.lower()}."
    if council.stays_out:
        return f"{said} Recorded after the day it was asked for, so it does not count."
    return said + (" Recorded after the day it was asked for." if council.late else "")
