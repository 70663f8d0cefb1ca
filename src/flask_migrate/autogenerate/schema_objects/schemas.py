"""Schemas that the models use and the database does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable


class Schemas:
    """The schemas of one comparison; elsewhere than on PostgreSQL they are other databases."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.is_open = False
        """Whether another look may find something though nothing has changed."""
        self.before: list[Statement] = []
        self.after: list[Statement] = []

    def compare(self, wanted: Iterable[str | None]) -> None:
        """Create those that are not there; a schema is never dropped, but by a downgrade."""
        if self._connection.dialect.name != "postgresql":
            return
        there = set(sa.inspect(self._connection).get_schema_names())
        quote = quoting(self._connection.dialect).quote_schema
        for schema in sorted({name for name in wanted if name} - there):
            self.before.append(
                Statement(
                    f"CREATE SCHEMA {quote(schema)}",
                    f"DROP SCHEMA {quote(schema)}",
                    f"schema {schema}",
                )
            )
