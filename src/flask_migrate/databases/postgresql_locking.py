"""The migration lock on PostgreSQL: a session's advisory lock, signed in `application_name`.

It is of the session that migrates, so the server frees it when it has stopped
working for that session, and not before. A transaction that outlives the
lock keeps an advisory lock of its own until it ends.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .locking import Locking, LockKey, Session, session_told
from .postgresql import sqlstate

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

NAME_LENGTH: Final = 63
"""Bytes of an `application_name`; the server cuts off what is longer."""

_CONFLICTS: Final = frozenset({"40001", "40P01", "23505", "55P03"})
"""serialization_failure, deadlock_detected, unique_violation, lock_not_available."""
_OTHER_SERVERS: Final = re.compile("CockroachDB|-YB-")
_SIGNATURE: Final = re.compile(r"flask-migrate (\d+)@(.*) (\d+)")

_PLACE: Final = sa.text("""
SELECT current_database(), coalesce((
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(quote_ident(:table))
), current_schema())
""")
_SESSION: Final = sa.text("""
SELECT a.pid, a.application_name, a.usename, host(a.client_addr)
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND CAST(l.classid AS bigint) = :high AND CAST(l.objid AS bigint) = :low
""")

_SIGN: Final = sa.text("""
SELECT current_setting('application_name'), set_config('application_name', :name, false)
""")
# OFFSET keeps the planner from reading the name after it was set.
_UNSIGN: Final = sa.text("""
SELECT set_config('application_name', :previous, false), set_config('application_name', ours, true)
FROM (SELECT current_setting('application_name') AS ours OFFSET 0) AS before
""")


class PostgreSQLLocking(Locking):
    """Advisory locks, where the server is PostgreSQL and the session is ours alone."""

    sessions_tell_process = True

    def key(self, connection: sa.Connection, schema: str | None, table: str) -> LockKey:
        """Look along the search path for the version table, or for where it will be created."""
        database, found = connection.execute(_PLACE, {"table": table}).one()
        return LockKey(database, schema or found, table)

    def excludes(self, connection: sa.Connection) -> bool:
        """Return whether nobody stands between us and a PostgreSQL server.

        A pooler such as PgBouncer tells its clients an invented process id, so
        that they cannot cancel each other's statements; and in its transaction
        mode, it hands a session with its locks from one client to the next.
        """
        version, server = connection.execute(sa.text("SELECT version(), pg_backend_pid()")).one()
        told = _process_id_told(connection.connection.driver_connection)
        return not _OTHER_SERVERS.search(version) and told in (None, server)

    def keeps_snapshot(self, connection: sa.Connection) -> bool:
        """Return whether the isolation level is one above READ COMMITTED."""
        return connection.get_isolation_level() in {"REPEATABLE READ", "SERIALIZABLE"}

    def try_lock(self, connection: sa.Connection, key: LockKey) -> bool:
        """Take the session's lock."""
        return _ask(connection, "pg_try_advisory_lock", key)

    def unlock(self, connection: sa.Connection, key: LockKey) -> None:
        """Free the session's lock."""
        _ask(connection, "pg_advisory_unlock", key)

    def sign(self, connection: sa.Connection, host: str, pid: int) -> str:
        """Set `application_name`, to stay when this transaction is committed."""
        name = {"name": signature(host, pid, datetime.now(timezone.utc))}
        return str(connection.execute(_SIGN, name).one()[0])

    def unsign(self, connection: sa.Connection, previous: str) -> None:
        """Set `application_name` back; a transaction that goes on keeps ours to its end."""
        connection.execute(_UNSIGN, {"previous": previous})

    def session_id(self, connection: sa.Connection) -> str:
        """Return the id of the server process."""
        return str(connection.scalar(sa.text("SELECT pg_backend_pid()")))

    def session(self, connection: sa.Connection, key: LockKey) -> Session | None:
        """Find the lock in `pg_locks`, its session in `pg_stat_activity`."""
        halves = {"high": key.number >> 32, "low": key.number & (2**32 - 1)}
        found = connection.execute(_SESSION, halves).first()
        if found is None:
            return None
        pid, name, user, address = found
        told = session_told("PostgreSQL process", pid, user, address)
        signed = _SIGNATURE.fullmatch(name or "")
        if signed is None:
            return Session(str(pid), (*told, name) if name else told)
        since = datetime.fromtimestamp(int(signed[3]), timezone.utc)
        return Session(str(pid), told, signed[2], int(signed[1]), since)

    def join_transaction(self, connection: sa.Connection, key: LockKey) -> bool:
        """Take an advisory lock that ends with the transaction; our own session's do not matter."""
        return _ask(connection, "pg_try_advisory_xact_lock", key)

    def time_in(self, seconds: int) -> sa.ColumnElement[datetime]:
        """Return the time at which the statement reads the clock."""
        now: sa.ColumnElement[datetime] = sa.func.timezone("utc", sa.func.clock_timestamp())
        return now + sa.literal(timedelta(seconds=seconds), sa.Interval)

    def is_conflict(self, error: DBAPIError) -> bool:
        """Return whether the code is one of those that say so."""
        return sqlstate(error.orig) in _CONFLICTS


def signature(host: str, pid: int, since: datetime) -> str:
    """Return the `application_name` that tells a process and since when it migrates."""
    start, end = f"flask-migrate {pid}@", f" {since.timestamp():.0f}"
    room = NAME_LENGTH - len(start) - len(end)
    return f"{start}{host[:room]}{end}"


def _ask(connection: sa.Connection, function: str, key: LockKey) -> bool:
    statement = sa.text(f"SELECT {function}(:number)")
    return bool(connection.scalar(statement, {"number": key.number}))


def _process_id_told(driver_connection: Any) -> int | None:
    """Return the process id told at login; None where the driver does not say."""
    if hasattr(driver_connection, "get_server_pid"):  # asyncpg
        return int(driver_connection.get_server_pid())
    info = getattr(driver_connection, "info", None)  # psycopg and psycopg2
    return getattr(info, "backend_pid", None)
