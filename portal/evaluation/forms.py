"""Forms of an evaluation: shape and words of what is typed. What may be is for the actions to say."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import options
from portal.evaluation.rules import MAXIMUM

RULINGS = (
    ("none", "No interest: they evaluate as usual"),
    ("managed", "An interest that is managed"),
    ("removed", "Removed for this applicant"),
)


class PanelForm(FlaskForm):
    """Values are `person:organisation`, since one person may act for two councils."""

    evaluators = SelectMultipleField("Evaluators of quality", validate_choice=False)
    chair = SelectField("Chair", description="Leads moderation, completes the selection checks, and does not score.")
    price = SelectField("Price checker", description="Reads the prices once quality is agreed, and not before.")


class RulingForm(FlaskForm):
    """What the lead makes of a declaration."""

    ruling = RadioField("Ruling", choices=options(RULINGS), validate_choice=False)
    managed_how = TextAreaField("How the interest is managed", description="The evaluator reads this too.")
    replacement = SelectField("Who scores this applicant instead", validate_choice=False)


class ReopenForm(FlaskForm):
    """Why a signed-off evaluation is opened again."""

    reason = TextAreaField(
        "Why is the evaluation re-opened?",
        description="Every participating council reads this, and it stays on the record beside the results left behind.",
    )


class RemovalForm(FlaskForm):
    """Taking somebody off the panel altogether."""

    replacement = SelectField("Who takes the seat", validate_choice=False)


class CheckForm(FlaskForm):
    """One answer that the pass rule leaves open."""

    passed = RadioField(
        "Does this answer pass?", choices=options([("yes", "Passes"), ("no", "Does not pass")]), validate_choice=False
    )
    reason = TextAreaField("Reason", description="The letter to the provider quotes it.")


class ScoreForm(FlaskForm):
    """One's own score and reason. `then`: what to show after saving."""

    score = RadioField(
        "Your score", choices=options((str(n), str(n)) for n in range(MAXIMUM, -1, -1)), validate_choice=False
    )
    reason = TextAreaField(
        "Your reasons",
        description="What in the answer earned this score, and what was missing. Quote it where you can.",
    )

    @property
    def number(self) -> int | None:
        """The score chosen; None when none or none that is on the page."""
        return int(self.score.data) if self.score.data in {str(n) for n in range(MAXIMUM + 1)} else None


class SheetForm(FlaskForm):
    """A filled score sheet."""

    sheet = FileField(
        "Score sheet", description="The .xlsx file you downloaded here, with scores and reasons filled in."
    )


class MeetingForm(FlaskForm):
    """A moderation meeting. Attendance is by seat."""

    title = StringField("Title of the meeting")
    attendance = SelectMultipleField(
        "Who attends", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )


class ConsensusForm(ScoreForm):
    """The agreed score. `candidate`: whose answer."""

    candidate = HiddenField()
    letter_rationale = TextAreaField(
        "Why, for the letter to the provider", description="The provider reads this word for word."
    )
    internal_rationale = TextAreaField("For the panel’s record only", description="Not told to the provider.")
