"""The pages of every slice, in the order they are registered."""

from portal.core.web.pages import Pages
from tenants.routes import pages as tenants

SLICES: tuple[Pages, ...] = (tenants,)
