"""Random batches on random tables: what a batch does not mention is as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_migrate.databases.sqlite_rebuild.tokens import normalised
from tests.sqlite.database import sqlite_database
from tests.sqlite.random_tables import random_batches, random_tables

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def check(data: st.DataObject) -> None:
    table = data.draw(random_tables())
    made = table.schema()
    old_name = table.name
    with sqlite_database("sqlite://", *made.values()) as database:
        for statement, values in table.inserts():
            database.connection.exec_driver_sql(statement, values)
        database.connection.commit()
        assert database.schema() == with_own_objects(made)
        before = rows(database, old_name)
        children = database.rows("SELECT * FROM child")
        counters = sequences(database)
        batch = data.draw(random_batches(table))
        with database.op.batch_alter_table(table.name, recreate=batch.recreate) as operations:
            batch.run(operations)
        assert database.schema() == with_own_objects(table.schema())
        expected = [without(row, batch.dropped) for row in before]
        if batch.added:
            expected = [(*row, ("integer", 3)) for row in expected]
        assert rows(database, table.name) == expected
        assert database.rows("SELECT * FROM child") == children
        assert database.rows("SELECT * FROM log") == []
        assert sequences(database) == counters
        assert database.rows("PRAGMA foreign_key_check") == []
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
        assert database.value("PRAGMA foreign_keys") == 1
        assert not database.open


def with_own_objects(statements: dict[str, str]) -> dict[str, str]:
    """Return a schema as SQLite has it, which adds a table where AUTOINCREMENT is used."""
    schema = {name: normalised(text) for name, text in statements.items()}
    if any("AUTOINCREMENT" in text for text in schema.values()):
        schema["sqlite_sequence"] = "CREATE TABLE SQLITE_SEQUENCE ( NAME , SEQ )"
    return schema


def rows(database, table):
    """Return the rows, each value with the type in which it is stored."""
    found = database.rows(f"PRAGMA table_xinfo({quote(table)})")
    names = [quote(row[1]) for row in found]
    pairs = ", ".join(f"typeof({name}), {name}" for name in names)
    result = database.rows(f"SELECT {pairs} FROM {quote(table)} ORDER BY 2")
    return [tuple(zip(row[::2], row[1::2], strict=True)) for row in result]


def without(row, dropped):
    return row if dropped is None else (*row[: dropped + 1], *row[dropped + 2 :])


def sequences(database):
    try:
        return database.rows("SELECT * FROM sqlite_sequence")
    except sa.exc.OperationalError:
        return None


def quote(name):
    return '"' + name.replace('"', '""') + '"'


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_batch_leaves_alone_what_it_does_not_mention(data):
    check(data)


@pytest.mark.soak
@settings(max_examples=5000, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_thousands_of_batches_leave_alone_what_they_do_not_mention(data):
    check(data)
