"""The lock beside transactions: those that env.py began, and those of whoever is waiting."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from flask_migrate.errors import LockLost
from tests.locks.people import (
    connect,
    engine,
    holder,
    is_free,
    listen,
    lock_on,
    locked,
    other_process,
    recorded,
)


def run(connection, *statements):
    for statement in statements:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("lock", ["advisory", "lease"])
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_transaction_of_env_py_keeps_others_out_until_it_ends(postgresql_url, lock, end):
    with connect(postgresql_url) as connection:
        transaction = connection.begin()
        with locked(connection, lock):
            connection.execute(sa.text("CREATE TABLE t (id INTEGER)"))
        assert not is_free(postgresql_url, lock)
        getattr(transaction, end)()
        assert is_free(postgresql_url, lock)


@pytest.mark.parametrize("lock", ["advisory", "lease"])
def test_a_transaction_of_env_py_may_take_the_lock_again(postgresql_url, lock):
    with engine(postgresql_url) as made, made.begin() as connection:
        for _ in range(2):
            with locked(connection, lock, wait=0):
                connection.execute(sa.text("CREATE TABLE IF NOT EXISTS t (id INTEGER)"))


@pytest.mark.parametrize("lock", ["advisory", "lease"])
def test_a_failed_transaction_of_env_py_is_rolled_back_and_holds_nothing(postgresql_url, lock):
    with connect(postgresql_url) as connection:
        with pytest.raises(sa.exc.ProgrammingError), connection.begin(), locked(connection, lock):
            run(connection, "CREATE TABLE t (id INTEGER)", "SELECT * FROM nowhere")
        assert is_free(postgresql_url, lock)
        assert not sa.inspect(connection).has_table("t")


@pytest.mark.parametrize("lock", ["advisory", "lease"])
def test_on_mariadb_what_env_py_s_transaction_did_is_there_for_the_next(mariadb_url, lock):
    with connect(mariadb_url) as connection:
        connection.execute(sa.text("CREATE TABLE version (n INTEGER)"))
        connection.commit()
        with connection.begin():
            with locked(connection, lock):
                connection.execute(sa.text("INSERT INTO version VALUES (1)"))
            assert rows(mariadb_url) == [1]


@pytest.mark.parametrize("lock", ["advisory", "lease"])
def test_on_mariadb_a_failed_transaction_of_env_py_is_not_committed(mariadb_url, lock):
    with connect(mariadb_url) as connection:
        connection.execute(sa.text("CREATE TABLE version (n INTEGER)"))
        connection.commit()
        with pytest.raises(sa.exc.ProgrammingError), connection.begin(), locked(connection, lock):
            run(connection, "INSERT INTO version VALUES (1)", "SELECT * FROM nowhere")
    assert rows(mariadb_url) == []


def rows(url):
    with lock_on(url) as connection:
        return connection.scalars(sa.text("SELECT n FROM version")).all()


def migrate(pipe, url, lock):
    """Hold the lock, write a version when told to, free the lock."""
    with lock_on(url, lock) as connection:
        pipe.send("held")
        listen(pipe)
        connection.execute(sa.text("INSERT INTO version VALUES (1)"))
        connection.commit()


@pytest.mark.parametrize(
    ("level", "outer"), [(None, True), ("SERIALIZABLE", True), ("REPEATABLE READ", False)]
)
def test_whoever_waited_sees_what_the_holder_did(way, level, outer):
    url, lock = way
    options = {"isolation_level": level} if level else {}
    with connect(url, **options) as connection:
        connection.execute(sa.text("CREATE TABLE version (n INTEGER)"))
        connection.commit()
        with other_process(migrate, url, lock) as other:
            assert other.hears() == "held"
            if outer:
                connection.begin()
                # A multidb env.py may have looked at something before.
                assert connection.scalars(sa.text("SELECT n FROM version")).all() == []
            threading.Timer(0.15, other.go_on).start()
            with recorded() as seen, locked(connection, lock):
                assert connection.scalars(sa.text("SELECT n FROM version")).all() == [1]
            assert seen


@pytest.mark.parametrize("level", [None, "SERIALIZABLE"])
def test_whoever_waited_for_a_thread_sees_what_it_did(server_url, level):
    held, go_on = threading.Event(), threading.Event()

    def migrate_in_thread():
        with lock_on(server_url) as other:
            held.set()
            go_on.wait()
            other.execute(sa.text("INSERT INTO version VALUES (1)"))
            other.commit()

    options = {"isolation_level": level} if level else {}
    with connect(server_url, **options) as connection, ThreadPoolExecutor() as threads:
        connection.execute(sa.text("CREATE TABLE version (n INTEGER)"))
        connection.commit()
        done = threads.submit(migrate_in_thread)
        held.wait()
        connection.begin()
        assert connection.scalars(sa.text("SELECT n FROM version")).all() == []
        threading.Timer(0.2, go_on.set).start()
        with locked(connection):
            assert connection.scalars(sa.text("SELECT n FROM version")).all() == [1]
        done.result()


def build(pipe, url, lock):
    """Hold the lock, and build an index without locking the table, when told to."""
    with connect(url, isolation_level="AUTOCOMMIT") as connection, locked(connection, lock):
        pipe.send("held")
        listen(pipe)
        connection.execute(sa.text("CREATE INDEX CONCURRENTLY i ON version (n)"))
        pipe.send("built")


@pytest.mark.parametrize(
    ("lock", "level", "outer"),
    [
        ("advisory", "READ COMMITTED", True),
        ("advisory", "SERIALIZABLE", True),
        ("advisory", "SERIALIZABLE", False),
        ("lease", "SERIALIZABLE", True),
    ],
)
def test_whoever_waits_does_not_hold_up_an_index_that_is_built(postgresql_url, lock, level, outer):
    with connect(postgresql_url, isolation_level=level) as connection:
        connection.execute(sa.text("CREATE TABLE version (n INTEGER)"))
        connection.commit()
        with other_process(build, postgresql_url, lock) as other:
            assert other.hears() == "held"
            threading.Timer(0.3, other.go_on).start()
            if outer:
                connection.begin()
            with locked(connection, lock, wait=10):
                assert other.hears() == "built"


@pytest.mark.parametrize("level", ["READ COMMITTED", "SERIALIZABLE"])
def test_what_env_py_set_in_its_transaction_is_kept_while_it_waits(postgresql_url, level):
    with connect(postgresql_url, isolation_level=level) as connection:
        with connection.begin(), connection.begin_nested():
            connection.execute(sa.text("CREATE SCHEMA a"))
        with holder(postgresql_url, version_table_schema="a") as other, connection.begin():
            connection.execute(sa.text("SET search_path TO a"))
            threading.Timer(0.15, other.go_on).start()
            with recorded() as seen, locked(connection):
                assert connection.scalar(sa.text("SHOW search_path")) == "a"
            assert seen


def test_a_waiting_connection_has_no_transaction(way):
    url, lock = way
    found = []

    def look():
        with engine(url) as watching, watching.connect() as other:
            found.append(other.execute(sa.text(LOOK[other.dialect.name])).all())

    with holder(*way) as other, connect(url) as connection:
        threading.Timer(0.4, look).start()
        threading.Timer(0.8, other.go_on).start()
        with locked(connection, lock):
            pass
    assert found == [[]]


LOOK = {
    "postgresql": "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'",
    "mysql": "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_mysql_thread_id NOT IN "
    "(SELECT connection_id())",
}


END = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}
OWN_ID = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT connection_id()"}


@pytest.mark.parametrize("outer", [True, False])
def test_a_connection_that_was_cut_has_lost_the_lock(server_url, outer):
    with connect(server_url) as connection:
        if outer:
            connection.begin()
        with pytest.raises(LockLost), locked(connection) as held:
            check_when_cut(held, connection)
        connection.rollback()
    assert is_free(server_url)


def test_a_connection_that_was_opened_anew_has_lost_the_lock(server_url):
    with connect(server_url) as connection, locked(connection) as held:
        cut(connection)
        connection.rollback()
        connection.execute(sa.text("SELECT 1"))
        connection.commit()
        with pytest.raises(LockLost):
            held.check()
        assert is_free(server_url)


def test_a_transaction_is_not_committed_by_who_has_lost_the_lock(server_url):
    with (
        connect(server_url) as connection,
        pytest.raises(LockLost),
        connection.begin(),
        locked(connection),
    ):
        cut(connection)


def check_when_cut(held, connection):
    held.check()
    cut(connection)
    held.check()


def cut(connection):
    """End the session at the server, as its administrator may do."""
    kind = connection.dialect.name
    session = connection.scalar(sa.text(OWN_ID[kind]))
    with connection.engine.connect() as other:
        other.execute(sa.text(END[kind].format(session)))
    with pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.text("SELECT 1"))
