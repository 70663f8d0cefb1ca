"""What of an SQLite database is a table to manage, and what is asked for it."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from flask_migrate.databases.catalog import catalog_named

CATALOG = catalog_named("sqlite")


@pytest.fixture
def connection(sqlite_url):
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def run(connection, *statements):
    for statement in statements:
        connection.exec_driver_sql(statement)


def test_views_virtual_tables_and_sqlites_own_are_left_out(connection):
    run(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE VIRTUAL TABLE words USING fts5(x)",
        "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1)",
        "CREATE TABLE words_of_mine (id INTEGER PRIMARY KEY)",
        "ANALYZE",
    )
    assert set(CATALOG.read(connection, None)) == {"t", "words_of_mine"}


def test_only_the_named_tables_are_given_and_their_keys_still_find_their_parents(connection):
    run(
        connection,
        "CREATE TABLE c (x REFERENCES p)",
        "CREATE TABLE p (Number INTEGER PRIMARY KEY)",
    )
    found = CATALOG.read(connection, None, ["c", "nothing"])
    assert list(found) == ["c"]
    assert found["c"].constraints[0].reference.columns == ("Number",)


def test_a_schema_is_an_attached_database(connection, tmp_path):
    run(connection, f"ATTACH '{tmp_path / 'other.db'}' AS other", "CREATE TABLE a (x)")
    run(connection, "CREATE TABLE other.p (id INTEGER PRIMARY KEY)")
    run(connection, "CREATE TABLE other.c (x REFERENCES p)")
    assert set(CATALOG.read(connection, None)) == {"a"}
    found = CATALOG.read(connection, "other")
    assert found["c"].key == ("other", "c")
    assert found["c"].constraints[0].reference.schema == "other"


def test_the_number_of_statements_does_not_grow_with_the_tables(connection):
    def statements():
        seen = []
        sa.event.listen(connection, "before_cursor_execute", lambda *a: seen.append(a[2]))
        CATALOG.read(connection, None)
        return len(seen)

    run(connection, "CREATE TABLE p (id INTEGER PRIMARY KEY)")
    one = statements()
    for number in range(20):
        run(
            connection,
            f"CREATE TABLE t{number} (x REFERENCES p)",
            f"CREATE INDEX i{number} ON t{number} (x)",
        )
    assert statements() == one == 1


def test_an_async_driver_shows_the_same(sqlite_url):
    async def read():
        engine = create_async_engine(sqlite_url.replace("sqlite:", "sqlite+aiosqlite:"))
        async with engine.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY)")
            found = await connection.run_sync(lambda c: CATALOG.read(c, None))
        await engine.dispose()
        return found

    assert asyncio.run(read())["t"].column("id").type == "INTEGER"
