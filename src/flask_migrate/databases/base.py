"""What every database answers in its own way; the generic answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import inspect

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.exc import DBAPIError

    from flask_migrate.results import Blocker

    from .progress import Share

CHECK: Final = "Check that it runs, and its address, user and password."
START: Final = "Start the server, or correct host and port in the database's URL."
NAME_HOST: Final = (
    "Correct the host in the database's URL; an @ that belongs to the password is written %40."
)
LOG_IN: Final = (
    "Correct user and password in the database's URL; "
    "there, @ : / # ? % are written %40 %3A %2F %23 %3F %25."
)
CREATE: Final = "Create that database first, or correct its name in the URL."
GRANT: Final = "Grant this user rights on that database, or connect as another user."

_UNKNOWN_HOST = ("name or service not known", "could not translate", "getaddrinfo", "resolution")
_NOBODY_THERE = (
    "refused",
    "connect call failed",
    "timed out",
    "timeout",
    "unreachable",
    "no such file or directory",
)


class Database:
    """The generic behaviour; each database's module has its own."""

    ddl_commits: ClassVar[bool] = False
    """Whether a statement that changes the schema commits the transaction."""

    commits_each_step: ClassVar[bool] = False
    """Whether a revision run is committed by itself even inside a transaction of env.py's."""
    savepoints_hold_ddl: ClassVar[bool] = False
    """Whether rolling back to a savepoint undoes what changed the schema since."""
    needs_write_lock: ClassVar[bool] = False
    """Whether a revision run must take the database's one write lock before it begins."""
    writes_inside_with: ClassVar[bool] = False
    """Whether WITH may contain an INSERT, so that one statement writes two tables."""
    tells_progress: ClassVar[bool] = False
    """Whether `progress` may know anything."""

    def file(self, connection: Connection) -> str:  # noqa: ARG002 # most have a server
        """Return the path of the file that is the database, or nothing."""
        return ""

    def begin_for_writing(self, connection: Connection) -> bool:  # noqa: ARG002 # most need nothing
        """Take the write lock; return False where another holds it just now."""
        return True

    def version_of_others(self, connection: Connection) -> int | None:  # noqa: ARG002 # most cannot tell
        """Return a number that is another one when somebody else has committed; None if unknown."""
        return None

    def in_transaction(self, connection: Connection) -> bool:
        """Return whether the driver is in a transaction."""
        return connection.in_transaction()

    def roll_back(self, connection: Connection) -> None:
        """Roll back behind SQLAlchemy's back."""
        connection.exec_driver_sql("ROLLBACK")

    def commits_by_itself(self, statement: str, kind: str) -> bool:  # noqa: ARG002 # by default none does
        """Return whether a statement cannot be part of a transaction; `kind` as in `Kind`."""
        return False

    def refuses_transaction(self, statement: str) -> bool:  # noqa: ARG002 # by default none does
        """Return whether a revision may execute a statement that fails inside a transaction.

        Its transaction is then committed before, and another is begun behind it.
        """
        return False

    def is_refused_in_transaction(self, error: BaseException) -> bool:  # noqa: ARG002
        """Return whether the driver says that a statement must not be in a transaction."""
        return False

    def clean_up(self, connection: Connection, statement: str, error: BaseException) -> None:
        """Remove what a statement has left that failed outside a transaction."""

    def fingerprint(self, connection: Connection, statement: str) -> str:  # noqa: ARG002 # nothing to read
        """Return how what a statement names looks now, in 48 characters at the most."""
        return ""

    def shows(self, statement: str) -> bool:  # noqa: ARG002 # nothing to read
        """Return whether the fingerprint tells for certain that a statement was executed.

        Unless it is one that may be repeated: one that changes nothing there.
        """
        return False

    def is_running(self, connection: Connection, statement: str) -> bool:  # noqa: ARG002 # none can tell
        """Return whether another session executes this statement now."""
        return False

    def was_done(self, connection: Connection, statement: str, before: str) -> bool:
        """Return whether a statement was executed, given the fingerprint from before it.

        Only one process migrates at a time, so what differs was changed by the statement.
        A statement that changes nothing may be repeated.
        """
        return self.fingerprint(connection, statement) != before

    def reason(self, error: BaseException) -> str:
        """Return what the database says, in one line, without numbers and addresses."""
        return first_line(error)

    def connection_advice(self, error: BaseException) -> str:
        """Return what to do about a connection that could not be made."""
        said = str(error).lower()
        if any(words in said for words in _UNKNOWN_HOST):
            return NAME_HOST
        return START if any(words in said for words in _NOBODY_THERE) else CHECK

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the database refused a statement for want of rights."""
        return "permission denied" in str(error.orig).lower()

    def lacks_extension(self, error: DBAPIError) -> bool:  # noqa: ARG002 # most have none
        """Return whether a statement needs a type that an extension may bring."""
        return False

    def check_statement(self, connection: Connection, statement: str) -> None:
        """Raise an error where a statement would lose or invent data without a word."""

    def has_own_timeouts(self, connection: Connection) -> bool:  # noqa: ARG002 # none to manage
        """Return whether lock time-outs are set for this connection already, or unknown here."""
        return True

    def set_lock_timeout(self, connection: Connection, seconds: float) -> None:
        """Let statements wait this long for a table's lock; 0 means for ever."""

    def set_statement_timeout(self, connection: Connection, seconds: float) -> None:
        """Let statements take this long."""

    def reset_timeouts(self, connection: Connection) -> None:
        """Set the time-outs as they were when the connection was made."""

    def waits_harmlessly(self, statement: str) -> bool:  # noqa: ARG002 # not in general
        """Return whether nobody has to wait behind a statement that waits."""
        return False

    def is_lock_timeout(self, error: BaseException | None) -> bool:  # noqa: ARG002 # not in general
        """Return whether the driver says that a lock could not be had in time."""
        return False

    def blockers(self, connection: Connection, statement: str) -> tuple[Blocker, ...]:  # noqa: ARG002
        """Return who may be in a statement's way."""
        return ()

    def interrupt(self, driver: Any) -> bool:  # noqa: ARG002 # not in general
        """Cancel what a driver's connection does in another thread; False where it cannot."""
        return False

    def cancelling(self, session_id: str) -> str | None:  # noqa: ARG002 # not in general
        """Return what another session executes to cancel what this one does."""
        return None

    def progress(self, connection: Connection, session_id: str) -> Share:
        """Return how far the statement is that a session executes."""
        raise NotImplementedError

    def has_table(self, connection: Connection, table: Table) -> bool:
        """Return whether a table exists, whatever is being done to it."""
        return inspect(connection).has_table(table.name, schema=table.schema)

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether a statement named a table that does not exist."""
        return "no such table" in str(error.orig).lower()


def first_line(error: BaseException) -> str:
    """Return the first line of what a database driver says, without its error number tuple."""
    numbered = len(error.args) > 1 and isinstance(error.args[0], int)
    lines = str(error.args[1] if numbered else error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
