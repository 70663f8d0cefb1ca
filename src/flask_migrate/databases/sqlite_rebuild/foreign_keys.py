"""SQLite's foreign keys: switched off for a while, and counted where they are violated."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import OperationalError

from flask_migrate.errors import ForeignKeysViolated

from .tokens import folded, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection


_OFF: Final = re.compile(
    r"\s*PRAGMA\s+(?:\w+\.)?foreign_keys\s*[=(]\s*['\"]?(?:off|0|false|no)\b", re.IGNORECASE
)


class ForeignKeysMustBeOff(BaseException):
    """A table must be rebuilt in a transaction in which foreign keys are enforced.

    SQLite cannot switch them off there, and dropping the old table would delete
    or block the rows that refer to it. Whoever opened the transaction rolls it
    back and begins again inside `foreign_keys_off()`. It is no Exception, so
    that no revision catches it by accident.
    """


@dataclass(frozen=True)
class Violation:
    """A row whose foreign key finds nothing, or a foreign key that cannot be checked."""

    table: str
    rowid: int | None
    parent: str
    columns: tuple[str, ...] = ()
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"{self.table}: {self.problem}"
        row = "a row" if self.rowid is None else f"row {self.rowid}"
        return f"{row} of {self.table} ({', '.join(self.columns)} finds nothing in {self.parent})"


def pragma(connection: Connection, text: str) -> Any:
    """Run a PRAGMA past SQLAlchemy, which would begin a transaction for it; return its value."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"PRAGMA {text}")
        row = cursor.fetchone() if cursor.description else None
    finally:
        cursor.close()
    return row[0] if row else None


def in_transaction(connection: Connection) -> bool:
    """Return whether SQLite itself is in a transaction; SQLAlchemy may believe so before."""
    return bool(connection.connection.driver_connection.in_transaction)  # type: ignore[union-attr]


def foreign_keys_on(connection: Connection) -> bool:
    """Return whether this connection enforces foreign keys."""
    return bool(pragma(connection, "foreign_keys"))


def turns_foreign_keys_off(statement: str) -> bool:
    """Return whether a statement is the PRAGMA for that."""
    return bool(_OFF.match(statement))


def raise_if_on(connection: Connection) -> None:
    """Raise ForeignKeysMustBeOff where a transaction goes on in which they are enforced."""
    if in_transaction(connection) and foreign_keys_on(connection):
        raise ForeignKeysMustBeOff


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Enforce no foreign keys inside the block, which begins and ends outside a transaction."""
    if not foreign_keys_on(connection):
        yield
        return
    pragma(connection, "foreign_keys=OFF")
    if foreign_keys_on(connection):
        raise ForeignKeysMustBeOff
    try:
        yield
    finally:
        pragma(connection, "foreign_keys=ON")


def violations(
    connection: Connection, tables: Collection[str] | None = None, schema: str = "main"
) -> Counter[Violation]:
    """Count the violations of foreign keys, in these tables or in all.

    Taken before and after a change, `after - before` is what the change has done.
    """
    wanted = None if tables is None else {folded(table) for table in tables}
    found: Counter[Violation] = Counter()
    for table, keys in foreign_keys_of(connection, schema).items():
        if wanted is None or folded(table) in wanted:
            found.update(_violations_of(connection, schema, table, keys))
    return found


def refuse_new(before: Counter[Violation], after: Counter[Violation]) -> None:
    """Raise ForeignKeysViolated where there are violations that were not there before."""
    if new := after - before:
        raise ForeignKeysViolated(sorted(map(str, new)))


def foreign_keys_of(connection: Connection, schema: str) -> dict[str, dict[int, list[Any]]]:
    """Return the tables that have foreign keys, and the rows of `foreign_key_list` by key."""
    tables = connection.exec_driver_sql(
        f"SELECT name FROM {quoted(schema)}.sqlite_master "
        "WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND sql LIKE '%REFERENCES%'"
    ).scalars()
    found: dict[str, dict[int, list[Any]]] = {}
    for table in tables.all():
        rows = connection.exec_driver_sql(
            f"PRAGMA {quoted(schema)}.foreign_key_list({literal(table)})"
        ).all()
        for row in rows:
            found.setdefault(table, {}).setdefault(row[0], []).append(row)
    return found


def referring_tables(connection: Connection, schema: str, table: str) -> set[str]:
    """Return the tables with a foreign key to a table."""
    return {
        child
        for child, keys in foreign_keys_of(connection, schema).items()
        if any(folded(rows[0][2]) == folded(table) for rows in keys.values())
    }


def _violations_of(
    connection: Connection, schema: str, table: str, keys: dict[int, list[Any]]
) -> list[Violation]:
    try:
        rows = connection.exec_driver_sql(
            f"PRAGMA {quoted(schema)}.foreign_key_check({literal(table)})"
        ).all()
    except OperationalError as error:
        return [Violation(table, None, "", problem=str(error.orig))]
    return [Violation(row[0], row[1], row[2], _columns(keys[row[3]])) for row in rows]


def _columns(rows: Sequence[Any]) -> tuple[str, ...]:
    return tuple(row[3] for row in rows)
