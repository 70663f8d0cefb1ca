"""Tables as MariaDB 10.11 and newer and MySQL 8 show them.

How they stand in the facts:

- A unique index of whole columns is a UNIQUE constraint: the server does not tell them apart.
- The index that the server makes for a foreign key is left out. The table's option
  ``foreign_key_index:<foreign key>`` names it: it stays behind when the foreign key is dropped.
- MariaDB's JSON, a LONGTEXT with a collation and a CHECK, has the type ``json`` and neither.
- ON UPDATE belongs to the default: ``current_timestamp() ON UPDATE current_timestamp()``.
- A CHECK that stands at a column has no name, and cannot be dropped but by MODIFY COLUMN, which
  drops it by the way where it is not repeated; the option ``column_check:<column>`` tells of it.
- Options of a table: `read` gives all; `expected` and `judged` those of ``engine``, ``charset``,
  ``collate`` and ``row_format`` that the model states. Only what a model states is comparable.
- The collation of a column is None where it is the one of its table; a model that states none
  for its table has the one that this table has, and the database's where there is no table.
- What no model can say is left out: comments of indexes, INVISIBLE, IGNORED, parsers.

What each answer needs is loaded when it is asked for: mostly, nothing has changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import NoReferenceError

from .base import Catalog
from .mysql_prints import prints
from .mysql_server import server_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import sqlalchemy as sa

    from .base import Key
    from .facts import Table


class MySQLCatalog(Catalog):
    """MySQL's catalog, and MariaDB's."""

    names = frozenset({"mysql", "mariadb"})
    no_actions = frozenset({"NO ACTION", "RESTRICT"})
    defers = False

    def read(
        self, connection: sa.Connection, schema: str | None, names: Collection[str] | None = None
    ) -> dict[str, Table]:
        """Return the tables of a schema, by eight statements."""
        from .mysql_reading import read_tables

        server = server_of(connection, again=True)
        tables = read_tables(connection, schema, names, server, schema or server.database)
        if names is None:
            server.forget(schema)
        for name, table in tables.items():
            server.collations[schema, name] = dict(table.options)["collate"]
        return tables

    def prints(self, connection: sa.Connection, schema: str | None) -> dict[str, str]:
        """Let the server hash the rows that it would give, in one statement."""
        server = server_of(connection)
        return prints(connection, schema or server.database, server)

    def surroundings(
        self,
        connection: sa.Connection,
        schemas: Collection[str | None],  # noqa: ARG002 # nothing stands beside tables
    ) -> tuple[str, str]:
        """Return the settings; there are no types beside tables."""
        server = server_of(connection, again=True)
        version = connection.dialect.server_version_info
        return repr((server.database, version, sorted(server.variables.items()))), ""

    def rename(self, connection: sa.Connection, tables: Mapping[Key, Key]) -> None:
        """Take along the collations of tables, which their columns have that state none."""
        collations = server_of(connection).collations
        collations.update({new: collations[old] for old, new in tables.items()})

    def expected(self, table: sa.Table, connection: sa.Connection) -> Table | None:
        """Return how a model's table would look; None where a part of it is not certain."""
        from .mysql_expected import Expectation

        try:
            foreign_keys = self.foreign_keys(table, connection)
        except NoReferenceError:
            return None
        return Expectation(connection.dialect, server_of(connection)).of(table, foreign_keys)

    def judged(self, connection: sa.Connection, tables: Sequence[sa.Table]) -> Mapping[Key, Table]:
        """Return how models' tables look, by creating them in a scratch database.

        They have no foreign keys.
        """
        from .mysql_scratch import judged_tables

        shown = judged_tables(connection, tables)
        keyed = {server_of(connection).key(table): table for table in tables}
        return {key: self._as_model(keyed[key], shown[key], connection) for key in keyed}

    def _as_model(self, table: sa.Table, shown: Table, connection: sa.Connection) -> Table:
        """Return a table without what foreign keys bring, and with the options that it states."""
        from .mysql_indexes import sorted_out
        from .mysql_options import stated
        from .mysql_reading import in_order

        names = stated(table, connection.dialect)
        keys = self.foreign_keys(table, connection)
        constraints, indexes, _ = sorted_out(shown.indexes, keys, shown.constraints)
        return replace(
            shown,
            constraints=in_order(constraints),
            indexes=tuple(sorted(indexes, key=lambda index: index.name)),
            options=tuple((name, text) for name, text in shown.options if name in names),
        )

    def rebuilt(self, table: Table, connection: sa.Connection, metadata: sa.MetaData) -> sa.Table:
        """Return a table of the database as SQLAlchemy's objects."""
        from .mysql_rebuilt import rebuilt_table

        return rebuilt_table(table, connection.dialect, server_of(connection), metadata)
