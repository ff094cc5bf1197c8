"""What a password must be: long, not among the guessed, not the address. No rule about signs, no forced change."""

import re
import unicodedata

from tenants.common_passwords import COMMON
from tenants.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH


def password_problem(password: str, email: str) -> str | None:
    """A sentence that says what to change, or None."""
    spelled = unicodedata.normalize("NFKC", password)
    plain = spelled.casefold()
    local = email.partition("@")[0]
    if not password:
        return "Enter a password"
    if len(spelled) < MINIMUM_LENGTH:
        return f"Your password must have {MINIMUM_LENGTH} characters or more. Three or four words of your own do well"
    if len(spelled) > MAXIMUM_LENGTH:
        return f"Your password must have {MAXIMUM_LENGTH} characters or fewer"
    if re.sub(r"\s+", "", plain) in COMMON or len(set(plain)) < 4:
        return "That password is one of the first that is guessed. Choose another"
    if email and (email in plain or (len(local) >= 5 and local in plain)):
        return "Your password must not contain your e-mail address. Choose another"
    return None
