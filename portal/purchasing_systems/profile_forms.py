"""Forms of vehicle profiles and of the notices they ask for."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.web.fields import DayField, FigureField, options
from portal.purchasing_systems.actions.profiles import WHOLE
from portal.purchasing_systems.models import VehicleProfile
from portal.purchasing_systems.reference import regimes
from portal.purchasing_systems.rules.profiles import ADMISSION, ADMITS, MOMENTS, ROUTES, RULES, SELECTION


def _several(label: str, choices: dict[str, str], description: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=options(choices.items()),
        validate_choice=False,
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _one(label: str, choices: dict[str, str]) -> RadioField:
    return RadioField(label, choices=options(choices.items()), validate_choice=False)


class DueForm(Form):
    """One notice."""

    moment = SelectField("When", choices=options([("", "Select when"), *MOMENTS.items()]), validate_choice=False)
    notice = StringField("Notice")
    days = FigureField("Within how many days", description="Empty if before, or at once.")
    source = StringField("Laid down in")


class ProfileForm(FlaskForm):
    """Every rule of a vehicle, each group with its source."""

    code = StringField("Short name", description="Small letters, digits and _. It stays the same for all versions.")
    name = StringField("Name")
    description = StringField("What it is, in a sentence")
    admission = _one("When providers can apply", ADMISSION)
    admits = _one("Who admits", ADMITS)
    may_restrict = BooleanField("A council may restrict its use of a provider that passed")
    restriction_grounds = StringField("On which grounds")
    assessment_days = FigureField("Working days to decide on an application", description="Empty if none are fixed.")
    assessment_days_extended = FigureField("Working days with reasons", description="Empty if it cannot be longer.")
    defers_first = BooleanField("The first applications may take longer, if the documents announce it")
    first_window_days = FigureField("Days from the notice to the first closing", description="Empty if none are fixed.")
    tender_days = FigureField("Days for tenders under it", description="Empty if none are fixed.")
    admission_is_award = BooleanField("An admission is the award of a contract")
    selection = _one("How providers are selected", SELECTION)
    member_cap = FigureField("Members in a lot at most", description="Empty if the number is not limited.")
    conditions_may_change = BooleanField("Its conditions may change during its life")
    fees = StringField("What providers pay")
    standstill_days = FigureField(
        "Standstill in calendar days", description="What a new system begins with. Empty for none."
    )
    standstill_mandatory = BooleanField("The standstill is required")
    routes = _several("Call-off routes allowed", ROUTES)
    notices = FieldList(FormField(DueForm), max_entries=20)
    longest_years = FigureField("Years at most", description="Empty if there is no limit.")
    longer_with_reason = BooleanField("Longer with a reason")
    limit_regimes = _several("Laws under which this limit holds", regimes())
    ends_by = DayField("Day beyond which no system of this kind lasts", description="Empty if there is none.")
    regimes = _several("Laws it can be set up under", regimes())
    notes = TextAreaField("Notes")


for _rule, _title in RULES.items():
    setattr(ProfileForm, f"source_{_rule}", StringField(f"Laid down in ({_title[0].lower()}{_title[1:]})"))

_PLAIN = [
    "name",
    "description",
    "admission",
    "admits",
    "may_restrict",
    "restriction_grounds",
    "defers_first",
    "admission_is_award",
    "selection",
    "conditions_may_change",
    "fees",
    "standstill_mandatory",
    "routes",
    "longer_with_reason",
    "limit_regimes",
    "ends_by",
    "regimes",
    "notes",
]


def rules_of(form: ProfileForm) -> dict[str, Any]:
    """What was typed, as the action wants it; notices left empty are dropped."""
    values: dict[str, Any] = {name: form[name].data for name in _PLAIN}
    values |= {name: form[name].whole for name in WHOLE}
    rows = [
        {
            "moment": r.form.moment.data,
            "notice": r.form.notice.data,
            "days": r.form.days.whole,
            "source": r.form.source.data,
        }
        for r in form.notices
    ]
    values["notices"] = [row for row in rows if any(row.values())]
    values["sources"] = {rule: form[f"source_{rule}"].data for rule in RULES}
    return values


def data_of(profile: VehicleProfile) -> dict[str, Any]:
    """A version as the form shows it, to be copied; with two empty rows for notices."""
    data = {name: getattr(profile, name) for name in (*_PLAIN, *WHOLE)}
    data |= {f"source_{rule}": profile.sources.get(rule, "") for rule in RULES}
    data["notices"] = [*profile.notices, {}, {}]
    return data


class NoticeDueForm(FlaskForm):
    """A notice as it was published."""

    number = StringField("Number of the notice")
    url = StringField("Link to the notice")
    published_on = DayField("Published on")
