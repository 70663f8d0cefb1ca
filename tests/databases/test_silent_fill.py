"""Columns that MariaDB and MySQL would fill by themselves: found, refused where there are rows."""

import pytest
import sqlalchemy as sa

from flask_migrate.databases import database_named
from flask_migrate.databases.mysql_fills import silent_fill
from flask_migrate.errors import SilentFill

FOUND = {
    "ALTER TABLE t ADD COLUMN c INT NOT NULL": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL": ("t", "c"),
    "alter table t add c int not\n null": ("t", "c"),
    "ALTER TABLE `a b`.`t``x` ADD COLUMN `c d` VARCHAR(3) NOT NULL": ("a b.t`x", "c d"),
    'ALTER TABLE "t" ADD COLUMN "c" INT NOT NULL': ("t", "c"),
    "ALTER ONLINE IGNORE TABLE IF EXISTS s.t WAIT 3 ADD c INT NOT NULL": ("s.t", "c"),
    "ALTER TABLE t NOWAIT ADD c INT NOT NULL": ("t", "c"),
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL AFTER b": ("t", "c"),
    "ALTER TABLE t ADD a INT, ADD b DECIMAL(10, 2) NOT NULL, ADD d INT": ("t", "b"),
    "ALTER TABLE t ADD COLUMN (a INT, b SET('x', 'y') NOT NULL)": ("t", "b"),
    "ALTER TABLE t DROP x, ADD INDEX i (a), ADD c INT NOT NULL": ("t", "c"),
    "ALTER TABLE t ADD c ENUM('NULL', 'DEFAULT') NOT NULL": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL COMMENT 'has no DEFAULT, it''s \\' so'": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL -- DEFAULT 3": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL # DEFAULT 3": ("t", "c"),
    "/* one */ ALTER /* two */ TABLE t ADD c INT /* DEFAULT 3 */ NOT NULL": ("t", "c"),
    "ALTER TABLE t ADD c INT /*!50000 NOT NULL */": ("t", "c"),
    "ALTER TABLE t ADD c INT /*M!100100 NOT NULL */": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL UNIQUE": ("t", "c"),
    "ALTER TABLE t ADD c INT PRIMARY KEY": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL REFERENCES o (id) ON DELETE SET DEFAULT": ("t", "c"),
    "ALTER TABLE t ADD c INT NOT NULL CHECK (c > DEFAULT(x))": ("t", "c"),
    "ALTER TABLE t ADD COLUMN `index` INT NOT NULL": ("t", "index"),
    "ALTER TABLE t ADD `key` INT NOT NULL": ("t", "key"),
}
HARMLESS = [
    "ALTER TABLE t ADD COLUMN c INT",
    "ALTER TABLE t ADD COLUMN c INT NULL",
    "ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 0",
    "ALTER TABLE t ADD COLUMN c INT DEFAULT (1 + 1) NOT NULL",
    "ALTER TABLE t ADD COLUMN c INT NOT NULL AUTO_INCREMENT UNIQUE",
    "ALTER TABLE t ADD COLUMN c SERIAL",
    "ALTER TABLE t ADD COLUMN c INT GENERATED ALWAYS AS (a + 1) STORED NOT NULL",
    "ALTER TABLE t ADD COLUMN c INT AS (a + 1) PERSISTENT",
    "ALTER TABLE t ADD COLUMN c ENUM('NOT NULL', 'NOT') NULL",
    "ALTER TABLE t ADD COLUMN c INT UNIQUE KEY",
    "ALTER TABLE t ADD COLUMN c INT CHECK (c IS NOT NULL)",
    "ALTER TABLE t ADD COLUMN c INT COMMENT 'NOT NULL'",
    "ALTER TABLE t ADD COLUMN c INT -- NOT NULL",
    "ALTER TABLE t ADD COLUMN `NOT NULL` INT",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL)",
    "ALTER TABLE t ADD UNIQUE KEY c (a), ADD FOREIGN KEY (a) REFERENCES o (id)",
    "ALTER TABLE t ADD PRIMARY KEY (a)",
    "ALTER TABLE t ADD PERIOD FOR SYSTEM_TIME (a, b)",
    "ALTER TABLE t MODIFY c INT NOT NULL",
    "ALTER TABLE t ADD",
    "ALTER TABLE",
    "CREATE TABLE t (c INT NOT NULL)",
    "INSERT INTO t VALUES ('ALTER TABLE t ADD COLUMN c INT NOT NULL')",
    "SELECT 1",
    "",
]


@pytest.mark.parametrize(("statement", "place"), FOUND.items(), ids=FOUND)
def test_a_column_without_a_value_is_found(statement, place):
    assert silent_fill(statement) == place


