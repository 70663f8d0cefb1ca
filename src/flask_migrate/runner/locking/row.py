"""Row 0 of the log: who migrates now, as the processes that use a database tell each other.

Every statement is committed by itself, on a connection of its own, and does
nothing if the row is no longer what it was expected to be.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from flask_migrate.databases import database_named
from flask_migrate.databases.engines import autocommitting
from flask_migrate.databases.locking import holder
from flask_migrate.runner.log_table import LEASE_ID, Process

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask_migrate.databases import Locking
    from flask_migrate.databases.locking import LockKey, Session
    from flask_migrate.results import Holder

T = TypeVar("T")
HELD: Final = "held"
_TRIES: Final = 20


@dataclass(frozen=True)
class Claim:
    """What stands in the row."""

    token: str | None
    host: str | None
    pid: int | None
    started_at: datetime | None
    expires_at: datetime | None
    state: str
    expired: bool

    def holder(self, *told: str) -> Holder:
        """Return who it is."""
        return holder(self.host, self.pid, self.started_at, *told)


def holder_of(session: Session, claim: Claim | None) -> Holder:
    """Return who holds a session's lock, with what its process has written into the row."""
    if claim is not None and claim.token == session.id:
        session = replace(session, host=claim.host, pid=claim.pid, since=claim.started_at)
    return session.holder


class LockRow:
    """The row, as one process reads and writes it."""

    def __init__(self, engine: sa.Engine, log: sa.Table, locking: Locking, key: LockKey) -> None:
        self._engine = autocommitting(engine)
        self._locking = locking
        self._table = log.to_metadata(sa.MetaData(), schema=key.schema)  # type: ignore[arg-type] # None is meant
        self._here = self._table.c.id == LEASE_ID

    def create_table(self) -> None:
        """Create the log, unless it exists."""
        self._despite_conflicts(self._create)

    def read(self) -> Claim | None:
        """Return what stands in the row; None where nobody migrates."""
        c = self._table.c
        expired = sa.or_(c.expires_at.is_(None), c.expires_at < self._locking.time_in(0))
        columns = (c.token, c.host, c.pid, c.started_at, c.expires_at, c.state)
        asked = sa.select(*columns, expired).where(self._here)
        found = self._despite_conflicts(lambda connection: connection.execute(asked).first())
        return Claim(*found) if found else None

    def put(self, token: str, seconds: int | None = None) -> bool:
        """Write this process into the row, if nobody is there; for so long, or just to be known."""
        process = Process.this()
        return self._done(
            sa.insert(self._table).values(
                id=LEASE_ID, direction="lock", statements=0, **self._ours(token, process, seconds)
            )
        )

    def replace(self, claim: Claim, token: str, seconds: int | None = None) -> bool:
        """Write this process in the place of another, if that one has not moved."""
        values = self._ours(token, Process.this(), seconds)
        same = sa.and_(self._not_renewed(claim), self._table.c.state == claim.state)
        return self._done(sa.update(self._table).where(same).values(values))

    def doubt(self, claim: Claim, mark: str) -> bool:
        """Ask whether another process still lives; one that does, renews its claim.

        Each that asks has a mark of its own: only a change is a write that a cluster puts in order.
        """
        return self._done(sa.update(self._table).where(self._not_renewed(claim)).values(state=mark))

    def renew(self, token: str, seconds: int) -> bool:
        """Hold the lease for some seconds from now; False where it is another's."""
        renewed = {"expires_at": self._locking.time_in(seconds), "state": HELD}
        mine = sa.and_(self._here, self._table.c.token == token)
        return self._surely_done(sa.update(self._table).where(mine).values(renewed))

    def remove(self, token: str) -> None:
        """Leave the row, if this process is still in it."""
        mine = sa.and_(self._here, self._table.c.token == token)
        self._surely_done(sa.delete(self._table).where(mine))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _ours(self, token: str, process: Process, seconds: int | None) -> dict[str, Any]:
        time_in = self._locking.time_in
        return {
            "token": token,
            "state": HELD,
            "host": process.host[:255],
            "pid": process.pid,
            "started_at": time_in(0),
            "expires_at": sa.null() if seconds is None else time_in(seconds),
        }

    def _not_renewed(self, claim: Claim) -> sa.ColumnElement[bool]:
        c = self._table.c
        return sa.and_(self._here, c.token == claim.token, c.expires_at == claim.expires_at)

    def _create(self, connection: sa.Connection) -> None:
        database = database_named(connection.dialect.name)
        if not database.has_table(connection, self._table):
            try:
                connection.execute(CreateTable(self._table, if_not_exists=True))
            except DBAPIError:
                # IF NOT EXISTS does not keep two sessions of PostgreSQL from trying.
                if not database.has_table(connection, self._table):
                    raise

    def _done(self, statement: sa.Insert | sa.Update) -> bool:
        """Return whether the row was as expected, and no other session was faster."""
        try:
            return self._connected(partial(_found, statement))
        except DBAPIError as error:
            if self._locking.is_conflict(error):
                return False
            raise

    def _surely_done(self, statement: sa.Update | sa.Delete) -> bool:
        return self._despite_conflicts(
            lambda connection: connection.execute(statement).rowcount == 1
        )

    def _despite_conflicts(self, ask: Callable[[sa.Connection], T]) -> T:
        """Try again after a conflict, which says nothing of whose the row is now."""
        for _ in range(_TRIES):
            try:
                return self._connected(ask)
            except DBAPIError as error:
                if not self._locking.is_conflict(error):
                    raise
            time.sleep(0.05)
        return self._connected(ask)

    def _connected(self, ask: Callable[[sa.Connection], T]) -> T:
        with self._engine.connect() as connection:
            return ask(connection)


def _found(statement: sa.Insert | sa.Update | sa.Delete, connection: sa.Connection) -> bool:
    """Execute a statement; return whether the row was as it expects."""
    return connection.execute(statement).rowcount == 1
