"""Tables as SQLite shows them."""

from __future__ import annotations

from .base import Catalog


class SQLiteCatalog(Catalog):
    """SQLite's catalog."""

    names = frozenset({"sqlite"})
