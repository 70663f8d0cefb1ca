"""SQLite, told by its messages: its driver gives no codes before Python 3.11."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import OperationalError

from .base import Database
from .sqlite_rebuild.foreign_keys import in_transaction, pragma

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.exc import DBAPIError

OPEN: Final = "Its folder must exist, and this user must be allowed to write there."
_TURN: Final = 1000
"""Milliseconds."""

_START: Final = r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_VACUUM: Final = re.compile(rf"{_START}VACUUM\b", re.IGNORECASE | re.DOTALL)
_ALONE: Final = re.compile(
    rf"{_START}(?:VACUUM\b|(?:AT|DE)TACH\b"
    r"|PRAGMA\s+(?:\w+\.)?(?:journal_mode|synchronous|auto_vacuum|page_size)\s*[=(])",
    re.IGNORECASE | re.DOTALL,
)
"""What SQLite refuses, or passes over, inside a transaction."""


class SQLite(Database):
    """The SQLite that Python carries."""

    needs_write_lock = True
    commits_each_step = True

    def commits_by_itself(self, statement: str, kind: str) -> bool:  # noqa: ARG002 # the text decides
        """Return whether the statement is a VACUUM, the one that changes the file by itself."""
        return bool(_VACUUM.match(statement))

    def refuses_transaction(self, statement: str) -> bool:
        """Return whether it is one of those; Python's driver begins no transaction for them."""
        return bool(_ALONE.match(statement))

    def file(self, connection: Connection) -> str:
        """Return the path that SQLite tells; nothing for a database in memory."""
        return file_of(connection)

    def begin_for_writing(self, connection: Connection) -> bool:
        """Begin a real transaction: Python's driver begins none before it meets an INSERT.

        Waits for a second at the most, so that whoever waits can soon be told, and stopped.
        """
        if not connection.in_transaction():
            connection.begin()
        if self.in_transaction(connection):  # an application's event may begin one
            connection.exec_driver_sql("COMMIT")
        patience = pragma(connection, "busy_timeout")
        pragma(connection, f"busy_timeout = {min(patience or 0, _TURN)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            return False
        finally:
            pragma(connection, f"busy_timeout = {patience or 0}")
        return True

    def version_of_others(self, connection: Connection) -> int | None:
        """Return SQLite's data_version, which our own commits leave as it is."""
        version: int | None = pragma(connection, "data_version")
        return version

    def in_transaction(self, connection: Connection) -> bool:
        """Return what the driver says."""
        driver: Any = connection.connection.driver_connection
        return bool(driver.in_transaction)

    def roll_back(self, connection: Connection) -> None:
        """Roll back, where there is a transaction."""
        if self.in_transaction(connection):
            super().roll_back(connection)

    def interrupt(self, driver: Any) -> bool:
        """Use SQLite's own way; aiosqlite keeps the driver's connection inside its own."""
        getattr(driver, "_conn", driver).interrupt()
        return True

    def connection_advice(self, error: BaseException) -> str:  # noqa: ARG002 # there is one reason
        """Return what a database in a file needs."""
        return OPEN

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the database file cannot be written."""
        return "readonly database" in str(error.orig)

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether SQLite says so."""
        return "no such table" in str(error.orig)


def file_of(connection: Connection) -> str:
    """Return the path that SQLite tells; nothing for a database in memory."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA database_list")
        return next((path for _, name, path in cursor.fetchall() if name == "main"), "")
    finally:
        cursor.close()


def is_being_written(connection: Connection) -> bool:
    """Return whether another process has the write lock; asked without waiting for it."""
    if in_transaction(connection):
        return False
    patience = pragma(connection, "busy_timeout")
    pragma(connection, "busy_timeout=0")
    cursor = connection.connection.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
    except connection.dialect.loaded_dbapi.OperationalError as error:
        return "locked" in str(error)
    finally:
        cursor.close()
        pragma(connection, f"busy_timeout={patience}")
    return False
