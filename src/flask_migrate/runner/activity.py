"""What a connection that migrates does just now, as other threads may see it, and end it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask_migrate.databases import locking_named
from flask_migrate.databases.engines import autocommitting
from flask_migrate.events import StatementEnded, StatementRunning, emit

from . import cancel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from flask_migrate.databases import Database


class Running:
    """A statement that runs."""

    def __init__(self, statement: str) -> None:
        self._statement = " ".join(statement.split())
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._told = self._over = False

    @property
    def seconds(self) -> float:
        """For how long it has run."""
        return time.monotonic() - self._began

    def tell(self, fraction: float | None, stage: str) -> None:
        """Tell that it runs, unless it has ended."""
        with self._lock:
            if not self._over:
                self._told = True
                emit(StatementRunning(self._statement, self.seconds, fraction, stage))

    def end(self) -> None:
        """Note that it has ended, and tell that to who was told that it runs."""
        with self._lock:
            self._over = True
        if self._told:
            emit(StatementEnded(self._statement, self.seconds))


class Activity:
    """The session of the server in which one connection migrates."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database
        self._driver: Any = connection.connection.driver_connection
        self._lock = threading.Lock()
        self._may_be_cancelled = False
        self.session_id: str | None = None
        self.running: Running | None = None

    @contextmanager
    def known(self) -> Iterator[None]:
        """Let a signal find this connection, inside the block.

        The error of a statement that was cancelled is told as what it is: Stopped.
        """
        stop = cancel.current()
        if stop is None:
            yield
            return
        stop.check()
        stop.add(self)
        try:
            yield
        except Exception:
            stop.check()
            raise
        finally:
            stop.activities.discard(self)

    def identify(self) -> None:
        """Ask the server for its id of this session, once; the transaction is the caller's."""
        locking = locking_named(self._connection.dialect.name)
        if locking is not None and self.session_id is None:
            self.session_id = locking.session_id(self._connection)

    @contextmanager
    def cancellable(self, *, may: bool = True) -> Iterator[None]:
        """Let what runs inside the block be cancelled, or not be."""
        before = self._may_be_cancelled
        self._set(may=may)
        try:
            yield
        finally:
            self._set(may=before)

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Let nothing disturb our own statements around one of a revision."""
        with cancel.shielded(), self.cancellable(may=False):
            yield

    @contextmanager
    def executing(self, statement: str) -> Iterator[None]:
        """Tell others of a statement of the revision, while it runs."""
        self.running = running = Running(statement)
        try:
            with self.cancellable():
                yield
        finally:
            self.running = None
            running.end()

    def cancel(self) -> bool:
        """Cancel what runs, if that is a revision's; return whether it is.

        Nothing else runs before that is done, so that it cannot hit our own statements.
        """
        with self._lock:
            if self._may_be_cancelled:
                self._cancel()
            return self._may_be_cancelled

    def give_up(self) -> None:
        """Cancel what the server may still do for a connection that was closed."""
        if self._connection.closed or self._connection.invalidated:
            self._cancel_from_elsewhere()

    def bridged(self, work: Callable[[], None]) -> Callable[[], None]:
        """Return what another thread calls, so that asynchronous drivers work in it."""
        if not self._connection.dialect.is_async:
            return work
        room = import_module("flask_migrate.runner.asynchronous")
        return lambda: room.run_bridged(work)

    def _set(self, *, may: bool) -> None:
        with self._lock:
            self._may_be_cancelled = may

    def _cancel(self) -> None:
        if not self._database.interrupt(self._driver):
            self._cancel_from_elsewhere()

    def _cancel_from_elsewhere(self) -> None:
        statement = self._database.cancelling(self.session_id) if self.session_id else None
        if statement is None:
            return
        engine = autocommitting(self._connection.engine)

        def connect() -> None:
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql(statement)
            finally:
                engine.dispose()

        self.bridged(connect)()
