"""Tables as PostgreSQL shows them."""

from __future__ import annotations

from .base import Catalog


class PostgreSQLCatalog(Catalog):
    """PostgreSQL's catalog."""

    names = frozenset({"postgresql"})
