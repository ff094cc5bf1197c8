"""Forms of the lead's outcome page."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from portal.core.web.fields import DayField


class AskOutcomeForm(FlaskForm):  # type: ignore[misc]  # an untyped base; what it holds is checked where it is read
    """Putting the outcome to the lead's own decision maker."""

    authority = TextAreaField(
        "Authority under which the lead approves the outcome",
        description="The words of the agreement or decision that gives it, and where they are recorded.",
    )
    answer_by = DayField(
        "Answer by", description="After this day a missing answer is shown as overdue. It is never consent."
    )
    again_because = TextAreaField(
        "Why is it asked again?",
        description="What is different now. The earlier question and its answer stay on the record beside this one.",
    )


class AskUseForm(FlaskForm):  # type: ignore[misc]  # an untyped base; what it holds is checked where it is read
    """Putting the use of the providers to every participating council."""

    answer_by = DayField(
        "Answer by", description="After this day a missing answer is shown as overdue. It is never consent."
    )
    prices_valid_until = DayField(
        "Until when do the prices offered hold?",
        description="If the documents state a day. The councils are warned where a decision would take effect after it.",
    )
