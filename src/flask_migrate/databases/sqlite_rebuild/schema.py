"""What an SQLite schema holds, and what in it depends on what: SQLite itself is asked."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy.exc import OperationalError

from .foreign_keys import in_transaction, pragma
from .tokens import folded, literal, quoted, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

GONE: Final = "_column_that_goes"
_NUMBERS: Final = count()
_EVENTS: Final = {
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {columns}",
    "DELETE": "DELETE FROM {table}",
}


class Stored(NamedTuple):
    """An object of the schema and the statement that made it."""

    type: str
    name: str
    table: str
    sql: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


def objects(connection: Connection, schema: str) -> list[Stored]:
    """Return all that has a statement of its own, in the order in which it was made."""
    rows = connection.exec_driver_sql(
        f"SELECT type, name, tbl_name, sql FROM {quoted(schema)}.sqlite_master "
        "WHERE sql IS NOT NULL ORDER BY rowid"
    )
    return [Stored(*row) for row in rows]


def objects_of(connection: Connection, schema: str, table: str) -> list[Stored]:
    """Return a table or view and what is on it, in the order in which it was made."""
    rows = connection.exec_driver_sql(
        f"SELECT type, name, tbl_name, sql FROM {quoted(schema)}.sqlite_master "
        "WHERE sql IS NOT NULL AND tbl_name = ? COLLATE NOCASE ORDER BY rowid",
        (table,),
    )
    return [Stored(*row) for row in rows]


@contextmanager
def atomic(connection: Connection) -> Iterator[None]:
    """All or nothing: a transaction of our own, or a savepoint in the one that is open."""
    inside = in_transaction(connection)
    run = connection.exec_driver_sql
    run("SAVEPOINT flask_migrate_change" if inside else "BEGIN IMMEDIATE")
    try:
        yield
        run("RELEASE flask_migrate_change" if inside else "COMMIT")
    except BaseException:
        # SQLite itself rolls back on some errors, such as a full disk.
        if in_transaction(connection):
            run("ROLLBACK TO flask_migrate_change" if inside else "ROLLBACK")
            if inside:
                run("RELEASE flask_migrate_change")
        raise


@contextmanager
def tried(connection: Connection) -> Iterator[None]:
    """Undo at the end of the block whatever was done in it."""
    run = connection.exec_driver_sql
    run("SAVEPOINT flask_migrate_try")
    try:
        yield
    finally:
        if in_transaction(connection):
            run("ROLLBACK TO flask_migrate_try")
            run("RELEASE flask_migrate_try")


@contextmanager
def legacy_alter_table(connection: Connection) -> Iterator[None]:
    """Inside the block, renaming a table changes nothing in views, triggers and other tables."""
    before = pragma(connection, "legacy_alter_table")
    pragma(connection, "legacy_alter_table=ON")
    try:
        yield
    finally:
        if not before:
            pragma(connection, "legacy_alter_table=OFF")


def users_of(connection: Connection, schema: str, table: str, column: str) -> list[Stored]:
    """Return what mentions a column, as it would read if the column were called `GONE`.

    SQLite says it: renaming the column changes every statement that means it,
    however it is quoted there, and none that only has the same word.
    """
    before = set(objects(connection, schema))
    with tried(connection):
        connection.exec_driver_sql(
            f"ALTER TABLE {quoted(schema)}.{quoted(table)} "
            f"RENAME COLUMN {quoted(column)} TO {quoted(GONE)}"
        )
        return [stored for stored in objects(connection, schema) if stored not in before]


def broken(connection: Connection, schema: str) -> dict[str, str]:
    """Return the views, and the tables and views with triggers, that SQLite cannot use, and why."""
    found: dict[str, str] = {}
    stored = objects(connection, schema)
    for view in (s for s in stored if s.type == "view"):
        if problem := _problem(connection, f"SELECT * FROM {_full(schema, view.name)}"):
            found[f"view {view.name}"] = problem
    triggers: dict[tuple[str, str], list[str]] = {}
    for trigger in (s for s in stored if s.type == "trigger"):
        triggers.setdefault((trigger.table, _event(trigger.sql)), []).append(trigger.name)
    for (table, event), names in triggers.items():
        statement = _EVENTS[event].format(
            table=_full(schema, table), columns=_assignments(connection, schema, table)
        )
        if problem := _problem(connection, statement):
            found[f"trigger {', '.join(names)}"] = problem
    return found


def qualified(sql: str, schema: str) -> str:
    """Put the schema before the name in a CREATE INDEX or CREATE TRIGGER that SQLite has stored."""
    tokens = tokens_of(sql)
    at = next(i for i, t in enumerate(tokens) if t.word in {"INDEX", "TRIGGER"}) + 1
    return f"{sql[: tokens[at].start]}{quoted(schema)}.{sql[tokens[at].start :]}"


def statistics(connection: Connection, schema: str, table: str) -> dict[str, list[Any]]:
    """Return what ANALYZE has written down about a table."""
    names = connection.exec_driver_sql(
        f"SELECT name FROM {quoted(schema)}.sqlite_master "
        "WHERE name IN ('sqlite_stat1', 'sqlite_stat4')"
    ).scalars()
    return {
        name: list(
            connection.exec_driver_sql(
                f"SELECT * FROM {quoted(schema)}.{name} WHERE lower(tbl) = lower({literal(table)})"
            )
        )
        for name in names.all()
    }


def restore_statistics(
    connection: Connection, schema: str, kept: dict[str, list[Any]], indexes: Sequence[str]
) -> None:
    """Write down again what is known about a table and those of its indexes that it still has."""
    known = {folded(name) for name in indexes}
    for name, rows in kept.items():
        for row in rows:
            if row[1] is None or folded(row[1]) in known:
                marks = ", ".join("?" * len(row))
                connection.exec_driver_sql(
                    f"INSERT INTO {quoted(schema)}.{name} VALUES ({marks})",
                    tuple(row),
                )


def _full(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"


def _event(sql: str) -> str:
    """Return the event of a trigger; its name is passed, it may be such a word."""
    tokens = tokens_of(sql)
    begun = next(i for i, token in enumerate(tokens) if token.word == "TRIGGER") + 2
    return next(token.word for token in tokens[begun:] if token.word in _EVENTS)


def _assignments(connection: Connection, schema: str, table: str) -> str:
    rows = connection.exec_driver_sql(f"PRAGMA {quoted(schema)}.table_xinfo({literal(table)})")
    names = [quoted(row[1]) for row in rows if row[6] == 0]
    return ", ".join(f"{name} = {name}" for name in names)


def _problem(connection: Connection, statement: str) -> str | None:
    """Return what SQLite says against a statement, without running it.

    The number makes it a new statement: an old one, compiled before a change
    and kept by the driver, would be explained as it was.
    """
    try:
        connection.exec_driver_sql(f"EXPLAIN {statement} -- {next(_NUMBERS)}").close()
    except OperationalError as error:
        return str(error.orig)
    return None
