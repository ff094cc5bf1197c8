"""The joint decisions that purchasing systems know so far: approve an outcome, use the providers admitted.

And what a council can delegate for: the purchasing systems it takes part in.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.types import Actor
from portal.decisions.kinds import MatterKind, register_kind
from portal.decisions.models import Matter
from portal.governance.kinds import offer_systems
from portal.purchasing_systems.models import Round
from portal.purchasing_systems.queries.systems import systems_of

_RELEASED = ("notified", "complete")


def _until_letters(session: Session, matter: Matter) -> str | None:
    status = session.scalar(select(Round.status).where(Round.id == matter.subject_id))
    if status in _RELEASED:
        return None
    return (
        "Embargoed until the outcome letters have gone out: nothing that names a provider or tells a result may leave the "
        "councils before, in no agenda, minute or notice."
    )


APPROVE_OUTCOME = register_kind(
    MatterKind(
        name="approve_outcome",
        title="Approve the outcome",
        rule="lead",
        question_template=(
            "That the providers which the panel's report shows to have met every requirement be admitted to the lots shown, and "
            "that the others be told the result with reasons."
        ),
        yes="The providers are admitted to the system, and all outcome letters can go out at once.",
        no="Nobody is admitted, and no letter goes out. The lead can re-open the evaluation, or ask again with a reason.",
        silent="Nobody is admitted yet. No letter goes out.",
        embargo=_until_letters,
    )
)
USE_ADMITTED = register_kind(
    MatterKind(
        name="use_admitted",
        title="Use the providers admitted",
        rule="each_for_itself",
        question_template=(
            "Whether this council will use the providers admitted in {round}, from the day their agreements take effect. A "
            "restriction on a named provider can be made only on a ground published in the documents."
        ),
        yes="This council can use each provider admitted that offers for its area, once the agreement is effective.",
        no="This council cannot use these providers. No other council is affected.",
        silent="Silence is not consent: this council cannot use these providers yet. No other council is affected.",
        may_restrict=True,
        embargo=_until_letters,
    )
)


def _named(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    return [(system.id, system.alias or system.title) for system in systems_of(session, actor)]


offer_systems(_named)
