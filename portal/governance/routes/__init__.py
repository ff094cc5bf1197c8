"""Pages about how a council decides."""

from portal.core.web.pages import Pages

pages = Pages("governance", __name__)

from portal.governance.routes import asking, delegations, entering, posts  # noqa: E402, F401  # each declares its pages
