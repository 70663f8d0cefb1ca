"""Renames that nobody has said: likely pairs of something gone and something new, asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from .likeness import LIKELY, column_likeness, table_likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.answers import Answers
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table

_T = TypeVar("_T")


class Pairs(Generic[_T]):
    """Pairs of old and new: those that are renames, and those of which nobody knows."""

    def __init__(self) -> None:
        self.renamed: dict[_T, _T] = {}
        self.unclear: dict[_T, _T] = {}

    def settle(
        self,
        scores: Mapping[tuple[_T, _T], float],
        decide: Callable[[_T, _T], bool | None],
    ) -> None:
        """Decide the likely pairs, the most alike first; nothing is in two of them."""
        ranked = sorted(scores, key=lambda pair: (-scores[pair], repr(pair)))
        for old, new in ranked:
            if scores[old, new] < LIKELY or old in self.all or new in self.all.values():
                continue
            decision = decide(old, new)
            if decision is None:
                self.unclear[old] = new
            elif decision:
                self.renamed[old] = new

    @property
    def all(self) -> dict[_T, _T]:
        """All pairs that were not refused."""
        return self.renamed | self.unclear


class Likely:
    """Looks for likely renames in one database."""

    def __init__(
        self,
        answers: Answers,
        actual: Mapping[Key, Table],
        wanted: Callable[[Collection[Key]], Mapping[Key, Table]],
        connection: sa.Connection,
    ) -> None:
        self._answers = answers
        self._actual = actual
        self._wanted = wanted
        """Says how models' tables would look, where that is known."""
        self._connection = connection
        self._caseless = connection.dialect.name != "postgresql"

    def tables(self, gone: Collection[Key], new: Collection[Key]) -> Pairs[Key]:
        """Return which of the tables that are gone may be which of the new ones."""
        pairs: Pairs[Key] = Pairs()
        if not gone or not new:
            return pairs
        wanted = self._wanted({*new, *self._referring(gone)})
        before, after = self._actual.values(), wanted.values()
        scores = {
            (old, key): table_likeness(self._actual[old], wanted[key], before, after)
            for old in gone
            for key in new
            if key in wanted and old[0] == key[0]
        }
        pairs.settle(scores, self._is_table)
        return pairs

    def columns(self, before: Table, gone: Collection[str], new: Collection[str]) -> Pairs[str]:
        """Return which of a table's columns that are gone may be which of the new ones.

        `before` is the table with its new name already.
        """
        pairs: Pairs[str] = Pairs()
        if not gone or not new:
            return pairs
        after = self._wanted([before.key]).get(before.key)
        if after is None:
            return pairs
        old = {column.name: column for column in before.columns if column.name in gone}
        asked = {column.name: column for column in after.columns if column.name in new}
        scores = {
            (name, other): column_likeness(column, twin, before, after)
            for name, column in old.items()
            for other, twin in asked.items()
        }
        pairs.settle(scores, lambda name, other: self._is_column(before, name, other))
        return pairs

    def _is_table(self, old: Key, new: Key) -> bool | None:
        if self._is_same(old[1], new[1]) and self._connection.dialect.name == "sqlite":
            return True
        question = f"Did you rename table {shown(old)} to {shown(new)}?"
        return self._answers.is_rename(shown(old), new[1], question)

    def _is_column(self, table: Table, old: str, new: str) -> bool | None:
        if self._is_same(old, new):
            return True
        place = f"{shown(table.key)}.{old}"
        question = f"Did you rename {place} to {shown(table.key)}.{new}?"
        return self._answers.is_rename(place, new, question)

    def _is_same(self, old: str, new: str) -> bool:
        return self._caseless and old.lower() == new.lower()

    def _referring(self, keys: Collection[Key]) -> set[Key]:
        """Return the tables whose foreign keys may tell which table has a new name."""
        return {
            key
            for key, table in self._actual.items()
            for c in table.constraints
            if c.reference and (c.reference.schema, c.reference.table) in keys
        }


def shown(key: Key) -> str:
    """Return how a table is called in an answer or a question."""
    return f"{key[0]}.{key[1]}" if key[0] else key[1]
