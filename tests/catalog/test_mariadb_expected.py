"""A model's table as MariaDB would show it, told without asking, is what it shows."""

from __future__ import annotations

import enum

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from tests.catalog.mariadb import CATALOG, as_stated, connection, structure, table_of

__all__ = ["connection"]


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Upper(sa.types.TypeDecorator):
    impl = sa.String(40)
    cache_ok = True


class Point(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self):
        return "POINT"


def x(type_, *items, **options):
    return [sa.Column("x", type_, *items, **options)]


def default(type_, text):
    return x(type_, server_default=text)


USUAL = {
    "smallest": x(sa.SmallInteger),
    "biggest": x(sa.BigInteger, nullable=False),
    "unsigned": x(mysql.INTEGER(unsigned=True)),
    "tiny": x(mysql.TINYINT),
    "tiny unsigned": x(mysql.TINYINT(unsigned=True)),
    "medium": x(mysql.MEDIUMINT(7)),
    "boolean": x(sa.Boolean),
    "string": x(sa.String(50)),
    "char": x(sa.CHAR),
    "text": x(sa.Text),
    "long text": x(mysql.LONGTEXT),
    "unicode": x(sa.Unicode(10)),
    "enum": x(sa.Enum("a", "b c", name="e")),
    "python's enum": x(sa.Enum(Color)),
    "enum as string": x(sa.Enum(Color, native_enum=False)),
    "json": x(sa.JSON),
    "numeric": x(sa.Numeric),
    "numeric with digits": x(sa.Numeric(10, 2)),
    "decimal": x(sa.DECIMAL(5)),
    "float": x(sa.Float),
    "float of 24 bits": x(sa.Float(24)),
    "float of 25 bits": x(sa.Float(25)),
    "double": x(sa.Double),
    "real double": x(sa.DOUBLE_PRECISION),
    "date": x(sa.Date),
    "time": x(sa.Time),
    "datetime": x(sa.DateTime),
    "datetime with microseconds": x(mysql.DATETIME(fsp=6)),
    "timestamp": x(sa.TIMESTAMP, nullable=False),
    "timestamp with time zone": x(sa.TIMESTAMP(timezone=True)),
    "interval": x(sa.Interval),
    "blob": x(sa.LargeBinary),
    "binary": x(sa.BINARY(16)),
    "varbinary": x(sa.VARBINARY(16)),
    "uuid": x(sa.Uuid),
    "uuid of letters": x(sa.Uuid(native_uuid=False)),
    "decorated": x(Upper),
    "variant": x(sa.Integer().with_variant(mysql.BIGINT(), "mysql", "mariadb")),
    "pickled": x(sa.PickleType),
    "collation": x(sa.String(20, collation="utf8mb4_bin")),
    "collation of the table": x(sa.String(20, collation="utf8mb4_general_ci")),
    "character set": x(mysql.VARCHAR(20, charset="latin1", collation="latin1_bin")),
    "comment": x(sa.Integer, comment="it's 100% \\ \n `good`"),
    "empty comment": x(sa.Integer, comment=""),
    "default '5'": default(sa.Integer, "5"),
    "default -5": default(sa.Integer, sa.text("-5")),
    "default false": default(sa.Boolean, sa.false()),
    "default true": default(sa.Boolean, sa.text("true")),
    "default text": default(sa.String(20), "active"),
    "default of blanks within": default(sa.String(20), "a b  c"),
    "default of nothing": default(sa.String(20), ""),
    "default of Text": default(sa.Text, "x"),
    "default of json": default(sa.JSON, "{}"),
    "default of an enum": default(sa.Enum("a", "b", name="e"), "b"),
    "default decimal": default(sa.Numeric(10, 2), "1.5"),
    "default whole decimal": default(sa.Numeric(10, 2), sa.text("0")),
    "default decimal without scale": default(sa.Numeric(10), "7"),
    "default float": default(sa.Float, "1.5"),
    "default double": default(sa.Double, "-12.25"),
    "default now()": default(sa.DateTime, sa.func.now()),
    "default current_timestamp": default(sa.DateTime, sa.func.current_timestamp()),
    "default CURRENT_TIMESTAMP": default(sa.DateTime, sa.text("CURRENT_TIMESTAMP")),
    "default with microseconds": default(mysql.DATETIME(fsp=6), sa.text("CURRENT_TIMESTAMP(6)")),
    "default on update": default(
        sa.TIMESTAMP, sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")
    ),
    "default on update with microseconds": default(
        mysql.DATETIME(fsp=3), sa.text("now(3) on update now(3)")
    ),
    "default date": default(sa.Date, "2020-02-28"),
    "default datetime": default(sa.DateTime, "2020-02-28 10:20:30"),
    "default time": default(sa.Time, "10:20:30"),
    "default null": default(sa.Integer, sa.text("NULL")),
    "unique": x(sa.String(255), unique=True),
    "index": x(sa.String(768), index=True),
    "unique index": x(sa.Integer, unique=True, index=True),
    "descending": [column := sa.Column("x", sa.Integer), sa.Index("i", column.desc(), "id")],
    "unique and descending": [
        column := sa.Column("x", sa.Integer),
        sa.Index("i", sa.desc(column), unique=True),
    ],
    "foreign key": x(sa.Integer, sa.ForeignKey("t.id")),
    "foreign key with actions": x(
        sa.Integer, sa.ForeignKey("t.id", ondelete="CASCADE", onupdate="set null")
    ),
    "foreign key that restricts": x(sa.Integer, sa.ForeignKey("t.id", ondelete="RESTRICT")),
    "foreign key with an index": x(sa.Integer, sa.ForeignKey("t.id"), index=True),
    "foreign key with a unique one": x(sa.Integer, sa.ForeignKey("t.id"), unique=True),
    "foreign key of two columns": [
        sa.Column("x", sa.Integer),
        sa.Column("y", sa.Integer),
        sa.UniqueConstraint("id", "x"),
        sa.ForeignKeyConstraint(["x", "y"], ["t.id", "t.x"]),
    ],
    "key of two columns": [sa.Column("y", sa.String(5), primary_key=True)],
    "fulltext": [sa.Column("x", sa.Text), sa.Index("i", "x", mysql_prefix="FULLTEXT")],
    "names": [sa.Column("größe, (`%", sa.Integer, index=True), sa.Column("order", sa.Integer)],
}
USUAL = {name: table_of(*items) for name, items in USUAL.items()}
"""Tables about which the server need not be asked."""

