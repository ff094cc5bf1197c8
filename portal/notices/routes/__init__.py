"""Public pages: nobody needs to sign in."""

from portal.core.web import Pages

pages = Pages("notices", "portal.notices")

from portal.notices.routes import decisions, downloads, forward_plan, modifications, register, rounds, statements  # noqa: E402, F401  # each declares its pages
