"""Forms of a passport: the shape and the words of what is typed."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField

from portal.core.web.fields import DayField, FigureField, PoundsField, options
from portal.providers.rules.passport import KINDS, REGULATORS


class ServiceForm(FlaskForm):
    """One registered service."""

    name = StringField("Name of the service", description="Councils read it, the public does not.")
    kind = SelectField(
        "Kind of service", choices=options([("", "Select a kind"), *KINDS.items()]), validate_choice=False
    )
    regulator = RadioField("Who regulates it", choices=options(REGULATORS.items()), validate_choice=False)
    number = StringField("Regulator’s number", description="Ofsted URN, or CQC location ID.")
    area = StringField(
        "Local authority",
        description="In whose area the service is, like Sefton. Do not enter an address: it is not held here.",
    )
    capacity = FigureField("Places", description="As registered. Leave it empty where it has no fixed number.")
    opened_on = DayField("Opened on", description="Leave it empty if it opened long ago.")
    closed_on = DayField("Closed on", description="Its last day. Leave it empty while it is open.")


class ContactForm(FlaskForm):
    """A mailbox or a number, of a post."""

    post = StringField("Who answers there", description="A post or team, like Referrals team. Not a person’s name.")
    email = StringField("Work email address")
    telephone = StringField("Work telephone number")


class InsuranceForm(FlaskForm):
    """An insurance."""

    amount = PoundsField("Cover for one claim", description="In pounds.")
    expires_on = DayField("Last day of the cover")


class GradeForm(FlaskForm):
    """What the regulator published."""

    grade = SelectField("Grade", validate_choice=False)
    graded_on = DayField("Published on", description="The day of the regulator’s report.")
    source_url = StringField("Address of the report", description="Beginning with https://.")
