"""A rebuild and the transaction around it: its own, the revision's, none."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from flask_migrate.databases.sqlite_rebuild.foreign_keys import (
    foreign_keys_off,
    foreign_keys_on,
    violations,
)
from flask_migrate.errors import ForeignKeysViolated
from flask_migrate.runner.operations import ForeignKeysMustBeOff

FAMILY = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES parent ON DELETE CASCADE)",
    "INSERT INTO parent VALUES (1, 'a')",
    "INSERT INTO child VALUES (10, 1)",
)


@pytest.fixture
def family(new_sqlite):
    return new_sqlite(*FAMILY)


def rebuild(database):
    with database.op.batch_alter_table("parent") as batch:
        batch.alter_column("name", nullable=False)


@contextmanager
def transaction(database):
    database.connection.exec_driver_sql("BEGIN IMMEDIATE")
    yield
    database.connection.exec_driver_sql("COMMIT")


def test_inside_a_transaction_foreign_keys_must_be_off_first(family):
    before = family.everything()
    family.connection.exec_driver_sql("BEGIN IMMEDIATE")
    with pytest.raises(ForeignKeysMustBeOff):
        rebuild(family)
    assert family.open
    assert family.everything() == before


def test_a_revision_that_catches_every_exception_does_not_catch_this_one(family):
    family.connection.exec_driver_sql("BEGIN IMMEDIATE")

    def revision():
        try:
            rebuild(family)
        except Exception:  # noqa: BLE001 # what a careless revision does
            return

    with pytest.raises(ForeignKeysMustBeOff):
        revision()


def test_with_foreign_keys_off_a_rebuild_is_part_of_the_transaction(family):
    before = family.everything()
    with foreign_keys_off(family.connection):
        family.connection.exec_driver_sql("BEGIN IMMEDIATE")
        rebuild(family)
        assert "NOT NULL" in family.sql("parent")
        assert family.open
        family.connection.exec_driver_sql("ROLLBACK")
    assert family.everything() == before
    assert foreign_keys_on(family.connection)


def test_a_rebuild_that_fails_leaves_the_rest_of_the_transaction_as_it_was(family):
    family.run("UPDATE parent SET name = NULL")
    with foreign_keys_off(family.connection), transaction(family):
        family.connection.exec_driver_sql("INSERT INTO child VALUES (11, 1)")
        with pytest.raises(ValueError, match="they hold NULL"):
            rebuild(family)
    assert family.rows("SELECT id FROM child") == [(10,), (11,)]
    assert family.rows("SELECT id FROM parent") == [(1,)]


def test_foreign_keys_cannot_be_switched_off_inside_a_transaction(family):
    family.connection.exec_driver_sql("BEGIN IMMEDIATE")
    with pytest.raises(ForeignKeysMustBeOff), foreign_keys_off(family.connection):
        pass


def test_foreign_keys_are_on_again_after_an_error(family):
    with pytest.raises(sa.exc.OperationalError), foreign_keys_off(family.connection):
        family.run("SELECT * FROM not_there")
    assert foreign_keys_on(family.connection)


def test_violations_tell_the_row_and_what_is_missing(family):
    assert not violations(family.connection)
    with foreign_keys_off(family.connection):
        family.run("INSERT INTO child VALUES (11, 7)")
    before = violations(family.connection)
    assert list(map(str, before)) == ["row 11 of child (parent_id finds nothing in parent)"]
    with foreign_keys_off(family.connection):
        family.run("INSERT INTO child VALUES (12, 8)")
    assert [v.rowid for v in violations(family.connection) - before] == [12]
    assert not violations(family.connection, ["parent"])


def test_rows_without_numbers_are_counted(new_sqlite):
    database = new_sqlite(
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE c (a TEXT PRIMARY KEY, p INT REFERENCES p) WITHOUT ROWID",
        "INSERT INTO c VALUES ('x', 1), ('y', 1)",
        foreign_keys="OFF",
    )
    found = violations(database.connection)
    assert sum(found.values()) == 2
    assert str(next(iter(found))) == "a row of c (p finds nothing in p)"


def test_an_application_that_begins_transactions_itself(sqlite_url):
    """SQLAlchemy's recipe for pysqlite: every transaction begins with BEGIN."""
    engine = sa.create_engine(sqlite_url)

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _):
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    from tests.sqlite.database import SQLiteDatabase

    with engine.connect() as connection:
        database = SQLiteDatabase(connection, *FAMILY)
        rebuild(database)
        assert not connection.in_transaction()
        assert not database.open
        assert database.rows("SELECT id FROM child") == [(10,)]
        assert "NOT NULL" in database.sql("parent")
        connection.rollback()
        assert foreign_keys_on(connection)
    engine.dispose()


def test_a_statement_of_the_driver_left_open_by_an_insert_is_a_transaction(family):
    """The driver begins a transaction before an INSERT, without being asked."""
    family.connection.exec_driver_sql("INSERT INTO parent VALUES (2, 'b')")
    with pytest.raises(ForeignKeysMustBeOff):
        rebuild(family)


def test_a_commit_that_fails_leaves_no_transaction_open(family, sqlite_url):
    """A reader who holds on to the file keeps the writer from committing."""
    family.connection.exec_driver_sql("PRAGMA busy_timeout=10")
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM parent").all()
        with pytest.raises(sa.exc.OperationalError, match="database is locked"):
            rebuild(family)
    engine.dispose()
    assert not family.open
    assert foreign_keys_on(family.connection)
    assert "NOT NULL" not in family.sql("parent")


def test_violations_found_at_the_end_undo_the_whole_rebuild(family):
    family.run("CREATE TABLE other (id INTEGER PRIMARY KEY)")
    before = family.everything()
    with (
        pytest.raises(ForeignKeysViolated),
        family.op.batch_alter_table("child") as batch,
    ):
        batch.create_foreign_key("fk", "other", ["parent_id"], ["id"])
    assert family.everything() == before
    assert foreign_keys_on(family.connection)
