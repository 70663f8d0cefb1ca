"""A second database of MariaDB or MySQL with the structure of the first and none of its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from .mysql_fills import check_silent_fill, fills_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_OBJECTS: Final = """
    SELECT table_type, table_name FROM information_schema.tables
    WHERE table_schema = :name ORDER BY table_name
"""
_TRIGGERS: Final = """
    SELECT trigger_name FROM information_schema.triggers
    WHERE trigger_schema = :name ORDER BY event_object_table, action_order
"""
_ROUTINES: Final = """
    SELECT routine_type, routine_name FROM information_schema.routines
    WHERE routine_schema = :name AND routine_type IN ('PROCEDURE', 'FUNCTION')
"""
_CHARACTER_SET: Final = """
    SELECT default_character_set_name, default_collation_name
    FROM information_schema.schemata WHERE schema_name = :name
"""
_DEFINER: Final = re.compile(r"\sDEFINER=\S+@\S+", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"^\s*(?:USE|GRANT|REVOKE|SET\s+(?:GLOBAL|@@GLOBAL)|(?:CREATE|DROP|ALTER|RENAME)\s+"
    r"(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA|USER|ROLE|SERVER|TABLESPACE))\b",
    re.IGNORECASE,
)
_TEXT: Final = re.compile(r"'(?:[^'\\]|''|\\.)*'")


def create_database(connection: Connection, like: str, name: str) -> None:
    """Create a database with the character set of another."""
    charset, collation = connection.execute(sa.text(_CHARACTER_SET), {"name": like}).one()
    connection.exec_driver_sql(
        f"CREATE DATABASE {_quoted(name)} CHARACTER SET {charset} COLLATE {collation}"
    )


def drop_database(connection: Connection, name: str) -> None:
    """Drop a database, where it exists."""
    connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {_quoted(name)}")


def copy_structure(connection: Connection, source: str, target: str) -> None:
    """Create in the database in use, `target`, all that `source` has, but no rows and no events.

    Definitions that name their own database are made to name the copy.
    """
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
    connection.exec_driver_sql("SET SESSION check_constraint_checks = 1")
    objects = [tuple(row) for row in connection.execute(sa.text(_OBJECTS), {"name": source})]
    tables = [name for kind, name in objects if kind not in ("VIEW", "SEQUENCE")]
    sequences = [name for kind, name in objects if kind == "SEQUENCE"]
    views = [name for kind, name in objects if kind == "VIEW"]
    routines = connection.execute(sa.text(_ROUTINES), {"name": source}).all()
    triggers = connection.scalars(sa.text(_TRIGGERS), {"name": source}).all()
    here = f"{_quoted(source)}.", f"{_quoted(target)}."
    definitions = [
        *(_definition(connection, "TABLE", source, name, 1) for name in sequences),
        *(_definition(connection, "TABLE", source, name, 1) for name in tables),
        *(_definition(connection, kind, source, name, 2) for kind, name in routines),
        *(_definition(connection, "VIEW", source, name, 1) for name in views),
        *(_definition(connection, "TRIGGER", source, name, 2) for name in triggers),
    ]
    _create_all(connection, [_DEFINER.sub("", text).replace(*here) for text in definitions])
    connection.exec_driver_sql("SET SESSION foreign_key_checks = DEFAULT")


def copy_rows(connection: Connection, source: str, table: str) -> None:
    """Copy the rows of one table."""
    name = _quoted(table)
    connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {_quoted(source)}.{name}")  # noqa: S608


def check_rows(connection: Connection, statement: str) -> None:
    """Raise SilentFill where the rows that a copy lacks would be filled by a new column.

    A column that is only made NOT NULL is let pass: the copy may have been told to fill it.
    """
    fills = fills_of(statement)
    if fills and all(fill.added for fill in fills):
        check_silent_fill(connection, statement)


def reaches_out(statement: str, databases: Sequence[str]) -> str | None:
    """Return the words with which a statement leaves the database in use; None where it stays."""
    text = _TEXT.sub("''", statement)
    found = _ELSEWHERE.match(text)
    if found:
        return " ".join(found.group().split())
    for name in databases:
        if re.search(rf"(?<![\w$`]){re.escape(name)}\s*\.|`{re.escape(name)}`\s*\.", text):
            return f"{name}."
    return None


def _definition(connection: Connection, kind: str, source: str, name: str, column: int) -> str:
    shown = connection.exec_driver_sql(f"SHOW CREATE {kind} {_quoted(source)}.{_quoted(name)}")
    return str(shown.one()[column])


def _create_all(connection: Connection, definitions: list[str]) -> None:
    """Create objects some of which need others first, in as many rounds as that takes."""
    waiting = definitions
    while waiting:
        tried = [(definition, _refusal(connection, definition)) for definition in waiting]
        refused = [(definition, error) for definition, error in tried if error is not None]
        if len(refused) == len(waiting):
            raise refused[0][1]
        waiting = [definition for definition, _ in refused]


def _refusal(connection: Connection, definition: str) -> DBAPIError | None:
    try:
        connection.exec_driver_sql(definition.replace("%", "%%"))
    except DBAPIError as error:
        return error
    return None


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
