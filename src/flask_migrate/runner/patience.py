"""Never in the way: no statement waits long for a table, and what could not have it tries again.

A statement that waits for a table's lock makes everybody who comes after it wait
too, readers as well. So it waits for a second at the most, gives up, lets the
others pass, and comes again after a growing pause.
"""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING, Final

from flask_migrate.errors import TableLocked
from flask_migrate.events import TableWaiting, emit

from . import cancel
from .sql import Kind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flask_migrate.databases import Database
    from flask_migrate.settings import Settings

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 20.0
_OWN: Final = re.compile(r"lock_timeout|lock_wait_timeout", re.IGNORECASE)


class Patience:
    """The time-outs of one connection, and the pauses after them."""

    def __init__(self, connection: Connection, database: Database, settings: Settings) -> None:
        self._connection = connection
        self._database = database
        self._settings = settings
        self._managed = False
        self._touched = False
        self._set: float | None = None
        self._since: float | None = None
        self._awaited: str | None = None
        self._pause = FIRST_PAUSE

    def start(self) -> None:
        """Take the time-outs over, unless the user has set some for this connection."""
        self._managed = not self._database.has_own_timeouts(self._connection)
        if self._settings.statement_timeout:
            self._touched = True
            self._database.set_statement_timeout(self._connection, self._settings.statement_timeout)

    def end(self) -> None:
        """Give the connection back with the time-outs that it had."""
        if self._touched:
            self._database.reset_timeouts(self._connection)
        self._managed = self._touched = False

    def forget(self) -> None:
        """Set the time-out anew: a transaction that was rolled back took it along."""
        self._set = None

    def before(self, statement: str, kind: Kind) -> None:
        """Set the time-out for a statement: short where it locks a table, else none."""
        if not self._managed:
            return
        locks = kind is Kind.SCHEMA and not self._database.waits_harmlessly(statement)
        seconds = self._settings.lock_timeout if locks else 0.0
        if seconds != self._set:
            self._touched = True
            self._database.set_lock_timeout(self._connection, seconds)
            self._set = seconds

    def heed(self, statement: str) -> None:
        """Leave the time-outs to a revision that sets them itself."""
        if _OWN.search(statement):
            self._managed = False

    def progressed(self, statement: str) -> None:
        """Start counting anew where this statement got what it waited for.

        Others may have come before it again: a revision that was rolled back begins anew.
        """
        if statement == self._awaited:
            self._since = self._awaited = None
            self._pause = FIRST_PAUSE

    def wait_for(self, statement: str) -> None:
        """Pause before another try; raises TableLocked when that has gone on for too long."""
        self._awaited = statement
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        waited = now - self._since
        blockers = self._database.blockers(self._connection, statement)
        if waited >= self._settings.lock_retry_for:
            raise TableLocked(" ".join(statement.split()), blockers, waited)
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 # no secret
        emit(TableWaiting(" ".join(statement.split()), blockers, waited, pause))
        cancel.pause(pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
