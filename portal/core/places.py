"""Where the portal keeps what is not code."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder this copy of the portal runs from."""


def default_data_folder() -> Path:
    """``.portal`` in the checkout; for root, a folder below ``/var/lib`` named after the checkout.

    Root's database runs as ``nobody``, who cannot reach a checkout in a closed home.
    """
    if os.geteuid() != 0:
        return CHECKOUT / ".portal"
    name = hashlib.sha256(bytes(CHECKOUT)).hexdigest()[:10]
    return Path(f"/var/lib/regional-portal-{name}")


def data_folder(path: Path) -> Path:
    """Make the data folder: ours alone, but for root one that may be passed through (not listed) by ``nobody``."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return path


def private_folder(path: Path) -> Path:
    """Make a folder that nobody else may enter, below a data folder."""
    if not path.parent.exists():
        data_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    return path
