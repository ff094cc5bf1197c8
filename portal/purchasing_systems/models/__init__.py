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
from portal.purchasing_systems.models.programme import Programme, ProgrammeOverride, ProgrammeStep
from portal.purchasing_systems.models.round import ClosingChange, Round
from portal.purchasing_systems.models.setting_up import BuyingTerms, SetupNote, SetupShare
from portal.purchasing_systems.models.specification import LocalSchedule, ProcurementDocument, Specification
from portal.purchasing_systems.models.system import PurchasingSystem
from portal.purchasing_systems.models.term import ExtensionPoint, PriceRequest, TermOverride
from portal.purchasing_systems.models.timetable import Timetable, TimetableChange, TimetableDate

__all__ = [
    "AccessionAgreement",
    "Admission",
    "BuyingTerms",
    "ClosingChange",
    "DocumentComment",
    "ExtensionPoint",
    "LocalSchedule",
    "Lot",
    "Participation",
    "ParticipationStep",
    "PriceRequest",
    "ProcurementDocument",
    "Programme",
    "ProgrammeOverride",
    "ProgrammeStep",
    "PurchasingSystem",
    "Round",
    "SetupNote",
    "SetupShare",
    "Specification",
    "TermOverride",
    "Timetable",
    "TimetableChange",
    "TimetableDate",
    "acts_on",
]
