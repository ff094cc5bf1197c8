"""Every table of the house, gathered so that migrations, the start-up check and the census see them all."""

from portal.applications import models as applications
from portal.clarifications import models as clarifications
from portal.core.audit import models as audit
from portal.core.database import Base
from portal.core.notify import models as notify
from portal.decisions import models as decisions
from portal.evaluation import models as evaluation
from portal.governance import models as governance
from portal.providers import models as providers
from portal.purchasing_systems import models as purchasing_systems
from portal.questionnaires import models as questionnaires
from tenants import models as tenants

SLICES = (
    applications,
    audit,
    clarifications,
    decisions,
    evaluation,
    governance,
    notify,
    providers,
    purchasing_systems,
    questionnaires,
    tenants,
)
metadata = Base.registry.metadata
SCHEMAS = sorted({table.schema for table in metadata.tables.values() if table.schema})
