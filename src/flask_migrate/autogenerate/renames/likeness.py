"""How alike something gone and something new are: whether one may be the other, renamed.

Numbers from 0 to about 1; from `LIKELY` on a pair is worth a question. The names alone never
suffice, and neither does the type alone; what stands at the same place, or refers to the same
table, needs less of a name.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from flask_migrate.databases.catalog import Column, Kind, Reference, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

LIKELY: Final = 0.55
"""From where on a pair is likely; measured by the pairs of tests/autogenerate/test_likeness.py."""

_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FAMILIES: Final = {
    "text": ("char", "text", "string", "clob", "enum", "citext", "set"),
    "time": ("date", "time", "interval", "year"),
    "number": ("int", "numeric", "decimal", "real", "double", "float", "serial", "money"),
    "truth": ("bool", "bit", "tinyint(1)"),
    "bytes": ("blob", "bytea", "binary"),
    "json": ("json",),
    "uuid": ("uuid",),
}
_NEAR: Final = {
    frozenset({"text", "number"}): 0.0,
    frozenset({"text", "time"}): 0.0,
    frozenset({"text", "uuid"}): 0.3,
    frozenset({"text", "json"}): 0.3,
    frozenset({"truth", "number"}): 0.3,
    frozenset({"number", "time"}): 0.0,
}
_FAR: Final = -0.4
_CHANCE: Final = 0.5
"""What two names have in common that have nothing to do with each other, at the most."""
_USUAL: Final = frozenset({"id", "created_at", "updated_at", "created", "updated"})
"""Columns that many tables have, and so tell little about one."""


def column_likeness(gone: Column, new: Column, before: Table, after: Table) -> float:
    """Return how alike a column of the database and one of the models are.

    `before` and `after` are their tables, the former with its new name already.
    """
    if gone.computed is not None or new.computed is not None:
        return 0.0
    return (
        0.4 * name_likeness(gone.name, new.name)
        + 0.3 * type_likeness(gone.type, new.type)
        + 0.2 * _place_likeness(gone.name, new.name, before, after)
        + 0.1 * _same(_manners(gone, before), _manners(new, after))
        + _reference_likeness(gone.name, new.name, before, after)
    )


def table_likeness(
    gone: Table, new: Table, before: Collection[Table] = (), after: Collection[Table] = ()
) -> float:
    """Return how alike a table of the database and one of the models are.

    `before` and `after` are the tables around them: who refers to the one, and to the other.
    """
    names, columns = name_likeness(gone.name, new.name), _columns_likeness(gone, new)
    old, now = _referring(gone, before), _referring(new, after)
    if not old and not now:
        return 0.3 * names + 0.7 * columns
    return 0.25 * names + 0.6 * columns + 0.15 * len(old & now) / len(old | now)


def name_likeness(gone: str, new: str) -> float:
    """Return how alike two names are; one that says all that the other says, and more, is near."""
    if gone.lower() == new.lower():
        return 1.0
    one, other = _words(gone), _words(new)
    letters = SequenceMatcher(None, "".join(one), "".join(other)).ratio()
    shared = set(one) & set(other)
    if shared and (shared == set(one) or shared == set(other)):
        return max(letters, 0.8)
    return letters if shared or letters > _CHANCE else letters / 2


def type_likeness(gone: str, new: str) -> float:
    """Return 1 for the same type, less for one that holds about the same; below 0 for others."""
    if gone.lower() == new.lower():
        return 1.0
    one, other = _family(gone), _family(new)
    if one == other and one is not None:
        return 0.7
    if one is None or other is None:
        return 0.0
    return _NEAR.get(frozenset({one, other}), _FAR)


def _words(name: str) -> list[str]:
    return [part.lower() for part in _PARTS.findall(name)] or [name.lower()]


def _family(type_: str) -> str | None:
    lower = type_.lower()
    if lower.endswith("[]"):
        return None
    order = ("truth", "time", "json", "uuid", "bytes", "text", "number")
    return next((f for f in order if any(word in lower for word in _FAMILIES[f])), None)


def _place_likeness(gone: str, new: str, before: Table, after: Table) -> float:
    """Return whether the columns that both tables have stand before and behind them alike."""
    shared = {c.name for c in before.columns} & {c.name for c in after.columns}
    one = _neighbours(gone, [c.name for c in before.columns], shared)
    other = _neighbours(new, [c.name for c in after.columns], shared)
    return _same(one, other)


def _neighbours(
    name: str, columns: Sequence[str], shared: Collection[str]
) -> tuple[str | None, str | None]:
    """Return the next shared columns before and behind a column."""
    at = columns.index(name)
    before = (column for column in reversed(columns[:at]) if column in shared)
    behind = (column for column in columns[at + 1 :] if column in shared)
    return next(before, None), next(behind, None)


def _manners(column: Column, table: Table) -> tuple[object, ...]:
    """Return what a column is held to."""
    held = {c.kind for c in table.constraints if c.columns == (column.name,)}
    return column.nullable, column.default, Kind.PRIMARY_KEY in held, Kind.UNIQUE in held


def _reference_likeness(gone: str, new: str, before: Table, after: Table) -> float:
    """Return what foreign keys add or take: pointing at the same says much."""
    one, other = _reference(gone, before), _reference(new, after)
    if one is None and other is None:
        return 0.0
    if one is None or other is None:
        return -0.15
    return 0.2 if one == other else -0.3


def _reference(column: str, table: Table) -> tuple[str | None, str] | None:
    keys = (c for c in table.constraints if c.reference and c.columns == (column,))
    found: Reference | None = next((c.reference for c in keys), None)
    return (found.schema, found.table) if found else None


def _columns_likeness(gone: Table, new: Table) -> float:
    """Return how much of two tables is the same; what may be a renamed column counts half."""
    old, now = _by_name(gone), _by_name(new)
    both = old.keys() & now.keys()
    left = [column for name, column in old.items() if name not in both]
    score = sum(
        _weight(name) * max(0.3, type_likeness(old[name].type, now[name].type)) for name in both
    )
    for name in now.keys() - both:
        twin = next((c for c in left if _may_be(c, now[name], gone, new)), None)
        if twin is not None:
            left.remove(twin)
            score += 0.5
    size = (sum(map(_weight, old)) + sum(map(_weight, now))) / 2
    return score / size if size > 1 else score * 0.5


def _may_be(gone: Column, new: Column, before: Table, after: Table) -> bool:
    return column_likeness(gone, new, before, after) >= LIKELY


def _weight(name: str) -> float:
    return 0.3 if name.lower() in _USUAL else 1.0


def _by_name(table: Table) -> Mapping[str, Column]:
    return {column.name: column for column in table.columns}


def _referring(table: Table, others: Iterable[Table]) -> frozenset[tuple[str | None, str]]:
    """Return the tables that have foreign keys to a table."""
    return frozenset(
        other.key
        for other in others
        for c in other.constraints
        if c.reference and (c.reference.schema, c.reference.table) == table.key != other.key
    )


def _same(one: Sequence[object], other: Sequence[object]) -> float:
    pairs = list(zip(one, other, strict=True))
    return sum(a == b for a, b in pairs) / len(pairs)
