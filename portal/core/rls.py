"""Whose rows: the closed vocabulary of tenancy, and the SQL each word stands for.

A model declares `__tenancy__ = (owner(...), participant(...), ...)`. From it come the grants (UPDATE by column only) and
the row policies. Migrations hold them as literal SQL; a census re-creates the declared ones and compares.

Each policy compares a column of the table itself with a value that the scope resolved once: `(SELECT app.organisation())`.
The bare call would run once a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# A job reopens the scope it carries, so what a scope may, the worker may within it.
THEIR_SCOPE = "portal_app, portal_worker"
ORGANISATION = "(SELECT app.organisation())"
PERSON = "(SELECT app.person())"
AN_AUTHORITY = "(SELECT app.kind()) = 'authority'"
A_PROVIDER = "(SELECT app.kind()) = 'provider'"
NEIGHBOURS = "ANY ((SELECT app.neighbours())::uuid[])"
LED = "ANY ((SELECT app.led())::uuid[])"
SYSTEMS = "ANY ((SELECT app.systems())::uuid[])"
CONSIDERED = "ANY ((SELECT app.considered())::uuid[])"
INVITED = "ANY ((SELECT app.invited())::uuid[])"
ASKED = "ANY ((SELECT app.asked())::uuid[])"
ROUNDS = "ANY ((SELECT app.opened_rounds())::uuid[])"
SHEETS = "(SELECT s.panel_id, s.lot_id FROM app.submitted_sheets() s)"
APPLICANTS = "ANY ((SELECT app.applicants())::uuid[])"
SEATS = "ANY ((SELECT app.seats())::uuid[])"


@dataclass(frozen=True)
class Word:
    """One sentence of tenancy: who reads, inserts, updates (which columns), deletes, by which condition on the row.

    `born`: what an inserted row must be, where that says more than `rows`; `changes`: the same of a row that is changed or
    removed, where that is narrower than `rows` by itself.
    """

    name: str
    rows: str | None
    select: bool = True
    insert: bool = False
    update: tuple[str, ...] = ()
    delete: bool = False
    when: str | None = None
    becomes: str | None = None
    role: str = "portal_app"
    born: str | None = None
    changes: str | None = None


def owner(
    column: str = "organisation_id",
    *,
    select: bool = True,
    insert: bool = False,
    update: tuple[str, ...] = (),
    delete: bool = False,
    when: str | None = None,
    becomes: str | None = None,
    name: str = "owner",
) -> Word:
    """Rows of the organisation acted for. `when`: the stage in which they may be touched; `becomes`: what they must be after."""
    return Word(name, f"{column} = {ORGANISATION}", select, insert, update, delete, when, becomes)


def lead(
    column: str = "system_id",
    *,
    insert: bool = False,
    update: tuple[str, ...] = (),
    delete: bool = False,
    when: str | None = None,
    becomes: str | None = None,
    born: str | None = None,
) -> Word:
    """Written by the lead authority of the purchasing system, whoever wrote the row; who reads, another word says.

    `when`, `becomes` and `born` as in `Word`; each holds besides the system being led.
    """
    rows = f"{column} = {LED}"
    new = f"({rows}) AND ({born})" if born else None
    return Word("lead", rows, False, insert, update, delete, when, becomes, born=new)


def applicant(
    column: str = "applicant_id",
    *,
    insert: bool = False,
    update: tuple[str, ...] = (),
    delete: bool = False,
    when: str | None = None,
    becomes: str | None = None,
    born: str | None = None,
    changes: str | None = None,
) -> Word:
    """Rows of the provider acted for, under its pseudonym in the round: before opening they name nobody."""
    rows = f"{column} = {APPLICANTS}"
    return Word("applicant", rows, True, insert, update, delete, when, becomes, born=born, changes=changes)


def author(
    column: str = "person_id",
    *,
    select: bool = True,
    insert: bool = False,
    update: tuple[str, ...] = (),
    delete: bool = False,
    when: str | None = None,
    becomes: str | None = None,
    organisation: str | None = "organisation_id",
) -> Word:
    """Rows of this very person, while acting for the organisation the row belongs to."""
    rows = f"{column} = {PERSON}" + (f" AND {organisation} = {ORGANISATION}" if organisation else "")
    return Word("author", rows, select, insert, update, delete, when, becomes)


def participant(column: str = "system_id", *, when: str | None = None, name: str = "participant") -> Word:
    """Read by every authority that takes part in the purchasing system."""
    return Word(name, f"{column} = {SYSTEMS}" + (f" AND ({when})" if when else ""))


def considering(column: str = "system_id") -> Word:
    """Read by an authority that considers whether to take part: what is shared with it before it decides."""
    return Word("considering", f"{column} = {CONSIDERED}")


def invited(column: str = "system_id") -> Word:
    """Read by an authority that could take part and has not joined: what the system is, and who takes part."""
    return Word("invited", f"{column} = {INVITED}")


def asked(column: str = "matter_id", *, when: str | None = None) -> Word:
    """Read by an authority of which it is asked whether it will take part, while it considers that."""
    return Word("asked", f"{column} = {ASKED}" + (f" AND ({when})" if when else ""))


def after(column: str = "round_id", *, when: str | None = None) -> Word:
    """Read by participating authorities once the round has been opened by two officers; before, there are no rows."""
    return Word("after", f"{column} = {ROUNDS}" + (f" AND ({when})" if when else ""))


def own_submitted_first(*, when: str | None = None) -> Word:
    """What was scored for a lot: read only by a panel member whose own scores for that lot are submitted,

    and by the lead and the panel once that lot is being moderated.
    """
    return Word("blind", f"(panel_id, lot_id) IN {SHEETS}" + (f" AND ({when})" if when else ""))


def panel(column: str = "panel_id") -> Word:
    """Read by those who sit on the panel."""
    return Word("panel", f"{column} = {SEATS}")


def of_published_system(column: str = "system_id") -> Word:
    """Read by anyone once the purchasing system is published."""
    return Word("published", f"{column} = ANY ((SELECT app.published_systems())::uuid[])")


def of_published_round(column: str = "round_id", *, when: str | None = None) -> Word:
    """Read by anyone once the round is published: questions are seen before registering."""
    return Word(
        "published", f"{column} = ANY ((SELECT app.published_rounds())::uuid[])" + (f" AND {when}" if when else "")
    )


def published(when: str = "published_at IS NOT NULL") -> Word:
    """Read by anyone, signed in or not, once published."""
    return Word("published", when)


def reference() -> Word:
    """Facts for all; written by migrations and the provisioner only."""
    return Word("reference", "true")


def keeper(*, update: tuple[str, ...]) -> Word:
    """Rows that the keeper re-wraps by command; content is never granted to it."""
    return Word("keeper", "true", True, False, update, role="portal_keeper")


def condition(name: str, rows: str) -> Word:
    """A reading rule of its own, in SQL, named for what it says. For the few rows no other word describes."""
    return Word(name, rows)


def worker(*, update: tuple[str, ...] = (), delete: bool = False) -> Word:
    """Rows that jobs work on without a person's scope."""
    return Word("worker", "true", True, False, update, delete, role="portal_worker")


