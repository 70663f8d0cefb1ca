"""Where models' tables are judged on MariaDB: nothing stays of it, and nobody is in its way."""

from __future__ import annotations

import secrets

import pytest
import sqlalchemy as sa

from flask_migrate.databases.catalog.base import NoScratch, TableRefused
from flask_migrate.databases.mysql_scratch import reserve
from tests.catalog.mariadb import CATALOG, as_stated, connection, run, table_of

__all__ = ["connection"]

OURS = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :pattern"
PATTERN = {"pattern": r"flask\_migrate\_%"}


def checked(name="t", **options):
    return table_of(
        sa.Column("x", sa.Integer), sa.CheckConstraint("x > 1", "c"), name=name, **options
    )


def beside(name="t"):
    """A table that cannot be a temporary one."""
    return checked(name, mysql_partition_by="HASH(id)", mysql_partitions="2")


@pytest.fixture
def poor(mariadb_url, mariadb_server):
    """Connect as a user who has some rights on the database only."""
    url = sa.make_url(mariadb_url)
    user, engines = f"poor_{secrets.token_hex(4)}", []

    def connect(rights):
        with mariadb_server.engine.connect() as root:
            run(root, f"CREATE USER {user}@'%%' IDENTIFIED BY 'x'")
            run(root, f"GRANT {rights} ON {url.database}.* TO {user}@'%%'")
        engine = sa.create_engine(url.set(username=user, password="x"))
        engines.append(engine)
        return engine.connect()

    yield connect
    for engine in engines:
        engine.dispose()
    with mariadb_server.engine.connect() as root:
        run(root, f"DROP USER IF EXISTS {user}@'%%'")


def scratch_databases(connection):
    return set(connection.scalars(sa.text(OURS), PATTERN))


def test_nothing_stays(connection):
    before = scratch_databases(connection)
    found = CATALOG.judged(connection, [checked(), beside("b")])
    assert set(found) == {(None, "t"), (None, "b")}
    assert scratch_databases(connection) <= before
    assert CATALOG.read(connection, None) == {}


def test_tables_that_refer_to_others_are_judged_without_them(connection):
    child = table_of(sa.Column("x", sa.ForeignKey("p.id")), sa.Column("y", sa.Integer, index=True))
    sa.Table("p", child.metadata, sa.Column("id", sa.Integer, primary_key=True))
    table = CATALOG.judged(connection, [child])[None, "t"]
    assert [index.name for index in table.indexes] == ["ix_t_y"]
    assert table == CATALOG.expected(child, connection).without("foreign key")


