"""Content of a PDF: whole, not under a password, no script that starts by itself."""

import re

from portal.core.documents.errors import UploadRefused

_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
# What runs on opening or starts a programme. Form fields with scripts on input are common and
# harmless in comparison; an action on opening and a launch are not.
_STARTS_BY_ITSELF = re.compile(rb"/(?:Launch|OpenAction\s*<<[^>]{0,200}?/(?:JavaScript|JS|Launch))\b")
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|body|iframe)\b", re.IGNORECASE)
_END_SEARCH = 4096  # bytes: some writers add lines after the end mark


def check_pdf(content: bytes) -> None:
    """Raise UploadRefused for a PDF that is cut off, encrypted, or a web page in disguise."""
    if _MARKUP.search(content[:1024]):
        raise UploadRefused("The file is a PDF and a web page in one. Save it as a PDF anew and upload that.")
    if b"%%EOF" not in content[-_END_SEARCH:]:
        raise UploadRefused("The PDF is incomplete: its end is missing. Save it anew and upload that.")
    if _ENCRYPTED.search(content):
        raise UploadRefused(
            "The PDF is protected, by a password or against changes. Save or print it as a PDF without protection "
            "and upload that."
        )
    if _STARTS_BY_ITSELF.search(content):
        raise UploadRefused(
            'The PDF starts a script or a programme when it is opened. Use "Print to PDF" and upload that.'
        )
