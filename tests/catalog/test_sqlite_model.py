"""A model's table as SQLite would show it is what SQLite shows after `create_all`."""

import datetime as dt
import enum

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.exc import CompileError

from flask_migrate.databases.catalog import Kind, TableRefused, catalog_named

CATALOG = catalog_named("sqlite")


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


class Upper(sa.types.TypeDecorator):
    impl = sa.String(40)
    cache_ok = True


def key():
    return sa.Column("id", sa.Integer, primary_key=True)


TABLES = {
    "types": lambda: [
        key(),
        sa.Column("s", sa.String(50, collation="NOCASE")),
        sa.Column("b", sa.Boolean),
        sa.Column("e", sa.Enum(Color)),
        sa.Column("n", sa.Numeric(10, 2)),
        sa.Column("j", sa.JSON),
        sa.Column("d", dialect.DATETIME(storage_format="%(year)04d", regexp=r"(\d+)")),
        sa.Column("u", Upper),
        sa.Column("l", sa.LargeBinary),
        sa.Column("v", sa.Text().with_variant(sa.String(7), "sqlite")),
        sa.Column("i", sa.Interval),
        sa.Column("uuid", sa.Uuid),
    ],
    "defaults": lambda: [
        key(),
        sa.Column("a", sa.Integer, server_default="5"),
        sa.Column("b", sa.String, server_default=sa.text("'it''s'")),
        sa.Column("c", sa.DateTime, server_default=sa.func.now()),
        sa.Column("d", sa.Boolean, server_default=sa.true()),
        sa.Column("e", sa.Integer, server_default=sa.text("(1 + 2)")),
        sa.Column("f", sa.String, server_default=sa.func.lower("X") + "y"),
        sa.Column("g", sa.Date, server_default=str(dt.date(2020, 1, 2))),
        sa.Column("h", sa.Float, server_default=sa.null()),
    ],
    "names": lambda: [
        sa.Column("Id", sa.Integer, primary_key=True),
        sa.Column("order", sa.Integer),
        sa.Column('q"u', sa.Integer),
        sa.Column("größe, (", sa.Integer),
        sa.CheckConstraint('"order" > 1 AND "größe, (" <> \'It, (\'', name="c k"),
        sa.UniqueConstraint("order", 'q"u', name="Ünique"),
        sa.Index("i x", "order", sa.text('lower("q""u") DESC')),
    ],
    "keys": lambda: [
        sa.Column("a", sa.Integer, primary_key=True),
        sa.Column("b", sa.String(3), primary_key=True),
        sa.Column("c", sa.Integer, sa.ForeignKey("p.id", ondelete="cascade")),
        sa.Column("d", sa.Integer),
        sa.Column("e", sa.String),
        sa.ForeignKeyConstraint(
            ["d", "e"],
            ["p.x", "p.y"],
            name="fk",
            onupdate="SET NULL",
            ondelete="NO ACTION",
            deferrable=True,
            initially="DEFERRED",
        ),
    ],
    "no key": lambda: [
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Integer, unique=True, index=True),
    ],
    "a nullable key": lambda: [sa.Column("a", sa.String, primary_key=True, nullable=True)],
    "computed": lambda: [
        key(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Integer, sa.Computed("a + 1", persisted=True)),
        sa.Column("c", sa.Integer, sa.Computed("a + 2")),
    ],
    "indexes": lambda: [
        key(),
        sa.Column("a", sa.Integer, index=True),
        sa.Column("b", sa.String),
        sa.Index("unique", "a", "b", unique=True, sqlite_where=sa.text("a > 0")),
        sa.Index("expression", sa.text("lower(b)"), sa.text("a desc")),
        sa.Index("elsewhere", "a").ddl_if(dialect="postgresql"),
    ],
    "conflicts": lambda: [
        key(),
        sa.Column("a", sa.Integer, nullable=False, sqlite_on_conflict_not_null="IGNORE"),
        sa.UniqueConstraint("a", sqlite_on_conflict="REPLACE"),
        sa.CheckConstraint("a > 0", sqlite_on_conflict="FAIL"),
    ],
}


def table_of(items, name="t", **options):
    metadata = sa.MetaData()
    sa.Table(
        "p",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.Integer),
        sa.Column("y", sa.String),
    )
    return sa.Table(name, metadata, *items, **options)


def check(connection, table):
    table.metadata.create_all(connection)
    shown = CATALOG.read(connection, None)[table.name]
    assert CATALOG.expected(table, connection) == shown
    judged = CATALOG.judged(connection, [table])
    assert judged == {(None, table.name): shown.without(Kind.FOREIGN_KEY)}
    keys = CATALOG.foreign_keys(table, connection)
    assert {*keys} == {c for c in shown.constraints if c.kind is Kind.FOREIGN_KEY}
    return shown


@pytest.fixture
def connection():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("items", TABLES.values(), ids=TABLES)
def test_a_model_is_expected_as_it_is_shown(connection, items):
    check(connection, table_of(items()))


@pytest.mark.parametrize(
    "options",
    [{"sqlite_autoincrement": True}, {"sqlite_with_rowid": False}, {"prefixes": []}],
    ids=["autoincrement", "without rowid", "none"],
)
def test_options_are_expected_as_they_are_shown(connection, options):
    check(connection, table_of([key(), sa.Column("a", sa.Integer)], **options))


def test_a_key_to_another_schema_is_not_expected(connection):
    connection.exec_driver_sql("ATTACH ':memory:' AS other")
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="other")
    column = sa.Column("a", sa.Integer, sa.ForeignKey("other.p.id"))
    table = sa.Table("t", metadata, column)
    assert check(connection, table).constraints == ()


def test_nothing_stays_of_what_is_tried_out(connection):
    table = table_of(TABLES["indexes"]())
    CATALOG.judged(connection, [table, table.metadata.tables["p"]])
    for schema in ("main", "temp"):
        assert CATALOG.read(connection, schema) == {}


def test_a_temporary_table_does_not_stand_in_the_way_of_an_open_transaction(connection):
    connection.exec_driver_sql("CREATE TABLE t (x)")
    connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    CATALOG.judged(connection, [table_of(TABLES["names"]())])
    assert connection.exec_driver_sql("SELECT x FROM t").all() == [(1,)]
    connection.rollback()
    assert connection.exec_driver_sql("SELECT x FROM t").all() == []


def test_what_sqlite_refuses_is_an_error_that_names_the_table(connection):
    table = table_of([key(), sa.CheckConstraint("nowhere(id) > 1")], name="invoice")
    with pytest.raises(TableRefused, match=r"no such function: nowhere\n.*invoice"):
        CATALOG.judged(connection, [table])
    with pytest.raises(CompileError, match="invoice"):
        CATALOG.expected(table_of([sa.Column("a")], name="invoice"), connection)


def test_an_applications_own_function_may_be_in_a_check(connection):
    connection.connection.driver_connection.create_function(
        "own", 1, lambda x: x, deterministic=True
    )
    check(connection, table_of([key(), sa.CheckConstraint("own(id) > 1")]))
