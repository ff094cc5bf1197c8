"""Which key service is used, by setting."""

from importlib import import_module
from pathlib import Path
from typing import cast

from portal.core.sealing.keyring import Keyring
from portal.core.sealing.keys import KeyService


def open_key_service(setting: str) -> KeyService:
    """Open the place where the wrapping keys live.

    `file:/srv/portal/keys` is the keyring of that directory; `package.module:factory` calls a
    function without arguments that returns a KeyService of the host.

    Raises ValueError for another form, and what the service itself raises: a server without its
    keys must not start, so nothing is created here.
    """
    kind, _, rest = setting.partition(":")
    if kind == "file" and rest:
        return Keyring.load(Path(rest.removeprefix("//")))
    if kind.replace(".", "").replace("_", "").isalnum() and rest.isidentifier():
        return cast("KeyService", getattr(import_module(kind), rest)())
    raise ValueError('The key service is "file:<directory>" or "<package.module>:<factory>".')
