"""The form of a council's own decision: shape and wording. What is missing before it can be recorded is for the rules to say."""

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from portal.core.web.fields import DayField, FigureField, PoundsField
from portal.decisions.rules.answers import OUTCOMES, ROUTES, URGENCY


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


class PartForm(Form):
    """The answer to one part of the question."""

    slug = HiddenField()
    outcome = RadioField(
        "Is this part approved?",
        choices={"approve": "Approved", "not_approve": "Not approved"},
        validate_choice=False,
    )
    reasons = TextAreaField("Reasons for this part")


class RecordForm(FlaskForm):
    """What every record of a decision holds, whether or not it answers a joint decision."""

    route = RadioField("By which route did your council decide?", choices=ROUTES, validate_choice=False)
    delegation_id = SelectField(
        "Under which delegation?",
        description="From your council’s ledger. A decision of a cabinet, a committee or full council needs none.",
        validate_choice=False,
    )
    decided_by_post = StringField(
        "Who took the decision?",
        description="The post or the body, not a name. For example, Head of Children’s Social Care, or Cabinet. "
        "Several posts are divided by semicolons.",
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
    value_pounds = PoundsField(
        "Value of what is decided", description="Without VAT, if your council’s limits depend on it."
    )
    wards = FigureField("How many wards does it affect significantly?", description="If your council counts them.")
    is_key = RadioField(
        "Is it a key decision by your council’s own tests?",
        choices={"no": "No", "yes": "Yes"},
        default="no",
        validate_choice=False,
    )
    key_reason = StringField("By which test?", description="For example, expenditure over £500,000.")
    notice_id = SelectField(
        "Which notice of your council’s forward plan announced it?",
        description="The day of that notice then counts, and the notice ends when this decision is published.",
        validate_choice=False,
    )
    notice_on = DayField(
        "When was the notice of the key decision published?",
        description="28 clear days lie between the notice and the decision.",
    )
    urgency = RadioField("If that was too late, which exception?", choices=URGENCY, default="", validate_choice=False)
    urgency_agreed_by = StringField("Who was told or agreed, and when?")
    decided_on = DayField("When was it taken?")
    published_on = DayField(
        "When was its record published?",
        description="The call-in period starts with it. Leave it empty if it has not been published yet.",
    )
    effective_on = DayField("When does it take effect?", description="After any call-in period of your own council.")
    call_in_exempt_because = StringField(
        "If it is exempt from call-in as urgent, why?", description="Leave it empty if it can be called in."
    )
    reasons = TextAreaField("Reasons for the decision")
    alternatives = TextAreaField(
        "Alternatives considered and rejected",
        description="One in a paragraph: the option, a colon, why it was rejected. If there were none, say so.",
    )
    financial = TextAreaField("Financial implications")
    legal = TextAreaField("Legal implications")
    equality = TextAreaField("Equality implications")
    interests = TextAreaField("Interests declared", description="If there were none, say so.")
    dispensations = TextAreaField(
        "Dispensations", description="Granted in respect of an interest. Leave it empty if there were none."
    )
    evidence = StringField(
        "What do you record this on?",
        description="For example, signed officer decision record; draft minute of the meeting; e-mail with the member’s reply.",
    )
    report_reference = StringField("Report reference")
    minute_number = StringField("Minute number", description="As your council’s own record numbers it.")
    record_url = StringField(
        "Link to your council’s official record",
        description="The official record stays in your council’s own system. What is here is a copy.",
    )
    seen = HiddenField()


class DecideForm(RecordForm):
    """A council's answer to a joint decision."""

    outcome = RadioField("What did your council decide?", choices=OUTCOMES, validate_choice=False)
    defer_until = DayField("Deferred until", description="The day your council comes back to it.")
    parts = FieldList(FormField(PartForm), max_entries=12)
    restrictions = FieldList(FormField(RestrictionForm), max_entries=40)


class AskForm(FlaskForm):
    """Putting a question: by when."""

    answer_by = DayField(
        "Answer by", description="After this day a missing answer is shown as overdue. It is never consent."
    )
