"""SQLite, told by its messages: its driver gives no codes before Python 3.11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .base import Database

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

OPEN: Final = "Its folder must exist, and this user must be allowed to write there."


class SQLite(Database):
    """The SQLite that Python carries."""

    names = frozenset({"sqlite"})

    def connection_advice(self, error: BaseException) -> str:  # noqa: ARG002 # there is one reason
        """Return what a database in a file needs."""
        return OPEN

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the database file cannot be written."""
        return "readonly database" in str(error.orig)

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether SQLite says so."""
        return "no such table" in str(error.orig)
