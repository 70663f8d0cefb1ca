"""Any error as one sentence: what is wrong, and where in the user's own files."""

from __future__ import annotations

import os
import site
import sysconfig
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.databases.drivers import driver_missing
from flask_migrate.errors import MigrateError, first_line

if TYPE_CHECKING:
    from traceback import FrameSummary


def sentence_of(error: BaseException) -> str:
    """Return the sentence that tells an error."""
    if isinstance(error, MigrateError):
        return str(error)
    missing = driver_missing(error)
    if missing is not None:
        return str(missing)
    if isinstance(error, SyntaxError):
        return f"{error.msg} ({_shown(error.filename or '')}, line {error.lineno})."
    return f"{type(error).__name__}: {error}{_where(error)}. For the traceback, add --verbose."


def exit_code_of(error: BaseException) -> int:
    """Return the exit code for an error: 2 for wrong usage, else 1."""
    return error.exit_code if isinstance(error, MigrateError) else 1


def loading_sentence_of(error: BaseException) -> str:
    """Return the sentence that tells why the application could not be loaded."""
    missing = driver_missing(error)
    if missing is not None:
        return str(missing)
    if isinstance(error, DBAPIError):
        return _query_sentence(error)
    if isinstance(error, SyntaxError):
        return f"The application cannot be loaded: {sentence_of(error)}"
    text = f"{type(error).__name__}: {error}{_where(error)}"
    return f"The application cannot be loaded: {text}. For the traceback: MIGRATE_TRACEBACK=1."


def _query_sentence(error: DBAPIError) -> str:
    where = _where(error)
    if error.statement is None:
        return (
            f"The application connects to its database while it loads{where}: {first_line(error)}."
        )
    statement = " ".join(error.statement.split())
    missing_table = any(
        database_named(name).is_missing_table(error) for name in ("sqlite", "postgresql", "mysql")
    )
    why = "the table does not exist yet" if missing_table else first_line(error.orig or error)
    return (
        f"The application queries the database while it loads{where}, and {why}: {statement}. "
        "Guard the query with: if not flask_migrate.migrating():"
    )


def _where(error: BaseException) -> str:
    """Return the place in the user's own files where an error arose."""
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_users(f)]
    return f", in {_shown(frames[-1].filename)} line {frames[-1].lineno}" if frames else ""


def _is_users(frame: FrameSummary) -> bool:
    libraries = (*site.getsitepackages(), sysconfig.get_path("stdlib"), _PACKAGE)
    return not frame.filename.startswith((*libraries, "<"))


_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
