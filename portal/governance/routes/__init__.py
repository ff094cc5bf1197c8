"""Pages about how a council decides."""

from portal.core.web.pages import Pages

pages = Pages("governance", __name__)

from portal.governance.routes import facts, keeping  # noqa: E402, F401  # each declares its pages on the object above
