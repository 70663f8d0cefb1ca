"""A table of MariaDB as SQLAlchemy's objects: made elsewhere, it is the same table."""

from __future__ import annotations

import enum

import pytest
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps
from sqlalchemy.dialects import mysql

import flask_migrate.databases.catalog.mysql_rebuilt_types
from flask_migrate.databases.catalog.mysql_rebuilt_types import kept_enum
from tests.catalog.mariadb import CATALOG, connection, run

__all__ = ["connection"]


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


TABLES = {
    "numbers": """a TINYINT, b TINYINT(1), c SMALLINT UNSIGNED, d MEDIUMINT(5), e INT(3) ZEROFILL,
        f BIGINT UNSIGNED, g DECIMAL(20,4), h DECIMAL(5) UNSIGNED, i FLOAT, j FLOAT(7,3), k DOUBLE,
        l DOUBLE(9,2), m BIT(3), n YEAR, o BOOL""",
    "letters": """a CHAR, b VARCHAR(20), c TINYTEXT, d TEXT, e MEDIUMTEXT, f LONGTEXT, g JSON,
        h VARCHAR(9) COLLATE utf8mb4_bin, i TEXT CHARACTER SET latin1,
        j CHAR(5) CHARACTER SET ascii COLLATE ascii_bin""",
    "lists": """a ENUM('x','it''s','é','a,b(') DEFAULT 'it''s', b SET('x','y'),
        c ENUM('x') COLLATE utf8mb4_bin""",
    "times": "a DATE, b TIME, c TIME(3), d DATETIME, e DATETIME(6), f TIMESTAMP NULL",
    "bytes": "a BINARY(3), b VARBINARY(20), c TINYBLOB, d BLOB, e MEDIUMBLOB, f LONGBLOB",
    "MariaDB's own": "a UUID, b INET6, c INET4, d POINT, e GEOMETRY NOT NULL",
    "defaults": r"""a INT DEFAULT 5, b VARCHAR(30) DEFAULT 'it''s a \\ b :c 100% "q"',
        c DATETIME DEFAULT now(), d DATETIME(3) DEFAULT now(3) ON UPDATE now(3),
        e DATETIME ON UPDATE now(), f INT DEFAULT (1 + 2), g CHAR(36) DEFAULT uuid(),
        h TIME DEFAULT '10:20:30', i DECIMAL(9,2) DEFAULT 1.5, j BIT(3) DEFAULT b'101',
        k TEXT DEFAULT 'x', l VARBINARY(4) DEFAULT 'AB', m INT NOT NULL DEFAULT -1,
        n JSON DEFAULT json_object('a', 1), o VARCHAR(9) DEFAULT 'NULL'""",
    "generated": """a INT, v INT AS (a % 3 + 1) VIRTUAL COMMENT 'v',
        s VARCHAR(9) AS (concat('a:b', a)) STORED, KEY (v)""",
    "comments": r"a INT COMMENT 'it''s 100% \\ :x'",
    "key of two": "a INT, b VARCHAR(5), PRIMARY KEY (b, a)",
    "autoincrement": "a INT AUTO_INCREMENT PRIMARY KEY",
    "autoincrement first of two": "a INT AUTO_INCREMENT, b INT, PRIMARY KEY (a, b)",
    "no autoincrement": "a INT PRIMARY KEY",
    "unique": "a INT, b VARCHAR(9), c TEXT, UNIQUE one (a, b), UNIQUE (b), UNIQUE h (c)",
    "unique by hash": "a INT, UNIQUE h (a) USING HASH",
    "indexes": """a INT, b VARCHAR(99), c TEXT, KEY one (a, b), KEY two (b DESC, a),
        KEY three (c(9), b(3), a), UNIQUE four (a DESC), FULLTEXT five (b, c),
        KEY six (c(9) DESC, `a`)""",
    "spatial": "a POINT NOT NULL, SPATIAL s (a)",
    "checks": "a INT, b TEXT, CONSTRAINT one CHECK (a > 0), CHECK (b <> ':x%' OR b LIKE 'a%')",
    "foreign keys": """id INT PRIMARY KEY, a INT, b INT, c INT, d INT, UNIQUE (a, b),
        CONSTRAINT one FOREIGN KEY (a) REFERENCES t (id) ON DELETE CASCADE ON UPDATE SET NULL,
        CONSTRAINT two FOREIGN KEY (c, d) REFERENCES t (a, b)""",
    "names": "`größe, (%` INT, `order` INT, `q``u` INT, KEY `k ``1` (`q``u` DESC)",
}
OPTIONS = [
    "COMMENT 'it''s 100% :x'",
    "COLLATE latin1_bin",
    "ENGINE=MyISAM",
    "ENGINE=MEMORY",
    "ROW_FORMAT=COMPACT",
    "ROW_FORMAT=DYNAMIC",
    "STATS_PERSISTENT=1",
]


