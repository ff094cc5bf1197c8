"""Results by rule, and signing them off."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.audit import record
from portal.core.errors import Refused
from portal.core.types import Actor
from portal.core.workflow import fire
from portal.evaluation.models import Consensus, Panel, Result
from portal.evaluation.queries.panels import led_panel
from portal.evaluation.rules import CandidateAnswers, Judgement, judge
from portal.evaluation.states import PANEL


def compute_results(
    session: Session,
    actor: Actor,
    *,
    panel_id: UUID,
    candidates: Sequence[CandidateAnswers],
    pass_mark: Decimal,
    places: int | None = None,
) -> list[Result]:
    """Apply the published rules to every candidate and lot. Computing again replaces what is not signed off.

    `pass_mark` in per cent of quality; `places`: how many are admitted to a lot, best quality first, None for all who meet every rule.
    Raises NotPermitted; Refused before quality is agreed, after sign-off, and when an
    agreed score is missing.
    """
    panel = led_panel(session, actor, panel_id)
    if panel.status != "quality_agreed":
        raise Refused("Results are computed once quality is agreed, and before they are signed off.")
    agreed: dict[UUID, dict[UUID, tuple[int, str]]] = {}
    current = (Consensus.panel_id == panel_id, Consensus.superseded_by_id.is_(None))
    for row in session.scalars(select(Consensus).where(*current)):
        agreed.setdefault(row.candidate_id, {})[row.question_id] = (row.score, row.letter_rationale)
    session.execute(delete(Result).where(Result.panel_id == panel_id, Result.signed_off_at.is_(None)))
    results = []
    for candidate in candidates:
        for lot in candidate.lots:
            try:
                judgement = judge(candidate, lot.lot_id, agreed.get(candidate.candidate_id, {}), pass_mark=pass_mark)
            except ValueError as missing:
                raise Refused(f"{missing}.") from missing
            results.append(_result(panel, candidate, lot.lot_id, lot.areas, judgement))
    if places is not None:
        _rank(results, places)
    session.add_all(results)
    session.flush()
    met = sum(result.outcome == "recommended" for result in results)
    record(
        session,
        "evaluation.results.computed",
        f"Computed the results by rule: {met} met every rule, {len(results) - met} did not.",
        system=panel.system_id,
        panel=panel_id,
        recommended=met,
        not_recommended=len(results) - met,
    )
    return results


def sign_off(session: Session, actor: Actor, *, panel_id: UUID) -> Panel:
    """Sign off the results: participating authorities read them from now on, and nobody changes them.

    Raises NotPermitted, Refused; the database refuses (409) while a result is missing.
    """
    panel = led_panel(session, actor, panel_id)
    fire(session, actor, PANEL, panel, "sign_off", sentence="Signed off the results of the evaluation.")
    session.expire_all()
    return panel


def _rank(results: Sequence[Result], places: int) -> None:
    """Who met every rule is taken in the order of quality, as far as the places go. Raises Refused where equals would have to be parted."""
    lots: dict[UUID, list[Result]] = {}
    for one in results:
        if one.outcome == "recommended":
            lots.setdefault(one.lot_id, []).append(one)
    for ranked in lots.values():
        ranked.sort(key=lambda one: one.quality_total or Decimal(0), reverse=True)
        if len(ranked) > places and ranked[places - 1].quality_total == ranked[places].quality_total:
            raise Refused(
                f"{ranked[places - 1].candidate_name} and {ranked[places].candidate_name} have the same quality at the last of {places} "
                "places. Agree the scores by the tie-break of the documents first."
            )
        for rank, one in enumerate(ranked[places:], start=places + 1):
            one.outcome = "not_recommended"
            one.reasons = [*one.reasons, f"It came {rank}. of {len(ranked)} by quality. There were {places} places."]


def _result(
    panel: Panel, candidate: CandidateAnswers, lot_id: UUID, areas: Sequence[UUID], judgement: Judgement
) -> Result:
    return Result(
        panel_id=panel.id,
        subject_id=panel.subject_id,
        system_id=panel.system_id,
        lead_id=panel.lead_id,
        candidate_id=candidate.candidate_id,
        candidate_name=candidate.candidate_name,
        provider_id=candidate.provider_id,
        lot_id=lot_id,
        outcome="recommended" if judgement.recommended else "not_recommended",
        quality_total=judgement.quality_total,
        areas=[str(area) for area in areas],
        criteria=judgement.criteria,
        scores=judgement.scores,
        prices=judgement.prices,
        reasons=judgement.reasons,
        computed_at=clock.now(),
    )
