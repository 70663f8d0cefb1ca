"""Databases without a lock of their own for us: the threads of this process exclude each other."""

import os
import threading

import pytest
import sqlalchemy as sa

from flask_migrate.errors import LockTimeout
from tests.locks.people import connect, engine, lock_on, locked, other_process


def in_thread(work):
    """Run in another thread; tell whether it got the lock."""
    results = []

    def run():
        try:
            work()
        except LockTimeout:
            results.append(False)
        else:
            results.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


def wanted(url, **options):
    def work():
        with lock_on(url, wait=0, **options):
            pass

    return work


@pytest.mark.parametrize("lock", ["auto", "advisory", "lease"])
def test_threads_exclude_each_other_on_one_file(sqlite_url, lock):
    with lock_on(sqlite_url, lock):
        assert not in_thread(wanted(sqlite_url))
    assert in_thread(wanted(sqlite_url))


def test_a_file_is_the_same_by_any_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to("real.db")
    with lock_on(f"sqlite:///{tmp_path}/real.db"):
        assert not in_thread(wanted("sqlite:///link.db"))


def test_files_do_not_exclude_each_other(new_database):
    with lock_on(new_database("sqlite")):
        assert in_thread(wanted(new_database("sqlite")))


def test_in_memory_databases_do_not_exclude_each_other():
    with lock_on("sqlite://"):
        assert in_thread(wanted("sqlite://"))


def test_threads_exclude_each_other_on_one_in_memory_database():
    shared = {"poolclass": sa.StaticPool, "connect_args": {"check_same_thread": False}}
    with engine("sqlite://", **shared) as made, made.connect() as connection:

        def work():
            with made.connect() as other, locked(other, wait=0):
                pass

        with locked(connection):
            assert not in_thread(work)


@pytest.mark.parametrize("outer", [True, False])
def test_no_transaction_is_left_and_none_is_ended(sqlite_url, outer):
    with connect(sqlite_url) as connection:
        if outer:
            connection.begin()
        with locked(connection) as held:
            held.check()
            assert connection.in_transaction() == outer


def test_switched_off_threads_do_not_exclude_each_other(sqlite_url):
    with lock_on(sqlite_url, "off"):
        assert in_thread(wanted(sqlite_url))
    with lock_on(sqlite_url):
        assert in_thread(lambda: lock_on(sqlite_url, "off").__enter__())


def fork(pipe, url):
    """Hold the lock, and let a forked child want it."""
    with lock_on(url):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                wanted(url)()
                code = 0
            finally:
                os._exit(code)
        pipe.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def test_a_forked_child_does_not_wait_for_its_parent_s_threads(sqlite_url):
    with other_process(fork, sqlite_url) as other:
        assert other.hears() == 0
