"""Tables of purchasing systems: the system, its lots and specification, who takes part, rounds, admissions."""

from portal.purchasing_systems.models.admission import Admission
from portal.purchasing_systems.models.lot import Lot
from portal.purchasing_systems.models.participation import (
    AccessionAgreement,
    DocumentComment,
    Participation,
    ParticipationStep,
    acts_on,
)
from portal.purchasing_systems.models.round import ClosingChange, Round
from portal.purchasing_systems.models.specification import LocalSchedule, ProcurementDocument, Specification
from portal.purchasing_systems.models.system import PurchasingSystem
from portal.purchasing_systems.models.term import ExtensionPoint, PriceRequest, TermOverride

__all__ = [
    "AccessionAgreement",
    "Admission",
    "ClosingChange",
    "DocumentComment",
    "ExtensionPoint",
    "LocalSchedule",
    "Lot",
    "Participation",
    "ParticipationStep",
    "PriceRequest",
    "ProcurementDocument",
    "PurchasingSystem",
    "Round",
    "Specification",
    "TermOverride",
    "acts_on",
]
