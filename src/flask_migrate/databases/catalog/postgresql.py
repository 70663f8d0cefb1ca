"""Tables as PostgreSQL 15 and newer show them.

How they stand in the facts:

- The default schema is the first of the search path that exists, as it is now.
- Partitioned tables are tables, their partitions are not. A table that inherits has all of its
  columns, and only the CHECKs of its own.
- Options of a table: ``inherits``, ``partition_by``, ``tablespace``, ``unlogged``, ``using``, and
  ``with:<parameter>`` for storage parameters.
- Options of a constraint: ``deferrable``, ``initially``, ``include``, ``nulls_not_distinct``,
  ``no_inherit``, ``not_valid``; of an index: ``include``, ``invalid`` (left by a build that did not
  end), ``nulls_not_distinct``, ``tablespace``, ``using``, ``where``, ``with``.
- Comments of constraints and indexes are left out.
- A constant default stands without the type it was once written with: ``'x'``, ``0``.

What each answer needs is loaded when it is asked for: mostly, nothing has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Catalog
from .postgresql_prints import prints, surroundings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import sqlalchemy as sa

    from .facts import Constraint, Table
    from .postgresql_expectation import Expectation


class PostgreSQLCatalog(Catalog):
    """PostgreSQL's catalog."""

    names = frozenset({"postgresql"})
    types_beside = True

    def __init__(self) -> None:
        self._known: Expectation | None = None

    def read(
        self, connection: sa.Connection, schema: str | None, names: Collection[str] | None = None
    ) -> dict[str, Table]:
        """Return the tables of a schema, by four statements."""
        from .postgresql_reading import read_tables

        self._known = None  # the search path may be another now
        return read_tables(connection, schema, names)

    def expected(self, table: sa.Table, connection: sa.Connection) -> Table | None:
        """Return the facts of a table of nothing but usual things."""
        return self._expectation(connection).table(table)

    def foreign_keys(self, table: sa.Table, connection: sa.Connection) -> tuple[Constraint, ...]:
        """Return the foreign keys of a model's table."""
        return self._expectation(connection).foreign_keys(table)

    def judged(
        self, connection: sa.Connection, tables: Sequence[sa.Table]
    ) -> Mapping[tuple[str | None, str], Table]:
        """Create the tables in schemas of a transaction that is rolled back."""
        from .postgresql_scratch import judged

        return judged(connection, tables)

    def rebuilt(self, table: Table, connection: sa.Connection, metadata: sa.MetaData) -> sa.Table:
        """Return a table with the types that SQLAlchemy's reflection gives."""
        from .postgresql_rebuilding import rebuilt

        return rebuilt(table, connection, metadata)

    def prints(self, connection: sa.Connection, schema: str | None) -> dict[str, str]:
        """Let the server hash the rows that it would give, in one statement."""
        return prints(connection, schema)

    def surroundings(
        self, connection: sa.Connection, schemas: Collection[str | None]
    ) -> tuple[str, str]:
        """Ask for settings, enums, domains and sequences, in one statement."""
        return surroundings(connection, schemas)

    def _expectation(self, connection: sa.Connection) -> Expectation:
        from .postgresql_expectation import Expectation
        from .postgresql_names import search_path

        if self._known is None or self._known.connection is not connection:
            self._known = Expectation(connection, search_path(connection))
        return self._known
