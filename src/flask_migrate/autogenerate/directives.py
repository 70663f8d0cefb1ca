"""Alembic's operations where a revision must write, or take back, more than they can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from alembic.operations import ops

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAYED: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What `sa.text` takes for the mark of a parameter."""


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
        self, column: sa.Column[Any], expression: str | None, dialect: sa.Dialect
    ) -> None:
        quote = dialect.identifier_preparer
        self.table = quote.format_table(column.table)
        self.column = quote.quote(column.name)
        self.name = f"{column.table.name}.{column.name}"
        self.expression = expression
        """None where the file leaves a place for it."""

    def reverse(self) -> Statement:
        """Return nothing."""
        return Statement(())

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` gives as the difference."""
        return ("fill", self.name, self.expression)


class Settled(AlterColumn):
    """A new column that becomes NOT NULL once it is filled; it goes as a whole."""

    def reverse(self) -> Statement:  # type: ignore[override]
        """Return nothing."""
        return Statement(())


class ModifyTable(ops.ModifyTableOps):
    """The operations on one table; back, without those that are taken back by nothing."""

    def reverse(self) -> ModifyTable:
        """Return the operations back."""
        back = [operation.reverse() for operation in reversed(self.ops)]
        real = [o for o in back if not (isinstance(o, Statement) and not o.sql)]
        return ModifyTable(self.table_name, real, schema=self.schema)


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


def as_text(sql: str) -> str:
    """Return SQL so that `sa.text` and `op.execute` see no parameters in it."""
    return _PLAYED.sub(r"\\:", sql)
