"""Alembic's operations where a revision must write, or take back, more than they can."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations import ops

from flask_migrate.autogenerate.comparison.naming import quoting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class AlterColumn(ops.AlterColumnOp):
    """A changed column; it comes back with its name, and with a USING of its own."""

    using: str | None = None
    using_back: str | None = None
    counts: bool | None = None
    """Whether MariaDB's AUTO_INCREMENT is there afterwards; None where it does not matter."""
    counted: bool | None = None

    def reverse(self) -> AlterColumn:
        """Return the change back."""
        back = super().reverse()
        back.__class__ = AlterColumn
        assert isinstance(back, AlterColumn)
        back.using, back.using_back = self.using_back, self.using
        back.counts, back.counted = self.counted, self.counts
        if self.modify_name is not None:
            back.column_name, back.modify_name = self.modify_name, self.column_name
        return back

    def to_diff_tuple(self) -> Any:
        """Return what `check` gives as the differences, another name among them."""
        found = super().to_diff_tuple()
        if self.modify_name is not None:
            place = (self.schema, self.table_name, self.column_name)
            found.append(("modify_name", *place, {}, self.column_name, self.modify_name))
        return found


class RenameTable(ops.RenameTableOp):
    """Another name for a table."""

    def reverse(self) -> RenameTable:
        """Return the renaming back."""
        return RenameTable(self.new_table_name, self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("rename_table", self.schema, self.table_name, self.new_table_name)


class Statement(ops.ExecuteSQLOp):
    """Statements that no operation writes, and those that take them back."""

    def __init__(
        self, sql: str | Sequence[str], back: str | Sequence[str] = (), change: str = ""
    ) -> None:
        self.sql = _listed(sql)
        self.back = _listed(back)
        self.change = change
        """What they do, in words; empty where another operation says it."""
        super().__init__(";\n".join(self.sql))

    def reverse(self) -> Statement:
        """Return what takes the statements back."""
        return Statement(self.back, self.sql, self.change)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("execute", self.sqltext)


def _listed(sql: str | Sequence[str]) -> tuple[str, ...]:
    return (sql,) if isinstance(sql, str) else tuple(sql)


class Fill(ops.MigrateOperation):
    """A value for the rows that have none; taken back by nothing."""

    def __init__(
        self,
        column: sa.Column[Any],
        expression: str | None,
        dialect: sa.Dialect,
        remark: str | None = None,
    ) -> None:
        quote = quoting(dialect)
        self.table = quote.format_table(column.table)
        self.column = quote.quote(column.name)
        self.name = f"{column.table.name}.{column.name}"
        self.expression = expression
        """None where the file leaves a place for it."""
        self.remark = remark

    def reverse(self) -> Statement:
        """Return nothing."""
        return Statement(())

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("fill", self.name, self.expression)


class Place(Statement):
    """The place in a file for a value that rows get; nothing runs before it is written there."""

    def __init__(self, fill: Fill) -> None:
        super().__init__(())
        self.fill = fill

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("place", self.fill.name)


class Settled(AlterColumn):
    """A new column that becomes NOT NULL once it is filled; it goes as a whole."""

    def reverse(self) -> Statement:  # type: ignore[override]
        """Return nothing."""
        return Statement(())


class DropColumn(ops.DropColumnOp):
    """A column that goes; where it may not be NULL, rows get some value when it comes back."""

    fill: Fill | None = None

    def back(self) -> list[ops.MigrateOperation]:
        """Return how it comes back."""
        add = self.reverse()
        if self.fill is None:
            return [add]
        add.column.nullable = True
        return [add, self.fill, settled(add.column, self.table_name, self.schema)]


class ModifyTable(ops.ModifyTableOps):
    """The operations on one table; back, without those that are taken back by nothing."""

    def reverse(self) -> ModifyTable | Several:  # type: ignore[override]
        """Return the operations back."""
        back: list[ops.MigrateOperation] = []
        for operation in reversed(self.ops):
            back += operation.back() if isinstance(operation, DropColumn) else [operation.reverse()]
        real = [o for o in back if not (isinstance(o, Statement) and not o.sql)]
        parts = around_statements(self.table_name, self.schema, real)
        if len(parts) == 1 and isinstance(parts[0], ModifyTable):
            return parts[0]
        return Several(parts)


class NewIndexes(ModifyTable):
    """The indexes of a new table, which go with it."""

    @classmethod
    def of(cls, operations: ModifyTable) -> NewIndexes:
        """Return operations that make indexes as those of a new table."""
        return cls(operations.table_name, operations.ops, schema=operations.schema)

    def reverse(self) -> LostIndexes:  # type: ignore[override]
        """Return that they go with their table."""
        return LostIndexes(self)


class LostIndexes(ops.MigrateOperation):
    """The indexes of a table that goes; nothing is said of them."""

    def __init__(self, indexes: NewIndexes) -> None:
        self.indexes = indexes

    def reverse(self) -> NewIndexes:
        """Return that they come."""
        return self.indexes

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        names = [operation.index_name for operation in self.indexes.ops]  # type: ignore[attr-defined]
        return ("remove_indexes", self.indexes.schema, self.indexes.table_name, names)


class TableOptions(ops.MigrateOperation):
    """Options of a whole SQLite table, which its batch makes again for them."""

    def __init__(
        self, table_name: str, options: Mapping[str, bool], before: Mapping[str, bool]
    ) -> None:
        self.table_name = table_name
        self.options = options
        self.before = before

    def reverse(self) -> TableOptions:
        """Return the options as they were."""
        return TableOptions(self.table_name, self.before, self.options)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("table_options", self.table_name, dict(self.options))


class Several(ops.OpContainer):
    """Operations that stand for one."""

    def reverse(self) -> Several:
        """Return the operations back."""
        return Several([operation.reverse() for operation in reversed(self.ops)])


def around_statements(
    table: str, schema: str | None, operations: Sequence[ops.MigrateOperation]
) -> list[ops.MigrateOperation]:
    """Return the operations on a table; statements and fills stand between two batches of them.

    In a batch they would run before everything else that stands in it.
    """
    result: list[ops.MigrateOperation] = []
    for alone, group in groupby(operations, key=lambda o: isinstance(o, (Fill, Statement))):
        items = list(group)
        result += items if alone else [ModifyTable(table, items, schema=schema)]
    return result


def settled(column: sa.Column[Any], table: str, schema: str | None) -> Settled:
    """Return that a new column becomes NOT NULL."""
    return Settled(
        table,
        column.name,
        schema=schema,
        existing_type=column.type,
        existing_nullable=True,
        existing_comment=column.comment,
        modify_nullable=False,
    )


class AddCheck(ops.CreateCheckConstraintOp):
    """A CHECK, added."""

    def reverse(self) -> DropConstraint:
        """Return that it goes."""
        return DropConstraint.from_constraint(self.to_constraint())


class AddPrimaryKey(ops.CreatePrimaryKeyOp):
    """A primary key, added."""

    def reverse(self) -> DropConstraint:
        """Return that it goes."""
        return DropConstraint.from_constraint(self.to_constraint())


class DropConstraint(ops.DropConstraintOp):
    """A constraint, dropped by the name that it has in the database."""

    called: str | None = None
    """By what it is dropped where it has no name, as on SQLite."""

    def reverse(self) -> ops.AddConstraintOp:
        """Return that it comes."""
        return added(self.to_constraint())

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> DropConstraint:
        """Return that a constraint of the database goes."""
        dropped = super().from_constraint(constraint)
        assert isinstance(dropped, DropConstraint)
        dropped.called = constraint.info.get("called")
        return dropped


def added(constraint: sa.Constraint) -> ops.AddConstraintOp:
    """Return that a constraint of any kind comes."""
    if isinstance(constraint, sa.CheckConstraint):
        return AddCheck.from_constraint(constraint)
    if isinstance(constraint, sa.PrimaryKeyConstraint):
        return AddPrimaryKey.from_constraint(constraint)
    return ops.AddConstraintOp.from_constraint(constraint)
