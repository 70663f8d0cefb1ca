"""Constraints and indexes of every kind, named or not, and the names of things."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    NOT_MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Unchanged,
    models,
    table,
)
from tests.autogenerate.changes_checks import CONVENTION

if TYPE_CHECKING:
    from collections.abc import Sequence


def _with(name: str, make: Any, databases: Sequence[str] = ALL) -> Unchanged:
    """Return a case of a table of a number, a text and a date, with what a function returns."""

    def made() -> sa.MetaData:
        columns = [
            Column("a", sa.Integer),
            Column("b", sa.String(40)),
            Column("c", sa.Date),
            Column("user_id", sa.Integer),
        ]
        return models(table("user"), table("item", *columns, *make()))

    return Unchanged(name, made, databases)


def _checks(name: str, *texts: str, databases: Sequence[str] = ALL) -> Unchanged:
    return _with(
        f"checks-{name}",
        lambda: [*map(Check, texts), *(Check(t, name=f"ck_{n}") for n, t in enumerate(texts))],
        databases,
    )


def _indexes(
    name: str, *elements: Any, databases: Sequence[str] = ALL, **options: Any
) -> Unchanged:
    """Return a case of an index for each list of elements."""
    return _with(
        f"indexes-{name}",
        lambda: [Index(f"ix_{n}", *_elements(e), **options) for n, e in enumerate(elements)],
        databases,
    )


def _elements(given: Any) -> list[Any]:
    parts = given if isinstance(given, tuple) else (given,)
    return [part if str(part).isidentifier() else text(part) for part in parts]


def _foreign(**options: Any) -> Any:
    return lambda: [ForeignKeyConstraint(["user_id"], ["user.id"], **options)]


def _cycle(metadata: sa.MetaData) -> None:
    captain = ForeignKey("player.id", name="fk_captain", use_alter=True)
    table("team", Column("captain", sa.Integer, captain))(metadata)
    table("player", Column("team", sa.Integer, ForeignKey("team.id", name="fk_team")))(metadata)


def _tables(name: str, make: Any, databases: Sequence[str] = ALL, **options: Any) -> Unchanged:
    """Return a case of the tables that a function returns."""
    return Unchanged(name, lambda: models(*make(), **options), databases)


def _named(table_name: str, column: str) -> list[Any]:
    made = table(
        table_name,
        Column(column, sa.Integer, server_default="5", index=True),
        Column("n", sa.Integer, Check("n > 0"), unique=True),
        Column("up", sa.Integer),
        ForeignKeyConstraint(["up"], [f"{table_name}.id"])
        if "." not in table_name
        else Check("up > 0"),
    )
    return [made]


UNCHANGED = [
    _checks("comparisons", "a > 0", "a>=0", "a <> 5", "a != 6", "(a < 9)", "a + 1 > a"),
    _checks("lists", "b IN ('x', 'y')", "a in (1,2,3)", "b NOT IN ('it''s', '100 %')"),
    _checks("ranges", "a BETWEEN 0 AND 9", "a NOT BETWEEN 5 AND 6", "c > '2000-01-01'"),
    _checks("patterns", "b LIKE 'x%'", "b NOT LIKE '%%y_'", "b LIKE 'a:b%'"),
    _checks("functions", "lower(b) = b", "length(b) > 3", "coalesce(a, 0) >= 0", "abs(a) < 9"),
    _checks("logic", "a > 0 AND b <> ''", "a > 0 OR (b IS NULL AND c IS NOT NULL)", "NOT (a = 5)"),
    _checks("null", "a IS NOT NULL", "b IS NULL OR a IS NULL"),
    _checks("cases", "CASE WHEN a > 0 THEN b = 'x' ELSE a < -5 END", databases=NOT_MARIADB),
    _checks(
        "postgresql",
        "b ~ '^[a-z]+$'",
        "b = ANY (ARRAY['x', 'y'])",
        "a::text <> ''",
        "char_length(b::text) <= 20",
        "b SIMILAR TO '%(b|d)%'",
        "c > now()::date - interval '1 year'",
        databases=POSTGRESQL,
    ),
    _checks("sqlite", "b GLOB '[a-z]*'", "typeof(a) = 'integer'", "a == 5", databases=SQLITE),
    _checks(
        "mariadb", "b REGEXP '^[a-z]+$'", "char_length(b) < 9", "json_valid(b)", databases=MARIADB
    ),
    _with("check-of-a-column", lambda: [Column("d", sa.Integer, Check("d > 0"))]),
    _with("checks-twice-the-same", lambda: [Check("a > 0"), Check("a > 0")]),
    _with("unique-unnamed", lambda: [UniqueConstraint("a"), UniqueConstraint("b", "a")]),
    _with("unique-named", lambda: [UniqueConstraint("a", name="uq_a")]),
    _with("unique-column", lambda: [Column("d", sa.Integer, unique=True)]),
    _with("unique-column-with-index", lambda: [Column("d", sa.Integer, unique=True, index=True)]),
    _with("unique-and-index-on-the-same", lambda: [UniqueConstraint("a"), Index("ix", "a")]),
    _with(
        "unique-and-unique-index", lambda: [UniqueConstraint("a"), Index("ix", "a", unique=True)]
    ),
    _with(
        "unique-options",
        lambda: [
            UniqueConstraint("a", deferrable=True, initially="DEFERRED"),
            UniqueConstraint("b", postgresql_nulls_not_distinct=True),
        ],
        POSTGRESQL,
    ),
    _with("foreign-key-unnamed", _foreign()),
    _with("foreign-key-named", _foreign(name="fk_user")),
    _with("foreign-key-actions", _foreign(ondelete="CASCADE", onupdate="SET NULL")),
    _with("foreign-key-actions-in-small-letters", _foreign(ondelete="cascade")),
    _with("foreign-key-restrict", _foreign(ondelete="RESTRICT", onupdate="NO ACTION")),
    _with("foreign-key-no-action", _foreign(ondelete="NO ACTION")),
    _with("foreign-key-deferrable", _foreign(deferrable=True, initially="DEFERRED"), NOT_MARIADB),
    _with(
        "foreign-key-not-deferrable", _foreign(deferrable=False, initially="IMMEDIATE"), POSTGRESQL
    ),
    _with("foreign-key-match", _foreign(match="FULL"), POSTGRESQL),
    _with("foreign-key-match-simple", _foreign(match="SIMPLE"), POSTGRESQL),
    _with("foreign-key-with-index", lambda: [*_foreign()(), Index("ix_item_user_id", "user_id")]),
    _with("foreign-key-with-wider-index", lambda: [*_foreign()(), Index("ix", "user_id", "a")]),
    _with("foreign-key-twice", lambda: [*_foreign()(), *_foreign(name="fk_second")()]),
    _with("foreign-key-to-itself", lambda: [ForeignKeyConstraint(["a"], ["item.id"])]),
    _tables("foreign-keys-in-a-cycle", lambda: [_cycle], databases=SERVERS),
    _tables(
        "foreign-key-of-two-columns",
        lambda: [
            table(
                "place",
                Column("x", sa.Integer),
                Column("y", sa.Integer),
                UniqueConstraint("x", "y"),
            ),
            table(
                "item",
                Column("a", sa.Integer),
                Column("b", sa.Integer),
                ForeignKeyConstraint(["a", "b"], ["place.x", "place.y"]),
            ),
        ],
    ),
    _with("foreign-key-beside-unique", lambda: [*_foreign()(), UniqueConstraint("user_id")]),
    _indexes("plain", "a", ("a", "b"), ("b", "a")),
    _indexes("unique", "a", ("a", "b"), unique=True),
    _indexes("descending", "a DESC", ("a", "b DESC")),
    _indexes("expressions", "lower(b)", "(a + 1)", ("coalesce(a, 0)", "b"), databases=NOT_MARIADB),
    _indexes(
        "where",
        "a",
        "lower(b)",
        postgresql_where=text("a > 0 AND b LIKE 'x%'"),
        sqlite_where=text("a > 0 AND b LIKE 'x%'"),
        databases=NOT_MARIADB,
    ),
    _indexes("where-in", "a", postgresql_where=text("b in ('x', 'y')"), databases=POSTGRESQL),
    _indexes("postgresql-order", "a NULLS FIRST", "a DESC NULLS LAST", databases=POSTGRESQL),
    _indexes("postgresql-order-by-default", "a ASC", "a NULLS LAST", databases=POSTGRESQL),
    _indexes("postgresql-hash", "b", postgresql_using="hash", databases=POSTGRESQL),
    _indexes("postgresql-btree", "b", postgresql_using="btree", databases=POSTGRESQL),
    _indexes("postgresql-include", "a", postgresql_include=["b", "c"], databases=POSTGRESQL),
    _indexes(
        "postgresql-ops", "b", postgresql_ops={"b": "varchar_pattern_ops"}, databases=POSTGRESQL
    ),
    _indexes("postgresql-default-ops", "a", postgresql_ops={"a": "int4_ops"}, databases=POSTGRESQL),
    _indexes("postgresql-with", "a", postgresql_with={"fillfactor": 50}, databases=POSTGRESQL),
    _indexes(
        "postgresql-nulls-not-distinct",
        "a",
        unique=True,
        postgresql_nulls_not_distinct=True,
        databases=POSTGRESQL,
    ),
    _indexes(
        "postgresql-search",
        "to_tsvector('english', b)",
        "to_tsvector('simple'::regconfig, coalesce(b, ''))",
        postgresql_using="gin",
        databases=POSTGRESQL,
    ),
    _indexes("mariadb-prefix", "b", mysql_length=10, mariadb_length=10, databases=MARIADB),
    _indexes("mariadb-fulltext", "b", mysql_prefix="FULLTEXT", databases=MARIADB),
    _indexes("mariadb-using", "b", mysql_using="btree", databases=MARIADB),
    _with(
        "indexes-on-documents",
        lambda: [
            Column("doc", postgresql.JSONB),
            Index("ix_gin", "doc", postgresql_using="gin"),
            Index(
                "ix_path", "doc", postgresql_using="gin", postgresql_ops={"doc": "jsonb_path_ops"}
            ),
            Index("ix_name", text("(doc ->> 'name')")),
        ],
        POSTGRESQL,
    ),
    _with(
        "exclusions",
        lambda: [
            Column("during", postgresql.TSRANGE),
            postgresql.ExcludeConstraint(("during", "&&")),
            postgresql.ExcludeConstraint(("during", "&&"), name="ex", where=text("a > 5")),
        ],
        POSTGRESQL,
    ),
    *(
        _tables(f"names-{name}", partial(_named, *pair))
        for name, pair in {
            "reserved": ("order", "select"),
            "capitals": ("Order", "Total"),
            "spaces": ("my table", "a column"),
            "unicode": ("größe", "名前"),
            "percent": ("100 %", "50%s"),
            "quotes": ('a "b"', "it's"),
            "long": ("t" * 55, "c" * 63),
            "dots": ("a.b", "c.d"),
            "brackets": ("a (b)", "x, y"),
        }.items()
    ),
    _tables(
        "names-by-convention",
        lambda: [
            table("user"),
            table(
                "item",
                Column("a", sa.Integer, unique=True),
                Column("user_id", sa.Integer, ForeignKey("user.id"), index=True),
                Column(
                    "e", sa.Enum("x", "y", name="kind", native_enum=False, create_constraint=True)
                ),
                Check("a > 0", name="positive"),
            ),
        ],
        naming_convention=CONVENTION,
    ),
    _tables(
        "names-cut-by-sqlalchemy",
        lambda: [table("t" * 40, Column("c" * 40, sa.Integer, index=True, unique=True))],
    ),
    _tables("tables-without-a-key", lambda: [table("line", Column("text", sa.Text), no_key=True)]),
    _tables(
        "comments",
        lambda: [
            table("item", Column("a", sa.Text, comment="it's 100 % \\ \n :x"), comment='b "c"')
        ],
        databases=SERVERS,
    ),
    _tables(
        "comments-that-are-empty",
        lambda: [table("item", Column("a", sa.Text, comment=""), comment="")],
        databases=SERVERS,
    ),
    _tables(
        "comments-where-there-are-none",
        lambda: [table("item", Column("a", sa.Text, comment="x"), comment="y")],
        databases=SQLITE,
    ),
    _tables(
        "options-of-mariadb",
        lambda: [
            table("item", mysql_engine="Aria", mysql_charset="latin1"),
            table(
                "other",
                mysql_engine="InnoDB",
                mysql_default_charset="utf8mb4",
                mysql_collate="utf8mb4_bin",
            ),
            table(
                "more",
                Column("a", sa.String(20)),
                mariadb_engine="InnoDB",
                mysql_row_format="DYNAMIC",
            ),
        ],
        databases=MARIADB,
    ),
    _tables(
        "options-of-sqlite", lambda: [table("item", sqlite_with_rowid=False)], databases=SQLITE
    ),
    _tables(
        "options-of-postgresql",
        lambda: [
            table("item", prefixes=["UNLOGGED"]),
            table("log", Column("a", sa.Date), no_key=True, postgresql_partition_by="RANGE (a)"),
        ],
        databases=POSTGRESQL,
    ),
]
