"""`python -m tests.census`: writes the list of permits anew, for review."""

from pathlib import Path
from tempfile import TemporaryDirectory

from portal.app import create_app
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.census.test_routes import PERMITS_KEPT, permits_of

with TemporaryDirectory() as folder:
    settings = Settings(data_dir=Path(folder))
    Keyring.create(settings.keys_folder)
    lines = permits_of(create_app(settings, "postgresql://nobody@/nothing"))
    PERMITS_KEPT.write_text("\n".join(lines) + "\n", "utf-8")
