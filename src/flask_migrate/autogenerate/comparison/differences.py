"""What differs between two tables as the same database shows them: facts in, differences out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from flask_migrate.databases.catalog import Column, Constraint, Index, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_T = TypeVar("_T", Column, Constraint, Index)


@dataclass(frozen=True)
class Differences(Generic[_T]):
    """What is gone, new, changed or only has another name; pairs are (actual, wanted)."""

    gone: tuple[_T, ...] = ()
    new: tuple[_T, ...] = ()
    changed: tuple[tuple[_T, _T], ...] = ()
    renamed: tuple[tuple[_T, _T], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.changed or self.renamed)


@dataclass(frozen=True)
class TableDifferences:
    """What differs between a table of the database and the same table of the models."""

    actual: Table
    wanted: Table
    columns: Differences[Column]
    constraints: Differences[Constraint]
    indexes: Differences[Index]
    comment: bool
    options: tuple[str, ...]
    """The names of the table's options that differ."""

    def __bool__(self) -> bool:
        parts = (self.columns, self.constraints, self.indexes, self.comment, self.options)
        return any(map(bool, parts))


def differences(actual: Table, wanted: Table, given: Collection[str]) -> TableDifferences:
    """Compare a table with what it should be.

    `given` has the names that the models give to constraints and indexes; for others,
    what a constraint says counts, and not what it is called.
    """
    return TableDifferences(
        actual,
        wanted,
        _columns(actual.columns, wanted.columns),
        _constraints(actual.constraints, wanted.constraints, given),
        _indexes(actual.indexes, wanted.indexes),
        actual.comment != wanted.comment,
        _options(actual, wanted),
    )


def _columns(actual: Iterable[Column], wanted: Iterable[Column]) -> Differences[Column]:
    there, asked = {c.name: c for c in actual}, {c.name: c for c in wanted}
    both = [(there[name], column) for name, column in asked.items() if name in there]
    return Differences(
        gone=tuple(c for name, c in there.items() if name not in asked),
        new=tuple(c for name, c in asked.items() if name not in there),
        changed=tuple((a, w) for a, w in both if a != w),
    )


def _constraints(
    actual: Iterable[Constraint], wanted: Iterable[Constraint], given: Collection[str]
) -> Differences[Constraint]:
    """Match by name where the models name it, then by content; what is as it is, stays."""
    left, wanted = sorted(actual, key=_name), sorted(wanted, key=_name)
    named = [w for w in wanted if w.name in given]
    unnamed = []
    for asked in (w for w in wanted if w.name not in given):
        if asked in left:
            left.remove(asked)
        else:
            unnamed.append(asked)
    new, changed, renamed = [], [], []
    rest = []
    for asked in named:
        found = next((a for a in left if a.name == asked.name and a.kind is asked.kind), None)
        if found is None:
            rest.append(asked)
            continue
        left.remove(found)
        if found != asked:
            changed.append((found, asked))
    for asked in rest:
        found = _alike(left, asked)
        if found is None:
            new.append(asked)
        else:
            left.remove(found)
            renamed.append((found, asked))
    for asked in unnamed:
        found = _alike(left, asked)
        if found is None:
            new.append(asked)
        else:
            left.remove(found)
    return Differences(tuple(left), tuple(new), tuple(changed), tuple(renamed))


def _alike(candidates: Iterable[Constraint], asked: Constraint) -> Constraint | None:
    content = replace(asked, name=None)
    found = [c for c in candidates if replace(c, name=None) == content]
    return next((c for c in found if c.name == asked.name), found[0] if found else None)


def _indexes(actual: Iterable[Index], wanted: Iterable[Index]) -> Differences[Index]:
    left = {index.name: index for index in sorted(actual, key=_name)}
    new, changed, renamed = [], [], []
    rest = []
    for asked in sorted(wanted, key=_name):
        found = left.pop(asked.name, None)
        if found is None:
            rest.append(asked)
        elif found != asked:
            changed.append((found, asked))
    for asked in rest:
        found = next((i for i in left.values() if replace(i, name=asked.name) == asked), None)
        if found is None:
            new.append(asked)
        else:
            del left[found.name]
            renamed.append((found, asked))
    return Differences(tuple(left.values()), tuple(new), tuple(changed), tuple(renamed))


def _options(actual: Table, wanted: Table) -> tuple[str, ...]:
    """Return what the models state otherwise; what they do not state does not count."""
    there = dict(actual.options)
    return tuple(name for name, value in wanted.options if there.get(name) != value)


def _name(item: Constraint | Index) -> str:
    """Return what items are sorted by: where they come from, they may stand in any order."""
    return item.name or ""


def without(actual: Table, needless: Callable[[Constraint], bool], wanted: Table) -> Table:
    """Return a table without those of its constraints that are needless and not asked for."""
    asked = [replace(constraint, name=None) for constraint in wanted.constraints]
    names = {constraint.name for constraint in wanted.constraints} - {None}
    left = tuple(
        c
        for c in actual.constraints
        if c.name in names or replace(c, name=None) in asked or not needless(c)
    )
    return actual if left == actual.constraints else replace(actual, constraints=left)


def primary_key(table: Table) -> Constraint | None:
    """Return a table's primary key."""
    return next((c for c in table.constraints if c.kind is Kind.PRIMARY_KEY), None)
