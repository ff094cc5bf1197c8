"""Forms of governance: the shape and the words of what is typed. What may be is for the actions to say."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField

from portal.core.web.fields import DayField, FigureField, PoundsField, options
from portal.governance.rules.clocks import CALL_IN_ENDS, COUNTS, EFFECTIVE, FORMS
from portal.governance.wording import BODIES, QUIET, RECORDS

_SOURCE = "For example, Constitution, part 4, rule 15, or the minute of the annual meeting."


class DatedForm(FlaskForm):
    """What every dated fact asks."""

    starts_on = DayField("First day on which it holds")
    ends_on = DayField("Last day on which it holds", description="Leave it empty if no end is known.")
    source = StringField("Where it is written down", description=_SOURCE)


class GovernanceForm(DatedForm):
    """Form of governance."""

    form = RadioField("Form of governance", choices=options(FORMS.items()), validate_choice=False)
    executive_name = StringField(
        "What the body that decides is called", description="For example, Cabinet or Executive Board."
    )


class ClocksForm(DatedForm):
    """How long a decision waits."""

    key_threshold_pounds = PoundsField(
        "Key decision threshold", description="Spend or saving above it is key. Leave it empty if you do not know it."
    )
    key_wards = FigureField(
        "Wards that make a decision key", description="So many or more. Left empty, the statute’s two count."
    )
    notice_clear_days = FigureField(
        "Notice of a key decision, in clear days", description="Calendar days. The law asks for 28 or more."
    )
    agenda_clear_days = FigureField(
        "Agenda before a meeting, in clear days", description="The law asks for five or more."
    )
    agenda_counts = RadioField(
        "Which days count for the agenda", choices=options(COUNTS.items()), validate_choice=False
    )
    call_in_working_days = FigureField(
        "Call-in, in working days after publication", description="0 if decisions are not called in."
    )
    call_in_ends = RadioField(
        "When call-in ends on its last day", choices=options(CALL_IN_ENDS.items()), validate_choice=False
    )
    effective = RadioField("When a decision takes effect", choices=options(EFFECTIVE.items()), validate_choice=False)
    exception_working_days = FigureField(
        "General exception, in clear working days",
        description="Notice where 28 days are impracticable. The law asks for five.",
    )
    publication_working_days = FigureField(
        "From the decision to the publication of its record, in working days",
        description="As it usually takes. Leave it empty if it is published on the day it is taken. The critical path counts by it.",
    )
    record_kept = RadioField("Where the official record lives", choices=options(RECORDS.items()), validate_choice=False)
    record_name = StringField("Name of that system", description="As officers call it.")
    record_address = StringField("Its web address", description="Begins with https://")


class BodyForm(DatedForm):
    """A body."""

    name = StringField("Name", description="For example, Cabinet, or Children’s Services Scrutiny Committee.")
    kind = RadioField("Kind of body", choices=options(BODIES.items()), validate_choice=False)
    reviews_id = SelectField("Reviews the decisions of", validate_choice=False)


class MeetingForm(FlaskForm):
    """A meeting."""

    body_id = SelectField("Body", validate_choice=False)
    held_on = DayField("Day of the meeting")
    report_deadline_on = DayField(
        "Last day for reports", description="Agenda clearance. Leave it empty if it is not known yet."
    )
    source = StringField("Where it is written down", description="For example, Calendar of meetings 2026 to 2027.")


class DeadlineForm(FlaskForm):
    """Another last day for reports."""

    report_deadline_on = DayField("Last day for reports", description="Agenda clearance.")


class QuietForm(FlaskForm):
    """Recess, or the time before an election."""

    kind = RadioField("Kind of period", choices=options(QUIET.items()), validate_choice=False)
    starts_on = DayField("First day")
    ends_on = DayField("Last day")
    source = StringField("Where it is written down", description="For example, Calendar of meetings 2026 to 2027.")


class EndForm(FlaskForm):
    """When a fact holds for the last time."""

    last_day = DayField("Last day on which it holds")
    by_mistake = BooleanField("It was entered by mistake and never held")
