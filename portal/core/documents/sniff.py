"""Sniffing: is the file what its name says, whole, and harmless enough to be passed on?

The whole content is looked at, not its first bytes: the directory of a .docx lies at its end, and
so do the additions that make a file two files at once. An upload is at most 20 MB and is held in
memory until it is encrypted, so this costs no copy and no file in the clear.

This is no virus scanner. It keeps out what a browser or Office would run by itself, what unpacks
to more than it should, and what nobody could open (empty, damaged, under a password), while the
provider can still mend it.
"""

import puremagic

from portal.core.documents.errors import UploadRefused
from portal.core.documents.kinds import Kind
from portal.core.documents.names import check_file_name, kind_of_name
from portal.core.documents.pictures import check_jpg, check_png
from portal.core.documents.portable import check_pdf
from portal.core.documents.texts import check_no_commands, check_text
from portal.core.documents.zipped import check_zipped

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ZIP_END = b"PK\x05\x06"
_ZIP_END_SEARCH = 65_535 + 22  # bytes: a zip file's directory ends within these from its end
_STARTS = {
    Kind.PDF: b"%PDF-",
    Kind.DOCX: b"PK\x03\x04",
    Kind.XLSX: b"PK\x03\x04",
    Kind.ODT: b"PK\x03\x04",
    Kind.ODS: b"PK\x03\x04",
    Kind.PNG: b"\x89PNG\r\n\x1a\n",
    Kind.JPG: b"\xff\xd8\xff",
}


def check_upload(name: str, content: bytes) -> Kind:
    """Return the kind of a file whose name and whole content agree.

    Raises UploadRefused with a sentence that says what is wrong and how to mend it.
    """
    kind = kind_of_name(check_file_name(name))
    if not content:
        raise UploadRefused("The file is empty. Check it on your computer and upload it again.")
    _check_start(kind, content)
    if kind in {Kind.DOCX, Kind.XLSX, Kind.ODT, Kind.ODS}:
        check_zipped(kind, content)
        return kind
    if _ZIP_END in content[-_ZIP_END_SEARCH:] and kind not in {Kind.TXT, Kind.CSV}:
        raise UploadRefused("The file is two files in one: a zip file was added to it. Save it anew and upload that.")
    match kind:
        case Kind.PDF:
            check_pdf(content)
        case Kind.PNG:
            check_png(content)
        case Kind.JPG:
            check_jpg(content)
        case _:
            check_text(content)
            if kind is Kind.CSV:
                check_no_commands(content)
    return kind


def _check_start(kind: Kind, content: bytes) -> None:
    """Compare the first bytes with the kind; a known other content is named in the sentence."""
    start = _STARTS.get(kind)
    is_text = start is None and not content.startswith(tuple(_STARTS.values()))
    if is_text or (start is not None and content.startswith(start)):
        return
    if content.startswith(_OLD_OFFICE):
        if _ENCRYPTED_PACKAGE in content:
            raise UploadRefused("The file is protected by a password. Remove the password and upload it again.")
        raise UploadRefused("The file is in an older Office format. Save it in the newer format and upload that.")
    found = _really_is(content)
    is_really = f"holds {found}" if found else "is not one, or is damaged"
    raise UploadRefused(
        f"The name says this is {kind.label}, but the file {is_really}. Save it in the right format and upload that."
    )


def _really_is(content: bytes) -> str:
    """Name what the first bytes look like, for the sentence only: nothing is accepted by it."""
    for kind, start in _STARTS.items():
        if content.startswith(start):
            return "a zip file" if start.startswith(b"PK") else kind.label
    try:
        found = puremagic.from_string(content[:65_536])
    except (puremagic.PureError, ValueError):
        return ""
    ending = found.lstrip(".")
    return f"{ending.upper()} content" if ending.isalnum() else ""
