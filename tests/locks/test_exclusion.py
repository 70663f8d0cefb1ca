"""One process, and one thread of it, holds the lock of a version table at a time."""

import os
import signal
import socket
import threading
import time
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from flask_migrate.errors import LockTimeout
from flask_migrate.events import LockAcquired, LockWaiting
from tests.locks.people import (
    QUICK,
    add_one,
    connect,
    count,
    engine,
    give_up,
    holder,
    is_free,
    lock_on,
    locked,
    other_process,
    recorded,
)

SIXTEEN = 16


def test_the_lock_is_one_process_s_at_a_time(way):
    with lock_on(*way):
        assert not is_free(*way)
    assert is_free(*way)


def test_whoever_waits_goes_on_when_the_holder_has_finished(way):
    with holder(*way) as other, recorded() as seen:
        threading.Timer(0.5, other.go_on).start()
        with lock_on(*way):
            pass
    assert [type(event) for event in seen] == [LockWaiting, LockAcquired]
    assert seen[0].holder.pid == other.pid
    assert 0.3 < seen[1].waited < 5


def test_whoever_need_not_wait_is_told_nothing(way):
    with recorded() as seen, lock_on(*way):
        pass
    assert seen == []


def test_whoever_waits_long_is_told_every_ten_seconds(monkeypatch, postgresql_url):
    monkeypatch.setattr("flask_migrate.runner.locking.waiting.TOLD_EVERY", 0.5)
    with holder(postgresql_url), recorded() as seen:
        give_up(postgresql_url, wait=1.8)
    assert 3 <= len(seen) <= 4
    assert [event.waited for event in seen] == sorted(event.waited for event in seen)


def test_a_holder_that_is_killed_frees_the_lock(way):
    with holder(*way, times=QUICK) as other:
        os.kill(other.pid, signal.SIGKILL)
        began = time.monotonic()
        with lock_on(*way, times=QUICK):
            assert time.monotonic() - began < 7


def test_a_time_out_names_the_holder(way):
    url, _ = way
    with holder(*way) as other:
        told = give_up(*way, wait=0.3)
    assert (told.holder.host, told.holder.pid) == (socket.gethostname(), other.pid)
    assert abs(told.holder.since.timestamp() - time.time()) < 10
    assert f"process {other.pid} on {socket.gethostname()}, since 20" in str(told)
    assert 0.3 <= told.waited < 3
    assert sa.make_url(url).password not in str(told)


def test_without_the_log_the_holder_is_told_as_the_server_knows_it(mariadb_url):
    with holder(mariadb_url, log=False):
        told = give_up(mariadb_url, wait=0, log=False)
    assert told.holder.pid is None
    assert "MariaDB connection" in str(told)
    with engine(mariadb_url) as made:
        assert sa.inspect(made).get_table_names() == []


@pytest.mark.parametrize("log", [True, False])
def test_nothing_is_left_in_the_log(way, log):
    url, lock = way
    with lock_on(url, lock, log=log):
        pass
    with connect(url) as connection:
        for table in sa.inspect(connection).get_table_names():
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0


def test_each_version_table_has_a_lock_of_its_own(way):
    with lock_on(*way, version_table="one"):
        assert is_free(*way, version_table="two")
        assert not is_free(*way, version_table="one")


def test_each_database_has_a_lock_of_its_own(way, new_database):
    url, lock = way
    with lock_on(url, lock):
        assert is_free(
            new_database(sa.make_url(url).get_backend_name().replace("mysql", "mariadb")), lock
        )


@pytest.mark.parametrize("lock", ["advisory", "lease"])
def test_each_schema_has_a_lock_of_its_own(postgresql_url, lock):
    with engine(postgresql_url) as made, made.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA a"))
        connection.execute(sa.text("CREATE SCHEMA b"))
    with lock_on(postgresql_url, lock, version_table_schema="a"):
        assert is_free(postgresql_url, lock, version_table_schema="b")
        assert is_free(postgresql_url, lock)
        assert not is_free(postgresql_url, lock, version_table_schema="a")


@pytest.mark.parametrize("lock", ["advisory", "lease"])
@pytest.mark.parametrize("way_there", ["search_path", "translated", "named"])
def test_a_schema_is_the_same_however_it_is_reached(postgresql_url, lock, way_there):
    with connect(postgresql_url) as connection:
        connection.execute(sa.text("CREATE SCHEMA a"))
        connection.commit()
        options = {"version_table_schema": "a"} if way_there == "named" else {}
        if way_there == "search_path":
            connection.execute(sa.text("SET search_path TO a"))
            connection.commit()
        if way_there == "translated":
            connection.execution_options(schema_translate_map={None: "a"})
        with locked(connection, lock, **options):
            assert not is_free(postgresql_url, lock, version_table_schema="a")


