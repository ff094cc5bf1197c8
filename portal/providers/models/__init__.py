"""Tables of a provider's passport. All are append-only: the latest row at an instant is what was true then."""

from portal.providers.models.contact import Contact
from portal.providers.models.grade import Grade
from portal.providers.models.insurance import Insurance
from portal.providers.models.service import Service

__all__ = ["Contact", "Grade", "Insurance", "Service"]