ASKED = {
    "check": [sa.Column("x", sa.Integer), sa.CheckConstraint("x > 0", name="positive")],
    "check of a column": x(sa.Integer, sa.CheckConstraint("x > 0")),
    "computed": x(sa.Integer, sa.Computed("id + 1")),
    "computed and stored": x(sa.Integer, sa.Computed("length('a%b:c')", persisted=True)),
    "expression": default(sa.Integer, sa.text("(1 + 2)")),
    "function": default(sa.String(36), sa.func.uuid()),
    "quotes": default(sa.String(20), "it's"),
    "backslash": default(sa.String(20), "a\\b"),
    "percent": default(sa.String(20), "100%"),
    "letters beyond ASCII": default(sa.String(20), "é"),
    "blank at the end": default(sa.String(20), "a "),
    "number for a text": default(sa.String(20), sa.text("5")),
    "rounded": default(sa.Numeric(10, 2), "1.005"),
    "rounded to a whole": default(sa.Integer, "1.5"),
    "exponent": default(sa.Double, sa.text("1e3")),
    "short date": default(sa.Date, "2020-1-1"),
    "date as time": default(sa.DateTime, "2020-01-01"),
    "enum in other letters": default(sa.Enum("a", "b", name="e"), "B"),
    "enum with quotes": x(sa.Enum("it's", "a\\b", "é", "x ", name="e")),
    "bit": default(mysql.BIT(3), sa.text("b'101'")),
    "year": x(mysql.YEAR),
    "set": x(mysql.SET("a", "b")),
    "zerofill": x(mysql.INTEGER(5, zerofill=True)),
    "text of a length": x(sa.Text(70_000)),
    "national": x(sa.NVARCHAR(10)),
    "precision and scale": x(mysql.DOUBLE(10, 3)),
    "long key": x(sa.String(769), index=True),
    "key of a text": x(sa.Text, unique=True),
    "part of a text": [sa.Column("x", sa.Text), sa.Index("i", "x", mysql_length=10)],
    "parts of two": [
        sa.Column("x", sa.Text),
        sa.Index("i", "x", "id", mysql_length={"x": 5}),
    ],
    "spatial": [
        sa.Column("x", Point, nullable=False),
        sa.Index("i", "x", mysql_prefix="SPATIAL"),
    ],
    "descending by name": [sa.Column("x", sa.Integer), sa.Index("i", sa.desc("x"))],
    "hash": [sa.Column("x", sa.Integer), sa.Index("i", "x", mysql_using="hash")],
    "update only": default(sa.DateTime, sa.text("NULL ON UPDATE CURRENT_TIMESTAMP")),
    "key on what is computed": x(sa.Integer, sa.Computed("1 + 1"), index=True),
}
ASKED = {name: table_of(*items) for name, items in ASKED.items()}
"""Those about which it is."""

