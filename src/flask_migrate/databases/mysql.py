"""MySQL and MariaDB, told by their error numbers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from .base import CREATE, GRANT, LOG_IN, Database, first_line
from .blockers import mysql_blockers, mysql_runs
from .fingerprints import mysql_fingerprint
from .mysql_fills import check_silent_fill
from .progress import Share, mariadb_progress

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from flask_migrate.results import Blocker

DENIED: Final = frozenset({1044, 1142, 1143, 1227})
"""ER_DBACCESS_DENIED, ER_TABLEACCESS_DENIED, ER_COLUMNACCESS_DENIED, ER_SPECIFIC_ACCESS_DENIED."""
NO_SUCH_TABLE: Final = 1146
LOCK_WAIT_TIMEOUT: Final = 1205
DEADLOCK: Final = 1213
_TABLE: Final = sa.text("""
SELECT COUNT(*) FROM information_schema.tables
WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name
""")
_TRIES: Final = 20
_PAUSE: Final = 0.05
_ADVICE: Final = {1045: LOG_IN, 1698: LOG_IN, 1044: GRANT, 1049: CREATE}
"""ER_ACCESS_DENIED, ER_ACCESS_DENIED_NO_PASSWORD, ER_DBACCESS_DENIED, ER_BAD_DB."""
_SHOWN: Final = re.compile(
    r"\s*(?:(?:CREATE|ALTER|DROP)\s+TABLE|CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX)\s"
    r"(?!.*\b(?:SELECT|PARTITION|TABLESPACE|RENAME|RECOVER|DROP\b.*\bADD)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""What leaves a definition that differs from the one before, or else may be done twice."""


class MySQL(Database):
    """MariaDB 10.11 and newer, MySQL 8."""

    ddl_commits = True
    commits_each_step = True
    tells_progress = True

    def commits_by_itself(self, statement: str, kind: str) -> bool:  # noqa: ARG002 # the kind decides
        """Return whether the statement changes the schema: each commits before and after itself."""
        return kind == "schema"

    def fingerprint(self, connection: Connection, statement: str) -> str:
        """Return a hash over the definitions of all that the statement names."""
        return mysql_fingerprint(connection, statement)

    def shows(self, statement: str) -> bool:
        """Return whether it changes a table's definition, and no row: SHOW CREATE TABLE has it."""
        return bool(_SHOWN.match(statement))

    def is_running(self, connection: Connection, statement: str) -> bool:
        """Return whether the server goes on with it for a client that has died."""
        return mysql_runs(connection, statement)

    def has_own_timeouts(self, connection: Connection) -> bool:
        """Return whether lock_wait_timeout was set for this session."""
        differs = "SELECT @@session.lock_wait_timeout <> @@global.lock_wait_timeout"
        return bool(connection.scalar(sa.text(differs)))

    def set_lock_timeout(self, connection: Connection, seconds: float) -> None:
        """Set lock_wait_timeout, which counts whole seconds and is about tables only."""
        value = str(max(1, round(seconds))) if seconds else "DEFAULT"
        connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {value}")

    def set_statement_timeout(self, connection: Connection, seconds: float) -> None:
        """Set MariaDB's max_statement_time; MySQL has none for statements that change anything."""
        if getattr(connection.dialect, "is_mariadb", False):
            connection.exec_driver_sql(f"SET SESSION max_statement_time = {seconds}")

    def reset_timeouts(self, connection: Connection) -> None:
        """Let the server's settings decide again."""
        connection.exec_driver_sql("SET SESSION lock_wait_timeout = DEFAULT")
        if getattr(connection.dialect, "is_mariadb", False):
            connection.exec_driver_sql("SET SESSION max_statement_time = DEFAULT")

    def is_lock_timeout(self, error: BaseException | None) -> bool:
        """Return whether the number is ER_LOCK_WAIT_TIMEOUT."""
        return error_number(error) == LOCK_WAIT_TIMEOUT

    def blockers(self, connection: Connection, statement: str) -> tuple[Blocker, ...]:  # noqa: ARG002 # the server does not say for what
        """Return the sessions of this database that have something open."""
        return mysql_blockers(connection)

    def cancelling(self, session_id: str) -> str:
        """Return a KILL that leaves the connection open."""
        return f"KILL QUERY {int(session_id)}"

    def progress(self, connection: Connection, session_id: str) -> Share:
        """Return what MariaDB's process list tells; that of MySQL does not."""
        if not getattr(connection.dialect, "is_mariadb", False):
            return Share()
        return mariadb_progress(connection, session_id)

    def check_statement(self, connection: Connection, statement: str) -> None:
        """Raise SilentFill where the server would fill a column by itself."""
        check_silent_fill(connection, statement)

    def reason(self, error: BaseException) -> str:
        """Return the message without its number, and without a pointer to the manual."""
        text = re.sub(r"; check the manual .*? to use near", " near", first_line(error))
        return re.sub(r"\(\[Errno -?\d+\] (.*)\)$", r"(\1)", text)

    def connection_advice(self, error: BaseException) -> str:
        """Return what to do, by the error number."""
        return _ADVICE.get(error_number(error) or 0) or super().connection_advice(error)

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the number is one of the access errors."""
        return error_number(error.orig) in DENIED

    def has_table(self, connection: Connection, table: Table) -> bool:
        """Look into information_schema, and again where a cluster broke that off.

        Measured on three nodes of MariaDB 10.11: DESCRIBE, which SQLAlchemy asks,
        answers in broken packets when another node creates the table meanwhile.
        """
        name = {"schema": table.schema, "name": table.name}
        for _ in range(_TRIES):
            try:
                return bool(connection.scalar(_TABLE, name))
            except DBAPIError as error:
                if error_number(error.orig) != DEADLOCK:
                    raise
            time.sleep(_PAUSE)
        return bool(connection.scalar(_TABLE, name))

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether the number is ER_NO_SUCH_TABLE."""
        return error_number(error.orig) == NO_SUCH_TABLE


def error_number(error: BaseException | None) -> int | None:
    """Return the server's error number; None for what is no error of the server's."""
    arguments = getattr(error, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None
