"""All that differs between databases: one module each, one registry."""

from __future__ import annotations

from typing import Final

from .base import Database
from .locking import Locking
from .mysql import MySQL
from .mysql_locking import MySQLLocking
from .postgresql import PostgreSQL
from .postgresql_locking import PostgreSQLLocking
from .sqlite import SQLite

__all__ = ["Database", "Locking", "database_named", "locking_named"]

_DATABASES: Final = (PostgreSQL(), MySQL(), SQLite())
_LOCKINGS: Final[tuple[Locking, ...]] = (PostgreSQLLocking(), MySQLLocking())


def database_named(dialect: str) -> Database:
    """Return what is known about the database behind a SQLAlchemy dialect."""
    return next((d for d in _DATABASES if dialect in d.names), Database())


def locking_named(dialect: str) -> Locking | None:
    """Return how the database behind a SQLAlchemy dialect locks; None where it cannot."""
    return next((locking for locking in _LOCKINGS if dialect in locking.names), None)
