"""Databases in which there is more: tables of others, other schemas, shared types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey
from sqlalchemy.dialects import postgresql

from tests.autogenerate.cases import (
    ALL,
    MARIADB,
    POSTGRESQL,
    SERVERS,
    SQLITE,
    Unchanged,
    models,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def _beside(name: str, others: str, databases: Sequence[str] = ALL, **options: Any) -> Unchanged:
    """Return a case of a database with an application's table, and others beside it."""
    statements = [part.strip() for part in others.split(";\n") if part.strip()]
    return Unchanged(name, _user, databases, setup=statements, configure=options)


def _user() -> sa.MetaData:
    return models(
        table(
            "user",
            Column("name", sa.String(64), index=True),
            Column("email", sa.String(80), unique=True),
        )
    )


def _shared(kind: sa.Enum) -> sa.MetaData:
    return models(
        table("one", Column("a", kind)),
        table("two", Column("a", kind, server_default="x"), Column("b", kind, nullable=False)),
    )


def _owned() -> sa.MetaData:
    metadata = sa.MetaData()
    kind = sa.Enum("x", "y", name="kind", metadata=metadata)
    table(
        "one",
        Column("a", kind),
        Column("b", postgresql.ARRAY(kind).with_variant(sa.Text(), "mysql", "mariadb")),
    )(metadata)
    return metadata


UNCHANGED = [
    _beside(
        "beside-a-table-of-others",
        "CREATE TABLE stranger (id INTEGER PRIMARY KEY, user_id INTEGER)",
    ),
    _beside(
        "beside-a-view",
        "CREATE TABLE stranger (id INTEGER PRIMARY KEY);\n"
        "CREATE VIEW seen AS SELECT id FROM stranger",
    ),
    _beside(
        "beside-a-materialized-view",
        "CREATE TABLE stranger (a int);\nCREATE MATERIALIZED VIEW seen AS SELECT a FROM stranger",
        POSTGRESQL,
    ),
    _beside(
        "beside-another-history",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        version_table="ours",
    ),
    _beside(
        "beside-the-log-of-others",
        "CREATE TABLE alembic_version_log (id INTEGER PRIMARY KEY)",
        version_table="ours",
    ),
    _beside(
        "beside-types-of-others",
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN tall AS int CHECK (VALUE > 0);\n"
        "CREATE SEQUENCE counter;\nCREATE TYPE pair AS (a int, b text)",
        POSTGRESQL,
    ),
    _beside("beside-a-sequence", "CREATE SEQUENCE counter START WITH 5", MARIADB),
    _beside(
        "beside-partitions",
        "CREATE TABLE log (at date) PARTITION BY RANGE (at);\n"
        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        POSTGRESQL,
    ),
    _beside(
        "beside-tables-like-those-of-postgis",
        "CREATE SCHEMA topology;\nCREATE TABLE topology.layer (id int PRIMARY KEY);\n"
        "CREATE TABLE spatial_ref_sys (srid int PRIMARY KEY CHECK (srid > 0), proj4text text);\n"
        "CREATE VIEW geometry_columns AS SELECT srid FROM spatial_ref_sys",
        POSTGRESQL,
        include_schemas=True,
    ),
    _beside(
        "beside-another-schema",
        "CREATE SCHEMA hidden;\nCREATE TABLE hidden.item (id int)",
        POSTGRESQL,
    ),
    _beside(
        "beside-another-schema-looked-at",
        "CREATE SCHEMA hidden;\nCREATE TABLE hidden.item (id int)",
        POSTGRESQL,
        include_schemas=True,
    ),
    _beside("beside-full-text-tables", "CREATE VIRTUAL TABLE words USING fts5(body)", SQLITE),
    _beside(
        "beside-what-sqlite-keeps-for-itself",
        "CREATE TABLE stranger (id INTEGER PRIMARY KEY AUTOINCREMENT);\nANALYZE",
        SQLITE,
    ),
    Unchanged(
        "with-triggers",
        lambda: models(table("user", Column("name", sa.Text, index=True))),
        SQLITE,
        sql=[
            'CREATE TABLE "user" (id INTEGER PRIMARY KEY, name TEXT)',
            'CREATE INDEX ix_user_name ON "user" (name)',
            'CREATE TRIGGER t AFTER INSERT ON "user" BEGIN UPDATE "user" SET name = 1; END',
        ],
    ),
    Unchanged(
        "schema-qualified",
        lambda: models(
            table("user", schema="other"),
            table(
                "item",
                Column("user_id", sa.Integer, ForeignKey("other.user.id"), index=True),
                Column("e", sa.Enum("x", "y", name="kind", schema="other"), server_default="x"),
                Column("a", sa.Integer, CheckConstraint("a > 0"), unique=True),
                schema="other",
            ),
            table("here", Column("item_id", sa.Integer, ForeignKey("other.item.id"))),
        ),
        POSTGRESQL,
        setup=["CREATE SCHEMA other"],
        configure={"include_schemas": True},
    ),
    Unchanged(
        "schema-qualified-without-being-asked-to-look",
        lambda: models(table("user", schema="other"), table("user", Column("a", sa.Text))),
        POSTGRESQL,
        setup=["CREATE SCHEMA other"],
    ),
    Unchanged(
        "schema-named-though-it-is-the-default",
        lambda: models(
            table("user", schema="public"),
            table(
                "item", Column("user_id", sa.Integer, ForeignKey("public.user.id")), schema="public"
            ),
        ),
        POSTGRESQL,
        configure={"include_schemas": True},
    ),
    Unchanged(
        "schema-of-the-whole-metadata",
        lambda: models(
            table("user", Column("e", sa.Enum("x", name="kind"))),
            table("item", Column("user_id", sa.Integer, ForeignKey("other.user.id"))),
            schema="other",
        ),
        POSTGRESQL,
        setup=["CREATE SCHEMA other"],
        configure={"include_schemas": True},
    ),
    Unchanged(
        "inherited-tables",
        lambda: models(table("base", Column("a", sa.Text)), table("user")),
        POSTGRESQL,
        sql=[
            "CREATE TABLE base (id SERIAL PRIMARY KEY, a TEXT)",
            'CREATE TABLE "user" (id SERIAL PRIMARY KEY)',
            "CREATE TABLE child (b INT) INHERITS (base)",
        ],
    ),
    Unchanged(
        "shared-types",
        lambda: _shared(sa.Enum("x", "y", name="kind")),
        ALL,
    ),
    Unchanged("shared-types-of-metadata", _owned, SERVERS, needs=(2, 1)),
]
