"""Forms of clarifications."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import options


class ChosenField(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AskForm(FlaskForm):
    """A question."""

    question = TextAreaField("Your question")
    confidential = BooleanField("My question is commercially sensitive: I ask to be answered alone")
    confidential_because = TextAreaField("What in it is commercially sensitive?")


class ChooseForm(FlaskForm):
    """Which questions one answer answers."""

    questions = ChosenField("Which questions does the answer answer?", validate_choice=False)


class AnswerForm(FlaskForm):
    """An answer; the wordings of its questions are fields of their own, by question."""

    answer = TextAreaField("Answer")
    modification = TextAreaField("Does it change the procurement documents?")


class RulingForm(FlaskForm):
    """Whether a question is answered alone."""

    grant = RadioField(
        "How is it answered?",
        choices=options([("yes", "To its asker alone"), ("no", "To everybody, without the asker’s name")]),
        validate_choice=False,
    )
    because = TextAreaField("Reason", description="The asker reads it. It is kept in the clarification log.")


class PublishForm(FlaskForm):
    """A batch."""

    answers = ChosenField("Which answers are published now?", validate_choice=False)
    late_because = TextAreaField("Why so late?", description="It is kept in the clarification log.")
