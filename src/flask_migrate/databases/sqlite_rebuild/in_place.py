"""Columns that go, and columns that come last: by ALTER TABLE, where nothing else is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from .rebuild import check_usable
from .schema import atomic, broken
from .tokens import quoted

if TYPE_CHECKING:
    from .changes import Changes
    from .rebuild import Table
    from .table import TableText

_DROP_COLUMN = (3, 35, 5)
"""The first SQLite whose DROP COLUMN can be trusted (sqlite.org/releaselog/3_35_5)."""


def altered_natively(place: Table, old: TableText, changes: Changes) -> bool:
    """Drop columns and add columns at the end with ALTER TABLE, where nothing else is changed."""
    gone = [column.name for column in changes.gone if column.source is not None]
    added = [column for column in changes.table.columns if column.source is None]
    trusted = not gone or (place.connection.dialect.server_version_info or ()) >= _DROP_COLUMN
    if changes.casts or not trusted or not _only_ends(old, changes.table, gone):
        return False
    unusable = broken(place.connection, place.schema) if gone else {}
    statements = [f"DROP COLUMN {quoted(name)}" for name in gone]
    statements += [f"ADD COLUMN {column}" for column in added]
    try:
        with atomic(place.connection):
            for statement in statements:
                place.connection.exec_driver_sql(f"ALTER TABLE {place.full} {statement}")
    except OperationalError:
        return False
    if gone:
        check_usable(place, changes, unusable)
    return True


def _only_ends(old: TableText, new: TableText, gone: list[str]) -> bool:
    """Return whether two definitions are the same but for columns that go, or come last."""
    kept = [str(column) for column in old.columns if column.name not in gone]
    beginning, end = new.columns[: len(kept)], new.columns[len(kept) :]
    return (
        list(map(str, beginning)) == kept
        and all(column.source is None for column in end)
        and all(column.source is not None for column in beginning)
        and list(map(str, new.constraints)) == list(map(str, old.constraints))
        and new.options == old.options
    )
