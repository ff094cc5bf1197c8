"""Documents: what providers upload and officers download, kept encrypted and checked on arrival.

Words: an *upload* is a file as the browser sent it; its *kind* is what name and content agree on;
a *stored document* is its ciphertext in the store, under a random *storage key*.
"""

from portal.core.documents.errors import (
    DocumentError,
    DocumentLost,
    MalwareFound,
    ScannerUnavailable,
    StorageFull,
    StorageUnavailable,
    UploadRefused,
)
from portal.core.documents.kinds import ACCEPTED, Kind
from portal.core.documents.names import check_file_name
from portal.core.documents.scanner import Scanner, open_scanner
from portal.core.documents.sniff import check_upload
from portal.core.documents.store import DocumentStore, StoredDocument, open_store
from portal.core.documents.upload import MAX_BYTES, Upload, UploadSink, UploadsInMemory, read_upload

__all__ = [
    "ACCEPTED",
    "MAX_BYTES",
    "DocumentError",
    "DocumentLost",
    "DocumentStore",
    "Kind",
    "MalwareFound",
    "Scanner",
    "ScannerUnavailable",
    "StorageFull",
    "StorageUnavailable",
    "StoredDocument",
    "Upload",
    "UploadRefused",
    "UploadSink",
    "UploadsInMemory",
    "check_file_name",
    "check_upload",
    "open_scanner",
    "open_store",
    "read_upload",
]
