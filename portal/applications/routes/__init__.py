"""Pages of applications: the provider's drafts and receipts, and what officers see once a round is opened."""

from portal.core.web import Pages

pages = Pages("applications", "portal.applications")

from portal.applications.routes import (  # noqa: E402, F401  # each declares its pages on the object above
    documents,
    groups,
    opened,
    overview,
    receipts,
    specification,
    starting,
    submission,
)
