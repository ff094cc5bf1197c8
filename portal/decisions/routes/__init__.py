"""Pages of joint decisions."""

from portal.core.web.pages import Pages

pages = Pages("decisions", __name__)

from portal.decisions.routes import afterwards, boards, contents, drafts, own, own_writing, records  # noqa: E402, F401  # each declares its pages on the object above
