"""Row policies: for our roles only, never open to all by mistake, and evaluated once a statement."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from portal.core.catalogue.reading import ROLES, rows
from portal.core.urls import KEEPER, RESOLVER, WORKER

_ONCE = re.compile(r"\( ?SELECT app\.\w+\([^()]*\) AS \w+\)|\bFROM app\.\w+\(\)")
_CALL = re.compile(r"\bapp\.(\w+)\(")
_ROW_BY_ROW = {
    ("applications.seal_keys", "opened_reads"): {"may_open"},
    ("applications.interests", "applicant_inserts"): {"applicant"},
}
"""Questions that depend on the row: which part of which application this person may read, and the pseudonym in its round."""
_OPEN = {
    RESOLVER: None,
    KEEPER: {
        ("applications.seal_keys", "keeper_reads"),
        ("applications.seal_keys", "keeper_updates"),
        ("decisions.attachment_keys", "keeper_reads"),
        ("decisions.attachment_keys", "keeper_updates"),
    },
    WORKER: {("notify.messages", "worker_reads"), ("notify.messages", "worker_updates")},
}
"""Where a policy may say `true`, and to whom. None: everywhere (definer functions resolve before they answer)."""


def policy_problems(connection: Connection) -> Iterator[str]:
    """Policies for strangers, policies that let everything through, policies that ask once a row."""
    for table, name, roles, permissive, command, using, check in rows(
        connection,
        "SELECT schemaname || '.' || tablename, policyname, roles, permissive, cmd, qual, with_check FROM pg_policies",
    ):
        where = f"The policy {name} of {table}"
        for role in roles:
            if role not in ROLES:
                yield f"{where} is for {role}: name the portal's own roles."
            elif permissive == "PERMISSIVE" and "true" in (using, check) and not _may_be_open(role, table, name):
                yield f"{where} lets {role} through to every row."
        if permissive == "PERMISSIVE" and command in ("UPDATE", "ALL") and check is None:
            yield f"{where} has no WITH CHECK of its own."
        for expression in (using or "", check or ""):
            yield from _expression_problems(table, name, expression)


def _may_be_open(role: str, table: str, name: str) -> bool:
    allowed = _OPEN.get(role, set())
    return allowed is None or (table, name) in allowed or name.startswith("reference_")


def _expression_problems(table: str, name: str, expression: str) -> Iterator[str]:
    bare = set(_CALL.findall(_ONCE.sub("", expression))) - _ROW_BY_ROW.get((table, name), set())
    for function in sorted(bare):
        yield f"The policy {name} of {table} calls app.{function}() once a row: write (SELECT app.{function}())."
    if re.search(r"current_setting|IS NULL\) OR|= ''", expression):
        yield f"The policy {name} of {table} asks a setting, which anybody can set."
