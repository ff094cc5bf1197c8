"""The pages of every slice, in the order they are registered."""

from portal.activity.routes import pages as activity
from portal.core.web.pages import Pages
from portal.decisions.routes import pages as decisions
from tenants.routes import pages as tenants

SLICES: tuple[Pages, ...] = (
    tenants,
    activity,
    decisions,
)
