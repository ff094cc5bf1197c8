"""Putting what an action could not accept beside the fields of its form."""

from flask_wtf import FlaskForm

from portal.core.errors import Invalid


def show_invalid(form: FlaskForm, error: Invalid) -> None:
    """Each sentence under its field; one without a field of that name above the form."""
    for name, sentence in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)
