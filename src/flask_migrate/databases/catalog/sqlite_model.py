"""A model's table as SQLite would keep it: by the statements that create it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from flask_migrate.databases.sqlite_rebuild.schema import tried
from flask_migrate.databases.sqlite_rebuild.tokens import tokens_of

from .base import TableRefused
from .sqlite_text import table_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import sqlalchemy as sa
    from sqlalchemy import Dialect

    from .facts import Table


def expected(table: sa.Table, dialect: Dialect) -> Table:
    """Return the facts of a model's table: SQLite keeps the statements as they are."""
    statement, *indexes = _created(table, dialect)
    return table_facts(statement, table.schema, tuple(indexes))


def try_out(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let SQLite create tables, as temporary ones, and take them back.

    It happens on this connection, because its functions and collations may be in use.
    Raises TableRefused.
    """
    with tried(connection):
        for table in tables:
            with _refused(table):
                for statement in _created(table, connection.dialect):
                    connection.exec_driver_sql(_temporary(statement))


@contextmanager
def _refused(table: sa.Table) -> Iterator[None]:
    """Say which table the database refuses."""
    try:
        yield
    except DBAPIError as error:
        raise TableRefused((table.schema, table.name), error) from error


def _created(table: sa.Table, dialect: Dialect) -> list[str]:
    """Return the statements that create a table and its indexes."""
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    made: list[CreateTable | CreateIndex] = [CreateTable(table)]
    made += [CreateIndex(index) for index in indexes if _is_made(index, dialect)]
    return [str(element.compile(dialect=dialect)).strip() for element in made]


def _is_made(index: sa.Index, dialect: Dialect) -> bool:
    """Return whether `ddl_if` lets an index be."""
    condition = index._ddl_if  # noqa: SLF001 # SQLAlchemy asks it only where there is a connection
    if condition is None:
        return True
    compiler = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]
    return bool(condition._should_execute(CreateIndex(index), index, None, compiler=compiler))  # noqa: SLF001


def _temporary(statement: str) -> str:
    """Name the temporary schema in a CREATE TABLE or CREATE INDEX."""
    tokens = tokens_of(statement)
    at = next(i for i, token in enumerate(tokens) if token.word in {"TABLE", "INDEX"}) + 1
    bare = at + 2 if tokens[at + 1].text == "." else at
    return f"{statement[: tokens[at].start]}temp.{statement[tokens[bare].start :]}"
