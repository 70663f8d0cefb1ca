"""Tables as MySQL shows them."""

from __future__ import annotations

from .base import Catalog


class MySQLCatalog(Catalog):
    """MySQL's catalog."""

    names = frozenset({"mysql", "mariadb"})
