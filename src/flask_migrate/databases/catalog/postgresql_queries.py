"""What is asked of PostgreSQL's catalog about the tables of one schema: four statements."""

from __future__ import annotations

from typing import Final

_OF_SCHEMA: Final = """
    c.relnamespace = (
        SELECT n.oid FROM pg_catalog.pg_namespace n
        WHERE n.nspname = coalesce(CAST(:schema AS text), current_schema())
    )
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND (CAST(:names AS text[]) IS NULL OR c.relname = ANY(CAST(:names AS text[])))
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = CAST('pg_catalog.pg_class' AS regclass) AND e.objid = c.oid
        AND e.objsubid = 0 AND e.deptype = 'e'
    )
"""

TABLES: Final = f"""
    SELECT c.oid, c.relname AS name,
        pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
        c.relpersistence = 'u' AS unlogged,
        pg_catalog.pg_get_partkeydef(c.oid) AS partition_by,
        (SELECT am.amname FROM pg_catalog.pg_am am
            WHERE am.oid = c.relam AND am.amname <> 'heap') AS using,
        (SELECT t.spcname FROM pg_catalog.pg_tablespace t
            WHERE t.oid = c.reltablespace) AS tablespace,
        c.reloptions || (SELECT array_agg('toast.' || o) FROM pg_catalog.pg_class t,
            unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid) AS storage,
        ARRAY(SELECT CAST(CAST(h.inhparent AS regclass) AS text) FROM pg_catalog.pg_inherits h
            WHERE h.inhrelid = c.oid ORDER BY h.inhseqno) AS inherits
    FROM pg_catalog.pg_class c
    WHERE {_OF_SCHEMA} ORDER BY c.relname
"""  # noqa: S608 # a constant

COLUMNS: Final = f"""
    SELECT a.attrelid AS table_oid, a.attnum AS number, a.attname AS name,
        pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
        NOT a.attnotnull AS nullable,
        CAST(a.attidentity AS text) AS identity, CAST(a.attgenerated AS text) AS generated,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
        CASE WHEN pg_catalog.pg_collation_is_visible(l.oid) THEN '' ELSE ln.nspname || '.' END
            || l.collname AS collation,
        m.description AS comment,
        s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
        CAST(CAST(s.seqrelid AS regclass) AS text) AS sequence
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN (pg_catalog.pg_collation l
        JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
    ) ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_catalog.pg_description m ON m.objoid = a.attrelid AND m.objsubid = a.attnum
        AND m.classoid = CAST('pg_catalog.pg_class' AS regclass)
    LEFT JOIN (pg_catalog.pg_depend o
        JOIN pg_catalog.pg_sequence s ON s.seqrelid = o.objid
    ) ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
        AND o.refclassid = CAST('pg_catalog.pg_class' AS regclass)
        AND o.classid = CAST('pg_catalog.pg_class' AS regclass) AND o.deptype IN ('a', 'i')
    WHERE {_OF_SCHEMA} ORDER BY a.attrelid, a.attnum
"""  # noqa: S608 # a constant

CONSTRAINTS: Final = f"""
    SELECT k.conrelid AS table_oid, k.conname AS name, CAST(k.contype AS text) AS kind,
        k.conkey AS keys, k.conindid AS index_oid,
        k.condeferrable AS deferrable, k.condeferred AS deferred,
        NOT k.convalidated AS not_valid, k.connoinherit AS no_inherit,
        CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid)
            WHEN 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS text,
        nullif(rn.nspname, current_schema()) AS target_schema, r.relname AS target,
        CASE k.contype WHEN 'f' THEN ARRAY(
            SELECT CAST(ra.attname AS text) FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
            JOIN pg_catalog.pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = u.number
            ORDER BY u.place) END AS target_columns,
        CAST(k.confupdtype AS text) AS onupdate, CAST(k.confdeltype AS text) AS ondelete,
        CAST(k.confmatchtype AS text) AS match, {{delete_columns}} AS delete_columns
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
    LEFT JOIN (pg_catalog.pg_class r JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace)
        ON r.oid = k.confrelid AND k.contype = 'f'
    WHERE k.conislocal AND k.conparentid = 0 AND {_OF_SCHEMA}
    ORDER BY k.conrelid, k.conname
"""  # noqa: S608 # a constant

INDEXES: Final = f"""
    SELECT i.indrelid AS table_oid, i.indexrelid AS oid, x.relname AS name,
        i.indisunique AS unique, i.indnkeyatts AS key_count,
        CAST(string_to_array(CAST(i.indkey AS text), ' ') AS int[]) AS keys,
        m.amname AS using, x.reloptions AS storage,
        (SELECT t.spcname FROM pg_catalog.pg_tablespace t
            WHERE t.oid = x.reltablespace) AS tablespace,
        NOT i.indisvalid AS invalid, {{nulls_not_distinct}} AS nulls_not_distinct,
        pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS condition,
        CASE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
            WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
            THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
    WHERE {_OF_SCHEMA} ORDER BY i.indrelid, x.relname
"""  # noqa: S608 # a constant

_NEW: Final = 15
_SINCE_15: Final = {
    "delete_columns": """CASE WHEN k.confdelsetcols IS NOT NULL THEN ARRAY(
        SELECT CAST(da.attname AS text)
        FROM unnest(k.confdelsetcols) WITH ORDINALITY u(number, place)
        JOIN pg_catalog.pg_attribute da ON da.attrelid = k.conrelid AND da.attnum = u.number
        ORDER BY u.place) END""",
    "nulls_not_distinct": "i.indnullsnotdistinct",
}
_BEFORE_15: Final = {"delete_columns": "CAST(NULL AS text[])", "nulls_not_distinct": "false"}


def queries(version: tuple[int | str, ...] | None) -> tuple[str, str, str, str]:
    """Return the queries for tables, columns, constraints and indexes, for a server's version."""
    parts = _SINCE_15 if int((version or (15,))[0]) >= _NEW else _BEFORE_15
    return TABLES, COLUMNS, CONSTRAINTS.format(**parts), INDEXES.format(**parts)
