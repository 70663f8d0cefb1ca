"""Which table comes before which: by their foreign keys, cycles included, always the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_migrate.databases.catalog import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from flask_migrate.databases.catalog import Constraint, Table

    Key: TypeAlias = tuple[str | None, str]


@dataclass(frozen=True)
class Order:
    """Tables so that each stands behind those that it refers to."""

    keys: tuple[Key, ...]
    later: dict[Key, tuple[Constraint, ...]] = field(default_factory=dict)
    """Foreign keys that can only come when all tables are there, as they close a circle."""


def creation_order(tables: Iterable[Table]) -> Order:
    """Return the order in which tables can be created; the other way round, dropped."""
    left = {table.key: table for table in sorted(tables, key=lambda t: (t.schema or "", t.name))}
    open_keys = {key: list(_outgoing(table, set(left))) for key, table in left.items()}
    later: dict[Key, tuple[Constraint, ...]] = {}
    keys: list[Key] = []
    while left:
        ready = next((k for k in left if not _waiting(open_keys[k], left)), None)
        if ready is None:
            ready = min(left, key=lambda k: (len(_waiting(open_keys[k], left)), k[0] or "", k[1]))
            later[ready] = tuple(_waiting(open_keys[ready], left))
        keys.append(ready)
        del left[ready]
    return Order(tuple(keys), later)


def target_of(constraint: Constraint) -> Key:
    """Return the table that a foreign key points at."""
    assert constraint.reference is not None
    return constraint.reference.schema, constraint.reference.table


def _outgoing(table: Table, known: set[Key]) -> Iterable[Constraint]:
    for constraint in table.constraints:
        if constraint.kind is Kind.FOREIGN_KEY:
            target = target_of(constraint)
            if target in known and target != table.key:
                yield constraint


def _waiting(constraints: Iterable[Constraint], left: Iterable[Key]) -> list[Constraint]:
    return [constraint for constraint in constraints if target_of(constraint) in left]
