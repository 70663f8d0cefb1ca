"""Tables as each database shows them: read from its catalog, or told for a model."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from .base import Catalog, NoScratch, TableRefused
from .facts import Column, Constraint, Index, Kind, Options, Reference, Table

__all__ = [
    "Catalog",
    "Column",
    "Constraint",
    "Index",
    "Kind",
    "NoScratch",
    "Options",
    "Reference",
    "Table",
    "TableRefused",
    "catalog_named",
]


_PLACES: Final = {
    "postgresql": "postgresql.PostgreSQLCatalog",
    "mysql": "mysql.MySQLCatalog",
    "mariadb": "mysql.MySQLCatalog",
    "sqlite": "sqlite.SQLiteCatalog",
}
"""The class for each dialect of SQLAlchemy, and its module."""


def catalog_named(dialect: str) -> Catalog | None:
    """Return how the database behind a SQLAlchemy dialect shows its tables; None if unknown."""
    place = _PLACES.get(dialect)
    if place is None:
        return None
    module, _, name = place.partition(".")
    found: Catalog = getattr(import_module(f"{__name__}.{module}"), name)()
    return found
