"""What the migration lock asks of a database; what is locked."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flask_migrate.results import Holder

from .passwords import hidden

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True)
class LockKey:
    """One version table: what one process at a time may migrate."""

    database: str
    schema: str | None
    table: str

    @property
    def number(self) -> int:
        """The key for databases that lock numbers: 63 bits, so that it fits any bigint."""
        return int.from_bytes(self._digest()[:8], "big") >> 1

    @property
    def name(self) -> str:
        """The key for databases that lock names: 54 characters, and case does not matter."""
        return f"flask-migrate:{self._digest().hex()[:40]}"

    def _digest(self) -> bytes:
        # repr() keeps ("a.b", "c") and ("a", "b.c") apart, and None from "None".
        place = repr((self.database, self.schema, self.table))
        return hashlib.sha256(place.encode()).digest()


@dataclass(frozen=True)
class Session:
    """A session of the server that holds a lock: the server's id for it, and what it tells."""

    id: str
    told: tuple[str, ...]
    host: str | None = None
    pid: int | None = None
    since: datetime | None = None

    @property
    def holder(self) -> Holder:
        """The same, for everybody."""
        return holder(self.host, self.pid, self.since, *self.told)


class Locking(ABC):
    """How one database locks; no method ends a transaction, unless it says so."""

    sessions_tell_process: ClassVar[bool]
    """Whether `sign` lets everybody see host and process of a session."""

    @abstractmethod
    def key(self, connection: sa.Connection, schema: str | None, table: str) -> LockKey:
        """Return the key of the version table that this name means on this connection."""

    @abstractmethod
    def excludes(self, connection: sa.Connection) -> bool:
        """Return whether a lock of this session keeps out every other session."""

    @abstractmethod
    def keeps_snapshot(self, connection: sa.Connection) -> bool:
        """Return whether what a transaction sees is as old as its first statement."""

    @abstractmethod
    def try_lock(self, connection: sa.Connection, key: LockKey) -> bool:
        """Take the lock for this session, if it is free."""

    @abstractmethod
    def unlock(self, connection: sa.Connection, key: LockKey) -> None:
        """Free the lock of this session."""

    @abstractmethod
    def sign(self, connection: sa.Connection, host: str, pid: int) -> str:
        """Put a name on this session that tells its process; return what stood there."""

    @abstractmethod
    def unsign(self, connection: sa.Connection, previous: str) -> None:
        """Put the name back that stood there before; after the transaction, if one goes on."""

    @abstractmethod
    def session_id(self, connection: sa.Connection) -> str:
        """Return the server's id of this session."""

    @abstractmethod
    def session(self, connection: sa.Connection, key: LockKey) -> Session | None:
        """Return who holds the lock; None where it is free by now."""

    @abstractmethod
    def join_transaction(self, connection: sa.Connection, key: LockKey) -> bool:
        """Keep others out until the transaction of this connection ends, if none does so now."""

    def settle(self, connection: sa.Connection, key: LockKey) -> None:
        """Let the next one see what was done in the transaction, or keep him out until he can."""
        self.join_transaction(connection, key)

    @abstractmethod
    def time_in(self, seconds: int) -> sa.ColumnElement[datetime]:
        """Return the server's time in UTC, some seconds from now."""

    @abstractmethod
    def is_conflict(self, error: DBAPIError) -> bool:
        """Return whether another session was faster; its statement won, this one did nothing."""


def holder(host: str | None, pid: int | None, since: datetime | None, *told: str) -> Holder:
    """Describe who holds a lock. A time without zone is UTC."""
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=timezone.utc)
    who = f"process {pid} on {host}" if pid else "another process"
    when = f", since {since.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC" if since else ""
    details = f" ({', '.join(told)})" if told else ""
    return Holder(host, pid, since, hidden(f"{who}{when}{details}"))


def session_told(
    product: str, number: Any, user: str | None, address: str | None
) -> tuple[str, ...]:
    """Return what a server tells of a session, in words."""
    told = {"user": user, "from": address}
    words = " ".join(f"{word} {value}" for word, value in told.items() if value)
    return tuple(part for part in (f"{product} {number}", words) if part)


UNKNOWN: Final = holder(None, None, None)
"""Who was not seen: it has just come, or just gone."""