@pytest.mark.parametrize("statement", HARMLESS)
def test_what_says_its_value_or_may_be_null_is_not(statement):
    assert silent_fill(statement) is None


@pytest.fixture
def connection(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def make(connection, columns, *rows):
    connection.exec_driver_sql(f"CREATE TABLE t ({columns})")
    for row in rows:
        connection.exec_driver_sql(f"INSERT INTO t VALUES ({row})")
    connection.commit()


def check(connection, statement):
    """Check a statement, run it, and return what the table then holds."""
    database_named(connection.dialect.name).check_statement(connection, statement)
    connection.exec_driver_sql(statement)
    return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM t")]


SQL_MODES = ["STRICT_ALL_TABLES", "TRADITIONAL", ""]
FILLED = [
    "ADD c INT NOT NULL",
    "ADD c VARCHAR(3) NOT NULL",
    "ADD c TIMESTAMP NOT NULL",
    "ADD c ENUM('x', 'NOT NULL') NOT NULL",
    "ADD c INT PRIMARY KEY",
    "ADD (b INT, c INT NOT NULL)",
]


@pytest.mark.parametrize("statement", FILLED)
def test_the_server_fills_such_a_column_and_here_it_is_an_error(connection, statement):
    make(connection, "a INT", "1")
    with pytest.raises(SilentFill, match=r"t\.c is added NOT NULL without a default") as raised:
        check(connection, f"ALTER TABLE t {statement}")
    assert (raised.value.table, raised.value.column) == ("t", "c")
    assert "server_default" in str(raised.value)
    for mode in SQL_MODES:
        connection.exec_driver_sql(f"SET sql_mode = '{mode}'")
        connection.exec_driver_sql("CREATE OR REPLACE TABLE t (a INT) AS SELECT 1 AS a")
        connection.exec_driver_sql(f"ALTER TABLE t {statement}")
        assert connection.exec_driver_sql("SELECT c FROM t").scalar() is not None


def test_a_table_without_rows_may_get_such_a_column(connection):
    make(connection, "a INT")
    assert check(connection, "ALTER TABLE t ADD c INT NOT NULL") == []


def test_a_column_that_is_there_already_is_not_added(connection):
    make(connection, "a INT, c INT", "1, NULL")
    statement = "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT NOT NULL"
    assert check(connection, statement) == [(1, None)]


CHANGED = ["MODIFY c INT NOT NULL", "CHANGE c d INT NOT NULL DEFAULT 7", "ADD PRIMARY KEY (c)"]


@pytest.mark.parametrize("statement", CHANGED)
@pytest.mark.parametrize("mode", SQL_MODES)
def test_null_is_not_turned_into_a_value(connection, statement, mode):
    connection.exec_driver_sql(f"SET sql_mode = '{mode}'")
    make(connection, "a INT, c INT", "1, NULL")
    with pytest.raises(SilentFill, match=r"t\.c becomes NOT NULL, and rows hold NULL there"):
        check(connection, f"ALTER TABLE t {statement}")
    assert connection.exec_driver_sql("SELECT c FROM t").scalar() is None


def test_null_in_a_time_stamp_does_not_become_the_present_time(connection):
    make(connection, "a INT, c TIMESTAMP NULL", "1, NULL")
    with pytest.raises(SilentFill):
        check(connection, "ALTER TABLE t MODIFY c TIMESTAMP NOT NULL")


@pytest.mark.parametrize("statement", CHANGED)
def test_a_column_without_null_may_become_not_null(connection, statement):
    make(connection, "a INT, c INT", "1, 5")
    assert check(connection, f"ALTER TABLE t {statement}") == [(1, 5)]


def test_a_column_that_is_not_null_already_is_not_searched(connection):
    """A zero date IS NULL for the server, though its column cannot hold NULL."""
    connection.exec_driver_sql("SET sql_mode = ''")
    make(connection, "c DATE NOT NULL", "'0000-00-00'")
    assert len(check(connection, "ALTER TABLE t MODIFY c DATETIME NOT NULL")) == 1


def test_the_server_itself_says_that_a_table_does_not_exist(connection):
    with pytest.raises(sa.exc.ProgrammingError, match="doesn't exist"):
        check(connection, "ALTER TABLE t ADD c INT NOT NULL")


def test_a_table_of_another_schema_with_a_name_to_be_quoted(connection):
    schema = connection.exec_driver_sql("SELECT DATABASE()").scalar()
    connection.exec_driver_sql("CREATE TABLE `my %%table` (a INT) AS SELECT 1 AS a")
    statement = f"ALTER TABLE `{schema}`.`my %%table` ADD `c %%` INT NOT NULL"
    with pytest.raises(SilentFill) as raised:
        check(connection, statement)
    assert (raised.value.table, raised.value.column) == (f"{schema}.my %table", "c %")
