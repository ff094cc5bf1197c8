"""Forms of access: shape and wording; rules about passwords and addresses are elsewhere."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tenants.permissions import ROLES, ROLES_OF


class SignInForm(FlaskForm):
    """`carried`: what was typed when the session ended, sealed; `next`: where to afterwards."""

    email = StringField("E-mail address", [InputRequired("Enter your e-mail address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])
    next = HiddenField()
    carried = HiddenField()


class RegisterForm(FlaskForm):
    """A new provider: the link goes to the address given."""

    organisation = StringField(
        "Name of your organisation", description="As it is registered, for example with Companies House."
    )
    post = StringField("Your post", description="For example: Registered manager, Contracts manager.")
    email = StringField("Your e-mail address at work", description="We send a link there to finish registering.")


class AcceptForm(FlaskForm):
    """A new person sets a password; a known one proves the one they have."""

    password = PasswordField("Password")
    repeated = PasswordField("The same password again")


class ForgottenForm(FlaskForm):
    """Whoever has forgotten their password says where to mail the link."""

    email = StringField("E-mail address", description="The one you sign in with.")


class ChangePasswordForm(FlaskForm):
    """Every name says `password`: nothing of it is carried over the end of a session."""

    current_password = PasswordField("The password you have now")
    password = PasswordField("New password")
    repeated = PasswordField("The same password again", name="repeated_password")


class ColleagueForm(FlaskForm):
    """Post and roles. `kind`: of the organisation, which decides the roles on offer."""

    post = StringField("Post", description="Shown to others in place of a name, for example: Commissioning officer.")
    roles = SelectMultipleField(
        "What they may do", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )

    def offer(self, kind: str) -> None:
        """The roles that an organisation of this kind can give."""
        self.roles.choices = [(role, ROLES[role][0]) for role in ROLES_OF[kind]]


class InviteForm(ColleagueForm):
    """A colleague by their address."""

    email = StringField("E-mail address")
