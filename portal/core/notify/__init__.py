"""Messages to people: written in the transaction, mailed after it."""

from portal.core.notify.sending import (
    tell_asker,
    tell_colleagues_sealed,
    tell_interested,
    tell_organisation,
    tell_person,
    tell_stranger,
)

__all__ = [
    "tell_asker",
    "tell_colleagues_sealed",
    "tell_interested",
    "tell_organisation",
    "tell_person",
    "tell_stranger",
]
