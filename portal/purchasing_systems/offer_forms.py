"""Forms of what is offered, of the register and of external systems."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import DayField, FigureField, PoundsField, options
from portal.purchasing_systems.rules.register_cycle import AGE_BANDS

_REASON = "Only if the councils must know before then. They read the reason. Leave it empty to wait for the day above."


class PriceForm(FlaskForm):
    """A core price."""

    service = SelectField("For which service", validate_choice=False)
    age_band = SelectField(
        "Age band", choices=options([("", "Select an age band"), *((b, b) for b in AGE_BANDS)]), validate_choice=False
    )
    pounds = PoundsField("Core price for a week", description="In pounds, without VAT.")
    valid_from = DayField("First day of this price")
    valid_until = DayField("Last day of this price", description="Leave it empty if it has none.")
    reason = StringField("Why it cannot wait", description=_REASON)


class OfferForm(FlaskForm):
    """A service offered, or no more."""

    offered = RadioField(
        "Do you offer it in this lot?", choices=options([("yes", "Yes"), ("no", "No")]), validate_choice=False
    )
    reason = StringField("Why it cannot wait", description=_REASON)


class CycleForm(FlaskForm):
    """The two days of the month."""

    cut_off_day = FigureField("Changes are taken until this day of the month", description="From 1 to 28.")
    circulation_day = FigureField("Members are told on this day of the next month", description="From 1 to 28.")


class SupplierNumberForm(FlaskForm):
    """A council's own number."""

    number = StringField(
        "Your council’s supplier number", description="As your ledger knows it. No other council sees it."
    )


class StandingForm(FlaskForm):
    """What befalls an admission."""

    verb = RadioField("What is to happen?", validate_choice=False)
    because = TextAreaField("Why", description="The provider and the other councils read it.")


class ExternalForm(FlaskForm):
    """A system that somebody else runs."""

    name = StringField("Name of the system")
    host = StringField("Who manages it", description="The authority or team, as its notice names it.")
    reference = StringField("Its reference", description="For example, DN299325.")
    lots = TextAreaField(
        "Lots", description="One a line, in the order of their numbers. Leave it empty if it has none."
    )
    starts_on = DayField("First day", description="Leave it empty if it is not known.")
    ends_on = DayField("Last day", description="Leave it empty if it is not known.")
    source_url = StringField(
        "Where this stands in public", description="Address of the notice or page, beginning with https://."
    )
    readers = SelectMultipleField(
        "Which other authorities see it?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class ExternalProviderForm(FlaskForm):
    """A provider admitted there."""

    provider_name = StringField("Provider")
    lot_number = FigureField("Lot", description="Its number. Enter 1 if the system has no lots.")
    service_name = StringField(
        "Registered service", description="Leave it empty if the admission is of the whole organisation."
    )
    number = StringField(
        "Regulator’s number", description="Ofsted URN or CQC location ID. Leave it empty if there is none."
    )
    area = StringField("Local authority of the service", description="Never an address.")
    admitted_on = DayField("Admitted on")
    ended_on = DayField("Ended on", description="Leave it empty while it is admitted.")


class EndForm(FlaskForm):
    """The last day of an admission there."""

    ended_on = DayField("Last day of the admission")


class SheetForm(FlaskForm):
    """A spreadsheet of providers."""

    file = FileField("Spreadsheet", description=".xlsx or .csv, up to 1 MB and 2,000 rows. The file is not kept.")
