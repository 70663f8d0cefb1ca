"""What may take part in a guess at a rename: what the comparison would drop, and add."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.comparison.filters import Filters
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table


class Candidates:
    """Asks the hooks of env.py what they keep out."""

    def __init__(
        self,
        models: Mapping[Key, Model],
        dropped: Iterable[Key],
        filters: Filters,
        old: Callable[[Table], sa.Table],
    ) -> None:
        self._models = models
        self._filters = filters
        self._old = old
        self.gone = frozenset(dropped)
        """The tables of the database that would be dropped."""

    def new(self, keys: Iterable[Key]) -> list[Key]:
        """Return which tables of the models would be created."""
        return [key for key in keys if self._is_in(self._models[key].original, key, None)]

    def columns(
        self, table: Table, gone: Iterable[str], new: Iterable[str]
    ) -> tuple[list[str], list[str]]:
        """Return which columns of a table would be dropped, and which would be added."""
        model, old = self._models[table.key], self._old(table)
        if not self._is_in(model.original, table.key, old):
            return [], []
        there = {column.name: column for column in old.columns}
        asked = model.original.columns
        return (
            [n for n in gone if self._filters.may_drop(there[n], n, model.table, "column")],
            [n for n in new if self._filters.may_add(asked, n, model.table, "column")],
        )

    def _is_in(self, table: sa.Table, key: Key, other: sa.Table | None) -> bool:
        return self._filters.wanted(table, key[1], "table", False, other)
