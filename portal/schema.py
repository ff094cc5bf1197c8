"""Every table of the house, gathered so that migrations, the start-up check and the census see them all."""

import tenants.models  # noqa: F401  # imported for its tables
from portal.core.database import Base

metadata = Base.registry.metadata
SCHEMAS = sorted({table.schema for table in metadata.tables.values() if table.schema})
