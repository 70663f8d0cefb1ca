"""Who holds the migration lock now: asked without waiting for it, and without taking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_migrate.databases import database_named, locking_named
from flask_migrate.databases.sqlite import file_of, is_being_written
from flask_migrate.results import Holder
from flask_migrate.runner.log_table import log_table

from .row import LockRow, holder_of
from .turn import Turn

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext

    from flask_migrate.databases import Locking
    from flask_migrate.settings import Settings

    from .row import Claim

A_WRITER: Final = Holder(None, None, None, "another process, which writes to the database file")
"""SQLite does not tell who holds its lock."""


def lock_holder(context: MigrationContext, settings: Settings) -> Holder | None:
    """Return who migrates this database now; None where nobody does."""
    connection = context.connection
    if settings.lock == "off" or connection is None:
        return None
    locking = locking_named(context.dialect.name)
    if locking is not None:
        return _of_all(context, connection, locking, settings)
    if context.dialect.name == "sqlite":
        return Turn(file_of(connection)).other() or (
            A_WRITER if is_being_written(connection) else None
        )
    return None


def _of_all(
    context: MigrationContext, connection: sa.Connection, locking: Locking, settings: Settings
) -> Holder | None:
    log = log_table(context)
    key = locking.key(connection, connection.schema_for_object(log), context.version_table)
    claim = _claim(connection, LockRow(connection.engine, log, locking, key), log)
    leased = settings.lock == "lease"
    if settings.lock == "auto":
        leased = not locking.excludes(connection)
    if leased:
        return None if claim is None or claim.expired else claim.holder("by a lease")
    session = locking.session(connection, key)
    return None if session is None else holder_of(session, claim)


def _claim(connection: sa.Connection, row: LockRow, log: sa.Table) -> Claim | None:
    if not database_named(connection.dialect.name).has_table(connection, log):
        return None
    try:
        return row.read()
    finally:
        row.close()
