"""Pages of joint decisions."""

from portal.core.web.pages import Pages

pages = Pages("decisions", __name__)

from portal.decisions.routes import (  # noqa: E402  # each declares its pages on the object above
    afterwards,  # noqa: F401
    boards,  # noqa: F401
    contents,  # noqa: F401
    drafts,  # noqa: F401
    evidence,  # noqa: F401
    forward_plan,  # noqa: F401
    meeting_papers,  # noqa: F401
    meeting_screen,  # noqa: F401
    meetings,  # noqa: F401
    own,  # noqa: F401
    own_writing,  # noqa: F401
    records,  # noqa: F401
    report_papers,  # noqa: F401
    what_if,  # noqa: F401
)
