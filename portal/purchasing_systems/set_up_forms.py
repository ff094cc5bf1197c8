"""Forms of the set-up, the timetable, programmes and copying. What may be is for the actions to say."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField, FigureField, PoundsField, TimeOfDayField, options
from portal.purchasing_systems.actions.set_up import ANSWERS, USERS
from portal.purchasing_systems.forms import TicksField
from portal.purchasing_systems.queries.programmes import MILESTONES
from portal.purchasing_systems.reference import award_methods, regimes
from portal.purchasing_systems.rules.set_up import TASKS
from portal.purchasing_systems.rules.timetable import UNITS


class BuyingTermsForm(FlaskForm):
    """How much, by whom, how."""

    ceiling_pounds = PoundsField(
        "Value ceiling",
        description="The most that may be spent under the system over its whole term, without VAT. Not below the estimate.",
    )
    users_kind = RadioField("Who may buy?", choices=options(USERS.items()), validate_choice=False)
    users_words = TextAreaField(
        "The words of the notice",
        description="For a described class: so that anybody can tell who belongs to it. For example, all local authorities in the "
        "North West of England.",
    )
    users_examples = TextAreaField(
        "Examples", description="Some authorities of the class. Leave it empty if all are named."
    )
    award_method = RadioField(
        "How are contracts awarded?", choices=options(award_methods().items()), validate_choice=False
    )
    award_words = TextAreaField(
        "In words", description="As the documents say it: when each way is used, and how the order is made."
    )
    no_extension = BooleanField("The documents hold no option to extend")


class ShareForm(FlaskForm):
    """Asking a member for help with a task."""

    authority_id = SelectField("Authority", validate_choice=False)
    task = SelectField(
        "Task", choices=options([("", "Select a task"), *((key, name) for key, (name, _) in TASKS.items())]), validate_choice=False
    )  # fmt: skip
    ends_on = DayField("Until", description="The last day. Leave it empty to share it until you end it.")


class NoteForm(FlaskForm):
    """A proposal."""

    words = TextAreaField(
        "What do you propose?",
        description="Write it so that it can be taken over: the words, figures or dates themselves.",
    )


class AnswerNoteForm(FlaskForm):
    """What became of a proposal."""

    answer = RadioField("Is it taken over?", choices=options(ANSWERS.items()), validate_choice=False)
    answer_words = TextAreaField("Why, or how", description="Whoever proposed it reads this.")


class BeginTimetableForm(FlaskForm):
    """The first day of a timetable."""

    notice_on = DayField("Official notice published on")


class DateForm(FlaskForm):
    """A row of a timetable: a day, or a rule."""

    how = RadioField(
        "How is it set?",
        choices=options(
            [("day", "On a day that stands, whatever moves before it"), ("rule", "So many days after another")]
        ),
        validate_choice=False,
    )
    day = DayField("Day")
    count = FigureField("Number of days")
    unit = SelectField("Counted in", choices=options(UNITS.items()), validate_choice=False)
    after = SelectField("After", validate_choice=False)


class OfficersForm(FlaskForm):
    """Councils for which an officer decides."""

    officer = TicksField("An officer decides for", validate_choice=False)


class ProgrammeForm(FlaskForm):
    """A programme."""

    title = StringField("What is the programme called?")
    purpose = TextAreaField("What is it for?")


class StepForm(FlaskForm):
    """A system in a programme."""

    system_id = SelectField("Purchasing system", validate_choice=False)
    milestone = RadioField(
        "What must the systems before it have reached before its round is published?",
        choices=options(MILESTONES.items()),
        validate_choice=False,
    )


class CopyForm(FlaskForm):
    """A system from an earlier one."""

    title = StringField("Official title", description="As it will stand in the notice.")
    alias = StringField("Name people use")
    regime = RadioField(
        "Law the procurement is commenced under", choices=options(regimes().items()), validate_choice=False
    )
    vehicle = SelectField("Vehicle", choices=[], validate_choice=False)
    valid_from = DayField(
        "First day of validity", description="Term and extension points keep their lengths from here."
    )
    opens_on = DayField("Opens on")
    opens_time = TimeOfDayField("Opening time", description="London time, like 9:00 or 9am.")
    closes_on = DayField("Closes on")
    closes_time = TimeOfDayField("Closing time", description="London time, like 14:00 or 2pm.")
