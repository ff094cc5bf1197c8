"""Tables of clarifications."""

from portal.clarifications.models.answer import Answer, Wording
from portal.clarifications.models.question import Asker, Question

__all__ = ["Answer", "Asker", "Question", "Wording"]
