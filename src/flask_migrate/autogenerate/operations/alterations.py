"""From the differences of one table to Alembic's operations, in an order in which they run.

What goes comes first, then the columns, then what comes: so an operation finds
what it needs, and each one taken back in the opposite order does so too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations import ops

from flask_migrate.databases.catalog import Index, Kind

from .column_changes import column_operations, is_made_anew
from .column_values import ColumnValues
from .directives import DropColumn, DropConstraint, Fill, added, settled
from .hanging import hanging_on
from .renamings import renaming
from .table_options import option_operations
from .written import names_in, write_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.comparison.filters import Filters
    from flask_migrate.autogenerate.comparison.models import Model
    from flask_migrate.autogenerate.schema_objects.value_renames import ValueRenames
    from flask_migrate.databases.catalog import Column, Constraint

    from .fills import Fills


@dataclass
class Alterations:
    """The operations on one table, in the order of these fields."""

    name: str
    schema: str | None
    released: list[Any] = field(default_factory=list)
    """Foreign keys that go: nothing refers to anything any more."""
    gone: list[Any] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)
    bound: list[Any] = field(default_factory=list)
    """Foreign keys that come."""

    def __bool__(self) -> bool:
        return bool(self.released or self.gone or self.columns or self.new or self.bound)


class Altering:
    """Collects the operations that take one table to its model."""

    def __init__(
        self,
        differences: TableDifferences,
        model: Model,
        old: sa.Table,
        dialect: sa.Dialect,
        filters: Filters,
        fills: Fills,
        values: ValueRenames,
    ) -> None:
        self._differences = differences
        self._model = model
        self._old = old
        self._dialect = dialect
        self._filters = filters
        self._fills = fills
        self._values = ColumnValues(differences, old, model.table, dialect, values)
        self.found = Alterations(model.table.name, model.table.schema)
        write_texts(model.table, dialect)

    def alterations(self) -> Alterations:
        """Return all operations."""
        self._constraints()
        self._indexes()
        self._columns()
        self._values.between(self.found.columns)
        self._comment()
        self.found.new += option_operations(self._differences, self._model.table, self._dialect)
        return self.found

    def _columns(self) -> None:
        """Change them; what is computed comes behind what it is computed from, and ends before."""
        found, table = self._differences.columns, self._model.table
        may_add = partial(self._filters.may_add, self._model.original.c, table=table, kind="column")
        new = [column for column in found.new if may_add(column.name)]
        for column in new:
            if column.computed is None:
                self._add_column(column)
        for actual, wanted in sorted((*found.changed, *self._undecided()), key=_dependence):
            self._change_column(actual, wanted)
        for column in found.gone:
            old = self._old_column(column.name)
            if self._filters.may_drop(old, column.name, table, "column"):
                place = self.found.columns if column.computed is None else self.found.gone
                place.append(self._drop(old, self._fills.back(old, column, self._old)))
        for column in new:
            if column.computed is not None:
                self._add_column(column)
        self._remake_computed()

    def _change_column(self, actual: Column, asked: Column) -> None:
        old, new = self._old_column(actual.name), self._new_column(asked.name)
        original = self._original_column(asked.name)
        if not self._filters.wanted(original, asked.name, "column", False, old):
            return
        wanted, *forced = self._filters.policies.applied(actual, asked, old, new)
        if is_made_anew(actual, wanted, self._dialect):
            self._make_anew(old, new)
            return
        wide, moves = self._values.widening(actual, wanted)
        fill = self._fills.of_now_required(new, old, actual, wanted)
        if moves:
            self.found.columns += [*moves, *[fill] * (fill is not None)]
            self.found.columns.append(self._values.narrowing(wide, new))
        elif fill is not None and actual.type != wanted.type:
            self._change_type_and_fill(actual, wanted, fill, forced)
        else:
            self.found.columns += [fill] * (fill is not None)
            changes = column_operations(actual, wanted, old, new, self._dialect, forced)
            self.found.columns += changes

    def _change_type_and_fill(
        self, actual: Column, wanted: Column, fill: Fill, forced: Sequence[bool]
    ) -> None:
        """Let a column be NULL until it has its new type: the value may be none of the old one."""
        old, new = self._old_column(actual.name), self._new_column(wanted.name)
        free = new.table.to_metadata(sa.MetaData()).columns[new.name]
        free.nullable = True
        between = replace(wanted, nullable=True)
        found = column_operations(actual, between, old, free, self._dialect, forced)
        unforced = (False, False)
        last = column_operations(between, wanted, free, new, self._dialect, unforced)
        self.found.columns += [*found, fill, *last]

    def _undecided(self) -> Iterator[tuple[Column, Column]]:
        """Yield the columns that are alike, where a function of env.py may say otherwise."""
        if self._filters.policies.decide:
            there = {column.name: column for column in self._differences.actual.columns}
            for column in self._differences.wanted.columns:
                if there.get(column.name) == column:
                    yield column, column

    def _remake_computed(self) -> None:
        """Make columns anew that are computed from one of another type, where they must be."""
        if self._dialect.name != "postgresql":
            return
        changed = {a.name for a, w in self._differences.columns.changed if a.type != w.type}
        actual = {column.name: column for column in self._differences.actual.columns}
        for column in self._differences.wanted.columns:
            same = column == actual.get(column.name) and column.computed is not None
            if same and changed & names_in(column.computed or ""):
                self._make_anew(self._old_column(column.name), self._new_column(column.name))

    def _make_anew(self, old: sa.Column[Any], new: sa.Column[Any]) -> None:
        """Drop a column and add it, with what hangs on it; SQLite's batch keeps that by itself."""
        if self._dialect.name != "sqlite":
            for actual, wanted in hanging_on(old.name, self._differences):
                if isinstance(actual, Index):
                    self._drop_index(actual)
                    self._add_index(wanted)
                else:
                    self._drop_constraint(actual)
                    self._add_constraint(wanted)
        self.found.gone.append(self._drop(old))
        self.found.columns.append(self._add(new))

    def _constraints(self) -> None:
        found = self._differences.constraints
        for constraint in found.gone:
            self._drop_constraint(constraint)
        for constraint in found.new:
            self._add_constraint(constraint)
        for actual, wanted in found.changed:
            self._drop_constraint(actual)
            self._add_constraint(wanted)
        for actual, wanted in found.renamed:
            statement = renaming(actual, wanted, self._model.table, self._dialect)
            if statement is not None:
                self.found.new.append(statement)
            else:
                self._drop_constraint(actual, at_once=self._dialect.name == "sqlite")
                self._add_constraint(wanted)

    def _indexes(self) -> None:
        found = self._differences.indexes
        for index in found.gone:
            self._drop_index(index)
        for index in found.new:
            self._add_index(index)
        for actual, wanted in found.changed:
            self._drop_index(actual)
            self._add_index(wanted)
        for actual, wanted in found.renamed:
            statement = renaming(actual, wanted, self._model.table, self._dialect)
            if statement is not None:
                self.found.new.append(statement)
            else:
                self._drop_index(actual)
                self._add_index(wanted)

    def _comment(self) -> None:
        if not self._differences.comment:
            return
        table, before = self._model.table, self._differences.actual.comment
        if self._differences.wanted.comment is None:
            operation: Any = ops.DropTableCommentOp(
                table.name, existing_comment=before, schema=table.schema
            )
        else:
            operation = ops.CreateTableCommentOp(
                table.name, table.comment, existing_comment=before, schema=table.schema
            )
        self.found.new.append(operation)

    def _drop_constraint(self, constraint: Constraint, *, at_once: bool = False) -> None:
        """Drop a constraint, before everything else or beside the one that takes its place.

        A key that others refer to may not be away between two batches on SQLite.
        """
        old = old_constraint(self._old, constraint)
        if old.name is None and constraint.name is not None:
            old.name = constraint.name
        if not self._filters.may_drop(old, constraint.name, self._model.table, _word(constraint)):
            return
        if isinstance(old, sa.Index):
            self.found.gone.append(ops.DropIndexOp.from_index(old))
            return
        early = self.found.new if at_once else self.found.gone
        place = self.found.released if constraint.kind is Kind.FOREIGN_KEY else early
        place.append(DropConstraint.from_constraint(old))

    def _add_constraint(self, constraint: Constraint) -> None:
        new = new_constraint(self._model.table, constraint)
        if new.name is None and constraint.name is not None:
            new.name = constraint.name  # what the database will call it
        if not self._filters.wanted(new, constraint.name, _word(constraint), False, None):
            return
        if isinstance(new, sa.Index):
            self.found.new.append(ops.CreateIndexOp.from_index(new))
            return
        place = self.found.bound if constraint.kind is Kind.FOREIGN_KEY else self.found.new
        place.append(added(new))

    def _drop_index(self, index: Index) -> None:
        old = next(i for i in self._old.indexes if i.name == index.name)
        if self._filters.may_drop(old, index.name, self._model.table, "index"):
            self.found.gone.append(ops.DropIndexOp.from_index(old))

    def _add_index(self, index: Index) -> None:
        new = next(i for i in self._model.table.indexes if i.name == index.name)
        if self._filters.wanted(new, index.name, "index", False, None):
            self.found.new.append(ops.CreateIndexOp.from_index(new))

    def _add_column(self, wanted: Column) -> None:
        """Add a column; in three steps where rows must be given a value."""
        column = self._new_column(wanted.name)
        fill = self._fills.of_new(column, wanted)
        if fill is None:
            self.found.columns.append(self._add(column))
            return
        free = bare(column)
        free.nullable = True
        table = self._model.table
        add = ops.AddColumnOp.from_column_and_tablename(table.schema, table.name, free)
        now = settled(column, table.name, table.schema)
        self.found.columns += [add, fill, now]

    def _add(self, column: sa.Column[Any]) -> ops.AddColumnOp:
        table = self._model.table
        return ops.AddColumnOp.from_column_and_tablename(table.schema, table.name, bare(column))

    def _drop(self, column: sa.Column[Any], fill: Fill | None = None) -> DropColumn:
        table = self._model.table
        drop = DropColumn.from_column_and_tablename(table.schema, table.name, bare(column))
        assert isinstance(drop, DropColumn)
        drop.fill = fill
        return drop

    def _old_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._old.columns if column.name == name)

    def _new_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._model.table.columns if column.name == name)

    def _original_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._model.original.columns if column.name == name)


