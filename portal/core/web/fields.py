"""Form fields that say in plain sentences what cannot be read: days, times of day, pounds, whole numbers."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from wtforms import DateField, Field, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import TextInput

from portal.core.clock import london
from portal.core.money import parse_pounds

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(am|pm)?", re.ASCII | re.IGNORECASE)
_WORDS = {"noon": time(12), "12 noon": time(12), "midday": time(12)}


class DayField(DateField):
    """A day in three boxes. An empty one is None: whether it may be is for the action to say."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, format="%d %m %Y", **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Day, month, year; raises ValueError with a sentence."""
        self.data: date | None = None
        parts = [part.strip() for part in valuelist]
        if not any(parts):
            return
        if not all(re.fullmatch(r"[0-9]{1,4}", part, re.ASCII) for part in parts) or len(parts) != 3:
            raise ValueError("Enter a day, a month and a year, like 27 3 2027.")
        try:
            self.data = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            raise ValueError("That day does not exist. Enter a real date.") from None
        if self.data.year < 1900:
            raise ValueError("Enter the year with four digits.")


class TimeOfDayField(Field):
    """A time on the clock in London, as people write it: 14:00, 2pm, noon."""

    widget = TextInput()
    data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with a sentence."""
        self.data = None
        typed = valuelist[0].strip().lower() if valuelist else ""
        if not typed:
            return
        if typed in _WORDS:
            self.data = _WORDS[typed]
            return
        found = _TIME.fullmatch(typed)
        if found is None or not (found[2] or found[3]):
            raise ValueError("Enter a time of day, like 14:00 or 2pm.")
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise ValueError("Enter a time of day, like 14:00 or 2pm.")
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        try:
            self.data = time(hour, minute)
        except ValueError:
            raise ValueError("Enter a time of day, like 14:00 or 2pm.") from None


class PoundsField(StringField):
    """Money in pounds, one strict grammar; `amount` is None when nothing was typed."""

    amount: Decimal | None = None

    def process_data(self, value: Any) -> None:
        """From a Decimal to what is shown."""
        self.amount = value
        self.data = f"{value:.2f}" if value is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence of the grammar."""
        self.data = valuelist[0].strip() if valuelist else ""
        self.amount = None
        if self.data:
            self.amount = parse_pounds(self.data)


class FigureField(StringField):
    """A figure of digits, with decimals where `places` allows; `number` is None when nothing was typed."""

    number: Decimal | None = None

    def __init__(self, label: str, *, places: int = 0, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.places = places

    @property
    def whole(self) -> int | None:
        """The figure as a whole number."""
        return None if self.number is None else int(self.number)

    def process_data(self, value: Any) -> None:
        """From a number to what is shown, without trailing zeros."""
        self.number = None if value is None else Decimal(value)
        self.data = "" if self.number is None else f"{self.number.normalize():f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with a sentence."""
        self.data = valuelist[0].strip() if valuelist else ""
        self.number = None
        if not self.data:
            return
        pattern = rf"[0-9]{{1,9}}(\.[0-9]{{1,{self.places}}})?" if self.places else "[0-9]{1,9}"
        if not re.fullmatch(pattern, self.data, re.ASCII):
            allowed = f"with no more than {self.places} decimal places" if self.places else "without decimals"
            raise ValueError(f"Enter a number in digits, {allowed}.")
        self.number = Decimal(self.data)


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Values and labels for a choice. Give the field `validate_choice=False`: its action says what can be chosen, in its words."""
    return [SelectChoice(value, label) for value, label in pairs]


def london_instant(day: DayField, hour: TimeOfDayField) -> datetime | None:
    """The instant that a day and a time of day name in London; None, with a sentence at the field, when they name none.

    A time that the change of the clocks skips or doubles is refused: a deadline must happen exactly once.
    """
    if day.errors or hour.errors:
        return None
    if day.data is None:
        _blame(day, "Enter a date.")
    if hour.data is None:
        _blame(hour, "Enter a time of day.")
    if day.data is None or hour.data is None:
        return None
    try:
        return london(day.data, hour.data.hour, hour.data.minute)
    except ValueError as error:
        _blame(hour, str(error))
        return None


def _blame(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
