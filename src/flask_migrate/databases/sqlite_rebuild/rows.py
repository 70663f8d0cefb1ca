"""Copies the rows of an SQLite table into another, piece by piece, and tells how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_migrate.events import RowsCopied, emit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

PIECE: Final = 50_000
"""Rows; about a tenth of a second."""


def copy_rows(
    connection: Connection, insert: str, source: str, number: str | None, name: str, total: int
) -> None:
    """Run an ``INSERT ... SELECT ... FROM source`` for one piece after the other.

    A piece is a range of the rows' own numbers. A table whose rows have none is
    copied whole, as a small one is.
    """
    emit(RowsCopied(name, 0, total))
    if number is None or total <= PIECE:
        connection.exec_driver_sql(insert)
    else:
        done = 0
        for condition in _pieces(connection, source, number):
            done += connection.exec_driver_sql(f"{insert} WHERE {condition}").rowcount
            emit(RowsCopied(name, min(done, total - 1), total))
    emit(RowsCopied(name, total, total))


def _pieces(connection: Connection, source: str, number: str) -> Iterator[str]:
    """Yield conditions that together name every row once."""
    beyond = "1"
    while (last := _last(connection, source, number, beyond)) is not None:
        yield f"{beyond} AND {number} <= {last}"
        beyond = f"{number} > {last}"


def _last(connection: Connection, source: str, number: str, beyond: str) -> int | None:
    """Return the number of a piece's last row."""
    found: int | None = connection.exec_driver_sql(
        f"SELECT max({number}) FROM (SELECT {number} FROM {source} WHERE {beyond} "
        f"ORDER BY {number} LIMIT {PIECE})"
    ).scalar()
    return found
