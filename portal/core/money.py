"""Money: pounds as Decimal, two places, one strict grammar for what people type."""

import re
from decimal import Decimal

LIMIT = Decimal("999999999999.99")
_GRAMMAR = re.compile(r"^£?([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,2})?$", re.ASCII)


def parse_pounds(typed: str) -> Decimal:
    """Pounds from what was typed: `1234.50`, `1,234.50`, `£1,234`. Never below zero.

    Raises ValueError with a sentence for the person: NaN, exponents, foreign digits, a third decimal are refused,
    because PostgreSQL would round 1.005 and store NaN without a word.
    """
    text = typed.strip(" ")
    if text.startswith("-"):
        raise ValueError("The price must be £0.00 or more.")
    if re.fullmatch(r"£?[0-9,]+\.[0-9]{3,}", text, re.ASCII):
        raise ValueError("Enter pounds and pence with no more than two decimal places, like 1234.50.")
    if not _GRAMMAR.fullmatch(text):
        raise ValueError("Enter an amount in pounds using digits, like 1234.50.")
    return Decimal(text.removeprefix("£").replace(",", "")).quantize(Decimal("0.01"))


def pounds(amount: Decimal) -> str:
    """`£1,234.50`; whole thousands of a system's value keep their pence, so that figures line up."""
    return f"£{amount:,.2f}"