def test_a_transaction_of_the_connection_goes_on(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE rows_of_mine (id INT)")
        connection.exec_driver_sql("INSERT INTO rows_of_mine VALUES (1)")
        CATALOG.judged(connection, [checked(), beside("b")])
        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM rows_of_mine")) == 0
    engine.dispose()


def test_a_table_of_the_same_name_is_not_touched(connection):
    run(connection, "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (7)")
    CATALOG.judged(connection, [checked()])
    CATALOG.judged(connection, [beside()])
    assert connection.scalar(sa.text("SELECT id FROM t")) == 7


@pytest.mark.parametrize("make", [checked, beside], ids=["temporary", "database"])
@pytest.mark.parametrize("statement", ["INSERT INTO t VALUES (1)", "LOCK TABLES t WRITE"])
def test_a_table_that_is_locked_stands_in_nobodys_way(mariadb_url, make, statement):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        run(connection, "CREATE TABLE t (id INT)", statement)
        assert CATALOG.judged(connection, [make()])
        connection.exec_driver_sql("UNLOCK TABLES")
    engine.dispose()


def test_a_pool_of_one_connection_is_enough(mariadb_url):
    engine = sa.create_engine(mariadb_url, pool_size=1, max_overflow=0, pool_timeout=1)
    with engine.connect() as connection:
        assert CATALOG.judged(connection, [checked()])
    engine.dispose()


def test_the_rights_on_the_applications_own_database_are_enough(poor):
    with poor("ALL") as connection:
        judged = CATALOG.judged(connection, [checked()])[None, "t"]
    assert [c.text for c in judged.constraints if c.text] == ["`x` > 1"]


def test_who_may_create_no_database_is_told_so_where_one_is_needed(poor):
    with poor("ALL") as connection, pytest.raises(NoScratch, match="Access denied"):
        CATALOG.judged(connection, [checked(), beside("b")])


def test_indexes_of_words_need_no_database(poor):
    words = sa.Index("i", "x", mysql_prefix="FULLTEXT")
    table = table_of(sa.Column("x", sa.Text), words, sa.CheckConstraint("x > ''", "c"))
    with poor("ALL") as connection:
        judged = CATALOG.judged(connection, [table])[None, "t"]
        table.create(connection)
        assert as_stated(CATALOG.read(connection, None)["t"], judged) == judged


def test_who_may_create_nothing_is_told_what_the_server_says(poor):
    with poor("SELECT") as connection, pytest.raises(NoScratch, match="Access denied"):
        CATALOG.judged(connection, [checked()])


def test_a_table_that_the_server_refuses_raises_its_error(connection):
    table = table_of(sa.Column("x", sa.Integer), sa.CheckConstraint("missing > 1", "c"))
    before = scratch_databases(connection)
    with pytest.raises(TableRefused, match="missing") as refused:
        CATALOG.judged(connection, [table])
    assert refused.value.table == (None, "t")
    assert scratch_databases(connection) <= before


@pytest.mark.parametrize("make", [checked, beside], ids=["temporary", "database"])
def test_schemas_are_judged_apart(connection, new_database, make):
    other = sa.make_url(new_database("mariadb")).database
    run(connection, f"ALTER DATABASE {other} COLLATE latin1_bin")
    tables = [make(), table_of(sa.Column("y", sa.Integer), name="t", schema=other)]
    found = CATALOG.judged(connection, tables)
    assert found[None, "t"].column("x")
    assert found[other, "t"].column("y")
    assert found[other, "t"].key == (other, "t")


def test_a_table_is_judged_with_the_collation_that_its_database_has(connection):
    here = connection.scalar(sa.text("SELECT DATABASE()"))
    run(connection, f"ALTER DATABASE {here} COLLATE utf8mb4_bin")
    for number, make in enumerate((table_of, beside)):
        column = sa.Column("y", sa.String(9, collation="utf8mb4_bin"))
        table = make(name=f"t{number}")
        table.append_column(column)
        table.append_constraint(sa.CheckConstraint("y > 'a'", "d"))
        judged = CATALOG.judged(connection, [table])[table.schema, table.name]
        assert judged.column("y").collation is None


class TestLeftDatabases:
    """What a process has left that was killed while it had a scratch database."""

    @pytest.fixture
    def left(self, connection):
        """Make databases by name; none outlives the test."""
        names = []

        def make(name):
            run(connection, f"CREATE DATABASE {name}")
            names.append(name)
            return name

        yield make
        for name in names:
            run(connection, f"DROP DATABASE IF EXISTS {name}")

    @pytest.fixture
    def another(self, mariadb_url):
        engine = sa.create_engine(mariadb_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as another:
            yield another
        engine.dispose()

    def test_is_removed_by_the_next(self, connection, another, left):
        name = left(reserve(another, "scratch"))
        another.invalidate()
        another.close()
        wait_until_free(connection, name)
        CATALOG.judged(connection, [beside()])
        assert name not in scratch_databases(connection)

    def test_stays_while_its_session_lives(self, connection, another, left):
        name = left(reserve(another, "scratch"))
        CATALOG.judged(connection, [beside()])
        assert name in scratch_databases(connection)

    def test_of_another_server_stays_for_a_week(self, connection, left):
        now = connection.scalar(sa.text("SELECT UNIX_TIMESTAMP()"))
        young = left(f"flask_migrate_scratch_0123abcd_{int(now) - 600_000:08x}_00000000")
        old = left(f"flask_migrate_scratch_0123abcd_{int(now) - 700_000:08x}_00000000")
        CATALOG.judged(connection, [beside()])
        assert {young, old} & scratch_databases(connection) == {young}

    def test_of_somebody_else_with_such_a_name_stays(self, connection, left):
        name = left("flask_migrate_demo")
        CATALOG.judged(connection, [beside()])
        assert name in scratch_databases(connection)


def wait_until_free(connection, name):
    taken = connection.scalar(sa.text("SELECT GET_LOCK(:name, 10)"), {"name": name})
    assert taken == 1
    connection.execute(sa.text("DO RELEASE_LOCK(:name)"), {"name": name})


@pytest.mark.parametrize("make", [checked, beside], ids=["temporary", "database"])
def test_the_default_schema_may_be_named(connection, make):
    table = make()
    table.schema = connection.dialect.default_schema_name
    judged = CATALOG.judged(connection, [table])[None, "t"]
    table.create(connection)
    assert as_stated(CATALOG.read(connection, None)["t"], judged) == judged


def test_two_hundred_tables_take_a_second_or_two(connection):
    started = connection.scalar(sa.text("SELECT now(6)"))
    found = CATALOG.judged(connection, [checked(f"t{n}") for n in range(200)])
    assert len(found) == 200
    assert (connection.scalar(sa.text("SELECT now(6)")) - started).total_seconds() < 5


def test_what_is_judged_is_what_create_all_makes(connection):
    for table in (checked(), beside("b")):
        judged = CATALOG.judged(connection, [table])[None, table.name]
        table.create(connection)
        assert as_stated(CATALOG.read(connection, None)[table.name], judged) == judged
