"""A stretch of work on a PostgreSQL connection that is always undone."""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flask_migrate.databases.postgresql import sqlstate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_POINT: Final = "flask_migrate_undone"
_BACK: Final = (f"ROLLBACK TO SAVEPOINT {_POINT}", f"RELEASE SAVEPOINT {_POINT}")
_NO_TRANSACTION: Final = "25P01"


@contextmanager
def undone(connection: sa.Connection) -> Iterator[None]:
    """Undo all that is done to the database in here, settings too, and leave it as it was.

    The connection may be in a transaction, in a savepoint, in none, or in autocommit.
    """
    was_begun = connection.in_transaction()
    undo = _begin(connection)
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # the error that is on its way says more
            _end(connection, undo, was_begun)
        raise
    _end(connection, undo, was_begun)


@contextmanager
def attempt(connection: sa.Connection) -> Iterator[None]:
    """Undo what is done in here if it fails; for use inside `undone`."""
    run(connection, f"SAVEPOINT {_POINT}")
    try:
        yield
    except BaseException:
        for statement in _BACK:
            run(connection, statement)
        raise
    run(connection, f"RELEASE SAVEPOINT {_POINT}")


def _begin(connection: sa.Connection) -> tuple[str, ...]:
    """Begin, and return the statements that undo; only the server knows of raw BEGINs."""
    try:
        run(connection, f"SAVEPOINT {_POINT}")
    except DBAPIError as error:
        if sqlstate(error.orig) != _NO_TRANSACTION:
            raise
        run(connection, "BEGIN")
        return ("ROLLBACK",)
    return _BACK


def _end(connection: sa.Connection, undo: tuple[str, ...], was_begun: bool) -> None:
    for statement in undo:
        run(connection, statement)
    if not was_begun:
        connection.rollback()


def run(connection: sa.Connection, statement: str) -> None:
    """Execute a statement as it stands: nothing in it is a parameter."""
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def run_together(connection: sa.Connection, statements: Sequence[str]) -> None:
    """Execute statements in one round trip: every driver sends a block of PL/pgSQL as one."""
    tag = f"$x{secrets.token_hex(6)}$"
    block = ";\n".join(statements)
    run(connection, f"DO {tag} BEGIN\n{block};\nEND {tag}")


def set_search_path(connection: sa.Connection, setting: str) -> None:
    """Set the search path until the transaction ends."""
    connection.execute(
        sa.text("SELECT set_config('search_path', :setting, true)"), {"setting": setting}
    )
