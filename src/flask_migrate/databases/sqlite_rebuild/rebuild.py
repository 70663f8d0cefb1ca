"""Rebuilds an SQLite table: the old one steps aside, the new one takes its name and its rows.

Everything that can be refused is refused before the first row is copied; it all
runs in one transaction or savepoint of the caller's, with foreign keys off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import OperationalError

from flask_migrate.errors import TableNotRebuilt

from .casts import changed_by_cast
from .foreign_keys import referring_tables, refuse_new, violations
from .rows import copy_rows
from .schema import (
    broken,
    legacy_alter_table,
    objects,
    qualified,
    restore_statistics,
    statistics,
    tried,
)
from .tokens import folded, literal, normalised, quoted, same_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .changes import Changes
    from .schema import Stored
    from .table import TableText

ASIDE: Final = "_flask_migrate_old_"
_ROWID: Final = ("rowid", "_rowid_", "oid")


@dataclass(frozen=True)
class Table:
    """A table in a database."""

    connection: Connection
    schema: str
    name: str

    @property
    def full(self) -> str:
        """Its name with its database, quoted."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    def run(self, statement: str) -> Any:
        """Run a statement and return its only value, if it has one."""
        result = self.connection.exec_driver_sql(statement)
        return result.scalar() if result.returns_rows else None

    def count(self) -> int:
        """Return how many rows it has."""
        return int(self.run(f"SELECT count(*) FROM {self.full}"))


def check_values(table: Table, changes: Changes) -> None:
    """Raise where rows hold what the new columns cannot."""
    for name in changes.required:
        _check_required(table, changes, name)
    for name, type_ in changes.casts.items():
        if found := changed_by_cast(table.connection, table.full, name, type_):
            count, example = found
            raise changes.impossible(
                f"column '{name}' becomes {type_}, and {count} of its values would change, "
                f"such as {example}",
                f"Convert them first: UPDATE {table.name} SET {name} = <value>",
            )


def check_usable(table: Table, changes: Changes, before: dict[str, str]) -> None:
    """Raise where a view or trigger that could be used before can no longer be."""
    for name, problem in broken(table.connection, table.schema).items():
        if name not in before:
            raise changes.impossible(
                f"{name} could no longer be used: {problem}",
                "Drop it before the batch, and create it anew after it",
            )


def rebuild(table: Table, old: TableText, changes: Changes) -> None:
    """Replace a table by its new definition, with its rows, indexes and triggers."""
    children = referring_tables(table.connection, table.schema, table.name) | {table.name}
    violated = violations(table.connection, children, table.schema)
    unusable = broken(table.connection, table.schema)
    known = statistics(table.connection, table.schema, table.name)
    sequence = _sequence(table)
    attached = [s for s in objects(table.connection, table.schema) if _belongs(s, table)]
    aside = Table(table.connection, table.schema, _free_name(table))
    with legacy_alter_table(table.connection):
        _step_aside(table, aside, attached)
        _create(table, changes, attached, unusable)
        _copy(aside, table, old, changes)
        table.run(f"DROP TABLE {aside.full}")
    _restore(table, attached)
    _restore_sequence(table, sequence, changes)
    restore_statistics(table.connection, table.schema, known, [s.name for s in attached])
    refuse_new(violated, violations(table.connection, children, table.schema))


def _check_required(table: Table, changes: Changes, name: str) -> None:
    column = changes.table.column(name)
    if column is None or changes.table.rowid_alias() == column.name:
        return
    if column.source is None:
        count = table.count()
        filled = "it is added without a default"
    else:
        count = table.run(f"SELECT count(*) FROM {table.full} WHERE {quoted(name)} IS NULL")
        filled = "they hold NULL"
    if count:
        raise changes.impossible(
            f"column '{name}' is NOT NULL, and {count} of its rows have no value for it: {filled}",
            "Give it a server_default; or let it be nullable at first, fill it "
            f"(UPDATE {table.name} SET {name} = <value>), and then make it NOT NULL",
        )


def _belongs(stored: Stored, table: Table) -> bool:
    return stored.type in {"index", "trigger"} and same_name(stored.table, table.name)


