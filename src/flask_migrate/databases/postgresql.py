"""PostgreSQL, told by its error codes (SQLSTATE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Database

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

INSUFFICIENT_PRIVILEGE = "42501"
UNDEFINED_TABLE = "42P01"


class PostgreSQL(Database):
    """PostgreSQL 15 and newer."""

    names = frozenset({"postgresql"})

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the code is ``insufficient_privilege``."""
        return _code(error) == INSUFFICIENT_PRIVILEGE

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether the code is ``undefined_table``."""
        return _code(error) == UNDEFINED_TABLE


def _code(error: DBAPIError) -> str | None:
    """Return the SQLSTATE; psycopg2 calls it pgcode, the other drivers sqlstate."""
    return getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None)
