"""The enums, domains and sequences of a PostgreSQL schema that its tables use or may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .postgresql_reading import identity_options

if TYPE_CHECKING:
    from collections.abc import Collection

    from .facts import Options

_NOT_OF_EXTENSION: Final = """
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = CAST('pg_catalog.{catalog}' AS regclass) AND e.objid = {oid}
        AND e.deptype = 'e')
"""
_IN_SCHEMA: Final = "n.nspname = coalesce(CAST(:schema AS text), current_schema())"
_NAMED: Final = """
    t.oid IN (SELECT to_regtype(shown) FROM unnest(CAST(:shown AS text[])) shown)
"""
_TYPE_HEAD: Final = """
    nullif(n.nspname, current_schema()) AS schema, CAST(t.typname AS text) AS name,
    CAST(CAST(t.oid AS regtype) AS text) AS shown
"""
_ENUMS: Final = """
    SELECT {head},
        ARRAY(SELECT CAST(l.enumlabel AS text) FROM pg_catalog.pg_enum l
            WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) AS labels,
        ARRAY(SELECT CAST(cn.nspname AS text) FROM {uses}) AS use_schemas,
        ARRAY(SELECT CAST(c.relname AS text) FROM {uses}) AS use_tables,
        ARRAY(SELECT CAST(a.attname AS text) FROM {uses}) AS use_columns,
        current_schema() AS default_schema
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND {condition} AND {own} ORDER BY t.typname
"""
_PLAIN_ENUMS: Final = """
    SELECT {head},
        ARRAY(SELECT CAST(l.enumlabel AS text) FROM pg_catalog.pg_enum l
            WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) AS labels
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND {condition} AND {own} ORDER BY t.typname
"""
"""Without the columns that have them, which their tables tell."""
_USES: Final = """
    pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
    WHERE a.atttypid IN (t.oid, t.typarray) AND a.attnum > 0 AND NOT a.attisdropped
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY cn.nspname, c.relname, a.attnum
"""
_DOMAINS: Final = """
    SELECT {head},
        pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type, t.typnotnull AS not_null,
        pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default,
        CASE WHEN l.oid IS NOT NULL THEN CAST(l.collname AS text) END AS collation,
        ARRAY(SELECT CAST(k.conname AS text) FROM pg_catalog.pg_constraint k
            WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname) AS check_names,
        ARRAY(SELECT pg_catalog.pg_get_expr(k.conbin, 0) FROM pg_catalog.pg_constraint k
            WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname) AS check_texts
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_catalog.pg_collation l ON l.oid = t.typcollation
        AND t.typcollation <> b.typcollation
    WHERE t.typtype = 'd' AND {condition} AND {own} ORDER BY t.typname
"""
_SEQUENCES: Final = """
    SELECT nullif(n.nspname, current_schema()) AS schema, CAST(c.relname AS text) AS name,
        pg_catalog.format_type(s.seqtypid, NULL) AS type,
        s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {condition} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o
        WHERE o.classid = CAST('pg_catalog.pg_class' AS regclass) AND o.objid = c.oid
        AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0)
    AND {own} ORDER BY c.relname
"""


@dataclass(frozen=True)
class Use:
    """A column whose type is an enum, or an array of it."""

    table: str
    column: str
    schema: str | None = None
    """None for the default schema."""


@dataclass(frozen=True)
class EnumType:
    """A native enum."""

    name: str
    labels: tuple[str, ...]
    """In their order."""
    uses: tuple[Use, ...] = ()
    """Columns of tables; of all schemas."""
    schema: str | None = None
    """None for the default schema."""
    shown: str = ""
    """As `format_type` names it: with its schema where that is not in the search path."""


@dataclass(frozen=True)
class Domain:
    """A type that narrows another one."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    collation: str | None = None
    checks: tuple[tuple[str, str], ...] = ()
    """Names and conditions."""
    schema: str | None = None
    """None for the default schema."""
    shown: str = ""
    """As `format_type` names it."""


@dataclass(frozen=True)
class SequenceFacts:
    """A sequence that belongs to no column."""

    name: str
    type: str
    options: Options = ()
    """start, increment, minvalue, maxvalue, cycle, cache; without what is the default."""
    schema: str | None = None
    """None for the default schema."""


def read_enums(connection: sa.Connection, schema: str | None) -> dict[str, EnumType]:
    """Return the enums of a schema by their names."""
    rows = _rows(connection, _types(_ENUMS, _IN_SCHEMA), schema=schema)
    return {row.name: _enum(row) for row in rows}


def read_domains(connection: sa.Connection, schema: str | None) -> dict[str, Domain]:
    """Return the domains of a schema by their names."""
    rows = _rows(connection, _types(_DOMAINS, _IN_SCHEMA), schema=schema)
    return {row.name: _domain(row) for row in rows}


def read_sequences(connection: sa.Connection, schema: str | None) -> dict[str, SequenceFacts]:
    """Return the sequences of a schema that belong to no column, by their names."""
    own = _NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")
    rows = _rows(connection, _SEQUENCES.format(condition=_IN_SCHEMA, own=own), schema=schema)
    return {row.name: _sequence(row) for row in rows}


def types_shown_as(
    connection: sa.Connection, shown: Collection[str]
) -> dict[str, EnumType | Domain]:
    """Return the enums and domains that `format_type` shows by these texts."""
    enums = _rows(connection, _types(_ENUMS, _NAMED), shown=list(shown))
    domains = _rows(connection, _types(_DOMAINS, _NAMED), shown=list(shown))
    return {
        **{row.shown: _enum(row) for row in enums},
        **{row.shown: _domain(row) for row in domains},
    }


def kinds_beside() -> tuple[str, str, str]:
    """Return the queries for the enums, domains and sequences of a schema, `:schema`."""
    enums = _types(_PLAIN_ENUMS, _IN_SCHEMA)
    own = _NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")
    sequences = _SEQUENCES.format(condition=_IN_SCHEMA, own=own)
    return enums, _types(_DOMAINS, _IN_SCHEMA), sequences


def _types(query: str, condition: str) -> str:
    own = _NOT_OF_EXTENSION.format(catalog="pg_type", oid="t.oid")
    return query.format(head=_TYPE_HEAD, uses=_USES, condition=condition, own=own)


def _rows(connection: sa.Connection, query: str, **values: Any) -> list[Any]:
    return list(connection.execute(sa.text(query), values))


def _enum(row: Any) -> EnumType:
    places = zip(row.use_schemas, row.use_tables, row.use_columns, strict=True)
    uses = tuple(
        Use(table, column, None if schema == row.default_schema else schema)
        for schema, table, column in places
    )
    return EnumType(row.name, tuple(row.labels), uses, row.schema, row.shown)


def _domain(row: Any) -> Domain:
    return Domain(
        row.name,
        row.type,
        row.not_null,
        row.default,
        row.collation,
        tuple(zip(row.check_names, row.check_texts, strict=True)),
        row.schema,
        row.shown,
    )


def _sequence(row: Any) -> SequenceFacts:
    options = identity_options(
        row.type,
        {
            "start": row.seqstart,
            "increment": row.seqincrement,
            "minvalue": row.seqmin,
            "maxvalue": row.seqmax,
            "cache": row.seqcache,
            "cycle": row.seqcycle,
        },
    )
    return SequenceFacts(row.name, row.type, options, row.schema)
