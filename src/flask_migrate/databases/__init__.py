"""All that differs between databases: one module each, loaded for the database in use."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .base import Database

if TYPE_CHECKING:
    from .locking import Locking as Locking

__all__ = ["Database", "database_named", "locking_named"]

_ROOMS: Final = {
    "postgresql": "postgresql.PostgreSQL",
    "mysql": "mysql.MySQL",
    "mariadb": "mysql.MySQL",
    "sqlite": "sqlite.SQLite",
}
"""The class for each dialect of SQLAlchemy, and its module."""

_LOCKINGS: Final = {
    "postgresql": "postgresql_locking.PostgreSQLLocking",
    "cockroachdb": "postgresql_locking.PostgreSQLLocking",
    "mysql": "mysql_locking.MySQLLocking",
    "mariadb": "mysql_locking.MySQLLocking",
}


@cache
def database_named(dialect: str) -> Database:
    """Return what is known about the database behind a SQLAlchemy dialect."""
    return _loaded(_ROOMS[dialect]) if dialect in _ROOMS else Database()


@cache
def locking_named(dialect: str) -> Locking | None:
    """Return how the database behind a SQLAlchemy dialect locks; None where it cannot."""
    return _loaded(_LOCKINGS[dialect]) if dialect in _LOCKINGS else None


def _loaded(place: str) -> Any:
    module, _, name = place.partition(".")
    return getattr(import_module(f"{__name__}.{module}"), name)()
