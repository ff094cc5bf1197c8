"""What PostgreSQL lets everybody call, and no part of the portal needs: shut in the portal's own database.

Statistics tell how many rows are hidden, sizes tell when something is submitted, a large object is held by no policy, a
session's advisory lock outlives the request that took it, and one request could end another's.
"""

from typing import Any

from psycopg import Connection

SHUT = [
    "lo_creat",
    "lo_create",
    "lo_from_bytea",
    "lo_get",
    "lo_open",
    "lo_put",
    "lo_unlink",
    "loread",
    "lowrite",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_cancel_backend",
    "pg_terminate_backend",
    "pg_logical_emit_message",
    "pg_stat_get_activity",
    "pg_stat_get_backend_activity",
    "pg_lock_status",
    "pg_stat_get_live_tuples",
    "pg_stat_get_dead_tuples",
    "pg_stat_get_mod_since_analyze",
    "pg_stat_get_ins_since_vacuum",
    "pg_stat_get_tuples_inserted",
    "pg_stat_get_tuples_updated",
    "pg_stat_get_tuples_deleted",
    "pg_stat_get_tuples_hot_updated",
    "pg_stat_get_tuples_newpage_updated",
    "pg_stat_get_tuples_returned",
    "pg_stat_get_tuples_fetched",
    "pg_stat_get_numscans",
    "pg_stat_get_blocks_fetched",
    "pg_stat_get_blocks_hit",
    "pg_relation_size",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_indexes_size",
    "pg_database_size",
]

_REVOKE = """
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
             WHERE p.pronamespace = 'pg_catalog'::regnamespace AND a.grantee = 0
               AND p.proname = ANY (string_to_array('{names}', ' ')) LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$
"""


def shut_server_doors(connection: Connection[Any]) -> None:
    """Take these functions from everybody, in the database connected to. Only a superuser can; for another nothing happens."""
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row and row[0]:
        connection.execute(_REVOKE.replace("{names}", " ".join(SHUT)))
