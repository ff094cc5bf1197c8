"""Pages of activity."""

from portal.activity import digest  # noqa: F401  # what is told once a week
from portal.core.web import Pages

pages = Pages("activity", "portal.activity")

from portal.activity.routes import deadlines, home, inbox, operating, trail  # noqa: E402, F401  # each declares its pages above
