"""Forms of taking part: the shape and the words of what is typed."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField, options

_HOW = {
    "invited": "It is invited",
    "considering": "It considers whether to take part, and reads the drafts",
    "named_user": "The notice lists it as a user; it has not opted in",
}
_BASIS = {
    "founding": "It comes in before the notice, with the founding councils",
    "named": "The notice names it",
    "described": "The notice describes it, without its name",
    "neither": "Neither",
}


class AsAtForm(FlaskForm):
    """A day to look at."""

    on = DayField("As at", description="For example, 27 3 2027.")


class ListForm(FlaskForm):
    """An authority that has not joined."""

    authority_id = SelectField("Authority", validate_choice=False)
    status = RadioField("How does it come in?", choices=options(_HOW.items()), validate_choice=False)
    basis = RadioField("On what basis could it buy later?", choices=options(_BASIS.items()), validate_choice=False)
    words = TextAreaField("The words of the notice", description="Copy the passage that names or describes it.")


class StepForm(FlaskForm):
    """A step, with its reason."""

    ground = StringField(
        "Ground",
        description="Where it is published or agreed. For example, inter-authority agreement, clause 12.3: fees not paid.",
    )
    reason = TextAreaField("Reason", description="Both sides read it, and it stands in the history.")


class AccessionForm(FlaskForm):
    """What was signed."""

    reference = StringField("Reference of the accession agreement")
    signed_on = DayField("Signed on")
    specification_id = SelectField("Version of the specification it joins to", validate_choice=False)


class CommentForm(FlaskForm):
    """A comment."""

    about = SelectField("What is it about?", validate_choice=False)
    text = TextAreaField("Comment")


class AnswerForm(FlaskForm):
    """The answer to one."""

    answer = TextAreaField("Answer")
