"""What SQLite can change in place is not copied, and is as it would be after a copy."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_migrate import events
from tests.sqlite.database import sqlite_database
from tests.sqlite.random_tables import random_batches, random_tables

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
THING = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "INSERT INTO parent VALUES (1)",
    """CREATE TABLE thing (id INTEGER PRIMARY KEY, a TEXT, b INTEGER REFERENCES parent (id),
    c TEXT UNIQUE, d TEXT, CHECK (a <> 'no'))""",
    "CREATE INDEX ix_a ON thing (a)",
    "CREATE VIEW shown AS SELECT a FROM thing",
    "CREATE TRIGGER noted AFTER UPDATE OF a ON thing BEGIN DELETE FROM parent WHERE 0; END",
    "CREATE TABLE child (x REFERENCES thing (c))",
    "INSERT INTO thing VALUES (1, 'one', 1, 'c', 'd')",
    "INSERT INTO child VALUES ('c')",
)
IN_PLACE = {
    "rename what is used": lambda batch: batch.alter_column("a", new_column_name="z"),
    "rename what is referred to": lambda batch: batch.alter_column("c", new_column_name="z"),
    "rename a foreign key": lambda batch: batch.alter_column("b", new_column_name="z"),
    "drop": lambda batch: batch.drop_column("d"),
    "add": lambda batch: batch.add_column(sa.Column("e", sa.Integer)),
    "add with a default": lambda batch: batch.add_column(
        sa.Column("e", sa.Integer, nullable=False, server_default="3")
    ),
}
COPIED = {
    "drop a key": lambda batch: batch.drop_column("b"),
    "drop what is unique": lambda batch: batch.drop_column("d"),
    "require": lambda batch: batch.alter_column("a", nullable=False),
}


def changed(database, change, recreate):
    """Change the table, and return how often it was copied."""
    heard = []
    with (
        events.listening(heard.append),
        database.op.batch_alter_table("thing", recreate=recreate) as batch,
    ):
        change(batch)
    return sum(isinstance(event, events.RowsCopied) and event.done == 0 for event in heard)


@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE)
def test_what_sqlite_can_change_in_place_is_not_copied_and_as_after_a_copy(change):
    with sqlite_database("sqlite://", *THING) as here, sqlite_database("sqlite://", *THING) as copy:
        assert changed(here, change, "auto") == 0
        assert changed(copy, change, "always") == 1
        assert here.everything() == copy.everything()


@pytest.mark.parametrize("change", list(COPIED.values()), ids=list(COPIED))
def test_what_it_cannot_is_copied(change):
    keys = "UNIQUE (d), FOREIGN KEY (b) REFERENCES thing (id)"
    table = f"CREATE TABLE thing (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, d TEXT, {keys})"
    row = "INSERT INTO thing VALUES (1, 'a', 1, 'd')"
    with sqlite_database("sqlite://", table, row) as database:
        assert changed(database, change, "auto") == 1


def check(data: st.DataObject) -> None:
    """Compare a random batch in place with the same one that is made to copy."""
    table = data.draw(random_tables())
    made, inserts = table.schema(), table.inserts()
    old_name = table.name
    batch = data.draw(random_batches(table))
    outcomes = []
    for recreate in ("auto", "always"):
        with sqlite_database("sqlite://", *made.values()) as database:
            for statement, values in inserts:
                database.connection.exec_driver_sql(statement, values)
            database.connection.commit()
            alike = dataclasses.replace(batch, recreate=recreate)
            with database.op.batch_alter_table(old_name, recreate=recreate) as operations:
                alike.run(operations)
            outcomes.append(database.everything())
    assert outcomes[0] == outcomes[1]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_batch_leaves_the_same_in_place_and_copied(data):
    check(data)


@pytest.mark.soak
@settings(max_examples=2000, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_thousands_of_batches_leave_the_same_in_place_and_copied(data):
    check(data)
