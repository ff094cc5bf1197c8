"""Forms of the ledger and of the posts: the shape and the words of what is typed. What may be is for the actions to say."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
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

from portal.core.web.fields import DayField, PoundsField, options
from portal.governance.queries.posts import CAPACITIES
from portal.governance.rules.delegation_facts import POST_KINDS, POWERS

_ROWS = 12


class ConditionForm(Form):
    """One condition precedent."""

    words = StringField("Condition, in the words of the minute")
    each = BooleanField("It is certified for every case by itself")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not (self.words.data or "").strip()


class SourceForm(Form):
    """One purchasing system or framework that it is for."""

    name = StringField("Name, in the words of the minute")
    system = SelectField("The same in this portal", validate_choice=False)
    awaits = StringField(
        "What it waits for", description="For example, when in place. Leave it empty if it can be used."
    )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not any((f.data or "").strip() for f in (self.name, self.system, self.awaits))


class DelegationForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A delegation as it was minuted."""

    granted_on = DayField("When was it granted?", description="The day of the decision.")
    reference = StringField(
        "Item and resolution",
        description="As your council quotes it after the day. For example, item 32 (4).",
    )
    minuted = TextAreaField(
        "Words of the minute", description="Word for word, with its spelling. They are never changed."
    )
    matter = StringField(
        "What is delegated, in plain words",
        description="It ends the sentence “The delegation is for …”. For example, the award of contracts called off the PPA.",
    )
    kind_names = SelectMultipleField("Which kinds of matter does it cover?", validate_choice=False)
    granted_url = StringField("Link to the official record")
    published_on = DayField(
        "When was the decision published?",
        description="The other councils can then read this delegation. Leave it empty if it is not public.",
    )
    power = RadioField(
        "What may the holder do?", choices=options(POWERS.items()), default="decide", validate_choice=False
    )
    holder_ids = SelectMultipleField("Who holds it?", validate_choice=False)
    joint = RadioField(
        "If it names more than one holder",
        choices=options([("", "Each of them can act"), ("y", "Jointly: all must agree, each can refuse")]),
        default="",
        validate_choice=False,
    )
    nominees = StringField(
        "Nominated posts besides",
        description="The words of the minute, such as “nominated Service Managers”. Which posts are nominated is recorded apart, "
        "with dates.",
    )
    consulted_ids = SelectMultipleField(
        "In consultation with",
        description="A record that they were consulted is needed. Consent is not.",
        validate_choice=False,
    )
    before_commencement = BooleanField("Only before the procurement begins")
    collective = BooleanField("Only as part of a joint decision of all participating authorities")
    without_key = BooleanField("Not for key decisions")
    conditions = FieldList(FormField(ConditionForm), max_entries=_ROWS)
    paragraphs = StringField(
        "Paragraphs of the report", description="If the minute names them. For example, paragraph 3."
    )
    sources = FieldList(FormField(SourceForm), max_entries=_ROWS)
    limit_pounds = PoundsField("Limit of value", description="In pounds. Leave it empty if there is none.")
    starts_on = DayField("First day", description="Leave it empty if it holds from the day it was granted.")
    ends_on = DayField("Last day", description="Leave it empty if none was set.")
    reading = TextAreaField(
        "The monitoring officer’s reading",
        description="Where the form that was minuted is doubtful in law. The minuted words stay as they are.",
    )
    legal_maker_id = SelectField("Who decides in law", validate_choice=False)
    granted_by_id = HiddenField()
    resolution_id = HiddenField()


class RevokeForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Ending a delegation or a nomination."""

    revoked_on = DayField("From which day is it revoked?", description="On this day it can no longer be acted on.")
    because = StringField("By which decision, or why?")


class PublishForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The decision that granted it is public."""

    published_on = DayField("When was the decision published?")


class NominateForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A post nominated under a delegation."""

    post_id = SelectField("Which post is nominated?", validate_choice=False)
    starts_on = DayField("From which day?")
    evidence = StringField("Where is it written down?", description="For example, memorandum of 11 January 2021.")


class CertifyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Whether a condition holds."""

    condition = RadioField("Which condition?", validate_choice=False)
    holds = RadioField(
        "Is it met?", choices=options([("yes", "Yes, it is met"), ("no", "No, it is not met")]), validate_choice=False
    )
    case = StringField(
        "For which case?", description="Needed where the condition is certified for every case by itself."
    )
    found_on = DayField("When was that found?")
    certified_by = StringField("Which post found it?", description="The post, not a name.")
    evidence = StringField("What does the finding rest on?", description="And where that is kept.")


class MayForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """May I? A question, so it changes nothing and can be kept as an address."""

    class Meta:
        csrf = False

    kind = SelectField("What is to be done?", validate_choice=False)
    post = SelectField("Which post acts?", validate_choice=False)
    does = RadioField("What would it do?", choices=options(POWERS.items()), default="decide", validate_choice=False)
    on = DayField("On which day?")
    value = PoundsField("What is it worth?", description="In pounds. Leave it empty if it has no value.")
    system = SelectField("Which purchasing system or framework is it about?", validate_choice=False)
    case = StringField("Which case?", description="If a condition has been certified for this case.")
    consulted = SelectMultipleField("Who has been consulted?", validate_choice=False)
    agreed = SelectMultipleField("Who has agreed?", validate_choice=False)
    commenced = BooleanField("The procurement has begun")
    collective = BooleanField("It is part of a joint decision of all participating authorities")
    key = BooleanField("It is a key decision")


class PostForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A new post, team or body."""

    title = StringField("Title", description="As minutes call it. For example, Head of Children’s Social Care.")
    kind = RadioField("What is it?", choices=options(POST_KINDS.items()), validate_choice=False)
    starts_on = DayField(
        "Since when has there been this post?", description="The day it was created, or the earliest you know."
    )


class RenameForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Another title for the same post."""

    title = StringField("New title")
    starts_on = DayField("From which day?")


class HolderForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Somebody in a post."""

    label = StringField("Who is it?", description="As your council calls them. This is not shown outside your council.")
    person = SelectField("Their account in this portal", validate_choice=False)
    capacity = RadioField(
        "In which capacity?",
        choices=options(
            [
                ("substantive", CAPACITIES["substantive"]),
                ("acting", "Acting up: in the place of the holder, who is away or not yet there"),
                ("deputy", CAPACITIES["deputy"]),
            ]
        ),
        validate_choice=False,
    )
    starts_on = DayField("First day")
    ends_on = DayField("Last day", description="Leave it empty if it is not known yet.")


class EndForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The last day of something."""

    ends_on = DayField("What is the last day?")
