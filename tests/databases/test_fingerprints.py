"""Of which statements the definition of a table tells whether they were executed, on MariaDB."""

import pytest

from flask_migrate.databases import database_named
from flask_migrate.databases.fingerprints import _ONE_TABLE

SHOWN = [
    "\nCREATE TABLE a (\n\tid INTEGER\n)",
    "CREATE INDEX ix ON a (x)",
    "CREATE UNIQUE INDEX ix ON `a b` (x)",
    "DROP INDEX ix ON a",
    "ALTER TABLE a ADD COLUMN x INTEGER",
    "ALTER TABLE a DROP COLUMN x",
    "DROP TABLE a",
]
NOT_SHOWN = [
    "CREATE TABLE a AS SELECT 1",
    "ALTER TABLE a DROP COLUMN x, ADD COLUMN x INTEGER",
    "ALTER TABLE a RENAME TO b",
    "RENAME TABLE a TO c, b TO a, c TO b",
    "ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b",
    "TRUNCATE TABLE a",
    "CREATE USER u",
    "INSERT INTO a VALUES (1)",
]
SEVERAL = [
    "CREATE TABLE b.a (id INTEGER)",
    "CREATE TABLE `b`.`a` (id INTEGER)",
    "ALTER TABLE ab.c ADD COLUMN x INTEGER",
    "ALTER TABLE IF EXISTS a ADD COLUMN x INTEGER",
    "ALTER TABLE a RENAME TO b",
    "CREATE TABLE a LIKE b",
    "CREATE INDEX ix ON b.a (x)",
    "DROP TABLE a, b",
    "DROP TABLE IF EXISTS a",
    "CREATE OR REPLACE TABLE a (id INTEGER)",
    "CREATE TEMPORARY TABLE a (id INTEGER)",
    "CREATE TABLE `a%%b` (id INTEGER)",
]


@pytest.mark.parametrize("statement", SHOWN)
def test_what_a_definition_shows_is_looked_for_in_that_one(statement):
    assert database_named("mysql").shows(statement)
    assert _ONE_TABLE.match(statement)


@pytest.mark.parametrize("statement", NOT_SHOWN)
def test_what_no_definition_shows_is_written_down_at_once(statement):
    assert not database_named("mysql").shows(statement)


@pytest.mark.parametrize("statement", SEVERAL)
def test_what_may_be_about_more_than_one_table_is_looked_for_everywhere(statement):
    assert not _ONE_TABLE.match(statement)
