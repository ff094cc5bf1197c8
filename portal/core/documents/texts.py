"""Content of plain text and CSV: readable text, no markup that a browser would run."""

import re

from portal.core.documents.errors import UploadRefused

_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)\b|<\s*\?xml", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


# A cell such as =cmd|'/c calc'!A1 starts a programme when Excel opens the table. A formula cannot
# be told from a price below nought, but the bar that calls a programme can.
_COMMAND = re.compile(r"""(?:^|[,;\t\r\n])["'\s]*[=+\-@][^,;\r\n]*\|""")


def check_text(content: bytes) -> None:
    """Raise UploadRefused for what is no text in UTF-8, UTF-16 with its mark, or Windows-1252."""
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        raise UploadRefused('The file is not plain text. Save it as "text" or "CSV UTF-8" and upload that.') from None
    if not text.strip("\ufeff \t\r\n"):
        raise UploadRefused("The file is empty. Check it on your computer and upload it again.")
    if _CONTROL.search(text):
        raise UploadRefused('The file is not plain text. Save it as "text" or "CSV UTF-8" and upload that.')
    if _MARKUP.search(text):
        raise UploadRefused("The file holds a web page or a script, not plain text. Upload it as a PDF.")


def check_no_commands(content: bytes) -> None:
    """Raise UploadRefused for a CSV table with a cell that calls a programme. Call after `check_text`."""
    if _COMMAND.search(decoded(content)):
        raise UploadRefused(
            "The table has a cell that would start a programme in Excel. Remove it and upload the file again."
        )


def decoded(content: bytes) -> str:
    """The text of a file. Raises UnicodeDecodeError for what is in none of the three codes; call `check_text` first."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Excel's plain "CSV" is still written in the Windows code page.
        return content.decode("cp1252")
