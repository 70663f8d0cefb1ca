"""The lease: renewed by its holder, taken from who gives no sign of life, and told by `check()`."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import sqlalchemy as sa

from flask_migrate.errors import LockLost
from flask_migrate.runner.locking.lease import LeaseTimes
from tests.locks.people import FAST, QUICK, connect, give_up, holder, is_free, lock_on, locked

LOG = "alembic_version_log"
PATIENT = LeaseTimes(lease=600, heartbeat=0.1, margin=1, grace=1)


@pytest.fixture
def url(server_url):
    return server_url


def statement(url, text):
    """Run one statement, committed at once; return its rows if it has any."""
    with connect(url, isolation_level="AUTOCOMMIT") as connection:
        result = connection.execute(sa.text(text))
        return result.all() if result.returns_rows else []


def test_the_lease_is_renewed_for_as_long_as_it_is_needed(mariadb_url):
    long_enough = FAST.lease + FAST.grace + 1.5
    with holder(mariadb_url, "lease", times=FAST) as other:
        give_up(mariadb_url, "lease", wait=long_enough, times=FAST)
        other.go_on()
        assert other.hears() == "still held"


def test_the_log_s_row_tells_who_holds_the_lease(url):
    with holder(url, "lease") as other:
        assert statement(url, f"SELECT id, direction, state, pid FROM {LOG}") == [
            (0, "lock", "held", other.pid)
        ]


@contextmanager
def stopped(other):
    """Stop a process, as a machine that swaps or moves does."""
    os.kill(other.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(other.pid, signal.SIGCONT)


def test_a_holder_that_was_stopped_for_too_long_is_told_so(url):
    with holder(url, "lease", times=QUICK) as other, ExitStack() as stack:
        with stopped(other):
            stack.enter_context(lock_on(url, "lease", times=QUICK))
        other.go_on()
        assert "lock was lost" in other.hears()


def test_who_lost_the_lease_does_not_end_that_of_another(url):
    with holder(url, "lease", times=QUICK) as other, ExitStack() as stack:
        with stopped(other):
            stack.enter_context(lock_on(url, "lease", times=QUICK))
        other.go_on()
        other.process.join(10)
        assert not is_free(url, "lease")


def test_a_holder_that_was_stopped_holds_on_to_what_nobody_took(url):
    with holder(url, "lease", times=QUICK) as other:
        with stopped(other):
            time.sleep(QUICK.lease + 1)
        other.go_on()
        assert other.hears() == "still held"


def test_a_holder_that_comes_back_in_time_is_not_robbed(url):
    times = LeaseTimes(lease=1, heartbeat=0.2, margin=0.3, grace=2)
    with holder(url, "lease", times=times) as other, ThreadPoolExecutor() as threads:
        with stopped(other):
            wanted = threads.submit(give_up, url, "lease", wait=5, times=times)
            assert eventually(lambda: state(url).startswith("doubted"))
        assert wanted.result().holder.pid == other.pid
        assert state(url) == "held"
        other.go_on()
        assert other.hears() == "still held"


def state(url):
    return statement(url, f"SELECT state FROM {LOG}")[0][0]


def eventually(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@contextmanager
def out_of_reach(url):
    """Let nobody write into the log."""
    with connect(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"LOCK TABLE {LOG} IN EXCLUSIVE MODE"))
            yield
            connection.rollback()
        else:
            connection.execute(sa.text(f"LOCK TABLES {LOG} READ"))
            yield
            connection.execute(sa.text("UNLOCK TABLES"))


def test_who_was_held_up_himself_waits_as_long_again_for_a_sign_of_life(postgresql_url):
    """As after DDL on a Galera cluster, which the holder's node may finish later than others."""
    url = postgresql_url
    with holder(url, "lease", times=QUICK) as other, ThreadPoolExecutor() as threads:
        with stopped(other):
            with out_of_reach(url):
                wanted = threads.submit(give_up, url, "lease", wait=7, times=QUICK)
                time.sleep(QUICK.lease + 2.5)
            time.sleep(QUICK.grace + 1)
        assert wanted.result().holder.pid == other.pid
        other.go_on()
        assert other.hears() == "still held"


def test_a_lease_that_cannot_be_renewed_ends_at_its_holder_first(url):
    times = LeaseTimes(lease=2, heartbeat=0.2, margin=1, grace=0.5)
    with connect(url) as connection, locked(connection, "lease", times=times) as held:
        held.check()
        statement(url, f"ALTER TABLE {LOG} RENAME TO away")
        began = time.monotonic()
        with pytest.raises(LockLost, match="could not be renewed"):
            check_for_ever(held)
        assert time.monotonic() - began < times.lease


def check_for_ever(held):
    while True:
        held.check()
        time.sleep(0.02)


def test_while_the_lease_is_good_check_asks_nobody(url):
    with (
        connect(url) as connection,
        locked(connection, "lease", times=PATIENT) as held,
        out_of_reach(url),
    ):
        began = time.monotonic()
        for _ in range(1000):
            held.check()
        assert time.monotonic() - began < 0.5
        assert not connection.in_transaction()


def test_a_lease_that_another_took_is_known_by_the_next_heartbeat(url):
    with connect(url) as connection, locked(connection, "lease", times=PATIENT) as held:
        statement(url, f"UPDATE {LOG} SET token = 'another'")
        with pytest.raises(LockLost, match="another process"):
            check_for_ever(held)
    assert statement(url, f"SELECT token FROM {LOG}") == [("another",)]


def test_a_killed_holder_s_lease_is_not_taken_before_it_ran_out(url):
    times = LeaseTimes(lease=2, heartbeat=0.3, margin=1, grace=0.3)
    with holder(url, "lease", times=times) as other:
        os.kill(other.pid, signal.SIGKILL)
        killed = time.monotonic()
        give_up(url, "lease", wait=0.5, times=times)
        with lock_on(url, "lease", times=times):
            assert 1.5 < time.monotonic() - killed < 8


def test_the_lease_has_its_table_though_the_log_is_off(url):
    with lock_on(url, "lease", log=False):
        assert len(statement(url, f"SELECT * FROM {LOG}")) == 1


def test_what_an_advisory_lock_left_in_the_row_is_no_lease(mariadb_url):
    with holder(mariadb_url) as other:
        os.kill(other.pid, signal.SIGKILL)
    assert len(statement(mariadb_url, f"SELECT * FROM {LOG}")) == 1
    with lock_on(mariadb_url, "lease", wait=5, times=QUICK):
        pass


def test_no_thread_is_left(url):
    before = threading.active_count()
    with lock_on(url, "lease"):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def asynchronous(url, lock):
    """Take the lock under an asynchronous driver, as a bridged env.py does; outlast a lease."""
    from flask_migrate.runner.asynchronous import create_engine, run_bridged

    made = create_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"), {})
    results = []

    def run():
        with made.sync_engine.connect() as connection, locked(connection, lock, times=FAST) as held:
            results.append(is_free(url, lock))
            if lock == "lease":
                time.sleep(FAST.lease + FAST.grace + 0.5)
            held.check()
            results.append(is_free(url, lock))
        made.sync_engine.dispose()

    run_bridged(run)
    return results


@pytest.mark.parametrize("lock", ["auto", "lease"])
def test_an_asynchronous_driver_holds_the_lock_alike(postgresql_url, lock):
    assert asynchronous(postgresql_url, lock) == [False, False]
    assert is_free(postgresql_url, lock)
