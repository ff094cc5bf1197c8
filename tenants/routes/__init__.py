"""Pages of access."""

from portal.core.web import Pages

pages = Pages("tenants", "tenants")

from tenants.routes import invitations, passwords, people, policy, sessions  # noqa: E402, F401  # each declares its pages on the object above
