"""Tables as each database shows them: read from its catalog, or told for a model."""

from __future__ import annotations

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


def catalog_named(dialect: str) -> Catalog | None:
    """Return how the database behind a SQLAlchemy dialect shows its tables; None if unknown."""
    from .mysql import MySQLCatalog
    from .postgresql import PostgreSQLCatalog
    from .sqlite import SQLiteCatalog

    catalogs: tuple[Catalog, ...] = (PostgreSQLCatalog(), MySQLCatalog(), SQLiteCatalog())
    return next((catalog for catalog in catalogs if dialect in catalog.names), None)
