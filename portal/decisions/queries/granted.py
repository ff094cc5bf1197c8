"""Which entry of the ledger of delegations was made from a resolution, as far as the reader may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.models import Resolution
from portal.governance.models import Delegation


@dataclass(frozen=True)
class Granted:
    """An entry of the ledger. `revoked`: another may be entered from the same resolution."""

    id: UUID
    label: str
    revoked: bool


def granted_by(session: Session, resolutions: Iterable[Resolution]) -> dict[UUID, Granted]:
    """By the id of the delegation, in one statement: those of the reader's own council, and published ones."""
    ids = [one.delegation_id for one in resolutions if one.delegation_id]
    if not ids:
        return {}
    rows = session.execute(
        select(Delegation.id, Delegation.reference, Delegation.matter, Delegation.revoked_on).where(
            Delegation.id.in_(ids)
        )
    )
    return {r.id: Granted(r.id, f"{r.reference}: {r.matter}"[:200], r.revoked_on is not None) for r in rows}
