"""What a database says when it refuses, as errors that say what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.databases.drivers import driver_missing
from flask_migrate.errors import (
    DatabaseUnreachable,
    MigrateError,
    PermissionDenied,
    StepFailed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .environment import MigrationEnvironment


@contextmanager
def database_failures(environment: MigrationEnvironment) -> Iterator[None]:
    """Raise a typed error where a driver or the database fails under a run."""
    try:
        yield
    except MigrateError:
        raise
    except DBAPIError as error:
        raise _typed(environment, error) from error
    except ModuleNotFoundError as error:
        raise driver_missing(error) or error from error


def _typed(environment: MigrationEnvironment, error: DBAPIError) -> MigrateError:
    dialect, url = environment.place()
    if error.statement is None:
        return DatabaseUnreachable(url, error)
    if database_named(dialect).is_permission_error(error):
        return PermissionDenied(url, error)
    return StepFailed(*environment.step_running, error)
