"""Forms of access: shape and wording; rules about passwords and addresses are elsewhere."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired


class SignInForm(FlaskForm):
    """`carried`: what was typed when the session ended, sealed; `next`: where to afterwards."""

    email = StringField("E-mail address", [InputRequired("Enter your e-mail address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])
    next = HiddenField()
    carried = HiddenField()