OPTIONS = [
    {},
    {"mysql_engine": "InnoDB"},
    {"mysql_engine": "innodb", "mysql_charset": "utf8mb4"},
    {"mysql_charset": "latin1"},
    {"mysql_default_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"},
    {"mysql_row_format": "DYNAMIC"},
    {"comment": "it's 100% \\ good"},
    {"mariadb_engine": "Aria", "postgresql_inherits": "other"},
]


@pytest.mark.parametrize("table", USUAL.values(), ids=USUAL)
def test_usual_tables_are_told_as_the_server_shows_them(connection, table):
    told = CATALOG.expected(table, connection)
    table.create(connection)
    assert told is not None
    assert as_stated(CATALOG.read(connection, None)["t"], told) == told


@pytest.mark.parametrize("table", ASKED.values(), ids=ASKED)
def test_of_other_tables_the_server_is_asked_and_shows_what_it_shows_after_create_all(
    connection, table
):
    assert CATALOG.expected(table, connection) is None
    judged = CATALOG.judged(connection, [table])[None, "t"]
    table.create(connection)
    assert as_stated(CATALOG.read(connection, None)["t"], judged) == judged


@pytest.mark.parametrize("table", USUAL.values(), ids=USUAL)
def test_usual_tables_are_judged_as_they_are_told(connection, table):
    judged = CATALOG.judged(connection, [table])[None, "t"]
    assert judged == structure(CATALOG.expected(table, connection))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_options_are_told_where_the_model_states_them(connection, options):
    table = table_of(sa.Column("x", sa.String(10)), **options)
    told = CATALOG.expected(table, connection)
    table.create(connection)
    stated = {name for name in options if name.startswith("mysql_")}
    assert len(told.options) == len(stated)
    assert as_stated(CATALOG.read(connection, None)["t"], told) == told


@pytest.mark.parametrize(
    "options",
    [
        {"mysql_engine": "MyISAM"},
        {"mysql_engine": "Aria", "mysql_row_format": "PAGE"},
        {"mysql_row_format": "COMPRESSED", "mysql_key_block_size": "4"},
        {"mysql_charset": "utf8"},
        {"mysql_partition_by": "HASH(id)", "mysql_partitions": "3"},
    ],
    ids=str,
)
def test_options_that_the_server_shows_in_its_own_way_are_asked_for(connection, options):
    table = table_of(sa.Column("x", sa.String(10, collation="utf8mb4_bin")), **options)
    assert CATALOG.expected(table, connection) is None
    judged = CATALOG.judged(connection, [table])[None, "t"]
    table.create(connection)
    shown = CATALOG.read(connection, None)["t"]
    assert as_stated(shown, judged) == judged
    assert {name for name, _ in judged.options} <= {"engine", "charset", "row_format"}


