"""Columns that are renamed or go: SQLite renames them everywhere, and so tells who uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from flask_migrate.errors import TableNotRebuilt

from .schema import users_of
from .tokens import folded, names_in, quoted, same_name, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .rebuild import Table
    from .schema import Stored
    from .table import TableText

_AT_ONCE = "_flask_migrate_renamed_{}"


def column_users(place: Table, table: TableText, going: Sequence[str]) -> list[str]:
    """Return the indexes that go with columns; raise where something else still uses one."""
    indexes = []
    staying = table.names() - set(map(folded, going))
    for column in going:
        for user in _users(place, column):
            if user.type == "table" and same_name(user.name, table.name):
                continue
            if user.type != "index" or names_in(tokens_of(user.sql)) & staying:
                raise TableNotRebuilt(
                    table.name,
                    f"column '{column}' is dropped, but still used by {user}",
                    f"Drop or change the {user.type} first, before the batch or, "
                    "if it is an index, in the same batch",
                )
            indexes.append(user.name)
    return list(dict.fromkeys(indexes))


def rename_columns(
    place: Table, table: TableText, renamed: Mapping[str, str], going: Sequence[str]
) -> dict[str, str]:
    """Rename columns with all that names them, and return what each is called now.

    Where a new name is still that of another column, all of them pass through
    names in between; a column that is dropped keeps the one in between.
    """
    taken = [name for name in renamed.values() if _taken(table, name, renamed)]
    passing = {}
    if taken:
        away = [*renamed, *[name for name in going if name in taken and name not in renamed]]
        passing = {name: _AT_ONCE.format(number) for number, name in enumerate(away)}
    for old, new in passing.items():
        _rename(place, old, new)
    for old, new in renamed.items():
        _rename(place, passing.get(old, old), new)
    return {**passing, **renamed}


def _taken(table: TableText, name: str, renamed: Mapping[str, str]) -> bool:
    column = table.column(name)
    return column is not None and renamed.get(column.name) != name


def _users(place: Table, column: str) -> Iterator[Stored]:
    try:
        yield from users_of(place.connection, place.schema, place.name, column)
    except OperationalError as error:
        raise _blind(place, error) from error


def _rename(place: Table, old: str, new: str) -> None:
    try:
        place.connection.exec_driver_sql(
            f"ALTER TABLE {place.full} RENAME COLUMN {quoted(old)} TO {quoted(new)}"
        )
    except OperationalError as error:
        raise _blind(place, error) from error


def _blind(place: Table, error: OperationalError) -> TableNotRebuilt:
    return TableNotRebuilt(
        place.name, f"SQLite says: {error.orig}", "Repair or drop what it names, then try again"
    )
