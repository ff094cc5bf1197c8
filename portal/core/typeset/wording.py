"""How the documents word days, instants, money, percentages and sizes."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date

LONDON = ZoneInfo("Europe/London")


def day(value: date) -> str:
    """`5 April 2027`."""
    return format_date(value, "d MMMM y", locale="en_GB")


def instant_utc(value: datetime) -> str:
    """`5 April 2027 at 10:59:58 UTC`, cut (never rounded) to the second.

    Raises ValueError for an instant without a time zone.
    """
    moment = _aware(value).astimezone(UTC)
    return f"{day(moment)} at {moment:%H:%M:%S} UTC"


def instant_london(value: datetime) -> str:
    """`5 April 2027 at 11:59:58 BST`, the time on a clock in Liverpool.

    Raises ValueError for an instant without a time zone.
    """
    moment = _aware(value).astimezone(LONDON)
    return f"{day(moment)} at {moment:%H:%M:%S} {moment.tzname()}"


def lapse(earlier: datetime, later: datetime) -> str:
    """`1 day, 2 hours, 3 minutes and 4 seconds`: what lay between two instants, to the second."""
    seconds = int((_aware(later) - _aware(earlier)).total_seconds())
    sizes = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    parts = []
    for name, size in sizes:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    if not parts:
        return "less than a second"
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def pounds(value: Decimal) -> str:
    """`£1,234.50`."""
    return f"£{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def percent(value: Decimal) -> str:
    """`62.50%`; a whole number stays whole."""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded}%"


def size(octets: int) -> str:
    """`1.2 MB`, in powers of ten as the desktop shows it."""
    if octets < 1000:
        return f"{octets} bytes"
    if octets < 1_000_000:
        return f"{octets / 1000:.0f} KB"
    return f"{octets / 1_000_000:.1f} MB"


def listing(items: tuple[str, ...]) -> str:
    """`Halton, Knowsley and Sefton`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant on a document needs its time zone")
    return value
