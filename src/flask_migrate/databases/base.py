"""What every database answers in its own way; the generic answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError


class Database:
    """The generic behaviour; each database's module has its own."""

    names: ClassVar[frozenset[str]] = frozenset()
    """SQLAlchemy's names for its dialect."""

    def is_permission_error(self, error: DBAPIError) -> bool:
        """Return whether the database refused a statement for want of rights."""
        return "permission denied" in str(error.orig).lower()

    def is_missing_table(self, error: DBAPIError) -> bool:
        """Return whether a statement named a table that does not exist."""
        return "no such table" in str(error.orig).lower()