def test_the_version_table_is_found_along_the_search_path(postgresql_url):
    with connect(postgresql_url) as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))
        connection.execute(sa.text("CREATE SCHEMA a"))
        connection.execute(sa.text("SET search_path TO a, public"))
        connection.commit()
        with locked(connection):
            assert not is_free(postgresql_url)


def test_a_database_of_mariadb_is_the_same_as_a_schema(mariadb_url, new_database):
    name = sa.make_url(mariadb_url).database
    with lock_on(mariadb_url):
        assert not is_free(new_database("mariadb"), version_table_schema=name)


def test_an_error_in_the_block_frees_the_lock(way):
    with pytest.raises(ZeroDivisionError), lock_on(*way):
        raise ZeroDivisionError
    assert is_free(*way)


def test_a_statement_that_fails_frees_the_lock(way):
    url, lock = way
    with connect(url) as connection:
        with pytest.raises(sa.exc.DBAPIError), locked(connection, lock):
            connection.execute(sa.text("SELECT * FROM nowhere"))
        assert not connection.invalidated
        assert is_free(*way)


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_connection_in_its_pool_holds_no_lock(way, end):
    url, lock = way
    with engine(url, pool_size=1, max_overflow=0) as made:
        with made.connect() as connection:
            with locked(connection, lock):
                connection.execute(sa.text("CREATE TABLE t (id INTEGER)"))
            getattr(connection, end)()
        assert made.pool.checkedin() == 1
        assert is_free(*way)


@pytest.mark.parametrize("pool", [{"pool_size": 1, "max_overflow": 0}, {"poolclass": sa.NullPool}])
def test_the_application_s_pool_may_be_of_any_size(way, pool):
    url, lock = way
    with (
        engine(url, **pool) as made,
        made.connect() as connection,
        locked(connection, lock) as held,
    ):
        held.check()


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "SERIALIZABLE", "REPEATABLE READ"])
def test_the_isolation_level_does_not_matter(way, level):
    url, lock = way
    with connect(url, isolation_level=level) as connection:
        with locked(connection, lock):
            assert not is_free(*way)
        assert is_free(*way)
        assert not connection.in_transaction()


def test_the_session_has_its_name_back_afterwards(postgresql_url):
    name = sa.text("SHOW application_name")
    with connect(postgresql_url, connect_args={"application_name": "shop"}) as connection:
        with locked(connection):
            held = connection.scalar(name)
            connection.rollback()
            assert connection.scalar(name) == held
            connection.rollback()
        assert connection.scalar(name) == "shop"
    host = socket.gethostname()[:30]
    assert held.startswith(f"flask-migrate {os.getpid()}@{host} ")


def test_switched_off_nobody_waits(server_url):
    with lock_on(server_url, "off"):
        assert is_free(server_url, "auto")


@pytest.fixture
def counter(way):
    """Count from zero in a table; return how to lock it, and what reads it."""
    url, lock = way
    with engine(url, pool_size=SIXTEEN) as made:
        with made.begin() as connection:
            connection.execute(sa.text("CREATE TABLE counter (n INTEGER)"))
            connection.execute(sa.text("INSERT INTO counter VALUES (0)"))
        yield made, url, lock
        with made.connect() as connection:
            assert connection.scalar(sa.text("SELECT n FROM counter")) == SIXTEEN


def test_sixteen_threads_count_to_sixteen(counter):
    made, _, lock = counter
    start = threading.Barrier(SIXTEEN)
    failures = []

    def work():
        try:
            with made.connect() as connection:
                start.wait()
                add_one(connection, lock)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(SIXTEEN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_sixteen_processes_count_to_sixteen(counter):
    _, url, lock = counter
    with ExitStack() as stack:
        others = [stack.enter_context(other_process(count, url, lock)) for _ in range(SIXTEEN)]
        for other in others:
            other.go_on()
        for other in others:
            other.hears()
        for other in others:
            other.process.join(60)
        assert [other.process.exitcode for other in others] == [0] * SIXTEEN


def test_a_thread_does_not_wait_for_itself(way):
    with lock_on(*way), pytest.raises(LockTimeout) as raised, lock_on(*way):
        pass
    assert raised.value.holder.pid == os.getpid()
    assert raised.value.waited == 0


def test_a_thread_is_told_as_the_holder(way):
    failures = []

    def want():
        try:
            with lock_on(*way, wait=0.2):
                pass
        except LockTimeout as error:
            failures.append(error)

    with lock_on(*way):
        thread = threading.Thread(target=want)
        thread.start()
        thread.join()
    assert failures[0].holder.pid == os.getpid()
    assert threading.main_thread().name in failures[0].holder.description
