"""Random tables: what is expected, judged and rebuilt is what PostgreSQL shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, event, given, settings

from flask_migrate.databases.catalog import Kind, catalog_named
from tests.catalog.postgresql_tables import models

CATALOG = catalog_named("postgresql")
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA other"))
    yield engine
    engine.dispose()


@contextmanager
def created(engine: sa.Engine, metadata: sa.MetaData) -> Iterator[sa.Connection]:
    """Create the tables, and take them back."""
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
        connection.rollback()


def read(connection: sa.Connection, metadata: sa.MetaData) -> dict:
    schemas = {table.schema for table in metadata.tables.values()}
    found = {schema: CATALOG.read(connection, schema) for schema in schemas}
    return {key: found[table.schema][table.name] for key, table in metadata.tables.items()}


@given(metadata=models())
@SETTINGS
def test_what_is_expected_is_what_the_server_shows(engine, metadata):
    with created(engine, metadata) as connection:
        actual = read(connection, metadata)
        for key, table in metadata.tables.items():
            expected = CATALOG.expected(table, connection)
            event(f"certain: {expected is not None}")
            assert expected is None or expected == actual[key]


@given(metadata=models())
@SETTINGS
def test_what_is_judged_is_what_the_server_shows(engine, metadata):
    tables = list(metadata.tables.values())
    with engine.connect() as connection:
        before = CATALOG.judged(connection, tables)
    with created(engine, metadata) as connection:
        actual = read(connection, metadata)
        after = CATALOG.judged(connection, tables)
    for key, table in metadata.tables.items():
        alone = actual[key].without(Kind.FOREIGN_KEY)
        assert (before[table.schema, table.name], after[table.schema, table.name]) == (alone, alone)


@given(metadata=models())
@SETTINGS
def test_what_is_rebuilt_is_shown_alike_once_created(engine, metadata):
    rebuilt = sa.MetaData()
    with created(engine, metadata) as connection:
        actual = read(connection, metadata)
        for table in actual.values():
            CATALOG.rebuilt(table, connection, rebuilt)
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.schema.DropTable(table))
        for table in rebuilt.sorted_tables:
            table.create(connection, checkfirst=False)
        assert read(connection, rebuilt) == actual
