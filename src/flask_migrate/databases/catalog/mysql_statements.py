"""The rows of information_schema for the tables of one schema, one statement for each subject."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .mysql_server import plain

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TypeAlias

    Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]
    """By the name of the table."""

_TABLES: Final = """
    SELECT table_name, table_type, engine, row_format, table_collation, create_options,
        table_comment
    FROM information_schema.tables
    WHERE table_schema = :schema AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
"""
_COLUMNS: Final = """
    SELECT table_name, column_name, column_type, is_nullable, column_default, extra,
        generation_expression, collation_name, column_comment, ordinal_position
    FROM information_schema.columns WHERE table_schema = :schema
"""
_INDEXES: Final = """
    SELECT table_name, index_name, seq_in_index, non_unique, column_name, collation, sub_part,
        index_type, {expression}
    FROM information_schema.statistics WHERE table_schema = :schema
"""
_REFERENCES: Final = """
    SELECT table_name, constraint_name, ordinal_position, column_name,
        referenced_table_schema, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = :schema AND referenced_table_name IS NOT NULL
"""
_ACTIONS: Final = """
    SELECT table_name, constraint_name, delete_rule, update_rule
    FROM information_schema.referential_constraints WHERE constraint_schema = :schema
"""
_MARIADB_CHECKS: Final = """
    SELECT table_name, constraint_name, check_clause, level
    FROM information_schema.check_constraints WHERE constraint_schema = :schema
"""
_MYSQL_CHECKS: Final = """
    SELECT t.table_name, t.constraint_name, c.check_clause, 'Table'
    FROM information_schema.table_constraints t JOIN information_schema.check_constraints c
    ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
    WHERE t.table_schema = :schema AND t.constraint_type = 'CHECK'
"""
_FEW: Final = 100
"""So many names are given to the server; among more it reads all of a schema."""


@dataclass(frozen=True)
class CatalogRows:
    """What information_schema has for the tables of a schema."""

    tables: Rows
    columns: Rows
    indexes: Rows
    references: Rows
    actions: Rows
    checks: Rows


def catalog_rows(
    connection: sa.Connection, schema: str, names: Collection[str] | None, *, mariadb: bool
) -> CatalogRows:
    """Return the rows for the tables of a schema: all, or those named."""
    few = names if names is not None and len(names) <= _FEW else None
    expression = "NULL" if mariadb else "expression"

    def rows(text: str, name: str = "table_name") -> Rows:
        return _rows(connection, text, schema, few, name)

    return CatalogRows(
        tables=rows(_TABLES),
        columns=rows(_COLUMNS),
        indexes=rows(_INDEXES.format(expression=expression)),
        references=rows(_REFERENCES),
        actions=rows(_ACTIONS),
        checks=rows(_MARIADB_CHECKS) if mariadb else rows(_MYSQL_CHECKS, "t.table_name"),
    )


def queries(*, mariadb: bool) -> tuple[str, ...]:
    """Return the queries for all that is read, that for tables first; `:schema` is to be given."""
    indexes = _INDEXES.format(expression="NULL" if mariadb else "expression")
    checks = _MARIADB_CHECKS if mariadb else _MYSQL_CHECKS
    return _TABLES, _COLUMNS, indexes, _REFERENCES, _ACTIONS, checks


def _rows(
    connection: sa.Connection, text: str, schema: str, names: Collection[str] | None, name: str
) -> Rows:
    values: dict[str, Any] = {"schema": schema}
    if names is None:
        statement = sa.text(text)
    elif len(names) == 1:  # then the server opens this table only
        statement = sa.text(f"{text} AND {name} = :name")
        values["name"] = next(iter(names))
    else:
        statement = sa.text(f"{text} AND {name} IN :names")
        statement = statement.bindparams(sa.bindparam("names", expanding=True))
        values["names"] = sorted(names)
    found: Rows = defaultdict(list)
    for row in connection.execute(statement, values):
        found[plain(row[0])].append(tuple(row[1:]))
    return found
