"""Uploads: received in memory, so that a file never lies in the clear on a disk.

Werkzeug spools an upload above 500 KB to a temporary file; `UploadsInMemory` replaces that. The
memory is bounded twice: by the request's own limit (`MAX_CONTENT_LENGTH`) and here per file. A
file over the limit is let go of while it arrives and refused afterwards, so that the form it came
with, its other fields and its token are still read and nothing else is lost.

A server in front must not spool either: see `inbuf_overflow` of waitress, `client_body_buffer_size` of nginx.
"""

import io
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from portal.core.documents.errors import UploadRefused
from portal.core.documents.kinds import Kind
from portal.core.documents.names import check_file_name
from portal.core.documents.pictures import without_hidden_data
from portal.core.documents.scanner import Scanner
from portal.core.documents.sniff import check_upload
from portal.core.documents.traces import traces_of

MAX_BYTES = 20 * 1024 * 1024
_REMOVED = (
    "Data hidden in the picture, such as place, camera or comments, was removed. The SHA-256 shown is that of the picture as it "
    "is kept, not of the file on your computer."
)


class UploadSink(io.BytesIO):
    """Takes an upload while it arrives; forgets it as soon as it is over the limit."""

    def __init__(self, limit_bytes: int = MAX_BYTES) -> None:
        """Take up to `limit_bytes`."""
        super().__init__()
        self.limit_bytes = limit_bytes
        self.is_too_large = False

    def write(self, chunk: Any, /) -> int:
        """Keep the chunk, or nothing at all once the limit is passed."""
        if not self.is_too_large and self.tell() + len(chunk) > self.limit_bytes:
            self.is_too_large = True
            self.seek(0)
            self.truncate(0)
        return len(chunk) if self.is_too_large else super().write(chunk)


class UploadsInMemory:
    """Mixin for the application's request class; must come before `flask.Request`."""

    max_upload_bytes = MAX_BYTES

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return UploadSink(self.max_upload_bytes)


class ReceivedFile(Protocol):
    """What is asked of werkzeug's FileStorage."""

    @property
    def filename(self) -> str | None:
        """Name as the browser sent it."""

    @property
    def stream(self) -> IO[bytes]:
        """The content, at its start."""


@dataclass(frozen=True)
class Upload:
    """An accepted upload: name, kind and content agree."""

    name: str
    kind: Kind
    content: bytes = field(repr=False)
    remark: str = ""
    """What the person who uploaded it should know of it; often nothing."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


def read_upload(file: ReceivedFile | None, scanner: Scanner | None, limit_bytes: int = MAX_BYTES) -> Upload:
    """Return the upload of a form's file field; a picture without the data hidden in it.

    Raises UploadRefused when nothing was chosen, or for the name, size, kind or content; MalwareFound and
    ScannerUnavailable. `scanner`: None where the host has none.
    """
    if file is None or not file.filename:
        raise UploadRefused("Choose a file.")
    name = check_file_name(file.filename)
    file.stream.seek(0)
    content = file.stream.read(limit_bytes + 1)
    if getattr(file.stream, "is_too_large", False) or len(content) > limit_bytes:
        raise UploadRefused(too_large(limit_bytes))
    kind = check_upload(name, content)
    if scanner is not None:
        scanner.check(content)
    if kind not in (Kind.PNG, Kind.JPG):
        return Upload(name=name, kind=kind, content=content, remark=traces_of(kind, content))
    bare = without_hidden_data(kind, content)
    return Upload(name=name, kind=kind, content=bare, remark=_REMOVED if bare != content else "")


def too_large(limit_bytes: int) -> str:
    """Return the sentence for a file over the limit."""
    return (
        f"The file is larger than {limit_bytes / 1024 / 1024:g} MB. Make it smaller, for example with fewer or smaller "
        "pictures, or split it, and upload it again."
    )
