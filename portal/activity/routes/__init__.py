"""Pages of activity."""

from portal.core.web import Pages

pages = Pages("activity", "portal.activity")

from portal.activity.routes import home, inbox, operating, trail  # noqa: E402, F401  # each declares its pages above