def test_what_the_model_leaves_open_about_its_table_stays_as_it_is(connection):
    connection.exec_driver_sql(
        "CREATE TABLE t (id INTEGER AUTO_INCREMENT PRIMARY KEY, x VARCHAR(10), "
        "y VARCHAR(10) COLLATE utf8mb4_general_ci) COLLATE utf8mb4_unicode_ci"
    )
    shown = CATALOG.read(connection, None)["t"]
    table = table_of(
        sa.Column("x", sa.String(10, collation="utf8mb4_unicode_ci")),
        sa.Column("y", sa.String(10, collation="utf8mb4_general_ci")),
    )
    told = CATALOG.expected(table, connection)
    assert as_stated(shown, told) == told
    assert CATALOG.judged(connection, [table])[None, "t"] == told


def test_a_table_that_will_be_renamed_keeps_its_collation(connection):
    connection.exec_driver_sql("CREATE TABLE old (x VARCHAR(10)) COLLATE utf8mb4_unicode_ci")
    CATALOG.read(connection, None)
    CATALOG.rename(connection, {(None, "old"): (None, "t")})
    table = table_of(sa.Column("x", sa.String(10, collation="utf8mb4_unicode_ci")))
    assert CATALOG.expected(table, connection).column("x").collation is None


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "REAL_AS_FLOAT", "ORACLE"])
def test_a_session_in_which_texts_are_written_otherwise_is_asked(mariadb_url, mode):
    engine = sa.create_engine(mariadb_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET SESSION sql_mode = '{mode}'")
        table = table_of(
            sa.Column("x", sa.String(20), server_default="a"), sa.CheckConstraint("x > 'b'", "c")
        )
        assert CATALOG.expected(table, connection) is None
        judged = CATALOG.judged(connection, [table])[None, "t"]
        connection.exec_driver_sql(
            "CREATE TABLE t (id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,"
            " x VARCHAR(20) DEFAULT 'a', CONSTRAINT c CHECK (x > 'b'))"
        )
        assert as_stated(CATALOG.read(connection, None)["t"], judged) == judged
    engine.dispose()


MARIADBS = {
    "uuid": table_of(sa.Column("x", sa.Uuid), sa.Column("y", sa.UUID)),
    "engine": table_of(mariadb_engine="InnoDB", mysql_engine="MyISAM"),
    "sequence": table_of(sa.Column("x", sa.Integer, sa.Sequence("s", metadata=sa.MetaData()))),
    "fulltext": table_of(sa.Column("x", sa.Text), sa.Index("i", "x", mariadb_prefix="FULLTEXT")),
    "default": table_of(sa.Column("x", sa.DateTime, server_default=sa.func.now())),
}


@pytest.mark.parametrize("table", MARIADBS.values(), ids=MARIADBS)
def test_by_its_own_dialect_mariadb_shows_what_is_told(mariadb_url, table):
    url = sa.make_url(mariadb_url).set(drivername="mariadb+pymysql")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        told = CATALOG.expected(table, connection)
        assert CATALOG.judged(connection, [table])[None, "t"] == told
        table.create(connection)
        shown = CATALOG.read(connection, None)["t"]
        assert as_stated(shown, told) == told
        connection.exec_driver_sql("DROP TABLE t")
        CATALOG.rebuilt(shown, connection, sa.MetaData()).create(connection)
        assert CATALOG.read(connection, None)["t"] == shown
    engine.dispose()
