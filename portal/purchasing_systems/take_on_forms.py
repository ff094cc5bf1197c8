"""Forms by which a live system is taken on."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import DayField


class WorkbookForm(FlaskForm):
    """The filled workbook."""

    file = FileField("Filled workbook", description=".xlsx, up to 5 MB and 5,000 lines. The file is not kept.")


class SourceForm(FlaskForm):
    """The second look."""

    source = StringField(
        "Where does this workbook come from?",
        description="For example: export of the previous portal, 3 March 2026. Every council reads it.",
    )


class UndoForm(FlaskForm):
    """Out again."""

    because = StringField("Why is it undone?", description="It stays on the record.")


class AnswerForm(FlaskForm):
    """A council's answer."""

    refused = SelectMultipleField(
        "Lines that do not stand in your records",
        description="Leave all empty to confirm every line.",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    because = TextAreaField("What your records show instead", description="Only if you marked a line.")


class InviteForm(FlaskForm):
    """The administrator of a provider."""

    email = StringField("Work e-mail address of its administrator")


class AskForm(FlaskForm):
    """By when the councils answer."""

    answer_by = DayField("By when do you ask them to decide?")
