"""Forms of purchasing systems: the shape and the words of what is typed. What may be is for the actions to say."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import DayField, FigureField, PoundsField, TimeOfDayField, options
from portal.purchasing_systems.actions.specifications import KINDS
from portal.purchasing_systems.reference import regimes

_LATEST_ROWS = 40


class TicksField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SystemForm(FlaskForm):
    """The purchasing system itself."""

    title = StringField("Official title", description="As it stands in the notice. It need not be short.")
    alias = StringField(
        "Name people use", description="For example, LCR PPA. Several names can stand with commas between."
    )
    client_group = StringField("Who the services are for", description="For example, children looked after.")
    regime = RadioField(
        "Law the procurement was commenced under", choices=options(regimes().items()), validate_choice=False
    )
    vehicle = SelectField(
        "Vehicle",
        choices=[],
        validate_choice=False,
        description="The kind of arrangement. Its rules decide who may apply when, who admits, and how long it may last.",
    )
    legal_basis = TextAreaField("Legal basis", description="The regulations or sections relied on, and why they apply.")
    valid_from = DayField("First day of validity")
    valid_until = DayField("Last day of validity")
    value_pounds = PoundsField("Estimated value over the whole term", description="In pounds, without VAT.")
    cpv = StringField(
        "CPV codes", description="Eight digits each, without the check digit. Separate several with commas."
    )
    commenced_on = DayField(
        "Day the procurement commenced",
        description="Only if it commenced before today. It decides which law can be chosen.",
    )
    longer_because = TextAreaField(
        "Reason for a longer term", description="Only if it lasts longer than is usual for the vehicle."
    )
    standstill_days = FigureField(
        "Standstill in calendar days",
        description="From the day the letters go out. Leave it empty if there is no standstill.",
    )
    quality_pass_mark = FigureField(
        "Quality pass mark", places=2, description="In per cent of the quality marks of a lot."
    )
    panel_councils = FigureField("Councils on the evaluation panel", description="How many councils send evaluators.")


class GroundForm(Form):
    """One ground on which a council may restrict a provider that passed."""

    title = StringField("Ground")
    text = TextAreaField("When it applies, and when it ends")


class GroundsForm(FlaskForm):
    """All grounds of a system; an empty one is dropped."""

    grounds = FieldList(FormField(GroundForm), max_entries=_LATEST_ROWS)


class LotForm(FlaskForm):
    """A lot."""

    number = FigureField("Number")
    title = StringField("Title")
    description = TextAreaField("Description", description="The services, as a provider should understand them.")
    service = StringField(
        "Kind of service", description="For example, supported living. Leave empty what does not apply."
    )
    area = StringField("Area", description="A town or part of the borough.")
    scheme = StringField("Scheme", description="The name of the scheme, never its address.")
    need_level = StringField("Level of need", description="For example, high and complex needs.")


class CouncilForm(FlaskForm):
    """An authority that takes part."""

    authority_id = SelectField("Authority", validate_choice=False)
    joined_on = DayField("Takes part from", description="The day its decision to join took effect.")


class SpecificationForm(FlaskForm):
    """The common text."""

    title = StringField("Title")
    common_text = TextAreaField("Common text")


class ScheduleForm(FlaskForm):
    """One council's own words."""

    text = TextAreaField("Local schedule")
    seen = HiddenField()


class DocumentForm(FlaskForm):
    """Invitation, terms, or another document."""

    title = StringField("Title")
    kind = RadioField("Kind of document", choices=options(KINDS.items()), validate_choice=False)
    text = TextAreaField("Text")


class WindowForm(FlaskForm):
    """When a round opens and closes, London time."""

    number = FigureField("Number of the round")
    lots = TicksField(
        "Which lots does it offer?",
        description="Tick none to offer them all. A scheme added later can be opened by a round that offers that lot alone.",
        validate_choice=False,
    )
    opens_on = DayField("Opens on")
    opens_time = TimeOfDayField("Opening time", description="London time, like 9:00 or 9am.")
    first_assessed_by = DayField(
        "First applications assessed by",
        description="Only if the documents announce that it takes longer before the first call-off. Leave it empty otherwise.",
    )
    closes_on = DayField("Closes on")
    closes_time = TimeOfDayField("Closing time", description="London time, like 14:00 or 2pm.")


