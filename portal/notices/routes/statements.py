"""What a public service says of itself."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from portal.core.web import public
from portal.notices.routes import pages

_ANYBODY = public("A statement to everybody.")


@pages.route("/accessibility", permit=_ANYBODY)
def accessibility() -> ResponseReturnValue:
    """Accessibility statement."""
    return render_template("notices/accessibility.html")


@pages.route("/privacy", permit=_ANYBODY)
def privacy() -> ResponseReturnValue:
    """Privacy notice."""
    return render_template("notices/privacy.html", mails=current_app.config["PORTAL"].smtp_configured)
