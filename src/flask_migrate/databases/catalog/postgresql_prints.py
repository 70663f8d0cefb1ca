"""Hashes of the rows from which PostgreSQL's tables are read, made by the server.

The very queries of the reading are hashed: whatever it sees shows in the hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from .postgresql_queries import queries
from .postgresql_type_queries import kinds_beside

if TYPE_CHECKING:
    from collections.abc import Collection

_OF_TABLES: Final = "name comment unlogged partition_by using tablespace storage inherits"
_OF_COLUMNS: Final = (
    "number name type nullable identity generated expression collation comment seqstart "
    "seqincrement seqmin seqmax seqcache seqcycle sequence"
)
_OF_CONSTRAINTS: Final = (
    "name kind keys deferrable deferred not_valid no_inherit text target_schema target "
    "target_columns onupdate ondelete match delete_columns"
)
_OF_INDEXES: Final = (
    "name unique key_count keys using storage tablespace invalid nulls_not_distinct condition "
    "definition"
)
COLUMNS: Final = (_OF_TABLES, _OF_COLUMNS, _OF_CONSTRAINTS, _OF_INDEXES)
"""What is hashed of tables, columns, constraints and indexes: all but numbers of objects.

Constraints and their indexes belong together by their names.
"""
_ROWS: Final = """
    SELECT q.{table} AS place, md5('{kind}' || CAST(ROW({columns}) AS text)) AS hash
    FROM ({query}) q
"""
_PRINTS: Final = """
    SELECT n.relname AS name, md5(string_agg(r.hash, '' ORDER BY r.hash)) AS print
    FROM ({rows}) r JOIN pg_catalog.pg_class n ON n.oid = r.place GROUP BY n.oid, n.relname
"""
_BESIDE: Final = """
    SELECT md5(string_agg(r.hash, '' ORDER BY r.hash)) FROM ({rows}) r
"""
_OF_KIND: Final = "SELECT md5('{kind}' || CAST(q AS text)) AS hash FROM ({query}) q"
_SETTINGS: Final = (
    "DateStyle IntervalStyle TimeZone array_nulls backslash_quote bytea_output "
    "default_table_access_method default_tablespace default_toast_compression extra_float_digits "
    "lc_messages lc_monetary lc_numeric lc_time quote_all_identifiers search_path server_encoding "
    "server_version standard_conforming_strings transform_null_equals xmlbinary xmloption"
)
"""What decides how PostgreSQL reads and shows expressions."""
_SURROUNDINGS: Final = """
    SELECT concat_ws('|', current_database(), CAST(current_schemas(true) AS text), {settings}),
        coalesce(({beside}), '')
"""


def prints(connection: sa.Connection, schema: str | None) -> dict[str, str]:
    """Return a hash for each table of a schema."""
    by_kind = zip(queries(connection.dialect.server_version_info), COLUMNS, strict=True)
    rows = " UNION ALL ".join(
        _ROWS.format(
            table="table_oid" if kind else "oid",
            kind=kind,
            columns=", ".join(f"q.{name}" for name in columns.split()),
            query=query,
        )
        for kind, (query, columns) in enumerate(by_kind)
    )
    values = {"schema": schema, "names": None}
    found = connection.execute(sa.text(_PRINTS.format(rows=rows)), values)
    return {row.name: row.print for row in found}


def surroundings(connection: sa.Connection, schemas: Collection[str | None]) -> tuple[str, str]:
    """Return what is set on a connection, and a hash of the types and sequences of schemas."""
    rows, values = [], {}
    for number, schema in enumerate(sorted(schemas, key=lambda schema: schema or "")):
        values[f"schema_{number}"] = schema
        for kind, general in enumerate(kinds_beside()):
            query = general.replace(":schema", f":schema_{number}")
            rows.append(_OF_KIND.format(kind=f"{number} {kind}", query=query))
    settings = ", ".join(f"current_setting('{name}', true)" for name in _SETTINGS.split())
    beside = _BESIDE.format(rows=" UNION ALL ".join(rows))
    statement = _SURROUNDINGS.format(settings=settings, beside=beside)
    found = connection.execute(sa.text(statement), values).one()
    return str(found[0]), str(found[1])
