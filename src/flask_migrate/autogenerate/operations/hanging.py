"""What hangs on a column and stays: it goes with the column, and must come again with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask_migrate.databases.catalog import Index

from .written import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_migrate.autogenerate.comparison.differences import Differences, TableDifferences
    from flask_migrate.databases.catalog import Constraint


def hanging_on(column: str, found: TableDifferences) -> Iterator[tuple[Any, Any]]:
    """Yield the constraints and indexes of a column that are as they should be, in pairs."""
    for actual in found.actual.constraints:
        if column in _columns_of(actual) and _stays(actual, found.constraints):
            yield from _paired(actual, found.wanted.constraints)
    for index in found.actual.indexes:
        if column in _columns_of(index) and _stays(index, found.indexes):
            yield from _paired(index, found.wanted.indexes)


def _columns_of(item: Constraint | Index) -> set[str]:
    if isinstance(item, Index):
        options = dict(item.options)
        texts = [*item.elements, options.get("where", ""), options.get("include", "")]
        return set(item.elements).union(*map(names_in, texts))
    return set(item.columns) | names_in(item.text or "")


def _stays(item: Any, found: Differences[Any]) -> bool:
    """Return whether nothing else happens to it: then it goes and comes already."""
    pairs = (*found.changed, *found.renamed)
    return item not in found.gone and all(item != actual for actual, _ in pairs)


def _paired(item: Any, wanted: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    same = (other for other in wanted if replace(other, name=item.name) == item)
    found = next(same, None)
    if found is not None:
        yield item, found
