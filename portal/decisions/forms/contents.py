"""Forms of what is added to a draft, and of what happens after recording."""

from flask_wtf import FlaskForm
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField
from portal.decisions.actions.afterwards import HEARD
from portal.decisions.rules.answers import CORRECTABLE


class ConsultForm(FlaskForm):
    """Somebody was consulted: a record is needed, consent is not."""

    post = StringField(
        "Who was consulted?", description="The post, not a name. For example, Cabinet Member for Children."
    )
    consulted_on = DayField("When?")
    evidence = StringField("What shows it?", description="For example, e-mail of 3 May 2026; note of the briefing.")
    comment = TextAreaField("What was said", description="Stays with your council. It is never published.")
    interests = StringField(
        "Interests declared by an executive member consulted, and any dispensation",
        description="These become public with the record. Leave it empty if there were none.",
    )


class AgreeForm(FlaskForm):
    """What one of joint holders said."""

    post = StringField("Which holder?", description="The post, not a name.")
    agreed = RadioField("What did this holder say?", choices={"yes": "Agreed", "no": "Refused"}, validate_choice=False)
    agreed_on = DayField("When?")
    evidence = StringField("What shows it?", description="For example, signed form of 3 May 2026; e-mail.")


class AppendixForm(FlaskForm):
    """An exempt appendix."""

    title = StringField("Title", description="Public. It gives nothing away.")
    paragraph = SelectField(
        "Paragraph of Schedule 12A of the Local Government Act 1972",
        choices={
            "": "Choose a paragraph",
            "1": "1: information relating to any individual",
            "2": "2: likely to reveal the identity of an individual",
            "3": "3: financial or business affairs of any person",
            "4": "4: consultations or negotiations on labour relations",
            "5": "5: legal professional privilege",
            "6": "6: notice, order or direction under an enactment",
            "7": "7: prevention, investigation or prosecution of crime",
        },
        validate_choice=False,
    )
    public_interest = TextAreaField(
        "Public interest test",
        description="Public. Why keeping it exempt outweighs the public interest in disclosing it.",
    )
    exempt_text = TextAreaField("Exempt text", description="Seen by your council alone, before and after recording.")


class AttachForm(FlaskForm):
    """The e-mail or signed form."""

    file = FileField("The e-mail or signed form")


class PublishForm(FlaskForm):
    """The council's record has been published."""

    published_on = DayField("When did your council publish its record?", description="Call-in counts from this day.")
    effective_on = DayField(
        "When does it take effect?", description="As your council’s own record states it. Not needed for a deferral."
    )


class CallInForm(FlaskForm):
    """A valid request has been made."""

    requested_on = DayField("When was the request made?")
    requested_by = StringField("By whom?", description="By post. For example, three members of overview and scrutiny.")
    grounds = TextAreaField("On which grounds?")


class HeardForm(FlaskForm):
    """What scrutiny said."""

    outcome = RadioField("What was said on the call-in?", choices=HEARD, validate_choice=False)
    resolved_on = DayField("When?")
    note = TextAreaField("In which words?", description="Leave it empty if the choice says all.")


class CorrectForm(FlaskForm):
    """A clerical error."""

    field = SelectField("Which words?", choices={"": "Choose"} | CORRECTABLE, validate_choice=False)
    reads = TextAreaField("How should they read?")
    because = StringField("What was the error?", description="For example, the minute number was mistyped.")
