"""A dry run: the revisions run for real, and nothing of it stays.

Where DDL is part of transactions, everything is one transaction that is rolled
back; elsewhere the revisions run in a scratch database.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask_migrate.databases import database_named
from flask_migrate.databases.sqlite_rebuild.foreign_keys import (
    ForeignKeysMustBeOff,
    foreign_keys_off,
    violations,
)
from flask_migrate.errors import ForeignKeysViolated, RehearsalImpossible

from .activity import Activity
from .locking.lock import migration_lock
from .scratch import connection_of, context_on, in_database
from .steps import position_of
from .transactions import Transactions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.runtime.migration import MigrationContext

    from .environment import MigrationEnvironment

AUTOCOMMIT: Final = "autocommit_block"
_ON_A_COPY: Final = "Rehearse it on a copy of the database"


def rehearse(
    environment: MigrationEnvironment, context: MigrationContext, arguments: dict[str, Any]
) -> None:
    """Run the command's work on one database so that nothing of it stays."""
    database = database_named(context.dialect.name)
    progress = environment.progress
    steps = progress.chosen(context.get_current_heads(), context)
    if database.savepoints_hold_ddl:
        _check_transactional(steps)
        _in_transaction(environment, context, arguments)
    elif database.needs_write_lock:
        _check_transactional(steps)
        _in_write_lock(environment, context, arguments)
    elif database.ddl_commits:
        _in_scratch(environment, context, arguments)
    else:
        raise RehearsalImpossible(
            f"it is not known here whether {context.dialect.name} can take changes of tables back",
            _ON_A_COPY,
        )
    progress.positions[-1] = position_of(environment.script, context)


def uses_autocommit(path: str) -> bool:
    """Return whether a revision file names `autocommit_block`."""
    tree = ast.parse(Path(path).read_bytes())
    return any(isinstance(n, ast.Attribute) and n.attr == AUTOCOMMIT for n in ast.walk(tree))


def _check_transactional(steps: tuple[Any, ...]) -> None:
    for step in steps:
        if uses_autocommit(step.revision.path):
            raise _committing(step.revision.revision)


def _committing(revision: str | None) -> RehearsalImpossible:
    return RehearsalImpossible(
        f"revision {revision} uses autocommit_block(), and what runs in it is committed at once",
        f"{_ON_A_COPY}, or go up to the revision before it",
        revision,
    )


def _in_transaction(
    environment: MigrationEnvironment, context: MigrationContext, arguments: dict[str, Any]
) -> None:
    """Run within a transaction, or a savepoint in that of env.py; hold up nobody for long."""
    connection = connection_of(context)
    begun = connection.in_transaction()
    transaction = connection.begin_nested() if begun else connection.begin()
    settings = replace(environment.settings, lock_retry_for=0.0)
    try:
        inside = transactional(environment, context)
        with environment.using(inside):
            environment.run_guarded(inside, arguments, settings)
    finally:
        if not (connection.closed or connection.invalidated):
            transaction.rollback()


def _in_write_lock(
    environment: MigrationEnvironment, context: MigrationContext, arguments: dict[str, Any]
) -> None:
    """Run within one transaction of SQLite; without foreign keys where a table is rebuilt."""
    connection = connection_of(context)
    activity = Activity(connection, database_named(context.dialect.name))
    with activity.known(), migration_lock(context, environment.settings):
        taken = environment.progress.taken
        before = len(taken)
        try:
            with _written_for_nothing(environment, context) as inside, activity.cancellable():
                inside.run_migrations(**arguments)
        except ForeignKeysMustBeOff:
            del taken[before:]
            with (
                foreign_keys_off(connection),
                _written_for_nothing(environment, context) as inside,
            ):
                known = violations(connection)
                with activity.cancellable():
                    inside.run_migrations(**arguments)
                broken = violations(connection) - known
                if broken:
                    raise ForeignKeysViolated([str(violation) for violation in broken]) from None


@contextmanager
def _written_for_nothing(
    environment: MigrationEnvironment, context: MigrationContext
) -> Iterator[MigrationContext]:
    """Hold SQLite's write lock inside the block, and roll back in the end."""
    connection = connection_of(context)
    database = database_named(context.dialect.name)
    transactions = Transactions(context, database, environment.settings.lock_wait)
    transactions.roll_back()
    try:
        transactions.await_write_lock()
        inside = transactional(environment, context)
        with environment.using(inside):
            yield inside
    finally:
        environment.progress.stop()
        if not connection.closed and not connection.invalidated:
            database.roll_back(connection)
            transactions.roll_back()


def _in_scratch(
    environment: MigrationEnvironment, context: MigrationContext, arguments: dict[str, Any]
) -> None:
    with in_database(environment, context) as scratch, environment.using(scratch):
        environment.run_guarded(scratch, arguments, environment.settings)


def transactional(environment: MigrationEnvironment, context: MigrationContext) -> MigrationContext:
    """Return a context that finds itself within a transaction, and cannot leave it."""
    inside = context_on(environment, context, connection_of(context))

    def refuse() -> Any:
        raise _committing(environment.progress.running[0])

    inside.autocommit_block = refuse  # type: ignore[method-assign]
    return inside
