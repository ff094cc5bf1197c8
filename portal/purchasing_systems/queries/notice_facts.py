"""What the official notice of a round says, gathered."""

from sqlalchemy.orm import Session

from portal.core.web.look import instant
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import lots_offered
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.reference import regimes, vehicles
from portal.purchasing_systems.rules.notice_text import NoticeFacts, NoticeLot
from portal.questionnaires.queries import questions_of_round


def notice_facts(session: Session, system: PurchasingSystem, round_: Round, address: str) -> NoticeFacts:
    """`address`: where this portal is reached, without a slash at the end."""
    questions = questions_of_round(session, round_.id)
    return NoticeFacts(
        title=system.title,
        lead=system.lead_name,
        councils=[council.name for council in participants_of(session, system.id)],
        client_group=system.client_group,
        regime=regimes().get(system.regime, system.regime),
        vehicle=vehicles().get(system.vehicle, system.vehicle),
        legal_basis=system.legal_basis,
        cpv=system.cpv,
        value_pounds=system.value_pounds,
        valid_from=system.valid_from,
        valid_until=system.valid_until,
        round_number=round_.number,
        opens=instant(round_.opens_at),
        closes=instant(round_.closes_at),
        page=f"{address}/rounds/{round_.id}",
        quality_pass_mark=system.quality_pass_mark,
        standstill_days=system.standstill_days,
        lots=[
            NoticeLot(
                lot.name,
                lot.description,
                [
                    (q.prompt, q.weight)
                    for q in questions
                    if q.lot_id == lot.id and q.part == "quality" and q.weight is not None
                ],
            )
            for lot in lots_offered(session, round_)
        ],
    )
