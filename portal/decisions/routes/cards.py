"""A card for each council: where it stands, in the words of the board."""

from collections.abc import Sequence
from typing import Any

from portal.core.types import Actor
from portal.core.web.look import day
from portal.decisions.models import DecisionPart
from portal.decisions.queries.views import Board, CouncilAnswer


def council_cards(board: Board, actor: Actor) -> list[dict[str, Any]]:
    """For `ui.council_cards`. The card of the actor's own council leads to its answer while one is awaited."""
    return [_card(board, council, actor) for council in board.councils]


_FIRST = ("overdue", "defer_due", "silent", "called_in", "defer")


def grouped(board: Board, cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards of many councils, grouped by where they stand: those still awaited first."""
    groups: dict[str, dict[str, Any]] = {}
    for council, card in zip(board.councils, cards, strict=True):
        stands = council.position
        group = groups.setdefault(stands.code, {"label": stands.label, "tone": stands.tone, "cards": []})
        # The day is the same for all who have not answered, and stands above.
        group["cards"].append(card if stands.code not in ("silent", "overdue") else {**card, "text": ""})
    order = [code for code in _FIRST if code in groups] + [code for code in groups if code not in _FIRST]
    return [groups[code] for code in order]


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
    if council.said == "yes":
        said += _effect(council)
    elif council.until_then and council.effective_on:
        said += f" Takes effect on {day(council.effective_on)}."
    if council.until_then:
        said += f" Until then its earlier decision stands: {council.until_then.lower()}."
    if council.stays_out:
        return f"{said} Recorded after the day it was asked for, so it does not count."
    return said + (" Recorded after the day it was asked for." if council.late else "")


def _effect(council: CouncilAnswer) -> str:
    if council.effective_on is None:
        return " Its record has not been published yet."
    if council.takes_effect_on is None:
        return f" By itself from {day(council.effective_on)}, but it waits for the other councils."
    if council.takes_effect_on > council.effective_on:
        return f" In effect from {day(council.takes_effect_on)}, with the other councils."
    return f" In effect from {day(council.effective_on)}."


def part_rows(parts: Sequence[DecisionPart]) -> list[list[str]]:
    """For a table of the answers to the parts."""
    said = {"approve": "Approved", "not_approve": "Not approved"}
    return [[part.title, said[part.outcome], part.reasons or "None given"] for part in parts]