@pytest.fixture
def elsewhere(new_database):
    engine = sa.create_engine(new_database("mariadb"), isolation_level="AUTOCOMMIT")
    with engine.connect() as elsewhere:
        yield elsewhere
    engine.dispose()


def made_again(connection, elsewhere, statement):
    """The table as it is, and as it is when it was made elsewhere."""
    run(connection, statement.replace("%", "%%"))
    shown = CATALOG.read(connection, None)["t"]
    CATALOG.rebuilt(shown, connection, sa.MetaData()).create(elsewhere)
    return shown, CATALOG.read(elsewhere, None)["t"]


@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_a_table_made_elsewhere_is_the_same(connection, elsewhere, body):
    shown, again = made_again(connection, elsewhere, f"CREATE TABLE t ({body})")
    assert again == shown


@pytest.mark.parametrize("options", OPTIONS)
def test_so_are_its_options(connection, elsewhere, options):
    shown, again = made_again(connection, elsewhere, f"CREATE TABLE t (a VARCHAR(9)) {options}")
    assert again == shown


@pytest.mark.parametrize("name", [name for name in TABLES if name not in {"defaults", "checks"}])
def test_so_is_one_that_alembic_makes_by_what_it_writes(connection, elsewhere, name):
    # Alembic reads : and % in the texts of the two left out otherwise than it writes them.
    body = TABLES[name]
    run(connection, f"CREATE TABLE t ({body})".replace("%", "%%"))
    shown = CATALOG.read(connection, None)["t"]
    table = CATALOG.rebuilt(shown, connection, sa.MetaData())
    indexes = sorted(table.indexes, key=lambda index: index.name)
    operations = [CreateTableOp.from_table(table), *map(CreateIndexOp.from_index, indexes)]
    code = render_python_code(
        UpgradeOps(operations), migration_context=MigrationContext.configure(connection)
    )
    op = Operations(MigrationContext.configure(elsewhere))
    exec(
        f"if True:\n    {code}",
        {"op": op, "sa": sa, "mysql": mysql, "flask_migrate": flask_migrate},
    )
    assert CATALOG.read(elsewhere, None)["t"] == shown


def test_what_is_left_to_the_database_is_not_stated(connection):
    run(connection, "CREATE TABLE t (a INT, b VARCHAR(9) DEFAULT 'x')")
    table = CATALOG.rebuilt(CATALOG.read(connection, None)["t"], connection, sa.MetaData())
    assert table.kwargs == {}
    assert [repr(column.type) for column in table.columns] == ["INTEGER()", "VARCHAR(length=9)"]


def test_a_check_behind_a_column_becomes_one_of_the_table(connection, elsewhere):
    statement = "CREATE TABLE t (a INT CHECK (a > 0))"
    shown, again = made_again(connection, elsewhere, statement)
    assert [(c.name, c.text) for c in shown.constraints] == [(None, "`a` > 0")]
    assert [(c.name, c.text) for c in again.constraints] == [("CONSTRAINT_1", "`a` > 0")]


def test_a_foreign_key_into_another_database(connection, new_database):
    other = sa.make_url(new_database("mariadb")).database
    run(
        connection,
        f"CREATE TABLE {other}.p (id INT PRIMARY KEY)",
        f"CREATE TABLE t (a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES {other}.p (id))",
    )
    shown = CATALOG.read(connection, None)["t"]
    metadata = sa.MetaData()
    table = CATALOG.rebuilt(shown, connection, metadata)
    CATALOG.rebuilt(CATALOG.read(connection, other)["p"], connection, metadata)
    run(connection, "DROP TABLE t")
    table.create(connection)
    again = CATALOG.read(connection, None)["t"]
    run(connection, "DROP TABLE t")
    assert again == shown


@pytest.mark.parametrize(
    "type_",
    [
        mysql.ENUM("a", "b", collation="utf8mb4_bin"),
        mysql.ENUM(Size, charset="latin1", values_callable=lambda sizes: [s.value for s in sizes]),
        mysql.ENUM("a"),
        mysql.SET("a", collation="utf8mb4_bin"),
    ],
    ids=repr,
)
def test_an_enum_keeps_its_collation_when_its_table_is_copied(type_):
    table = sa.Table("t", sa.MetaData(), sa.Column("x", kept_enum(type_)))
    copied = table.to_metadata(sa.MetaData()).to_metadata(sa.MetaData()).c.x.type
    assert copied.compile(dialect=mysql.dialect()) == type_.compile(dialect=mysql.dialect())
    assert repr(copied) == repr(type_)
