"""MySQL and MariaDB, told by their error numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Database

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

DENIED = frozenset({1044, 1142, 1143, 1227})
"""ER_DBACCESS_DENIED, ER_TABLEACCESS_DENIED, ER_COLUMNACCESS_DENIED, ER_SPECIFIC_ACCESS_DENIED."""
NO_SUCH_TABLE = 1146


class MySQL(Database):
    """MariaDB 10.11 and newer, MySQL 8."""

    names = frozenset({"mysql", "mariadb"})

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the number is one of the access errors."""
        return _number(error) in DENIED

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether the number is ER_NO_SUCH_TABLE."""
        return _number(error) == NO_SUCH_TABLE


def _number(error: DBAPIError) -> int | None:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None