def never_worker() -> Word:
    """Kept from the job runner, whatever scope it carries (restrictive)."""
    return Word("never_worker", None, role="portal_worker")


def system_only() -> Word:
    """Reached through definer functions alone: no grant to the application."""
    return Word("system_only", None)


def statements(table: str, words: tuple[Word, ...]) -> list[str]:
    """The grants and policies of one table, as the migration holds them."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM PUBLIC",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO portal_resolver",
        f"CREATE POLICY resolver ON {table} TO portal_resolver USING (true) WITH CHECK (true)",
        *_grants(table, words),
        *(policy for word in words for policy in _policies(table, word)),
    ]


def _to(role: str) -> str:
    return THEIR_SCOPE if role == "portal_app" else role


def _grants(table: str, words: tuple[Word, ...]) -> Iterator[str]:
    for role in sorted({w.role for w in words}):
        theirs = [w for w in words if w.role == role and w.rows]
        wanted = {
            "SELECT": any(w.select for w in theirs),
            "INSERT": any(w.insert for w in theirs),
            "DELETE": any(w.delete for w in theirs),
        }
        granted = [verb for verb, is_wanted in wanted.items() if is_wanted]
        columns = sorted({c for w in theirs for c in w.update})
        if columns:
            granted.append(f"UPDATE ({', '.join(columns)})")
        if granted:
            yield f"GRANT {', '.join(granted)} ON {table} TO {_to(role)}"


def _policies(table: str, w: Word) -> Iterator[str]:
    if w.name == "never_worker":
        yield f"CREATE POLICY never_worker ON {table} AS RESTRICTIVE TO portal_worker USING (false)"
    if not w.rows:
        return
    to, born = _to(w.role), f"({w.born})" if w.born else _both(w.rows, w.becomes or w.when)
    using, check = (f"({w.changes})",) * 2 if w.changes else (_both(w.rows, w.when), _both(w.rows, w.becomes or w.when))
    if w.select:
        yield f"CREATE POLICY {w.name}_reads ON {table} FOR SELECT TO {to} USING ({w.rows})"
    if w.insert:
        yield f"CREATE POLICY {w.name}_inserts ON {table} FOR INSERT TO {to} WITH CHECK {born}"
    if w.update:
        yield f"CREATE POLICY {w.name}_updates ON {table} FOR UPDATE TO {to} USING {using} WITH CHECK {check}"
    if w.delete:
        yield f"CREATE POLICY {w.name}_deletes ON {table} FOR DELETE TO {to} USING {using}"


def _both(rows: str, more: str | None) -> str:
    return f"(({rows}) AND ({more}))" if more and more != "true" else f"({rows})"
