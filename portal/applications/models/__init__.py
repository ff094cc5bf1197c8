"""Tables of applications: interest, draft, sealed submission, opening, letter."""

from portal.applications.models.application import Application, Interest
from portal.applications.models.assessment import AssessmentExtension
from portal.applications.models.draft import Answer, Document
from portal.applications.models.letter import Letter
from portal.applications.models.opening import OpeningConfirmation, RefusedOpening
from portal.applications.models.submission import Envelope, SealKey, Submission

__all__ = [
    "Answer",
    "Application",
    "AssessmentExtension",
    "Document",
    "Envelope",
    "Interest",
    "Letter",
    "OpeningConfirmation",
    "RefusedOpening",
    "SealKey",
    "Submission",
]
