"""All that differs between databases: one module each, one registry."""

from __future__ import annotations

from typing import Final

from .base import Database
from .mysql import MySQL
from .postgresql import PostgreSQL
from .sqlite import SQLite

__all__ = ["Database", "database_named"]

_DATABASES: Final = (PostgreSQL(), MySQL(), SQLite())


def database_named(dialect: str) -> Database:
    """Return what is known about the database behind a SQLAlchemy dialect."""
    return next((d for d in _DATABASES if dialect in d.names), Database())
