"""Content of .docx, .xlsx, .odt and .ods: zip files with a known inside.

Everything is unpacked once, into nothing, and counted: what a zip file declares about its sizes
is not believed. The same pass finds damage, which the provider can mend before the closing time.
"""

import io
import re
import zipfile
import zlib

from portal.core.documents.errors import UploadRefused
from portal.core.documents.kinds import Kind

MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes
_STEP = 64 * 1024
_END_BYTES = 22  # the end record of a zip file without a comment

_MAIN_PART = {
    Kind.DOCX: b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    Kind.XLSX: b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MIMETYPE = {
    Kind.ODT: b"application/vnd.oasis.opendocument.text",
    Kind.ODS: b"application/vnd.oasis.opendocument.spreadsheet",
}
_MACRO_NAME = re.compile(r"(^|/)(vbaproject|vbadata)|(^|/)activex/|^basic/|^scripts/|macrosheets/", re.IGNORECASE)
_PROGRAMME = re.compile(r"\.(exe|dll|bat|cmd|com|scr|js|jse|vbs|vbe|ps1|hta|jar|msi|lnk|html?)$", re.IGNORECASE)
_ENTITY = re.compile(rb"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)

_DAMAGED = "The file is damaged: it cannot be unpacked. Save it anew and upload that."
_PROTECTED = "The file is protected by a password. Remove the password and upload it again."


def check_zipped(kind: Kind, content: bytes) -> None:
    """Raise UploadRefused unless this is a whole, unprotected document of the kind without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            entries = file.infolist()
            _check_extent(content, entries)
            _check_directory(entries)
            small = _unpack(file, entries)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OverflowError,
        ValueError,
        RuntimeError,
    ) as error:
        if isinstance(error, UploadRefused):
            raise
        raise UploadRefused(_DAMAGED) from None
    if kind in _MAIN_PART:
        _check_office(kind, small)
    else:
        _check_open_document(kind, entries, small)


def _check_extent(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    # A zip file is read from its end, so anything may stand before and after it: another file,
    # or another zip file whose entries other programmes would read.
    is_all = content[-_END_BYTES:].startswith(b"PK\x05\x06") and entries and min(e.header_offset for e in entries) == 0
    if not is_all:
        raise UploadRefused(_DAMAGED)


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise UploadRefused(
            "The file unpacks to far more than a document should. Save it anew, or as a PDF, and upload that."
        )
    if len({name.lower() for name in names}) != len(names):
        raise UploadRefused(_DAMAGED)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UploadRefused(_PROTECTED)
    for name in names:
        if (
            name.startswith(("/", "\\"))
            or ".." in re.split(r"[/\\]", name)
            or "\\" in name
            or ":" in name
            or "\0" in name
        ):
            raise UploadRefused(_DAMAGED)
        if _MACRO_NAME.search(name):
            raise UploadRefused(
                "The file contains macros. Save it without macros (.docx, .xlsx, .odt or .ods) and upload that."
            )
        if _PROGRAMME.search(name):
            raise UploadRefused(
                "The file has another file embedded that could run. Remove it, or save as PDF, and upload that."
            )


def _unpack(file: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Unpack all entries into nothing; return the few that tell what the document is."""
    small: dict[str, bytes] = {}
    unpacked = 0
    for entry in entries:
        kept = bytearray()
        is_markup = entry.filename.lower().endswith((".xml", ".rels", ".rdf"))
        with file.open(entry) as part:
            while piece := part.read(_STEP):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED:
                    raise UploadRefused(
                        "The file unpacks to far more than a document should. Save it anew and upload that."
                    )
                if len(kept) < _STEP:
                    kept += piece
        if is_markup and _ENTITY.search(bytes(kept).replace(b"\0", b"")):
            raise UploadRefused(
                "The file contains a construction that no office programme writes. Save it anew and upload that."
            )
        if entry.filename in {"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"}:
            small[entry.filename] = bytes(kept)
    return small


def _check_office(kind: Kind, small: dict[str, bytes]) -> None:
    types = small.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types:
        raise UploadRefused("The file contains macros. Save it without macros and upload that.")
    if _MAIN_PART[kind] not in types:
        raise UploadRefused(
            f"The name says this is {kind.label}, but the file holds something else. Upload it under its right name."
        )


def _check_open_document(kind: Kind, entries: list[zipfile.ZipInfo], small: dict[str, bytes]) -> None:
    if small.get("mimetype", b"").strip() != _MIMETYPE[kind] or entries[0].filename != "mimetype":
        raise UploadRefused(
            f"The name says this is {kind.label}, but the file holds something else. Upload it under its right name."
        )
    if b"encryption-data" in small.get("META-INF/manifest.xml", b""):
        raise UploadRefused(_PROTECTED)
