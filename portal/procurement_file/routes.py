"""The procurement file of a system, or of one of its rounds: choose what is left out, and take it."""

from uuid import UUID

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import AnyOf, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core import clock
from portal.core.audit import record
from portal.core.database import session
from portal.core.web import Pages
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.procurement_file.archive import write_archive
from portal.procurement_file.gathering import gather
from portal.procurement_file.pieces import MARKS, Wanted, safe
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.systems import system_for
from tenants.permissions import Permission

pages = Pages("procurement_file", __name__)
_WHOLE = "all"
PURPOSES = {
    "audit": "An audit",
    "information_request": "A request for information (Freedom of Information Act 2000, or Environmental Information Regulations 2004)",
    "claim": "A complaint, a claim letter or disclosure in proceedings",
    "handover": "Handing over, or our own file",
}
"""Why a file is taken; kept in the trail."""


class FileForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Which file, what for, and what is left out."""

    round = SelectField("Which file?", validate_choice=False)
    purpose = SelectField(
        "What is it for?",
        choices=options([("", "Choose"), *PURPOSES.items()]),
        validators=[AnyOf(PURPOSES, "Select what the file is for.")],
        validate_choice=False,
    )
    without = SelectMultipleField(
        "Leave out",
        choices=options(MARKS.items()),
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    uploads = BooleanField("With the documents that providers uploaded, as far as your council may read them")

    def validate_round(self, field: SelectField) -> None:
        """Of this system's rounds, or all."""
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError("Select the whole system or one round.")

    def validate_without(self, field: SelectMultipleField) -> None:
        """Marks there are."""
        if not set(field.data or ()) <= set(MARKS):
            raise ValidationError("Select from the marks in the list.")


@pages.route("/systems/<uuid:system_id>/procurement-file", permit=Permission.FILE_TAKE, methods=("GET", "POST"))
def procurement_file(system_id: UUID) -> ResponseReturnValue:
    """A page that says what the file holds; a POST makes it, and leaves a line in the trail."""
    system = system_for(session(), actor(), system_id)
    rounds = session().scalars(select(Round).where(Round.system_id == system_id).order_by(Round.number)).all()
    form = FileForm()
    form.round.choices = options(
        [
            (_WHOLE, "The whole system, with every round"),
            *((str(r.id), f"Round {r.number} alone") for r in rounds),
        ]
    )
    if not form.validate_on_submit():
        page = render_template(
            "procurement_file/procurement_file.html", form=form, system=system, rounds=rounds, marks=MARKS
        )
        return page, 422 if form.errors else 200
    chosen = [r for r in rounds if form.round.data in (_WHOLE, str(r.id))]
    return _taken(system, chosen, form)


def _taken(system: PurchasingSystem, rounds: list[Round], form: FileForm) -> Response:
    whole = form.round.data == _WHOLE
    wanted = Wanted(
        session=session(),
        actor=actor(),
        keys=current_app.extensions["keys"],
        store=current_app.extensions["documents"],
        system=system,
        rounds=rounds,
        without=frozenset(form.without.data or ()),
        uploads=bool(form.uploads.data),
    )
    archive = write_archive(wanted, gather(wanted))
    what = f"“{system.title}”" if whole else f"round {rounds[0].number} of “{system.title}”"
    left_out = ", ".join(sorted(wanted.without)) or "nothing"
    record(
        session(),
        "procurement_file.file.take",
        f"Took the procurement file of {what}: {archive.kept} files; left out: {left_out}. For: {PURPOSES[form.purpose.data]}.",
        system=system.id,
        files=archive.kept,
    )
    name = f"procurement-file {safe(system.alias)}{'' if whole else f' round {rounds[0].number}'} {clock.today():%Y-%m-%d}.zip"
    response = Response(archive.file, mimetype="application/zip", direct_passthrough=True)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.call_on_close(archive.file.close)
    return response
