"""What readers of the public pages type: filters, and a representation."""

from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField

_KEY = {"": "Key and other decisions", "yes": "Key decisions", "no": "Other decisions"}


class DecisionFilterForm(Form):
    """Filters of the register of decisions."""

    council = SelectField("Council", validate_choice=False)
    kind = SelectField("Kind of decision", validate_choice=False)
    key = SelectField("Key decision", choices=_KEY, validate_choice=False)
    since = DayField("Taken on or after")
    until = DayField("Taken on or before")
    text = StringField("Words in it")


class NoticeFilterForm(Form):
    """Filters of the forward plan."""

    council = SelectField("Council", validate_choice=False)
    key = SelectField("Key decision", choices=_KEY, validate_choice=False)
    past = SelectField(
        "Show", choices={"": "Decisions to be taken", "yes": "Withdrawn and taken as well"}, validate_choice=False
    )
    since = DayField("Due on or after")
    until = DayField("Due on or before")
    text = StringField("Words in it")


class RepresentationForm(FlaskForm):
    """What somebody wants to say about a decision to be taken."""

    name = StringField("Your name or organisation", description="You can leave this empty.")
    email = StringField(
        "Your e-mail address", description="Only if the council may write to you. You can leave this empty."
    )
    words = TextAreaField(
        "What do you want to say about this decision?",
        description="It is read by the council that is to decide. Do not name children, or anybody in care.",
    )