def _dependence(pair: tuple[Column, Column]) -> int:
    """Return whether a change of a column comes before (0) or behind (2) those of others."""
    actual, wanted = pair
    if wanted.computed is not None:
        return 2
    return 1 if actual.computed is None else 0


def bare(column: sa.Column[Any]) -> sa.Column[Any]:
    """Return a column without what would be a constraint or an index of its own."""
    alone = column._copy()  # noqa: SLF001 # the public copy() is deprecated
    alone.primary_key = alone.unique = alone.index = None  # type: ignore[assignment]
    alone.foreign_keys = set()
    alone.constraints = set()
    return alone


def old_constraint(table: sa.Table, constraint: Constraint) -> Any:
    """Return SQLAlchemy's object for a constraint of the database."""
    if constraint.kind is Kind.PRIMARY_KEY:
        return table.primary_key
    items: list[Any] = [*table.constraints, *table.indexes]
    by_facts = [item for item in items if item.info.get("facts") == constraint]
    return next(item for item in by_facts or items if item.name == constraint.name)


def new_constraint(table: sa.Table, constraint: Constraint) -> Any:
    """Return the model's object for a constraint; on MariaDB it may be a unique index."""
    if constraint.kind is Kind.PRIMARY_KEY:
        return table.primary_key
    items: list[Any] = [*table.constraints, *table.indexes]
    return next(item for item in items if str(item.name) == constraint.name)


def _word(constraint: Constraint) -> str:
    """Return what `include_object` is told."""
    return {
        Kind.UNIQUE: "unique_constraint",
        Kind.FOREIGN_KEY: "foreign_key_constraint",
        Kind.CHECK: "check_constraint",
        Kind.PRIMARY_KEY: "primary_key_constraint",
        Kind.EXCLUDE: "exclude_constraint",
    }[constraint.kind]
