"""What a server of MariaDB or MySQL is set to, as far as it decides how tables look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Key

_VARIABLES: Final = """
    SHOW SESSION VARIABLES WHERE variable_name IN (
        'character_set_collations', 'character_set_connection', 'character_set_database',
        'collation_connection', 'collation_database', 'default_collation_for_utf8mb4',
        'default_storage_engine', 'default_tmp_storage_engine', 'explicit_defaults_for_timestamp',
        'innodb_default_row_format', 'innodb_page_size', 'innodb_strict_mode',
        'lower_case_table_names', 'old_mode', 'sql_generate_invisible_primary_key', 'sql_mode',
        'time_zone', 'version'
    )
"""
_TRADITIONAL: Final = {"innodb_page_size": "16384", "innodb_default_row_format": "dynamic"}


@dataclass(frozen=True)
class Server:
    """The settings of one connection to a server."""

    mariadb: bool
    database: str
    variables: Mapping[str, str]
    collations: dict[Key, str] = field(default_factory=dict)
    """Of the tables that were read."""

    @property
    def modes(self) -> frozenset[str]:
        """Return the parts of sql_mode."""
        return frozenset(self.variables.get("sql_mode", "").upper().split(","))

    @property
    def engine(self) -> str:
        """Return the engine of tables for which none is stated."""
        return self.variables.get("default_storage_engine", "")

    @property
    def charset(self) -> str:
        """Return the character set of tables for which none is stated."""
        return self.variables.get("character_set_database", "")

    @property
    def collation(self) -> str:
        """Return the collation of tables for which none is stated."""
        return self.variables.get("collation_database", "")

    @property
    def usual(self) -> bool:
        """Return whether nothing is set by which types or key lengths would be others."""
        unusual = {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "REAL_AS_FLOAT", "ORACLE", "MAXDB"}
        return (
            not unusual & self.modes
            and not self.collation.startswith("binary")
            and all(self.variables.get(k, v) == v for k, v in _TRADITIONAL.items())
        )

    @property
    def explicit_timestamps(self) -> bool:
        """Return whether a TIMESTAMP column gets no default of its own."""
        return self.variables.get("explicit_defaults_for_timestamp") == "ON"

    def key(self, table: sa.Table) -> Key:
        """Return the key of a model's table; a schema that is the default one is None."""
        return (None if table.schema == self.database else table.schema), table.name

    def forget(self, schema: str | None) -> None:
        """Forget the tables of a schema."""
        for key in [key for key in self.collations if key[0] == schema]:
            del self.collations[key]


_known: WeakKeyDictionary[sa.Connection, Server] = WeakKeyDictionary()


def server_of(connection: sa.Connection, *, again: bool = False) -> Server:
    """Return the settings; they are asked for once for each connection, or `again`."""
    server = _known.get(connection)
    if server is None or again:
        collations = {} if server is None else server.collations
        _known[connection] = server = _ask(connection, collations)
    return server


def plain(value: Any) -> str:
    """Return a text of the catalog, which some drivers give as bytes."""
    return value.decode() if isinstance(value, (bytes, bytearray)) else str(value)


def _ask(connection: sa.Connection, collations: dict[Key, str]) -> Server:
    rows = connection.execute(sa.text(_VARIABLES)).all()
    database = connection.scalar(sa.text("SELECT DATABASE()"))
    return Server(
        bool(getattr(connection.dialect, "is_mariadb", False)),
        plain(database) if database else "",
        {plain(name).lower(): plain(value) for name, value in rows},
        collations,
    )
