"""Changes of indexes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, text
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    NOT_MARIADB,
    POSTGRESQL,
    Change,
    edit,
    nothing,
)

VALUES = {
    "item.a": [1, 2, 3, None],
    "item.b": ["w", "x", "y", None],
    "item.tags": [["a"], [], None],
    "item.place": [None],
}


def _parts(*indexes: Index) -> tuple[object, ...]:
    return (Column("a", sa.Integer), Column("b", sa.String(200)), *indexes)


def _index(name: str, before: object, after: object, databases: tuple[str, ...] = ALL) -> Change:
    """Return a change of the index `ix`; the functions return it, or nothing."""
    return edit(
        f"index-{name}",
        lambda: _parts(*_all(before())),
        lambda: _parts(*_all(after())),
        databases,
        values={key: value for key, value in VALUES.items() if key in ("item.a", "item.b")},
    )


def _all(made: object) -> tuple[Index, ...]:
    return made if isinstance(made, tuple) else (made,)


def _on(*elements: object, name: str = "ix", **options: object) -> object:
    return lambda: Index(name, *(text(e[1:]) if _is_text(e) else e for e in elements), **options)


def _is_text(element: object) -> bool:
    """Expressions are written with a sign before them, names of columns without."""
    return isinstance(element, str) and element.startswith("=")


def _postgresql(name: str, before: object, after: object) -> Change:
    """Return a change of an index on an array, a document or a range."""

    def parts(make: object) -> tuple[object, ...]:
        return (
            Column("tags", sa.ARRAY(sa.Text)),
            Column("doc", postgresql.JSONB),
            Column("made", sa.DateTime),
            Column("b", sa.Text),
            Column("a", sa.Integer),
            *_all(make()),
        )

    values = {"item.tags": [["a"], [], None], "item.b": ["w", "x", "y", None]}
    return edit(
        f"postgresql-index-{name}",
        lambda: parts(before),
        lambda: parts(after),
        POSTGRESQL,
        values=values,
    )


CHANGES = [
    _index("added", nothing, _on("a")),
    _index("dropped", _on("a"), nothing),
    _index("other-column", _on("a"), _on("b")),
    _index("wider", _on("a"), _on("a", "b")),
    _index("other-order", _on("a", "b"), _on("b", "a")),
    _index("becomes-unique", _on("a"), _on("a", unique=True)),
    _index("no-longer-unique", _on("a", unique=True), _on("a")),
    _index("unique-added", nothing, _on("a", "b", unique=True)),
    _index("renamed", _on("a"), _on("a", name="ix_new")),
    _index("descending", _on("a"), _on("=a DESC")),
    _index("descending-second", _on("a", "b"), _on("a", "=b DESC")),
    _index("expression-added", nothing, _on("=lower(b)"), NOT_MARIADB),
    _index("expression-dropped", _on("=lower(b)"), nothing, NOT_MARIADB),
    _index("expression-changed", _on("=lower(b)"), _on("=upper(b)"), NOT_MARIADB),
    _index("expression-for-column", _on("b"), _on("=lower(b)"), NOT_MARIADB),
    _index("expression-of-two", _on("=(a + 1)"), _on("=(a + 2)", "b"), NOT_MARIADB),
    _index("expression-unique", _on("=lower(b)"), _on("=lower(b)", unique=True), NOT_MARIADB),
    _index(
        "where-added",
        _on("a"),
        _on("a", postgresql_where=text("a > 0"), sqlite_where=text("a > 0")),
        NOT_MARIADB,
    ),
    _index(
        "where-changed",
        _on("a", postgresql_where=text("a > 0"), sqlite_where=text("a > 0")),
        _on("a", postgresql_where=text("a > 5 AND b IS NOT NULL"), sqlite_where=text("a > 5")),
        NOT_MARIADB,
    ),
    _index(
        "where-dropped",
        _on("a", unique=True, postgresql_where=text("b = 'x %'"), sqlite_where=text("b = 'x %'")),
        _on("a", unique=True),
        NOT_MARIADB,
    ),
    _index("collation", _on("b"), _on('=b COLLATE "C"'), POSTGRESQL),
    _index("sqlite-collation", _on("b"), _on("=b COLLATE NOCASE"), ("sqlite",)),
    edit(
        "index-flag-of-a-column",
        lambda: Column("a", sa.Integer),
        lambda: Column("a", sa.Integer, index=True),
    ),
    edit(
        "index-flag-taken",
        lambda: Column("a", sa.Integer, index=True),
        lambda: Column("a", sa.Integer),
    ),
    edit("indexed-column-added", nothing, lambda: Column("a", sa.Integer, index=True)),
    edit("indexed-column-dropped", lambda: Column("a", sa.Integer, index=True), nothing),
    edit(
        "indexed-column-retyped",
        lambda: Column("a", sa.Integer, index=True),
        lambda: Column("a", sa.BigInteger, index=True),
    ),
    edit(
        "index-loses-a-column",
        lambda: (Column("a", sa.Integer), Column("b", sa.Integer), Index("ix", "a", "b")),
        lambda: (Column("b", sa.Integer), Index("ix", "b")),
    ),
    edit(
        "index-unique-flag-of-a-column",
        lambda: Column("a", sa.Integer, index=True),
        lambda: Column("a", sa.Integer, index=True, unique=True),
    ),
    _postgresql("gin", nothing, _on("tags", postgresql_using="gin")),
    _postgresql("method", _on("b"), _on("b", postgresql_using="hash")),
    _postgresql("brin", _on("made"), _on("made", postgresql_using="brin")),
    _postgresql(
        "with",
        _on("made", postgresql_using="brin"),
        _on("made", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
    ),
    _postgresql("fillfactor", _on("a"), _on("a", postgresql_with={"fillfactor": 70})),
    _postgresql("include", _on("a"), _on("a", postgresql_include=["b"])),
    _postgresql(
        "include-changed",
        _on("a", postgresql_include=["b"]),
        _on("a", postgresql_include=["made", "b"]),
    ),
    _postgresql("operators", _on("b"), _on("b", postgresql_ops={"b": "text_pattern_ops"})),
    _postgresql(
        "operators-of-document",
        _on("doc", postgresql_using="gin"),
        _on("doc", postgresql_using="gin", postgresql_ops={"doc": "jsonb_path_ops"}),
    ),
    _postgresql("nulls-first", _on("a"), _on("=a NULLS FIRST")),
    _postgresql("descending-nulls-last", _on("=a DESC"), _on("=a DESC NULLS LAST")),
    _postgresql(
        "nulls-not-distinct",
        _on("a", unique=True),
        _on("a", unique=True, postgresql_nulls_not_distinct=True),
    ),
    _postgresql("of-document-path", nothing, _on("=(doc ->> 'name')")),
    _postgresql("of-document-path-changed", _on("=(doc ->> 'name')"), _on("=(doc ->> 'other')")),
    _postgresql("of-search", nothing, _on("=to_tsvector('english', b)", postgresql_using="gin")),
    _postgresql("cast", _on("=(a::text)"), _on("=(a::bigint)")),
    _index("mariadb-prefix", _on("b"), _on("b", mysql_length=10, mariadb_length=10), MARIADB),
    _index(
        "mariadb-prefix-changed",
        _on("b", mysql_length={"b": 10}, mariadb_length={"b": 10}),
        _on("b", mysql_length={"b": 20}, mariadb_length={"b": 20}),
        MARIADB,
    ),
    _index(
        "mariadb-prefix-dropped", _on("b", mysql_length=10, mariadb_length=10), _on("b"), MARIADB
    ),
    _index(
        "mariadb-fulltext",
        nothing,
        _on("b", mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT"),
        MARIADB,
    ),
    _index(
        "mariadb-becomes-fulltext",
        _on("b"),
        _on("b", mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT"),
        MARIADB,
    ),
    _index(
        "mariadb-prefix-of-unique",
        _on("b", unique=True),
        _on("b", unique=True, mysql_length=10, mariadb_length=10),
        MARIADB,
    ),
    _index(
        "mariadb-two-of-the-same", _on("a"), lambda: (Index("ix", "a"), Index("ix2", "a")), MARIADB
    ),
]
