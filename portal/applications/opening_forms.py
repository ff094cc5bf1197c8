"""Form of the opening ceremony."""

from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired


class OpenForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """One's own password, once more."""

    password = PasswordField(
        "Your password",
        [InputRequired("Enter your password to confirm.")],
        description="The one you sign in with. It shows that you are at this computer yourself.",
    )
