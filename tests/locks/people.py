"""Who wants the lock: connections of this process, and other processes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from flask_migrate import events
from flask_migrate.errors import LockLost, LockTimeout
from flask_migrate.runner.locking.lease import LeaseTimes
from flask_migrate.runner.locking.lock import migration_lock
from flask_migrate.settings import Settings

FAST = LeaseTimes(lease=2, heartbeat=0.3, margin=0.5, grace=0.6)
"""For holders that live: a busy machine may keep them waiting for a while."""
QUICK = LeaseTimes(lease=1, heartbeat=0.2, margin=0.3, grace=0.3)
"""For holders that are stopped or dead."""
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.locks.people", "psycopg2", "pymysql"])


@contextmanager
def engine(url: str, **options: object) -> Iterator[sa.Engine]:
    made = sa.create_engine(url, **options)
    try:
        yield made
    finally:
        made.dispose()


@contextmanager
def connect(url: str, **options: object) -> Iterator[sa.Connection]:
    with engine(url, **options) as made, made.connect() as connection:
        yield connection


@contextmanager
def locked(connection: sa.Connection, lock: str = "auto", *, wait: float = 30, **options: object):
    """Hold the lock of a connection's database; `options` are Alembic's."""
    log = options.pop("log", True)
    times = options.pop("times", None)
    context = MigrationContext.configure(connection, opts=options)
    with migration_lock(context, Settings(lock=lock, lock_wait=wait, log=log), times) as held:
        yield held


@contextmanager
def lock_on(url: str, lock: str = "auto", **options: object):
    """Hold the lock on a connection of its own."""
    with connect(url) as connection, locked(connection, lock, **options):
        yield connection


def give_up(*arguments: object, **options: object) -> LockTimeout:
    """Wait for the lock in vain; return what is said then."""
    with pytest.raises(LockTimeout) as raised, lock_on(*arguments, **options):
        pass
    return raised.value


def is_free(url: str, lock: str = "auto", **options: object) -> bool:
    """Tell whether a process that does not wait gets the lock, by asking in another process."""
    other = _asker()
    other.pipe.send((url, lock, options))
    return other.hears()


@cache
def _asker() -> "OtherProcess":
    return OtherProcess(_try, ())


def _try(pipe):
    while True:
        url, lock, options = pipe.recv()
        try:
            with lock_on(url, lock, wait=0, **options):
                pipe.send(True)
        except LockTimeout:
            pipe.send(False)


class OtherProcess:
    """A process with which the test talks through a pipe."""

    def __init__(self, target, arguments):
        self.pipe, theirs = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=target, args=(theirs, *arguments), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self.process.pid

    def says(self, seconds: float) -> bool:
        return self.pipe.poll(seconds)

    def hears(self):
        return self.pipe.recv()

    def go_on(self) -> None:
        self.pipe.send("go on")


@contextmanager
def other_process(target, *arguments) -> Iterator[OtherProcess]:
    other = OtherProcess(target, arguments)
    try:
        yield other
    finally:
        other.pipe.close()
        other.process.join(10)
        other.process.kill()
        other.process.join()


def hold(pipe, url, lock, options):
    """Hold the lock until told to go on; tell when it is held, and whether it still is."""
    with connect(url) as connection, locked(connection, lock, **options) as held:
        pipe.send("held")
        listen(pipe)
        try:
            held.check()
            _say(pipe, "still held")
        except LockLost as error:
            _say(pipe, str(error))


def listen(pipe) -> None:
    with suppress(EOFError):
        pipe.recv()


def _say(pipe, words) -> None:
    with suppress(OSError):
        pipe.send(words)


@contextmanager
def holder(url: str, lock: str = "auto", **options: object) -> Iterator[OtherProcess]:
    """Let another process hold the lock inside the block."""
    with other_process(hold, url, lock, options) as other:
        assert other.hears() == "held"
        yield other


def count(pipe, url, lock) -> None:
    """Add one to the counter, in a way that loses what others add at the same time."""
    pipe.recv()
    with connect(url) as connection:
        pipe.send(None)
        add_one(connection, lock)


def add_one(connection: sa.Connection, lock: str) -> None:
    with locked(connection, lock, wait=60) as held:
        found = connection.scalar(sa.text("SELECT n FROM counter"))
        connection.commit()
        held.check()
        threading.Event().wait(0.01)
        connection.execute(sa.text("UPDATE counter SET n = :n"), {"n": found + 1})
        connection.commit()


@contextmanager
def recorded() -> Iterator[list[events.Event]]:
    """Record what happens inside the block."""
    seen = []
    with events.listening(seen.append):
        yield seen
