"""Pages about how a council decides."""

from portal.core.web.pages import Pages

pages = Pages("governance", __name__)

from portal.governance.routes import (  # noqa: E402  # each declares its pages on the object above
    asking,  # noqa: F401
    delegations,  # noqa: F401
    entering,  # noqa: F401
    facts,  # noqa: F401
    keeping,  # noqa: F401
    posts,  # noqa: F401
)
