"""What is asked of PostgreSQL's catalog about enums, domains and sequences."""

from __future__ import annotations

from typing import Final

_NOT_OF_EXTENSION: Final = """
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = CAST('pg_catalog.{catalog}' AS regclass) AND e.objid = {oid}
        AND e.deptype = 'e')
"""
IN_SCHEMA: Final = "n.nspname = coalesce(CAST(:schema AS text), current_schema())"
NAMED: Final = """
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


def enums(condition: str) -> str:
    """Return the query for enums and the columns that have them."""
    return _types(_ENUMS, condition)


def domains(condition: str) -> str:
    """Return the query for domains."""
    return _types(_DOMAINS, condition)


def sequences() -> str:
    """Return the query for the sequences of a schema that belong to no column."""
    own = _NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")
    return _SEQUENCES.format(condition=IN_SCHEMA, own=own)


def kinds_beside() -> tuple[str, str, str]:
    """Return the queries for the enums, domains and sequences of a schema, for their hashes."""
    return _types(_PLAIN_ENUMS, IN_SCHEMA), domains(IN_SCHEMA), sequences()


def _types(query: str, condition: str) -> str:
    own = _NOT_OF_EXTENSION.format(catalog="pg_type", oid="t.oid")
    return query.format(head=_TYPE_HEAD, uses=_USES, condition=condition, own=own)
