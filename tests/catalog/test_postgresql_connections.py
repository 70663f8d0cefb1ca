"""The scratch place on connections of every driver, in every state."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from flask_migrate.databases.catalog import catalog_named

CATALOG = catalog_named("postgresql")
DRIVERS = ("psycopg2", "psycopg")
STATE = sa.text("SELECT current_setting('search_path'), pg_my_temp_schema()")


def tables():
    metadata = sa.MetaData()
    kind = sa.Enum("x", "it's 100%", name="letter")
    return [
        sa.Table(
            f"t{n}",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("a", kind, server_default="it's 100%"),
            sa.Column("b", sa.String(9), server_default=sa.text("'5%'")),
            sa.CheckConstraint("b LIKE '%a' AND a <> 'x'", name=f"c{n}"),
            schema=schema,
        )
        for n, schema in enumerate([None, "other"])
    ]


def judge(connection):
    """Judge tables; the next statement finds everything as it was."""
    before = connection.execute(STATE).one()
    schemas = sa.inspect(connection).get_schema_names()
    found = CATALOG.judged(connection, tables())
    assert connection.execute(STATE).one() == before
    assert sa.inspect(connection).get_schema_names() == schemas
    return found


def check_against_reality(connection, found):
    connection.exec_driver_sql("CREATE SCHEMA other")
    tables()[0].metadata.create_all(connection)
    for one in tables():
        assert found[one.schema, one.name] == CATALOG.read(connection, one.schema)[one.name]


@pytest.fixture(params=DRIVERS)
def url(request, postgresql_url):
    return sa.make_url(postgresql_url).set(drivername=f"postgresql+{request.param}")


@pytest.fixture
def connected(url):
    engines = []

    def connect(**options):
        engines.append(sa.create_engine(url, **options))
        return engines[-1].connect()

    yield connect
    for engine in engines:
        engine.dispose()


def test_outside_of_a_transaction_none_is_left(connected):
    with connected() as connection:
        found = CATALOG.judged(connection, tables())
        assert not connection.in_transaction()
        check_against_reality(connection, found)


def test_in_a_transaction_what_was_done_stays(connected):
    with connected() as connection:
        connection.exec_driver_sql("SET search_path = public, pg_catalog")
        connection.exec_driver_sql("CREATE TABLE mine (a int)")
        found = judge(connection)
        assert connection.in_transaction()
        connection.commit()
        assert list(CATALOG.read(connection, None)) == ["mine"]
        check_against_reality(connection, found)


def test_in_a_savepoint_what_was_done_stays_until_it_is_rolled_back(connected):
    with connected() as connection, connection.begin():
        with connection.begin_nested() as savepoint:
            connection.exec_driver_sql("SET LOCAL search_path = public, pg_catalog")
            connection.exec_driver_sql("CREATE TABLE mine (a int)")
            found = judge(connection)
            assert list(CATALOG.read(connection, None)) == ["mine"]
            savepoint.rollback()
        assert connection.scalar(sa.text("SHOW search_path")) == '"$user", public'
        check_against_reality(connection, found)


def test_in_autocommit_nothing_is_committed(connected):
    with connected(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET search_path = public, pg_catalog")
        found = judge(connection)
        assert CATALOG.read(connection, None) == {}
        connection.exec_driver_sql("VACUUM")  # refused in a transaction
        check_against_reality(connection, found)


def test_in_autocommit_a_transaction_begun_by_hand_goes_on(connected):
    with connected(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("CREATE TABLE mine (a int)")
        judge(connection)
        connection.exec_driver_sql("ROLLBACK")
        assert CATALOG.read(connection, None) == {}


@pytest.mark.parametrize("options", [{}, {"isolation_level": "AUTOCOMMIT"}])
def test_after_a_refusal_the_connection_goes_on(connected, options):
    bad = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Text(collation="nowhere")))
    with connected(**options) as connection:
        connection.exec_driver_sql("CREATE TABLE mine (a int)")
        with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
            CATALOG.judged(connection, [bad])
        assert list(CATALOG.read(connection, None)) == ["mine"]
        assert connection.scalar(sa.text("SHOW search_path")) == '"$user", public'


@pytest.mark.parametrize("options", [{}, {"isolation_level": "AUTOCOMMIT"}])
def test_asyncpg_serves_too(postgresql_url, options):
    async def main():
        url = sa.make_url(postgresql_url).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(url, **options)
        async with engine.connect() as connection:
            found = await connection.run_sync(judge)
            await connection.run_sync(check_against_reality, found)
        await engine.dispose()

    asyncio.run(main())
