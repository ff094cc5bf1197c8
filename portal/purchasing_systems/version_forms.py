"""Forms of versions of a specification: the shape and the words of what is typed."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from portal.purchasing_systems.forms import TicksField


class BeginVersionForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Why, and who writes it."""

    reason = TextAreaField("Why is a new version needed?", description="Every council reads it.")
    editors = TicksField(
        "Which councils share in drafting the common text?",
        description="Their procurement and commissioning officers can edit every section. Every council writes its own local "
        "schedule and signs off, whether it shares in this or not.",
        validate_choice=False,
    )


class DraftingForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Who writes it."""

    editors = TicksField(
        "Which councils share in drafting the common text?",
        description="The lead authority always does.",
        validate_choice=False,
    )


class SectionForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """One section. `revision`: the one that was read."""

    title = StringField("Title of the section")
    text = TextAreaField("Text of the section")
    revision = HiddenField()


class IssueForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A change after the first publication, for everybody to read."""

    what = TextAreaField(
        "What changes?", description="For applicants and providers. The differences are shown to them as well."
    )
    why = TextAreaField("Why is it changed?")
    legal_ground = TextAreaField(
        "On which ground of law?", description="The regulation or section, and why the change is within it."
    )
