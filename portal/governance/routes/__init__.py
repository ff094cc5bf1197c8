"""Pages about how a council decides."""

from portal.core.web.pages import Pages

pages = Pages("governance", __name__)
