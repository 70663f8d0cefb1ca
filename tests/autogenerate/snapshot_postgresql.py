"""The schema of a PostgreSQL database, out of its catalogs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.autogenerate.place import run_sql
from tests.autogenerate.snapshot import OURS

if TYPE_CHECKING:
    from typing import Any

    import sqlalchemy as sa

    from tests.autogenerate.snapshot import Snapshot

SCHEMAS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
TABLE = "CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname"
TABLES = f"""
    SELECT {TABLE}, c.relkind::text, c.relpersistence::text, c.reloptions::text,
        obj_description(c.oid, 'pg_class'), p.partstrat::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
    WHERE {SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm')
"""
COLUMNS = f"""
    SELECT {TABLE}, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid),
        CASE WHEN a.attcollation <> t.typcollation THEN o.collname END,
        col_description(c.oid, a.attnum), s.serial
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation o ON o.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN LATERAL (
        SELECT concat_ws(' ', format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin,
            q.seqmax, q.seqcache, q.seqcycle) AS serial
        FROM pg_depend e JOIN pg_sequence q ON q.seqrelid = e.objid
        WHERE e.refobjid = c.oid AND e.refobjsubid = a.attnum AND e.deptype IN ('a', 'i')
            AND e.classid = 'pg_class'::regclass
    ) s ON true
    WHERE {SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = f"""
    SELECT {TABLE}, k.conname, pg_get_constraintdef(k.oid), k.convalidated
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {SCHEMAS} AND k.contype IN ('p', 'u', 'f', 'c', 'x')
"""
INDEXES = f"""
    SELECT {TABLE}, pg_get_indexdef(i.indexrelid), i.indisvalid
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {SCHEMAS} AND NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    )
"""
SEQUENCES = f"""
    SELECT {TABLE}, format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax,
        q.seqcache, q.seqcycle
    FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {SCHEMAS} AND NOT EXISTS (
        SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype IN ('a', 'i')
            AND e.classid = 'pg_class'::regclass AND e.refobjsubid > 0
    )
"""
TYPE = "CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname"
ENUMS = f"""
    SELECT {TYPE}, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
    JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {SCHEMAS} GROUP BY 1
"""
DOMAINS = f"""
    SELECT {TYPE}, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
        CASE WHEN t.typcollation <> b.typcollation THEN o.collname END,
        (SELECT array_agg(pg_get_constraintdef(k.oid) ORDER BY 1)::text
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation o ON o.oid = t.typcollation
    WHERE {SCHEMAS} AND t.typtype = 'd'
"""
GENERATED = {"": None, "s": "STORED", "v": "VIRTUAL"}
IDENTITY = {"": None, "a": "IDENTITY ALWAYS", "d": "IDENTITY BY DEFAULT"}


def take(connection: sa.Connection, snapshot: Snapshot) -> None:
    """Add the lines of all schemas but the server's own."""

    def rows(query: str) -> list[Any]:
        found = run_sql(connection, query).all()
        return [row for row in found if row[0] not in OURS]

    for table, kind, persistence, options, comment, strategy in rows(TABLES):
        about = f"comment {comment!r}" if comment else None
        snapshot.add(table, f"{kind}{persistence}", options, strategy, about)
    for row in rows(COLUMNS):
        snapshot.add(f"{row[0]}.{row[1]}", *_column(*row[2:]))
    for table, name, text, valid in rows(CONSTRAINTS):
        snapshot.add(table, snapshot.name(name), text, None if valid else "NOT VALID")
    for table, text, valid in rows(INDEXES):
        snapshot.add(table, text, None if valid else "INVALID")
    for name, *options in rows(SEQUENCES):
        snapshot.add(f"sequence {name}", *map(str, options))
    for name, labels in rows(ENUMS):
        snapshot.add(f"enum {name}", repr(labels))
    for name, *about in rows(DOMAINS):
        snapshot.add(f"domain {name}", *map(str, about))


def _column(
    type_: str,
    required: bool,
    identity: str,
    generated: str,
    expression: str | None,
    collation: str | None,
    comment: str | None,
    sequence: str | None,
) -> list[str | None]:
    """Return a column in words; a sequence of its own has no name, for it follows the column's."""
    if sequence and expression:
        expression = re.sub(r"nextval\(.*::regclass\)", "nextval(own)", expression)
    return [
        type_,
        "NOT NULL" if required else None,
        f"AS {expression}" if generated else f"DEFAULT {expression}" if expression else None,
        GENERATED[generated],
        IDENTITY[identity],
        f"COLLATE {collation}" if collation else None,
        f"comment {comment!r}" if comment else None,
        f"sequence {sequence}" if sequence else None,
    ]
