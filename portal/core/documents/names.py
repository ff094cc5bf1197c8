"""File names of uploads. The name is shown and sealed; it never becomes a path of the store.

Double extensions: "policy.v2.final.pdf" is a habit and is kept. A name with a programme's
extension before the last one ("invoice.exe.pdf", "a.html.pdf") is refused: the content is checked
anyway, but a person who reads such a name in a mail or a folder cannot know that.
"""

from portal.core.documents.errors import UploadRefused
from portal.core.documents.kinds import ACCEPTED, BY_EXTENSION, Kind
from portal.core.parsing import parse_file_name

# Not .com, which prints of web sites carry: "www.example.com.pdf".
_RUNS = frozenset(
    (
        "apk",
        "bat",
        "cmd",
        "cpl",
        "dll",
        "docm",
        "exe",
        "hta",
        "htm",
        "html",
        "jar",
        "js",
        "jse",
        "jsp",
        "lnk",
        "mht",
        "mhtml",
        "msi",
        "php",
        "pif",
        "ps1",
        "scr",
        "svg",
        "swf",
        "vbe",
        "vbs",
        "wsf",
        "xhtml",
        "xlsb",
        "xlsm",
    )
)

_HINTS = {
    ".doc": "This is the older Word format. Save it as a Word document (.docx) or PDF and upload that.",
    ".xls": "This is the older Excel format. Save it as an Excel workbook (.xlsx) and upload that.",
    ".docm": "This Word document can hold macros. Save it as a Word document (.docx) and upload that.",
    ".xlsm": "This Excel workbook can hold macros. Save it as an Excel workbook (.xlsx) and upload that.",
    ".xlsb": "This is a binary Excel workbook. Save it as an Excel workbook (.xlsx) and upload that.",
    ".heic": "Save the picture as JPEG or PNG and upload that.",
    ".pages": "Export the document as PDF or Word (.docx) and upload that.",
    ".numbers": "Export the sheet as Excel (.xlsx) and upload that.",
    ".zip": "Take the files out of the zip file and upload each of them.",
    ".msg": "Save the message as a PDF and upload that.",
    ".eml": "Save the message as a PDF and upload that.",
}


def check_file_name(name: str) -> str:
    """Return the name in NFC. Raises UploadRefused with a sentence that names the fault."""
    try:
        parsed = parse_file_name(name)
    except ValueError as error:
        raise UploadRefused(str(error)) from None
    kind_of_name(parsed)
    return parsed


def kind_of_name(name: str) -> Kind:
    """Return the kind that the extension claims. Raises UploadRefused for one we do not take."""
    *inner, last = name.lower().split(".")
    if not inner:
        raise UploadRefused(f"The file name has no extension, such as .pdf. Upload {ACCEPTED}.")
    kind = BY_EXTENSION.get(f".{last}")
    if kind is None:
        hint = _HINTS.get(f".{last}", f"Upload {ACCEPTED}.")
        raise UploadRefused(f"Files ending in .{last[:20]} are not accepted. {hint}")
    runs = next((part.strip() for part in inner[1:] if part.strip() in _RUNS), None)
    if runs:
        raise UploadRefused(
            f"The file name contains .{runs} before its ending, as a disguised programme would. "
            "Rename the file and upload it again."
        )
    return kind
