"""SQLite, told by its messages: its driver gives no codes before Python 3.11."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Database

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError


class SQLite(Database):
    """The SQLite that Python carries."""

    names = frozenset({"sqlite"})

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the database file cannot be written."""
        return "readonly database" in str(error.orig)

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether SQLite says so."""
        return "no such table" in str(error.orig)
