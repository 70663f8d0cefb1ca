"""PostgreSQL, told by its error codes (SQLSTATE), and by its words where a driver gives no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .base import CREATE, GRANT, LOG_IN, Database, first_line
from .blockers import postgresql_blockers, postgresql_runs
from .fingerprints import index_exists, invalid_index, postgresql_fingerprint
from .progress import Share, postgresql_progress

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.exc import DBAPIError

    from flask_migrate.results import Blocker

INSUFFICIENT_PRIVILEGE: Final = "42501"
UNDEFINED_TABLE: Final = "42P01"
_UNDEFINED_OBJECT: Final = "42704"
DUPLICATE_TABLE: Final = "42P07"
LOCK_NOT_AVAILABLE: Final = "55P03"
_ADVICE: Final = {"28P01": LOG_IN, "28000": LOG_IN, "3D000": CREATE, INSUFFICIENT_PRIVILEGE: GRANT}
_ADVICE_BY_WORDS: Final = {
    r"authentication failed|no password supplied|role .* does not exist": LOG_IN,
    r"database .* does not exist": CREATE,
    r"permission denied for database": GRANT,
}
_PLACE = re.compile(r"^connection to server .*? failed: (?:FATAL: +)?|^FATAL: +")
_CLASS = re.compile(r"^<class '[\w.]+'>: ")


_OUTSIDE_TRANSACTIONS: Final = re.compile(
    r"\s*(?:(?:CREATE|DROP|REINDEX|ALTER)\b[^;]*\bCONCURRENTLY\b|VACUUM\b|ALTER\s+SYSTEM\b"
    r"|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)\b|CLUSTER\s*;?\s*$)",
    re.IGNORECASE,
)
"""Statements that fail inside a transaction block; from PostgreSQL's pages on each."""
_INDEX: Final = r'(?:(?:"(?:[^"]|"")+"|\w+)\.)?(?P<name>"(?:[^"]|"")+"|[^\s(;,]+)'
_CREATE_CONCURRENTLY: Final = re.compile(
    rf"\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?{_INDEX}\s+ON\b",
    re.IGNORECASE,
)
_DROP_CONCURRENTLY: Final = re.compile(
    rf"\s*DROP\s+INDEX\s+CONCURRENTLY\s+(?:IF\s+EXISTS\s+)?{_INDEX}\s*(?:CASCADE|RESTRICT)?\s*;?\s*$",
    re.IGNORECASE,
)
_REFUSED: Final = frozenset({"25001", "2D000"})
"""active_sql_transaction, invalid_transaction_termination."""


