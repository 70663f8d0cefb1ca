"""How what a statement names looks in the database: a hash to compare before and after.

A statement names objects by words, so every word of it is looked up; no statement
is parsed. What the words do not name cannot have been changed by it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

LENGTH: Final = 48
_TEXT: Final = re.compile(r"'(?:[^'\\]|''|\\.)*'")
_WORD: Final = re.compile(r'`((?:[^`]|``)+)`|"((?:[^"]|"")+)"|([^\W\d][\w$]*)')
_COUNTER: Final = re.compile(r" AUTO_INCREMENT=\d+")

_NO_SUCH_TABLE: Final = 1146

_MYSQL_SCHEMAS: Final = """
    SELECT schema_name FROM information_schema.schemata
    WHERE schema_name = DATABASE() OR schema_name IN :words ORDER BY 1
"""
_MYSQL_TABLES: Final = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = :schema AND table_name IN :words ORDER BY 1
"""
_MYSQL_REST: Final = """
    SELECT 'trigger', trigger_name, event_object_table, action_statement
    FROM information_schema.triggers WHERE trigger_schema = DATABASE()
    AND (trigger_name IN :words OR event_object_table IN :words)
    UNION ALL SELECT routine_type, routine_name, routine_schema, routine_definition
    FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_name IN :words
    UNION ALL SELECT 'event', event_name, event_schema, event_definition
    FROM information_schema.events WHERE event_schema = DATABASE() AND event_name IN :words
    UNION ALL SELECT 'schema', schema_name, default_character_set_name, default_collation_name
    FROM information_schema.schemata WHERE schema_name IN :words
    ORDER BY 1, 2, 3
"""
_POSTGRESQL: Final = """
    SELECT c.oid::text, c.relname, c.relkind::text, coalesce(i.indisvalid::text, '')
    FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.relname IN :words ORDER BY 1
"""
_POSTGRESQL_INDEXES: Final = """
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), i.indisvalid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.relname = :name AND (pg_table_is_visible(c.oid) OR n.nspname IN :words)
"""


def words_of(statement: str) -> list[str]:
    """Return the words of a statement that may be names, without its texts."""
    found = _WORD.finditer(_TEXT.sub(" ", statement))
    return sorted({unquoted(match.group()) for match in found})


def unquoted(name: str) -> str:
    """Return a name as the catalog has it."""
    for quote in ("`", '"'):
        if name.startswith(quote):
            return name[1:-1].replace(quote * 2, quote)
    return name


_NAME: Final = r"((?!IF\b)\w+\b|`(?:[^`%]|``)+`(?!`))"
_ONE_TABLE: Final = re.compile(
    rf"\s*(?:(?:CREATE|ALTER)\s+TABLE\s+{_NAME}(?!\s*\.)"
    rf"|(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+{_NAME}\s+ON\s+{_NAME}(?!\s*\.)"
    rf"|DROP\s+TABLE\s+{_NAME}\s*;?\s*$)"
    r"(?!.*\b(?:RENAME|EXCHANGE|SELECT|LIKE|IF|WAIT|NOWAIT)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""What changes the definition of one table of this database, and nothing else."""


def mysql_fingerprint(connection: Connection, statement: str) -> str:
    """Return a hash over the definitions of the tables, views, triggers and routines named.

    Where one table alone can be changed, one look tells.
    """
    one = _ONE_TABLE.match(statement)
    definition = (
        None if one is None else _mysql_table(connection, unquoted(one[1] or one[3] or one[4]))
    )
    if definition is not None:
        return _hash([definition])
    words = words_of(statement)
    quote = connection.dialect.identifier_preparer.quote_identifier
    definitions: list[object] = []
    for (schema,) in _rows(connection, _MYSQL_SCHEMAS, words):
        for (name,) in _rows(connection, _MYSQL_TABLES, words, schema=schema):
            shown = connection.exec_driver_sql(f"SHOW CREATE TABLE {quote(schema)}.{quote(name)}")
            definitions.append(_COUNTER.sub("", str(shown.one()[1])))
    return _hash([*definitions, *_rows(connection, _MYSQL_REST, words)])


def _mysql_table(connection: Connection, name: str) -> str | None:
    """Return the definition of a table, nothing where there is none; None where that fails.

    Past SQLAlchemy, whose listeners would take the missing table for an error.
    """
    quote = connection.dialect.identifier_preparer.quote_identifier
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"SHOW CREATE TABLE {quote(name)}")
        row = cursor.fetchone()
    except Exception as error:  # noqa: BLE001 # each driver has its own
        return "" if error.args[:1] == (_NO_SUCH_TABLE,) else None
    finally:
        cursor.close()
    return _COUNTER.sub("", str(row[1])) if row else None


def postgresql_fingerprint(connection: Connection, statement: str) -> str:
    """Return a hash over the relations named and whether their indexes are valid."""
    words = words_of(statement)
    return _hash(_rows(connection, _POSTGRESQL, sorted({*words, *map(str.lower, words)})))


def invalid_index(connection: Connection, name: str, statement: str) -> str | None:
    """Return an index that was left INVALID by a build that did not end, with its schema."""
    found = _indexes(connection, name, statement)
    return next((place for place, valid in found if not valid), None)


def index_exists(connection: Connection, name: str, statement: str) -> bool:
    """Return whether an index is there, valid or not."""
    return bool(_indexes(connection, name, statement))


def _indexes(connection: Connection, name: str, statement: str) -> list[tuple[Any, ...]]:
    name = unquoted(name) if name.startswith('"') else name.lower()
    return _rows(connection, _POSTGRESQL_INDEXES, words_of(statement), name=name)


def _rows(
    connection: Connection, query: str, words: list[str], **values: str
) -> list[tuple[Any, ...]]:
    text = sa.text(query).bindparams(sa.bindparam("words", expanding=True))
    return [tuple(row) for row in connection.execute(text, {"words": words or [""], **values})]


def _hash(parts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()[:LENGTH]
