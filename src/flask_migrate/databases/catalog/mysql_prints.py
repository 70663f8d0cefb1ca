"""Hashes of the rows from which tables of MariaDB and MySQL are read, made by the server.

The very queries of the reading are hashed: whatever it sees shows in the hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from .mysql_server import plain
from .mysql_statements import queries

if TYPE_CHECKING:
    from .mysql_server import Server

_LENGTH: Final = 64 * 1024 * 1024
"""Bytes, of the hashes of one table's rows."""
_ROWS: Final = (
    "SELECT {table} AS place, {kind} AS kind, "
    "MD5(CONCAT_WS(',', {kind}, {columns})) AS hash FROM {rest}"
)
_PRINTS: Final = """
    {hint} r.place, MD5(GROUP_CONCAT(r.hash ORDER BY r.hash)), MIN(r.kind)
    FROM ({rows}) r GROUP BY r.place
"""
_MARIADB: Final = "SET STATEMENT group_concat_max_len = {length} FOR SELECT"
_MYSQL: Final = "SELECT /*+ SET_VAR(group_concat_max_len = {length}) */"


def prints(connection: sa.Connection, place: str, server: Server) -> dict[str, str]:
    """Return a hash for each table in a database, `place`."""
    rows = " UNION ALL ".join(
        _hashed(kind, query) for kind, query in enumerate(queries(mariadb=server.mariadb))
    )
    hint = (_MARIADB if server.mariadb else _MYSQL).format(length=_LENGTH)
    statement = sa.text(_PRINTS.format(hint=hint, rows=rows))
    found = connection.execute(statement, {"schema": place})
    return {plain(name): plain(print_) for name, print_, kind in found if not int(kind)}


def _hashed(kind: int, query: str) -> str:
    """Return a query that hashes each row of another one; the first column is the table."""
    selected, rest = query.strip().removeprefix("SELECT ").split("FROM", 1)
    table, *columns = (column.strip() for column in selected.split(","))
    quoted = ", ".join(f"QUOTE({column})" for column in columns)
    return _ROWS.format(table=table, kind=kind, columns=quoted, rest=rest)
