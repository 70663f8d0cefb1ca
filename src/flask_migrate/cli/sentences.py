"""Any error as one sentence: what is wrong, and where in the user's own files."""

from __future__ import annotations

import os
import site
import sysconfig
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import Database, database_named
from flask_migrate.databases.drivers import driver_missing, url_misunderstood
from flask_migrate.errors import MigrateError, StepFailed

if TYPE_CHECKING:
    from traceback import FrameSummary

_NOT_LOADED = "The application cannot be loaded"
_TRACEBACK = "For the traceback, add --verbose."


def sentence_of(error: BaseException) -> str:
    """Return the sentence that tells an error."""
    if isinstance(error, MigrateError):
        return _step_sentence(error) if isinstance(error, StepFailed) else str(error)
    known = driver_missing(error) or url_misunderstood(error)
    if known is not None:
        return str(known)
    if isinstance(error, SyntaxError):
        return f"{error.msg} ({_shown(error.filename or '')}, line {error.lineno})."
    return f"{_told(error)}. {_TRACEBACK}"


def exit_code_of(error: BaseException) -> int:
    """Return the exit code for an error: 2 for wrong usage, else 1."""
    return error.exit_code if isinstance(error, MigrateError) else 1


def loading_sentence_of(error: BaseException) -> str:
    """Return the sentence that tells why the application could not be loaded."""
    if isinstance(error, DBAPIError):
        return _query_sentence(error)
    if isinstance(error, SyntaxError):
        return f"{_NOT_LOADED}: {sentence_of(error)}"
    known = driver_missing(error) or url_misunderstood(error)
    if known is not None:
        return f"{_NOT_LOADED}{_where(error)}: {known}"
    return f"{_NOT_LOADED}: {_told(error)}. {_TRACEBACK}"


def _step_sentence(error: StepFailed) -> str:
    """Return the error's sentence, with the line of the revision that the database refused."""
    where = _where(error.__cause__ or error)
    return str(error).replace(" failed: ", f" failed{where}: ", 1)


def _query_sentence(error: DBAPIError) -> str:
    where = _where(error)
    database = _database_of(error)
    reason = database.reason(error.orig or error)
    if error.statement is None:
        advice = database.connection_advice(error.orig or error)
        return (
            f"The application connects to its database while it loads{where}, "
            f"and cannot: {reason}. {advice}"
        )
    why = "the table does not exist yet" if database.is_missing_table(error) else reason
    return (
        f"The application queries the database while it loads{where}, and {why}: "
        f"{' '.join(error.statement.split())}. "
        "Guard the query with: if not flask_migrate.migrating():"
    )


def _database_of(error: DBAPIError) -> Database:
    """Return the database whose driver raised an error, told by the driver's name."""
    driver = type(error.orig).__module__.split(".")[0]
    return database_named(_DRIVERS.get(driver, ""))


_DRIVERS = {
    "sqlite3": "sqlite",
    "psycopg2": "postgresql",
    "psycopg": "postgresql",
    "pg8000": "postgresql",
    "pymysql": "mysql",
    "MySQLdb": "mysql",
    "mariadb": "mysql",
    "mysql": "mysql",
}


def _told(error: BaseException) -> str:
    """Return what an unforeseen error says, in one line, and where it arose."""
    said = " ".join(str(error).split()).rstrip(".")
    return f"{type(error).__name__}{f': {said}' if said else ''}{_where(error)}"


def _where(error: BaseException) -> str:
    """Return the place in the user's own files where an error arose."""
    frame = _users_frame(error)
    return f", in {_shown(frame.filename)} line {frame.lineno}" if frame else ""


def _users_frame(error: BaseException) -> FrameSummary | None:
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_users(f)]
    return frames[-1] if frames else None


def _is_users(frame: FrameSummary) -> bool:
    libraries = (*site.getsitepackages(), sysconfig.get_path("stdlib"), _PACKAGE)
    return not frame.filename.startswith((*libraries, "<"))


_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
