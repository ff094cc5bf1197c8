"""The pages of every slice, in the order they are registered."""

from portal.activity.routes import pages as activity
from portal.applications.routes import pages as applications
from portal.applications.routes.evaluation import pages as evaluation
from portal.applications.routes.opening import pages as opening
from portal.applications.routes.outcome import pages as outcome
from portal.clarifications.routes import pages as clarifications
from portal.core.web.pages import Pages
from portal.decisions.routes import pages as decisions
from portal.governance.routes import pages as governance
from portal.notices.routes import pages as notices
from portal.procurement_file.routes import pages as procurement_file
from portal.providers.routes import pages as providers
from portal.purchasing_systems.routes import pages as purchasing_systems
from tenants.routes import pages as tenants

SLICES: tuple[Pages, ...] = (
    tenants,
    activity,
    applications,
    opening,
    evaluation,
    outcome,
    clarifications,
    decisions,
    governance,
    providers,
    purchasing_systems,
    notices,
    procurement_file,
)
