"""The form of a council's own decision: shape and wording. What is missing before it can be recorded is for the rules to say."""

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField
from portal.decisions.rules import OUTCOMES


class RestrictionForm(Form):
    """One provider this council will not use, in one lot or in all, on a published ground."""

    provider = SelectField("Provider", validate_choice=False)
    lot = SelectField("In which lot?", validate_choice=False)
    ground = SelectField("Published ground", validate_choice=False)
    reason = TextAreaField("Why this ground applies")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not (self.provider.data or self.ground.data or (self.reason.data or "").strip())


class DecideForm(FlaskForm):
    """Everything the record of a decision holds."""

    outcome = RadioField("What did your council decide?", choices=OUTCOMES, validate_choice=False)
    defer_until = DayField("Deferred until", description="The day your council comes back to it.")
    restrictions = FieldList(FormField(RestrictionForm), max_entries=40)
    decided_by_post = StringField(
        "Who took the decision?",
        description="The post or the body, not a name. For example, Head of Children’s Social Care, or Cabinet.",
    )
    decided_by_capacity = StringField(
        "In which capacity?",
        description="For example, officer, under delegated authority; executive, collectively; committee.",
    )
    authority_source = TextAreaField(
        "Which report or delegation gives the authority to decide?",
        description="For example, Cabinet, 3 September 2020, item 32 (2).",
    )
    consulted_post = StringField(
        "In consultation with",
        description="The post the delegation names, if it names one. For example, Cabinet Member for Children, Schools and "
        "Safeguarding.",
    )
    decided_on = DayField("When was it taken?")
    effective_on = DayField("When does it take effect?", description="After any call-in period of your own council.")
    reasons = TextAreaField("Reasons for the decision")
    alternatives = TextAreaField(
        "Alternatives considered and rejected",
        description="One in a paragraph: the option, a colon, why it was rejected. If there were none, say so.",
    )
    interests = TextAreaField("Interests declared", description="And any dispensation. If there were none, say so.")
    evidence = StringField(
        "What do you record this on?",
        description="For example, signed officer decision record; draft minute of the meeting; e-mail with the member’s reply.",
    )
    report_reference = StringField("Report reference")
    record_url = StringField(
        "Link to your council’s official record",
        description="The official record stays in your council’s own system. What is here is a copy.",
    )
    seen = HiddenField()


class AskForm(FlaskForm):
    """Putting a question: by when."""

    answer_by = DayField(
        "Answer by", description="After this day a missing answer is shown as overdue. It is never consent."
    )
