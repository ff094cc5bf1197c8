"""Forms of a board meeting: shape and words. What may be is for the actions to say."""

from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField

from portal.core.errors import Missing
from portal.core.web.fields import DayField, options
from portal.decisions.meeting_rules import POSITIONS, PRESENCE


class MeetingForm(FlaskForm):
    """Calling a meeting, or changing one. `system_id` is asked once."""

    system_id = SelectField("Purchasing system", validate_choice=False)
    title = StringField("Title of the meeting", description="For example, Board meeting, winter term.")
    meets_on = DayField("Day of the meeting")
    place = StringField("Where it meets", description="A room, or the address of the call.")


class MatterItemForm(FlaskForm):
    """An open joint decision for the agenda."""

    matter_id = SelectField("Open joint decision", validate_choice=False)


class FreeItemForm(FlaskForm):
    """An item on which nothing is decided."""

    title = StringField("What it is about")
    note = TextAreaField("Note for those who prepare")


class CancelForm(FlaskForm):
    """Why it does not take place."""

    because = StringField("Why it does not take place", description="The councils are told that it is cancelled.")


class OneForm(Form):
    """What is said of one council."""

    authority = HiddenField()

    @property
    def authority_id(self) -> UUID:
        """The council. Raises Missing for what no page offers."""
        try:
            return UUID(self.authority.data or "")
        except ValueError:
            raise Missing from None


class SeatForm(OneForm):
    """Whether one council is there, and by which post."""

    presence = SelectField(
        "Attendance", choices=options([("", "Not recorded yet"), *PRESENCE.items()]), validate_choice=False
    )
    post = StringField("Which post")


class AttendanceForm(FlaskForm):
    """Who is there."""

    seats = FieldList(FormField(SeatForm), max_entries=60)


class PositionForm(OneForm):
    """What one council indicates on one item."""

    position = SelectField(
        "Indicated", choices=options([("", "Nothing noted"), *POSITIONS.items()]), validate_choice=False
    )
    condition = StringField("Subject to")
    note = StringField("Note")


class ScreenForm(FlaskForm):
    """One item on the shared screen. `seen`: what of it was there when the page was opened."""

    seen = HiddenField()
    positions = FieldList(FormField(PositionForm), max_entries=60)
    reasons = TextAreaField("Reasons the councils share", description="Each council’s draft can begin with them.")
    alternatives = TextAreaField(
        "Alternatives considered and rejected",
        description="One in a paragraph: the option, a colon, why it was rejected.",
    )
    minuted = TextAreaField("Minute", description="What was said. It goes into the minutes.")
