"""The migration lock: one process, and one thread of it, migrates a database at a time.

Which lock keeps the others out is asked of the server, see `databases/*_locking.py`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flask_migrate.databases import locking_named
from flask_migrate.runner.log_table import log_table

from .advisory import AdvisoryLock
from .lease import Lease, LeaseTimes, wait_for_transactions
from .mutex import mutex
from .row import LockRow
from .visit import Visit
from .waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from contextlib import AbstractContextManager

    from alembic.runtime.migration import MigrationContext

    from flask_migrate.databases import Locking
    from flask_migrate.databases.locking import LockKey
    from flask_migrate.settings import Settings


class Lock(Protocol):
    """What is held while a database is migrated."""

    def check(self) -> None:
        """Raise LockLost where the lock is no longer ours. To be asked before each statement."""


class Unlocked:
    """A lock that cannot be lost: none, or that of a database in this process's hands."""

    def check(self) -> None:
        """Do nothing."""


@contextmanager
def migration_lock(
    context: MigrationContext, settings: Settings, times: LeaseTimes | None = None
) -> Iterator[Lock]:
    """Hold the lock of a version table inside the block, as `settings.lock` says.

    Where the database stands must be asked inside the block: another process
    may have migrated it meanwhile. A transaction that env.py began before
    keeps others out until it ends; on MariaDB and MySQL it is committed at the
    end of the block, and anew where it had to wait. A lease needs the log's
    table, and creates it, whatever `settings.log` says.

    Raises LockTimeout after `settings.lock_wait` seconds.
    """
    if settings.lock == "off" or context.connection is None:
        yield Unlocked()
        return
    waiting = Waiting(settings.lock_wait)
    locking = locking_named(context.dialect.name)
    visit = Visit(context.connection, locking)
    if locking is None:
        held: AbstractContextManager[Lock] = _of_this_process(visit, waiting)
    else:
        held = _of_all(context, settings, _Turn(visit, locking, waiting), times or LeaseTimes())
    with held as lock:
        waiting.over()
        yield lock


@contextmanager
def _of_this_process(visit: Visit, waiting: Waiting) -> Iterator[Lock]:
    with mutex(_file_or_url(visit)).held(waiting, visit.rest):
        yield Unlocked()


@contextmanager
def _of_all(
    context: MigrationContext, settings: Settings, turn: _Turn, times: LeaseTimes
) -> Iterator[Lock]:
    connection, locking = turn.visit.connection, turn.locking
    log, url = log_table(context), connection.engine.url
    key = locking.key(connection, connection.schema_for_object(log), context.version_table)
    leased = settings.lock == "lease"
    if settings.lock == "auto":
        leased = not locking.excludes(connection)
    turn.visit.leave()
    with mutex((url.host, url.port, key)).held(turn.waiting, turn.visit.rest):
        if leased:
            held = turn.lease(key, LockRow(connection.engine, log, locking, key), times)
        elif locking.sessions_tell_process or not settings.log:
            held = turn.advisory(key, None)
        else:
            held = turn.advisory(key, LockRow(connection.engine, log, locking, key))
        with held as lock:
            yield lock


@dataclass(frozen=True)
class _Turn:
    """One use of a database's lock."""

    visit: Visit
    locking: Locking
    waiting: Waiting

    @contextmanager
    def advisory(self, key: LockKey, row: LockRow | None) -> Iterator[Lock]:
        lock = AdvisoryLock(self.visit, self.locking, key, row)
        try:
            lock.acquire(self.waiting)
            yield lock
            self._settle(lock, key)
        finally:
            lock.release()

    @contextmanager
    def lease(self, key: LockKey, row: LockRow, times: LeaseTimes) -> Iterator[Lock]:
        lease = Lease(row, times)
        try:
            lease.acquire(self.waiting, self.visit.rest)
            lease.keep(asynchronous=self.visit.connection.dialect.is_async)
            wait_for_transactions(self.visit, self.locking, key, self.waiting)
            yield lease
            self._settle(lease, key)
        finally:
            lease.release()

    def _settle(self, lock: Lock, key: LockKey) -> None:
        if self.visit.connection.in_transaction():
            lock.check()
            self.locking.settle(self.visit.connection, key)


def _file_or_url(visit: Visit) -> Hashable:
    """Return what tells databases apart that have no lock of their own for us."""
    connection = visit.connection
    if connection.dialect.name != "sqlite":
        return connection.engine.url
    found = connection.exec_driver_sql("PRAGMA database_list").all()
    visit.leave()
    file = next((path for _, name, path in found if name == "main"), "")
    # Each pool has in-memory databases of its own.
    return Path(file).resolve() if file else id(connection.engine.pool)
