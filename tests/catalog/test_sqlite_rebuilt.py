"""A table of SQLite as SQLAlchemy's objects: made elsewhere, it is the same table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from flask_migrate.databases.catalog import catalog_named
from tests.sqlite.random_tables import random_tables

CATALOG = catalog_named("sqlite")
HAS_STRICT = "strict" in dict(SQLiteDialect.construct_arguments)[sa.Table]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

STATEMENTS = {
    "types": [
        """CREATE TABLE t (a GEOMETRY(4326), b, c INTEGER COLLATE NOCASE, d VARCHAR(9),
        e UNSIGNED BIG INT, f TEXT COLLATE NOCASE, g DECIMAL(10, 2), h DATE(5),
        i INT PRIMARY KEY)"""
    ],
    "defaults": [
        """CREATE TABLE t (a DEFAULT ' :x%s', b TEXT DEFAULT ('a' || 'b'), c DEFAULT (abs(-1) + 2),
        d DEFAULT -1.5, e BLOB DEFAULT x'ab', f DATETIME DEFAULT CURRENT_TIMESTAMP,
        g DEFAULT (strftime('%H:%M', 'now')))"""
    ],
    "constraints": [
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x, y, UNIQUE (x, y))",
        """CREATE TABLE t (a TEXT NOT NULL ON CONFLICT IGNORE, b REFERENCES p ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED, c CONSTRAINT u UNIQUE ON CONFLICT REPLACE,
        d CONSTRAINT ck CHECK (d <> ' :x'), CHECK (a > b), UNIQUE (a, b),
        CONSTRAINT fk FOREIGN KEY (c, d) REFERENCES p (x, y) MATCH FULL ON UPDATE SET DEFAULT,
        CONSTRAINT pk PRIMARY KEY (b, a) ON CONFLICT ROLLBACK)""",
    ],
    "autoincrement": ["CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b)"],
    "a key that may be NULL": ["CREATE TABLE t (a TEXT PRIMARY KEY, b)"],
    "computed": ["CREATE TABLE t (a, b AS (a || ':x') STORED, c TEXT AS (lower(a)))"],
    "itself": ["CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t)"],
    "no rowid": ["CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID"],
    "indexes": [
        'CREATE TABLE t (a, b TEXT, "c d")',
        'CREATE UNIQUE INDEX i ON t (a DESC, b COLLATE NOCASE, "c d" DESC)',
        "CREATE INDEX j ON t (lower(b) DESC, a) WHERE b <> ' :x'",
        "CREATE INDEX k ON t (json_extract(a, '$.x'))",
    ],
}


def made(*statements):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        tables = CATALOG.read(connection, None)
        metadata = sa.MetaData()
        for table in tables.values():
            CATALOG.rebuilt(table, connection, metadata)
    engine.dispose()
    return tables, metadata


def shown(metadata):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        tables = CATALOG.read(connection, None)
    engine.dispose()
    return tables


@pytest.mark.parametrize("statements", STATEMENTS.values(), ids=STATEMENTS)
def test_a_table_made_again_is_the_same(statements):
    tables, metadata = made(*statements)
    assert shown(metadata) == tables


def test_strict_stays_where_sqlalchemy_has_a_word_for_it():
    tables, metadata = made("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT")
    assert (shown(metadata) == tables) is HAS_STRICT


def test_types_are_those_of_reflection():
    _, metadata = made("CREATE TABLE t (a VARCHAR(50), b NUMERIC(10, 2), c BOOLEAN, d DATETIME)")
    columns = metadata.tables["t"].c
    assert [repr(c.type) for c in columns] == [
        "VARCHAR(length=50)",
        "NUMERIC(precision=10, scale=2)",
        "BOOLEAN()",
        "DATETIME()",
    ]


def test_an_unnamed_constraint_stays_unnamed():
    _, metadata = made("CREATE TABLE t (a UNIQUE, CHECK (a > 0))")
    assert {c.name for c in metadata.tables["t"].constraints} == {None}


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_random_tables_made_again_are_the_same(data):
    check(data)


@pytest.mark.soak
@settings(max_examples=5000, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_thousands_of_random_tables_made_again_are_the_same(data):
    check(data)


def check(data):
    table = data.draw(random_tables())
    assume(HAS_STRICT or "STRICT" not in table.options)
    tables, metadata = made(*table.schema().values())
    assert shown(metadata) == tables
