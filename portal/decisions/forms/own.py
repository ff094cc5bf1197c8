"""Forms of a decision of the council's own: the text of a minute, and what was read in it, to be confirmed."""

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from portal.decisions.forms.record import RecordForm
from portal.decisions.minutes.files import ACCEPTED
from portal.decisions.rules.resolutions import EFFECTS, MOST

MOST_NAMED = 40
"""Phrases of one resolution whose posts can be put right."""


class MinuteForm(FlaskForm):
    """The text of a minute."""

    text = TextAreaField(
        "Text of the minute",
        description="As it stands on your council’s page, in a PDF or an e-mail. The minute of this one matter is enough.",
    )
    file = FileField("Or choose a file", description=f"{ACCEPTED}, up to 5 MB. The file is not kept.")


class NamedForm(Form):
    """Whom a phrase names, to be put right. `title`: which phrase that is."""

    key = HiddenField()
    holders = StringField("Who", description="Posts, divided by semicolons. Leave it empty if the phrase names nobody.")
    consulted = StringField("In consultation with", description="Posts, divided by semicolons.")
    title = ""


class ResolutionForm(Form):
    """One numbered resolution."""

    number = StringField("Number", description="As the minute counts it.")
    heading = StringField("Heading", description="Leave it empty if it stands under none.")
    text = TextAreaField("Words", description="Word for word, as minuted.")
    read = HiddenField()
    """Mark of the words whose phrases were shown: other words are read anew before anything is kept."""
    phrases = SelectMultipleField("Which of these were read rightly?", validate_choice=False)
    named = FieldList(FormField(NamedForm), max_entries=MOST_NAMED)
    effect = RadioField("What does it do?", choices=EFFECTS, validate_choice=False)
    matter_id = SelectField("Which joint decision is it about?", validate_choice=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not any((self[name].data or "").strip() for name in ("number", "heading", "text"))


class OwnForm(RecordForm):
    """A decision that answers no joint decision."""

    title = StringField("What is it about?", description="As the minute or record is headed.")
    system_id = SelectField(
        "Which purchasing system is it about?",
        description="The councils that take part in it read the decision once it is on the record. From then on this cannot be changed.",
        validate_choice=False,
    )
    resolutions = FieldList(FormField(ResolutionForm), max_entries=MOST)
    unread = HiddenField()
    remarks = HiddenField()
    summary = HiddenField()
    """What was said when the text was read: shown again with an error, never kept."""
