"""Pages of what follows an evaluation: the lead's steps, and the letters."""

from portal.core.web.pages import Pages

pages = Pages("outcome", "portal.applications.routes.outcome")

from portal.applications.routes.outcome import letters, standing, steps  # noqa: E402, F401  # each declares its pages above
