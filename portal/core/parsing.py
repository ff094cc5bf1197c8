"""Strict parsers for text a person types or a browser sends: what goes in is what comes out.

Each returns the text in one spelling (NFC, so that "é" typed on two computers is equal) or raises
ValueError with a sentence for the person. Nothing is silently dropped; Chinese, Welsh, Arabic and
emoji are kept exactly. What is refused cannot be seen, cannot be stored, or makes a text look
like another: control characters, bidirectional overrides, halves of characters.
"""

import re
import unicodedata
from datetime import date

BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BIDI_MARKS = frozenset("\u200e\u200f\u061c")
INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
LINE_BREAKS = frozenset("\n\r\v\f\u0085\u2028\u2029")
LONGEST_FILE_NAME = 150  # characters

# Council computers run Windows: a name it cannot store breaks the evidence folder it is saved to.
_NOT_ON_WINDOWS = frozenset('<>:"|?*')
_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)


def parse_single_line(text: str, max_chars: int = 200) -> str:
    """Return one line of text without spaces around it; "" stays "" (required is the form's rule).

    Raises ValueError for line breaks, control characters, bidirectional overrides, halves of
    characters, and more than `max_chars` characters.
    """
    if any(character in LINE_BREAKS for character in text.strip(" \t\r\n")):
        raise ValueError("Enter the text on one line, without line breaks.")
    return _checked(text.strip(), allowed=frozenset(), max_chars=max_chars)


def parse_multi_line(text: str, max_chars: int = 100_000) -> str:
    """Return text that may have lines and tabs. A browser's CR LF becomes LF.

    Raises ValueError as `parse_single_line` does, line breaks and tabs excepted.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _checked(lines.strip(), allowed=frozenset("\n\t"), max_chars=max_chars)


def parse_day(text: str) -> date:
    """A day typed in one box: 27/3/2027, 27 3 2027 or 2027-03-27. Raises ValueError with a sentence."""
    typed = text.strip()
    numbers = re.fullmatch(r"([0-9]{1,2})[ /.-]([0-9]{1,2})[ /.-]([0-9]{4})", typed, re.ASCII)
    try:
        if numbers:
            return date(int(numbers[3]), int(numbers[2]), int(numbers[1]))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed, re.ASCII):
            return date.fromisoformat(typed)
    except ValueError:
        raise ValueError("That day does not exist. Enter a real date.") from None
    raise ValueError("Enter a day, a month and a year, like 27/3/2027.")


def parse_file_name(text: str) -> str:
    """Return a file name that every computer of the region can store, in NFC.

    Raises ValueError with a sentence that names the fault: a path, a character that is invisible
    or turns the reading direction, a name Windows keeps for itself, more than 150 characters.
    """
    name = text.strip(" ")
    if not name:
        raise ValueError("The file has no name. Give it a name and upload it again.")
    if "/" in name or "\\" in name:
        raise ValueError("The file name contains a slash. Rename the file without / or \\ and upload it again.")
    if any(character in BIDI_OVERRIDES or character in BIDI_MARKS for character in name):
        raise ValueError(
            "The file name contains a hidden character that changes the direction of the text. "
            "Type the name anew and upload the file again."
        )
    if any(character in INVISIBLE or character in LINE_BREAKS for character in name):
        raise ValueError("The file name contains an invisible character. Type the name anew and upload the file again.")
    try:
        name = _checked(name, allowed=frozenset(), max_chars=None)
    except ValueError as error:
        raise ValueError(f"In the file name: {error}") from None
    if len(name) > LONGEST_FILE_NAME:
        raise ValueError(
            f"The file name has {len(name)} characters. Shorten it to {LONGEST_FILE_NAME} or fewer and upload the file again."
        )
    _check_for_windows(name)
    return name


def _check_for_windows(name: str) -> None:
    if not name.strip(". "):
        raise ValueError("The file name consists of dots only. Rename the file and upload it again.")
    if name.startswith("."):
        raise ValueError("The file name begins with a dot, which hides the file. Rename it and upload it again.")
    if name.endswith((".", " ")):
        raise ValueError("The file name ends with a dot. Rename the file and upload it again.")
    wrong = next((character for character in name if character in _NOT_ON_WINDOWS), None)
    if wrong:
        raise ValueError(
            f"The file name contains {wrong} which Windows cannot store. Rename the file and upload it again."
        )
    stem = name.split(".", 1)[0].strip()
    if _RESERVED_ON_WINDOWS.fullmatch(stem):
        raise ValueError(f"Windows keeps the name {stem} for itself. Rename the file and upload it again.")


def _checked(text: str, allowed: frozenset[str], max_chars: int | None) -> str:
    # Looked for before normalising: NFC of half a character is still half a character, but the
    # sentence should come from us and not from the first place that encodes it.
    for character in text:
        if character not in allowed:
            _check_character(character)
    spelled = unicodedata.normalize("NFC", text)
    if max_chars is not None and len(spelled) > max_chars:
        raise ValueError(f"Enter {max_chars:,} characters or fewer. There are {len(spelled):,} now.")
    return spelled


def _check_character(character: str) -> None:
    code = ord(character)
    if character in BIDI_OVERRIDES:
        raise ValueError("The text contains a hidden character that changes its direction. Type the text anew.")
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError("The text contains half a character, perhaps from copying. Type that part anew.")
    if unicodedata.category(character) == "Cc" or character in LINE_BREAKS:
        raise ValueError("The text contains a control character, perhaps from copying. Type that part anew.")
    if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        raise ValueError("The text contains a code that is not a character. Type that part anew.")
