"""Looks after a statement that takes long: tells how long it has run, and how far it has come."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Final

from flask_migrate.databases.engines import autocommitting
from flask_migrate.databases.passwords import hidden
from flask_migrate.databases.progress import Share
from flask_migrate.events import MonitorFailed, emit, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from flask_migrate.databases import Database

    from .activity import Activity

LONG: Final = 1.0
"""Seconds after which a statement is told of, and again."""
_LOOKS: Final = 0.1
_PATIENCE: Final = 2.0


class Monitor:
    """A thread beside one connection that migrates, with a connection of its own for questions."""

    def __init__(self, connection: Connection, database: Database, activity: Activity) -> None:
        self._database = database
        self._activity = activity
        self._migrating = connection
        self._asks = database.tells_progress
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._over = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Tell of statements that take long, inside the block, where anybody listens."""
        if not heard():
            yield
            return
        watch = self._activity.bridged(self._watch)
        context = copy_context()
        thread = threading.Thread(
            target=lambda: context.run(watch), name="flask-migrate monitor", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(_PATIENCE)

    def _watch(self) -> None:
        try:
            self._look_again_and_again()
        except Exception as error:  # noqa: BLE001 # whatever it is, the migration goes on
            emit(MonitorFailed(hidden(f"{type(error).__name__}: {error}")))
        finally:
            self._leave()

    def _look_again_and_again(self) -> None:
        told: tuple[object, float] = (None, 0.0)
        while not self._over.wait(_LOOKS):
            running = self._activity.running
            if running is None:
                continue
            since = told[1] if told[0] is running else 0.0
            if running.seconds - since >= LONG:
                told = (running, running.seconds)
                share = self._share()
                running.tell(share.fraction, share.stage)

    def _share(self) -> Share:
        """Ask the server how far the statement is; after a failure, no more."""
        session_id = self._activity.session_id
        if not self._asks or session_id is None:
            return Share()
        try:
            return self._database.progress(self._connected(), session_id)
        except Exception as error:  # noqa: BLE001 # whatever it is, the migration goes on
            self._asks = False
            reason = self._database.reason(getattr(error, "orig", None) or error)
            emit(MonitorFailed(hidden(reason)))
            return Share()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._engine = autocommitting(self._migrating.engine)
            self._connection = self._engine.connect()
        return self._connection

    def _leave(self) -> None:
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
            if self._engine is not None:
                self._engine.dispose()