def _free_name(table: Table) -> str:
    names = {folded(stored.name) for stored in objects(table.connection, table.schema)}
    name = ASIDE + table.name
    while folded(name) in names:
        name += "_"
    return name


def _step_aside(table: Table, aside: Table, attached: list[Stored]) -> None:
    for stored in attached:
        table.run(f"DROP {stored.type} {quoted(table.schema)}.{quoted(stored.name)}")
    table.run(f"ALTER TABLE {table.full} RENAME TO {quoted(aside.name)}")


def _create(
    table: Table, changes: Changes, attached: list[Stored], unusable: dict[str, str]
) -> None:
    """Create the table, and see whether all that is attached to it and selects from it still can.

    Indexes and triggers come when the rows are there: one is faster, the other
    would run for every row.
    """
    try:
        new = changes.table
        table.run(f"CREATE TABLE {quoted(table.schema)}.{new.written} {new.body()}")
        with tried(table.connection):
            _restore(table, attached)
            check_usable(table, changes, unusable)
    except OperationalError as error:
        raise changes.impossible(
            f"SQLite says: {error.orig}", f"It refused: {' '.join((error.statement or '').split())}"
        ) from error


def _copy(old: Table, new: Table, before: TableText, changes: Changes) -> None:
    """Copy the rows; one that does not fit is an error, whatever ON CONFLICT says."""
    names, values = [], []
    if rowid := _rowid(before, changes.table):
        names.append(rowid)
        values.append(rowid)
    for column in changes.table.columns:
        if column.source is not None and not column.has("generated"):
            source = quoted(column.source)
            cast = changes.casts.get(column.name)
            names.append(quoted(column.name))
            values.append(f"CAST({source} AS {cast})" if cast else source)
    count = old.count()
    if names and count:
        insert = (
            f"INSERT OR ABORT INTO {new.full} ({', '.join(names)}) "
            f"SELECT {', '.join(values)} FROM {old.full}"
        )
        copy_rows(old.connection, insert, old.full, _number(before), new.name, count)
    if count != new.count():
        raise TableNotRebuilt(
            new.name,
            f"it has {count} rows, and {new.count()} of them arrived in the new table",
            "Look for what rejects or adds rows",
        )


def _rowid(old: TableText, new: TableText) -> str | None:
    """Return a name under which the rows' own numbers are copied, where they would change."""
    if "WITHOUT ROWID" in [*old.options, *new.options]:
        return None
    alias = new.rowid_alias()
    column = new.column(alias) if alias else None
    if column is not None and column.source is not None:
        return None
    taken = old.names() | new.names()
    return next((name for name in _ROWID if name not in taken), None)


def _number(table: TableText) -> str | None:
    """Return a name of the rows' own numbers, where they have such."""
    if "WITHOUT ROWID" in table.options:
        return None
    return next((name for name in _ROWID if name not in table.names()), None)


def _restore(table: Table, attached: list[Stored]) -> None:
    for stored in attached:
        table.run(qualified(stored.sql, table.schema))


def _sequence(table: Table) -> int | None:
    """Return the last number that AUTOINCREMENT gave."""
    has_any = table.run(
        f"SELECT 1 FROM {quoted(table.schema)}.sqlite_master WHERE name = 'sqlite_sequence'"
    )
    if not has_any:
        return None
    value = table.run(
        f"SELECT seq FROM {quoted(table.schema)}.sqlite_sequence WHERE name = {literal(table.name)}"
    )
    return value if isinstance(value, int) else None


def _restore_sequence(table: Table, sequence: int | None, changes: Changes) -> None:
    counts = any(
        clause.kind == "primary key" and "AUTOINCREMENT" in normalised(clause.text).split()
        for _, clause in changes.table.constraint_owners()
    )
    if sequence is None or not counts:
        return
    where = f"{quoted(table.schema)}.sqlite_sequence"
    table.run(f"DELETE FROM {where} WHERE name = {literal(table.name)}")
    table.run(f"INSERT INTO {where} VALUES ({literal(table.name)}, {sequence})")
