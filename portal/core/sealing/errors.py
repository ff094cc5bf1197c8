"""What can go wrong with sealed content, each with a sentence for the person who meets it."""

from portal.core.errors import PortalError


class Sealed(PortalError):
    """Sealed content cannot be had. Never says why in detail: that belongs to the log."""

    status = 503


class SealBroken(Sealed):
    """The content was altered, cut, swapped with another's, or another key was tried."""

    def __init__(
        self,
        sentence: str = "This sealed content cannot be opened: it is not whole, or not what it says it is. "
        "Nothing was changed. Tell the portal's operator.",
    ) -> None:
        super().__init__(sentence)


class KeyLost(Sealed):
    """No key of that name is held. `key_id` names it, so that the right backup can be found."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"The key {key_id} that this content was sealed under is not on this server. "
            "The content is safe but cannot be read until the key is restored from its backup."
        )
        self.key_id = key_id


class KeyringExposed(Sealed):
    """The keyring's file can be read by other users of the host, so it is not used."""


class KeyringExists(Sealed):
    """There already is a keyring here; creating or restoring over it would lose its keys."""


class KeysMissing(RuntimeError):
    """The wrapping keys are not where the settings say, so nothing is served; the message says what to do."""
