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

_ROWS: Final = """
    SELECT CONVERT({table} USING utf8mb4) COLLATE utf8mb4_bin AS place, {kind} AS kind,
        MD5({row}) AS hash
    FROM {rest}
"""
_PRINTS: Final = """
    SELECT r.place, COUNT(*), SUM(CAST(CONV(LEFT(r.hash, 15), 16, 10) AS UNSIGNED)),
        SUM(CAST(CONV(RIGHT(r.hash, 15), 16, 10) AS UNSIGNED)), MIN(r.kind)
    FROM ({rows}) r GROUP BY r.place
"""
"""Sums, because GROUP_CONCAT gives no more than the server's settings allow."""


def prints(connection: sa.Connection, place: str, server: Server) -> dict[str, str]:
    """Return a hash for each table in a database, `place`."""
    rows = " UNION ALL ".join(
        _hashed(kind, query) for kind, query in enumerate(queries(mariadb=server.mariadb))
    )
    found = connection.execute(sa.text(_PRINTS.format(rows=rows)), {"schema": place})
    return {
        plain(name): f"{count} {first} {second}"
        for name, count, first, second, kind in found
        if not int(kind)
    }


def _hashed(kind: int, query: str) -> str:
    """Return a query that hashes each row of another one; the first column is the table."""
    selected, rest = query.strip().removeprefix("SELECT ").split("FROM", 1)
    table, *columns = (column.strip() for column in selected.split(","))
    quoted = ", ".join(f"QUOTE({column})" for column in columns)
    row = f"CONCAT_WS(',', {kind}, {quoted})"
    return _ROWS.format(table=table, kind=kind, row=row, rest=rest)