class NoticeForm(FlaskForm):
    """The official notice, as the notice service shows it."""

    notice_number = StringField("Notice number", description="For example, 012345-2026.")
    notice_url = StringField("Link to the notice", description="Starts with https://")
    published_on = DayField("Published on")
    published_time = TimeOfDayField("Time of publication", description="London time, like 8:15.")


class ClosingForm(FlaskForm):
    """A later closing time."""

    closes_on = DayField("New closing day")
    closes_time = TimeOfDayField("New closing time", description="London time, like 14:00 or 2pm.")
    reason = TextAreaField("Reason", description="Providers and the public will read it.")


class ReasonForm(FlaskForm):
    """A reason and nothing else."""

    reason = TextAreaField("Reason")


class LoadForm(FlaskForm):
    """A question set from a data file."""

    lot = RadioField("These questions are for", validate_choice=False)
    content = FileField("Data file", description="A TOML file of questions, up to 256 KB.")


class AskCouncilsForm(FlaskForm):
    """A joint decision: what is asked, whom, by when. Which of these a kind needs, the page shows."""

    question = TextAreaField(
        "The question", description="As each council’s decision maker will read it. Change the words if you need to."
    )
    on = DayField("On which day?")
    added_lot = StringField(
        "Ask about an added lot as well?",
        description="Its title. Councils answer on the extension and on the lot apart. Leave it empty if there is none.",
    )
    minimum = FigureField("How many councils must say yes?", description="If fewer do, it takes effect for nobody.")
    authority = TextAreaField(
        "Authority under which the lead answers for all",
        description="Its words, and where it is recorded. For example, Schedule 2 of the inter-authority agreement.",
    )
    named = RadioField("How does the notice name or describe this authority?", validate_choice=False)
    notice_words = TextAreaField("The words of the notice", description="Copy the passage that names or describes it.")
    reason = TextAreaField(
        "Why is the lead to change?", description="Every council reads it, and it stands in the history."
    )
    councils = TicksField("Which councils are asked?", validate_choice=False)
    answer_by = DayField(
        "Answer by", description="After this day a missing answer is shown as overdue. It is never consent."
    )
    again_because = TextAreaField(
        "Why is it asked again?", description="It was answered with no before. Say what is different now."
    )


class ExtensionPointForm(FlaskForm):
    """An option to extend."""

    title = StringField("What is it called?", description="For example, end of year 2.")
    ends_on = DayField("Last day without the extension")
    new_end = DayField("Last day with the extension")
    source = StringField(
        "Where do the procurement documents hold it?", description="For example, Agreement terms, clause 4.2."
    )


class OverrideForm(FlaskForm):
    """Going on after the term."""

    reason = TextAreaField("Why can this not wait for a decision on the extension?")
    need_note = TextAreaField(
        "What is needed?",
        description="For example, a foster placement for two siblings this week. No names, dates of birth, addresses or numbers of "
        "anybody.",
    )
    until = DayField("Last day on which your council goes on")


class ExcuseForm(FlaskForm):
    """No longer waiting for a council."""

    council = SelectField("Which council is no longer waited for?", validate_choice=False)
    because = TextAreaField(
        "Why?", description="For example, it left the system on 3 May 2026. The other councils read it."
    )


class AskAnotherForm(FlaskForm):
    """A council that joined meanwhile."""

    joined = SelectField("Which council is asked as well?", validate_choice=False)


class WithdrawForm(FlaskForm):
    """Taking a question back."""

    withdrawn_because = TextAreaField("Why is it withdrawn?", description="Those who were asked read it.")


class HoldPricesForm(FlaskForm):
    """A request to the providers."""

    hold_until = DayField("Until when should they hold their prices?")


class ClarificationDaysForm(FlaskForm):
    """Last day to ask, last day to answer."""

    last_ask_on = DayField("Last day for questions", description="Providers can ask until the end of this day.")
    last_answer_on = DayField(
        "Last day for answers", description="After the last day for questions, before the closing day."
    )


class OutageForm(FlaskForm):
    """A time in which the portal did not work."""

    since_on = DayField("It began on")
    since_time = TimeOfDayField("At", description="London time, like 14:05.")
    until_on = DayField("It ended on")
    until_time = TimeOfDayField("At", description="London time, like 15:20.")
    what = TextAreaField("What did not work?", description="Everybody will read it.")
    source = TextAreaField("How is it known?", description="A monitor, the host’s report, who noticed.")
