"""What a database says when it refuses, as errors that say what to do."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.databases.catalog import TableRefused
from flask_migrate.databases.drivers import driver_missing
from flask_migrate.databases.passwords import hidden, hidden_url, passwords_in
from flask_migrate.errors import (
    DatabaseUnreachable,
    MigrateError,
    PermissionDenied,
    StepFailed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

    from .environment import MigrationEnvironment

SHOWN: Final = 300
"""How many characters of a statement stand in a sentence; `StepFailed.statement` has it all."""


@contextmanager
def database_failures(environment: MigrationEnvironment) -> Iterator[None]:
    """Raise a typed error where a driver or the database fails under a run."""
    try:
        yield
    except MigrateError:
        raise
    except DBAPIError as error:
        raise _refused(environment, error) from error
    except ModuleNotFoundError as error:
        raise driver_missing(error) or error from error
    except Exception as error:
        # asyncpg raises its own errors, or the system's, when it cannot connect.
        url = _being_connected(error)
        if url is None:
            raise
        raise _unreachable(url, error) from error


def _refused(environment: MigrationEnvironment, error: DBAPIError) -> MigrateError:
    cause = error.orig or error
    connecting = _being_connected(error)
    if connecting is not None:
        return _unreachable(connecting, cause)
    url = environment.url
    database = database_named(url.get_backend_name() if url else "")
    passwords = passwords_in(url)
    reason = hidden(database.reason(cause), passwords)
    revision, message = environment.step_running
    if database.is_permission_error(error):
        return PermissionDenied(hidden_url(url or "the database"), reason, revision)
    if isinstance(error, TableRefused):
        message = f"table {'.'.join(filter(None, error.table))} of the models"
    statement = hidden(_shortened(error.statement or ""), passwords)
    return StepFailed(revision, message, reason, statement, error)


def _unreachable(url: URL, error: BaseException) -> DatabaseUnreachable:
    database = database_named(url.get_backend_name())
    reason = hidden(database.reason(error), passwords_in(url))
    return DatabaseUnreachable(hidden_url(url), reason, database.connection_advice(error), error)


def _being_connected(error: BaseException) -> URL | None:
    """Return the database to which SQLAlchemy opened a connection when an error arose."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "raw_connection":
            engine = frame.f_locals.get("self")
            return engine.url if isinstance(engine, Engine) else None
    return None


def _shortened(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]} ..."
