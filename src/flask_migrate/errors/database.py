"""The database: not reached, not allowed, not where it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError

from .base import MigrateError
from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


class DatabaseError(MigrateError):
    """The database cannot be used as it is."""


class DatabaseUnreachable(DatabaseError, OperationalError):
    """No connection to the database could be made."""

    def __init__(self, url: str, reason: str, advice: str, error: BaseException) -> None:
        self.url = url
        self.reason = reason
        OperationalError.__init__(self, None, None, error)
        self.args = (f"Cannot connect to the database {url}: {reason}. {advice}",)

    def __str__(self) -> str:
        return str(self.args[0])


class DriverMissing(DatabaseError):
    """The Python package that speaks to this database is not installed."""

    def __init__(self, driver: str, package: str, instead: str = "") -> None:
        self.driver = driver
        self.package = package
        other = f"; or write {instead} in the URL, whose driver is installed" if instead else ""
        super().__init__(
            f"The database driver '{driver}' is not installed. "
            f"Type: pip install '{package}'{other}."
        )


class PermissionDenied(DatabaseError):
    """The database user may not do what the command needs."""

    def __init__(self, url: str, reason: str, revision: str | None = None) -> None:
        self.url = url
        self.reason = reason
        self.revision = revision
        needed = f", which revision {revision} does" if revision else ""
        super().__init__(
            f"The database user may not do this on {url}{needed}: {reason}. "
            "Grant the right to create and change tables, or connect as another user."
        )


class UnknownRevision(DatabaseError):
    """The database stands at a revision that the folder does not have."""

    def __init__(
        self, revision: str, directory: str, database: str, *, recoverable: bool = False
    ) -> None:
        self.revision = revision
        self.directory = directory
        self.database = database
        self.recoverable = recoverable
        back = (
            "The database has kept the file; to have it written back, type: "
            f"flask db recover {revision}"
            if recoverable
            else "Get the file back (another git branch?), or, if the schema is known to match, "
            "type: flask db stamp --purge <revision>"
        )
        super().__init__(
            f"Can't locate revision identified by '{revision}': {database} is at it, "
            f"and '{directory}' has no such file. {back}"
        )


class NothingCommitted(DatabaseError):
    """Revisions ran in a transaction of env.py's that was never committed."""

    def __init__(self, path: str, revisions: Sequence[str]) -> None:
        self.path = path
        self.revisions = tuple(revisions)
        super().__init__(
            f"Nothing was changed: {path} closed the connection without a commit, after "
            f"{listed(self.revisions)} had run. A statement that is executed before "
            "context.configure() begins a transaction, which then is env.py's to end: "
            "write connection.commit() behind that statement."
        )


class BackupImpossible(DatabaseError):
    """`upgrade --backup` on a database that is not a file of SQLite."""

    def __init__(self, database: str, reason: str, advice: str) -> None:
        self.database = database
        self.reason = reason
        self.advice = advice
        super().__init__(
            f"--backup cannot copy {database}: {reason}. {advice}. Nothing was changed."
        )


class RehearsalImpossible(DatabaseError):
    """A dry run is not possible."""

    def __init__(self, reason: str, advice: str, revision: str | None = None) -> None:
        self.reason = reason
        self.advice = advice
        self.revision = revision
        super().__init__(f"A dry run is not possible: {reason}. {advice}. Nothing was changed.")


class StepFailed(MigrateError, DBAPIError):
    """The database refused a statement of a revision, or a table of the models.

    Without a `revision`, `message` says what was refused, if that is known.
    """

    def __init__(
        self, revision: str | None, message: str, reason: str, statement: str, error: DBAPIError
    ) -> None:
        self.revision = revision
        self.message = message
        self.reason = reason
        DBAPIError.__init__(
            self,
            error.statement,
            error.params,
            error.orig or error,
            connection_invalidated=error.connection_invalidated,
        )
        named = f"Revision {revision} ({message})" if message else f"Revision {revision}"
        where = (
            f"{named} failed" if revision else f"The database refused {message or 'a statement'}"
        )
        self.args = (f"{where}: {reason}." + (f" Statement: {statement}" if statement else ""),)

    def __str__(self) -> str:
        return str(self.args[0])
