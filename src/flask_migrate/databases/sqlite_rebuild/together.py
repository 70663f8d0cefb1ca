"""Whether batches on one table, done as one, leave what they leave one after the other.

Yes only where none of them touches what another one has touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .tokens import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from .table import TableText

    Operation: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]

ANY: Final = "*"
"""Any column: what an expression or a CHECK reads is not looked up."""


@dataclass
class Reach:
    """The columns and names that a batch has to do with, folded."""

    changed: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    """The names of constraints and indexes that it creates."""
    unmade: set[str] = field(default_factory=set)

    @property
    def columns(self) -> set[str]:
        """The columns that it changes or drops."""
        return self.changed | self.dropped

    @property
    def names(self) -> set[str]:
        """The names that come or go."""
        return self.made | self.unmade

    def is_apart_from(self, later: Reach) -> bool:
        """Return whether a later batch may as well come at the same time."""
        reads_dropped = self.read & later.dropped or (ANY in self.read and later.dropped)
        return not (
            self.columns & later.columns
            or reads_dropped
            or self.dropped & later.read
            or self.names & later.names
        )


def can_be_one(table: TableText, batches: Sequence[Iterable[Operation]]) -> bool:
    """Return whether lists of operations on a table can be done as one."""
    named = {folded(c.name) for _, c in table.constraint_owners() if c.name is not None}
    reaches = [_reach(operations, named) for operations in batches]
    found = [reach for reach in reaches if reach is not None]
    return len(found) == len(reaches) and all(
        first.is_apart_from(later) for first, later in combinations(found, 2)
    )


def _reach(operations: Iterable[Operation], named: set[str]) -> Reach | None:
    """Return what operations reach; None where that cannot be told for certain."""
    reach = Reach()
    for name, arguments, options in operations:
        note = _NOTES.get(name)
        if note is None or not note(reach, arguments, options, named):
            return None
    return reach


def _alter_column(reach: Reach, arguments: Any, options: Any, _: set[str]) -> bool:
    new_name = options.get("name")
    reach.changed.add(folded(arguments[1]))
    return new_name in (None, arguments[1]) and options.get("sqlite_autoincrement") is None


def _add_column(reach: Reach, arguments: Any, _: Any, __: set[str]) -> bool:
    column = arguments[1]
    reach.changed.add(folded(column.name))
    return not (column.primary_key or column.computed or column.identity)


def _drop_column(reach: Reach, arguments: Any, options: Any, _: set[str]) -> bool:
    reach.dropped.add(folded(arguments[1].name))
    return not options.get("if_exists")


def _add_constraint(reach: Reach, arguments: Any, _: Any, __: set[str]) -> bool:
    constraint = arguments[0]
    if constraint.name is None or constraint._type_bound:  # noqa: SLF001 # how Alembic tells them
        return False
    reach.made.add(folded(str(constraint.name)))
    reach.read |= {folded(column.name) for column in constraint.columns}
    if isinstance(constraint, sa.CheckConstraint):
        reach.read.add(ANY)
    return isinstance(
        constraint, (sa.UniqueConstraint, sa.CheckConstraint, sa.ForeignKeyConstraint)
    )


def _drop_constraint(reach: Reach, arguments: Any, _: Any, named: set[str]) -> bool:
    name = folded(str(arguments[0].name))
    reach.unmade.add(name)
    return name in named and not isinstance(arguments[0], sa.PrimaryKeyConstraint)


def _create_index(reach: Reach, arguments: Any, options: Any, _: set[str]) -> bool:
    index = arguments[0]
    reach.made.add(folded(str(index.name)))
    plain = all(isinstance(each, sa.Column) for each in index.expressions)
    where = index.dialect_options["sqlite"].get("where")
    reach.read |= {folded(column.name) for column in index.columns}
    return plain and where is None and not options.get("if_not_exists")


def _drop_index(reach: Reach, arguments: Any, options: Any, _: set[str]) -> bool:
    reach.unmade.add(folded(str(arguments[0].name)))
    return not options.get("if_exists")


_NOTES: Final[dict[str, Callable[[Reach, Any, Any, set[str]], bool]]] = {
    "alter_column": _alter_column,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "add_constraint": _add_constraint,
    "drop_constraint": _drop_constraint,
    "create_index": _create_index,
    "drop_index": _drop_index,
}
