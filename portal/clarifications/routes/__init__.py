"""Pages of clarifications."""

from portal.core.web.pages import Pages

pages = Pages("clarifications", __name__)

from portal.clarifications.routes import asking, drafting, public, publishing, queue  # noqa: E402, F401  # each declares its pages
