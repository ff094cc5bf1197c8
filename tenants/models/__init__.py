"""Tables of organisations, persons, memberships and sessions."""

from tenants.models.access import Credential, Invitation, PasswordLink, SessionRecord, SignInAttempt
from tenants.models.membership import Membership
from tenants.models.organisation import Organisation
from tenants.models.person import Person

__all__ = [
    "Credential",
    "Invitation",
    "Membership",
    "Organisation",
    "PasswordLink",
    "Person",
    "SessionRecord",
    "SignInAttempt",
]
