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
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Catalog
from .mysql_reading import read_tables

if TYPE_CHECKING:
    from collections.abc import Collection

    import sqlalchemy as sa

    from .facts import Table


class MySQLCatalog(Catalog):
    """MySQL's catalog, and MariaDB's."""

    names = frozenset({"mysql", "mariadb"})

    def read(
        self, connection: sa.Connection, schema: str | None, names: Collection[str] | None = None
    ) -> dict[str, Table]:
        """Return the tables of a schema, by eight statements."""
        return read_tables(connection, schema, names)
