"""An SQLite database as an application has it: with foreign keys enforced."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from flask_migrate.databases.sqlite_rebuild.tokens import normalised, quoted
from flask_migrate.runner.operations import LosslessOperations

if TYPE_CHECKING:
    from collections.abc import Iterator


class SQLiteDatabase:
    """A connection with `PRAGMA foreign_keys=ON`, and Alembic's operations on it."""

    def __init__(self, connection: sa.Connection, *statements: str) -> None:
        self.connection = connection
        self.op = LosslessOperations(MigrationContext.configure(connection))
        self.run(*statements)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.connection.exec_driver_sql(statement)
        self.connection.commit()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.connection.exec_driver_sql(statement)]

    def value(self, statement: str) -> Any:
        return self.connection.exec_driver_sql(statement).scalar()

    def sql(self, name: str) -> str:
        """Return how an object was made, its spaces, capitals and quotes evened out."""
        found = sa.text("SELECT sql FROM sqlite_master WHERE name = :name")
        return normalised(self.connection.execute(found, {"name": name}).scalar_one())

    def schema(self) -> dict[str, str]:
        rows = self.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: normalised(sql) for name, sql in rows}

    def everything(self) -> tuple[dict[str, str], dict[str, list[tuple[Any, ...]]]]:
        """Return the schema and all rows, to see whether anything has changed."""
        names = [n for (n,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return self.schema(), {n: self.rows(f"SELECT * FROM {quoted(n)}") for n in sorted(names)}

    @property
    def open(self) -> bool:
        """Whether SQLite is in a transaction."""
        return bool(self.connection.connection.driver_connection.in_transaction)


@contextmanager
def sqlite_database(
    url: str, *statements: str, foreign_keys: str = "ON"
) -> Iterator[SQLiteDatabase]:
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def enforce(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA foreign_keys={foreign_keys}")

    try:
        with engine.connect() as connection:
            yield SQLiteDatabase(connection, *statements)
    finally:
        engine.dispose()