class PostgreSQL(Database):
    """PostgreSQL 15 and newer."""

    savepoints_hold_ddl = True
    writes_inside_with = True
    tells_progress = True

    def commits_by_itself(self, statement: str, kind: str) -> bool:  # noqa: ARG002 # the text decides
        """Return whether PostgreSQL refuses the statement inside a transaction block."""
        return bool(_OUTSIDE_TRANSACTIONS.match(statement))

    def fingerprint(self, connection: Connection, statement: str) -> str:
        """Return a hash over the relations that the statement names, and whether they are valid."""
        return postgresql_fingerprint(connection, statement)

    def was_done(self, connection: Connection, statement: str, before: str) -> bool:
        """Return whether the statement was executed; an index left INVALID is dropped first."""
        if _drop_invalid(connection, statement):
            return False
        dropped = _DROP_CONCURRENTLY.match(statement)
        if dropped:
            return not index_exists(connection, dropped["name"], statement)
        return super().was_done(connection, statement, before)

    def is_refused_in_transaction(self, error: BaseException) -> bool:
        """Return whether the code says so."""
        return sqlstate(error) in _REFUSED

    def clean_up(self, connection: Connection, statement: str, error: BaseException) -> None:
        """Drop the index that a build has left INVALID, unless it was there before."""
        if sqlstate(error) != DUPLICATE_TABLE:
            _drop_invalid(connection, statement)

    def is_running(self, connection: Connection, statement: str) -> bool:
        """Return whether the server goes on with it for a client that has died."""
        return postgresql_runs(connection, statement)

    def has_own_timeouts(self, connection: Connection) -> bool:
        """Return whether the role, the URL or env.py has set a lock_timeout."""
        return str(connection.scalar(sa.text("SHOW lock_timeout"))) != "0"

    def set_lock_timeout(self, connection: Connection, seconds: float) -> None:
        """Set lock_timeout, which holds until the end of the session or of a rolled back block."""
        connection.exec_driver_sql(f"SET lock_timeout = {int(seconds * 1000)}")

    def set_statement_timeout(self, connection: Connection, seconds: float) -> None:
        """Set statement_timeout."""
        connection.exec_driver_sql(f"SET statement_timeout = {int(seconds * 1000)}")

    def reset_timeouts(self, connection: Connection) -> None:
        """Let the role and the URL decide again."""
        connection.exec_driver_sql("RESET lock_timeout")
        connection.exec_driver_sql("RESET statement_timeout")

    def waits_harmlessly(self, statement: str) -> bool:
        """Return whether it works CONCURRENTLY or vacuums: it waits for others, nobody for it."""
        return bool(_OUTSIDE_TRANSACTIONS.match(statement))

    def is_lock_timeout(self, error: BaseException | None) -> bool:
        """Return whether the code is ``lock_not_available``."""
        return sqlstate(error) == LOCK_NOT_AVAILABLE

    def blockers(self, connection: Connection, statement: str) -> tuple[Blocker, ...]:
        """Return the sessions that hold a lock on what the statement names."""
        return postgresql_blockers(connection, statement)

    def interrupt(self, driver: Any) -> bool:
        """Let psycopg2 or psycopg send a request to cancel, which poolers understand."""
        send = getattr(driver, "cancel", None)
        if send is None:
            return False
        send()
        return True

    def cancelling(self, session_id: str) -> str:
        """Return a call of the function for that."""
        return f"SELECT pg_cancel_backend({int(session_id)})"

    def progress(self, connection: Connection, session_id: str) -> Share:
        """Return what the views of progress tell, of CREATE INDEX, VACUUM and CLUSTER."""
        return postgresql_progress(connection, session_id)

    def reason(self, error: BaseException) -> str:
        """Return the first line, and the detail in brackets."""
        line = _PLACE.sub("", _CLASS.sub("", first_line(error)))
        detail = re.search(r"^DETAIL: +(.+?)\.?$", str(error), re.MULTILINE)
        return f"{line} ({detail[1]})" if detail else line

    def connection_advice(self, error: BaseException) -> str:
        """Return what to do, by the code or the words."""
        by_words = (a for w, a in _ADVICE_BY_WORDS.items() if re.search(w, str(error)))
        advice = _ADVICE.get(sqlstate(error) or "") or next(by_words, None)
        return advice or super().connection_advice(error)

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the code is ``insufficient_privilege``."""
        return sqlstate(error.orig) == INSUFFICIENT_PRIVILEGE

    def lacks_extension(self, error: DBAPIError) -> bool:
        """Return whether the code is ``undefined_object``: a type, an operator class."""
        return sqlstate(error.orig) == _UNDEFINED_OBJECT

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether the code is ``undefined_table``."""
        return sqlstate(error.orig) == UNDEFINED_TABLE


def _drop_invalid(connection: Connection, statement: str) -> bool:
    created = _CREATE_CONCURRENTLY.match(statement)
    place = created and invalid_index(connection, created["name"], statement)
    if not place:
        return False
    connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY {place}")
    return True


def sqlstate(error: BaseException | None) -> str | None:
    """Return the SQLSTATE; psycopg2 calls it pgcode, the other drivers sqlstate."""
    return getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
