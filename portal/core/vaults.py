"""What the settings name outside the database: the keys of sealed content, and the store of documents."""

from typing import Any

from portal.core.documents import DocumentStore, open_store
from portal.core.sealing import KeyService, KeysMissing, open_key_service
from portal.core.settings import Settings


def open_keys(settings: Settings) -> KeyService:
    """The host's key service, or the keyring in the keys folder. Raises KeysMissing; nothing is made here."""
    folder = settings.keys_folder
    try:
        return open_key_service(settings.key_service_url or f"file:{folder.resolve()}")
    except FileNotFoundError:
        raise KeysMissing(
            f"There is no keyring in {folder}. Restore it with `portal keys restore`. Only a portal that has never sealed "
            "anything gets a new one, from `portal run` or `portal keys create`."
        ) from None


def open_documents(settings: Settings) -> DocumentStore:
    """The S3 bucket of the settings, or a folder below the data folder."""
    if settings.documents_url is None:
        return open_store(f"file://{(settings.data_dir / 'documents').resolve()}")
    options: dict[str, Any] = {
        "endpoint": settings.s3_endpoint,
        "region": settings.s3_region,
        "access_key_id": settings.s3_access_key and settings.s3_access_key.get_secret_value(),
        "secret_access_key": settings.s3_secret_key and settings.s3_secret_key.get_secret_value(),
    }
    given = {name: value for name, value in options.items() if value is not None}
    if (settings.s3_endpoint or "").startswith("http://"):
        given["client_options"] = {"allow_http": True}
    return open_store(settings.documents_url, **given)
