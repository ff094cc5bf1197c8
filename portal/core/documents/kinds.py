"""The kinds of document the portal takes: an allow-list, by extension and by content.

No HTML, SVG or mail archive (they run in a browser), no macro files, no archives (they hide what
they hold), no old Office formats (macros cannot be told apart in them).
"""

from enum import StrEnum

_OFFICE = "application/vnd.openxmlformats-officedocument."


class Kind(StrEnum):
    """A kind of document; its value is stored."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    TXT = "txt"
    CSV = "csv"
    PNG = "png"
    JPG = "jpg"

    @property
    def media_type(self) -> str:
        """Media type for the download's header; never taken from the browser that uploaded it."""
        return _MEDIA_TYPES[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """Extensions in lower case, with their dot."""
        return (".jpg", ".jpeg") if self is Kind.JPG else (f".{self.value}",)

    @property
    def label(self) -> str:
        """Name for a person, with its article: "a PDF"."""
        return _LABELS[self]


_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: _OFFICE + "wordprocessingml.document",
    Kind.XLSX: _OFFICE + "spreadsheetml.sheet",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Kind.TXT: "text/plain; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.PNG: "image/png",
    Kind.JPG: "image/jpeg",
}

_LABELS = {
    Kind.PDF: "a PDF",
    Kind.DOCX: "a Word document (.docx)",
    Kind.XLSX: "an Excel workbook (.xlsx)",
    Kind.ODT: "an OpenDocument text (.odt)",
    Kind.ODS: "an OpenDocument spreadsheet (.ods)",
    Kind.TXT: "a plain text",
    Kind.CSV: "a CSV table",
    Kind.PNG: "a PNG picture",
    Kind.JPG: "a JPEG picture",
}

BY_EXTENSION = {extension: kind for kind in Kind for extension in kind.extensions}
ACCEPTED = "PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), plain text (.txt), CSV, PNG or JPEG"
