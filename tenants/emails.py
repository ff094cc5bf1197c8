"""E-mail addresses as names of accounts: one spelling for each."""

import re
import unicodedata

from portal.core.parsing import parse_single_line

LONGEST = 254
_FORM = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


def parse_email(text: str) -> str:
    """The address in lower case, NFKC, so that a Kelvin sign and a k are one account.

    Raises ValueError with a sentence for whatever is not plainly an address; no line can begin in a mail's header.
    """
    sentence = "Enter an e-mail address in the correct format, like name@example.org"
    try:
        spelled = unicodedata.normalize("NFKC", parse_single_line(text, LONGEST)).lower()
    except ValueError:
        raise ValueError(sentence) from None
    local, _, domain = spelled.partition("@")
    if not _FORM.fullmatch(spelled) or ".." in spelled or local.startswith(".") or domain.startswith("-"):
        raise ValueError(sentence)
    return spelled
