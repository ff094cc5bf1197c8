"""The catalogue of a migrated database, read for doors left open: run in CI, by `portal check`, and before serving.

Row security that is declared and not in force is worse than none, because everybody relies on it. So nothing here asks
the models what they meant: it reads what PostgreSQL will do, against short closed lists.
"""

from sqlalchemy import Connection

from portal.core.catalogue.functions import function_problems
from portal.core.catalogue.grants import grant_problems
from portal.core.catalogue.policies import policy_problems
from portal.core.catalogue.roles import role_problems
from portal.core.catalogue.server import durability_problems, version_problems
from portal.core.catalogue.tables import table_problems

__all__ = ["durability_problems", "problems"]


def problems(connection: Connection) -> list[str]:
    """What is open that must be shut, one sentence each, sorted; empty when all is well. Any role may ask."""
    checks = (version_problems, role_problems, table_problems, policy_problems, grant_problems, function_problems)
    return sorted({sentence for check in checks for sentence in check(connection)})
