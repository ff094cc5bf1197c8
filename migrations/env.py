"""Migrations run on a connection that the provisioner made, as `portal_owner`."""

from alembic import context

from portal.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_schemas=True,
    transaction_per_migration=True,
    version_table="alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
