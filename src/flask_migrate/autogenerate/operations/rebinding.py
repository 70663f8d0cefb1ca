"""Foreign keys that go and come again because a column of theirs gets another type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_migrate.autogenerate.mysql.columns import is_text
from flask_migrate.autogenerate.order import target_of
from flask_migrate.databases.catalog import Kind

from .column_changes import family

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Column, Constraint, Table


def in_the_way(
    actual: Mapping[Key, Table], found: Mapping[Key, TableDifferences], dialect: str
) -> Iterator[tuple[Key, Constraint]]:
    """Yield the foreign keys that stay and would stop a change of a column's type."""
    if dialect == "sqlite":
        return
    retyped = {key: _retyped(differences, dialect) for key, differences in found.items()}
    if not any(retyped.values()):
        return
    for key, table in sorted(actual.items(), key=lambda item: (item[0][0] or "", item[0][1])):
        for constraint in table.constraints:
            if constraint.kind is Kind.FOREIGN_KEY and _stays(constraint, found.get(key)):
                remote = constraint.reference.columns if constraint.reference else ()
                mine = retyped.get(key, set()) & set(constraint.columns)
                theirs = retyped.get(target_of(constraint), set()) & set(remote)
                if mine or theirs:
                    yield key, constraint


def same_key(constraint: Constraint, other: Constraint) -> bool:
    """Return whether two foreign keys say the same, whatever they are called."""
    return replace(constraint, name=None) == replace(other, name=None)


def _retyped(differences: TableDifferences, dialect: str) -> set[str]:
    found = {a.name for a, w in differences.columns.changed if _is_other_type(a, w, dialect)}
    if {"charset", "collate"} & set(differences.options):
        found |= {column.name for column in differences.actual.columns if is_text(column.type)}
    return found


def _is_other_type(actual: Column, wanted: Column, dialect: str) -> bool:
    if dialect == "postgresql":
        return family(actual.type) != family(wanted.type)
    return (actual.type, actual.collation) != (wanted.type, wanted.collation)


def _stays(constraint: Constraint, differences: TableDifferences | None) -> bool:
    if differences is None:
        return True
    found = differences.constraints
    gone = [*found.gone, *(actual for actual, _ in found.changed)]
    return constraint not in gone
