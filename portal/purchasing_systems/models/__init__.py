"""Tables of purchasing systems: the system, its lots and specification, who takes part, rounds, admissions."""

from portal.purchasing_systems.models.admission import Admission
from portal.purchasing_systems.models.clarification_days import ClarificationDays, Outage
from portal.purchasing_systems.models.external import ExternalAdmission, ExternalImport, ExternalSystem
from portal.purchasing_systems.models.lead import LeadChange
from portal.purchasing_systems.models.lot import Lot
from portal.purchasing_systems.models.participation import (
    AccessionAgreement,
    DocumentComment,
    Participation,
    ParticipationStep,
    acts_on,
)
from portal.purchasing_systems.models.profile import NoticeRecorded, VehicleProfile
from portal.purchasing_systems.models.programme import Programme, ProgrammeOverride, ProgrammeStep
from portal.purchasing_systems.models.round import ClosingChange, Round
from portal.purchasing_systems.models.setting_up import BuyingTerms, SetupNote, SetupShare
from portal.purchasing_systems.models.specification import LocalSchedule, ProcurementDocument, Specification
from portal.purchasing_systems.models.standing import (
    AdmissionService,
    AdmissionStep,
    CorePrice,
    RegisterCycle,
    SupplierNumber,
)
from portal.purchasing_systems.models.system import PurchasingSystem
from portal.purchasing_systems.models.take_on import TakenOnDecision, TakenOnProvider, TakeOn
from portal.purchasing_systems.models.term import ExtensionPoint, PriceRequest, TermOverride
from portal.purchasing_systems.models.timetable import Timetable, TimetableChange, TimetableDate
from portal.purchasing_systems.models.version import Modification, SpecificationSection, VersionSignOff

__all__ = [
    "AccessionAgreement",
    "Admission",
    "AdmissionService",
    "AdmissionStep",
    "BuyingTerms",
    "ClarificationDays",
    "ClosingChange",
    "CorePrice",
    "DocumentComment",
    "ExtensionPoint",
    "ExternalAdmission",
    "ExternalImport",
    "ExternalSystem",
    "LeadChange",
    "LocalSchedule",
    "Lot",
    "Modification",
    "NoticeRecorded",
    "Outage",
    "Participation",
    "ParticipationStep",
    "PriceRequest",
    "ProcurementDocument",
    "Programme",
    "ProgrammeOverride",
    "ProgrammeStep",
    "PurchasingSystem",
    "RegisterCycle",
    "Round",
    "SetupNote",
    "SetupShare",
    "Specification",
    "SpecificationSection",
    "SupplierNumber",
    "TakeOn",
    "TakenOnDecision",
    "TakenOnProvider",
    "TermOverride",
    "Timetable",
    "TimetableChange",
    "TimetableDate",
    "VehicleProfile",
    "VersionSignOff",
    "acts_on",
]
