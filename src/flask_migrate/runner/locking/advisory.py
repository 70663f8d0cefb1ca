"""The lock of a database session: PostgreSQL's advisory lock, `GET_LOCK` of MariaDB and MySQL.

It is taken on the connection that migrates, so it ends with it, however that ends.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask_migrate.databases.locking import UNKNOWN
from flask_migrate.errors import LockLost
from flask_migrate.runner.cancel import pause
from flask_migrate.runner.log_table import Process

from .row import holder_of
from .visit import abandon

if TYPE_CHECKING:
    from flask_migrate.databases import Locking
    from flask_migrate.databases.locking import LockKey, Session
    from flask_migrate.results import Holder

    from .row import LockRow
    from .visit import Visit
    from .waiting import Waiting


class AdvisoryLock:
    """The lock of one migration, held by a session.

    `row` is where processes tell each other who they are, if sessions do not tell it.
    """

    def __init__(self, visit: Visit, locking: Locking, key: LockKey, row: LockRow | None) -> None:
        self._visit = visit
        self._connection = visit.connection
        self._session = self._connection.connection.dbapi_connection
        self._locking = locking
        self._key = key
        self._row = row
        self._perhaps_held = False
        self._name_before: str | None = None
        self._noted_as: str | None = None

    def acquire(self, waiting: Waiting) -> None:
        """Take the lock when it is free."""
        self._perhaps_held = True
        while not self._locking.try_lock(self._connection, self._key):
            self._perhaps_held = False
            session = self._locking.session(self._connection, self._key)
            self._visit.rest()
            pause(waiting.pause(self._holder(session)))
            self._perhaps_held = True
        self._tell()
        self._visit.leave()

    def check(self) -> None:
        """Raise LockLost where the connection was cut; SQLAlchemy would open another by itself."""
        if self._is_gone():
            raise LockLost("the connection that held it was cut")

    def release(self) -> None:
        """Free the lock, also where the transaction has failed; at worst, close the session."""
        self._forget()
        if not self._perhaps_held or self._is_gone():
            return
        with suppress(Exception):
            self._free()
            return
        with suppress(Exception):
            abandon(self._connection)
            self._free()
            return
        self._connection.invalidate()

    def _free(self) -> None:
        idle = not self._connection.in_transaction()
        if self._name_before is not None:
            self._locking.unsign(self._connection, self._name_before)
        self._locking.unlock(self._connection, self._key)
        if idle:
            self._connection.commit()

    def _is_gone(self) -> bool:
        connection = self._connection
        return (
            connection.closed
            or connection.invalidated
            or connection.connection.dbapi_connection is not self._session
        )

    def _tell(self) -> None:
        """Let those who wait see host and process."""
        process = Process.this()
        self._name_before = self._locking.sign(self._connection, process.host, process.pid)
        if self._row is None:
            return
        # It is a courtesy: without the right to create the table, it is left out.
        with suppress(Exception):
            self._noted_as = self._locking.session_id(self._connection)
            self._row.create_table()
            claim = self._row.read()
            if claim is None:
                self._row.put(self._noted_as)
            else:
                self._row.replace(claim, self._noted_as)

    def _forget(self) -> None:
        if self._row is None:
            return
        with suppress(Exception):
            if self._noted_as is not None:
                self._row.remove(self._noted_as)
        self._row.close()

    def _holder(self, session: Session | None) -> Holder:
        if session is None:
            return UNKNOWN
        claim = None
        if self._row is not None:
            with suppress(Exception):
                claim = self._row.read()
        return holder_of(session, claim)
