"""Values of an enumeration that is a column's own, under new names: its rows get them.

That is MariaDB's ENUM, and a text with a CHECK anywhere. The values of PostgreSQL's
types are renamed in their types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.mysql.columns import check_at, is_mysql, restated
from flask_migrate.databases.catalog.tolerated import listed

from .directives import AlterColumn, Statement
from .written import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.schema_objects.value_renames import ValueRenames
    from flask_migrate.databases.catalog import Column, Constraint, Table


class ColumnValues:
    """The values of the columns of one table."""

    def __init__(
        self,
        differences: TableDifferences,
        old: sa.Table,
        new: sa.Table,
        dialect: sa.Dialect,
        renames: ValueRenames,
    ) -> None:
        self._differences = differences
        self._old = old
        self._new = new
        self._dialect = dialect
        self._renames = renames

    def widening(self, actual: Column, wanted: Column) -> tuple[sa.Column[Any], list[Statement]]:
        """Return what lets an ENUM of MariaDB lose values that rows have, and the column then.

        It gets the new values beside the old ones, and the rows get the new values.
        """
        old = self._old.columns[actual.name]
        if not (is_mysql(self._dialect) and _is_enum(actual) and _is_enum(wanted)):
            return old, []
        before, after = _values(old.type, self._dialect), self._wanted(wanted.name)
        if not _is_exact(actual, self._differences.actual):
            before = _with_their_case(before, after)
        moved, statements = self._moved(wanted.name, before, after)
        if not statements:
            return old, []
        come = [value for value in moved.values() if value not in before]
        wide = old.table.to_metadata(sa.MetaData()).columns[old.name]
        like: Any = old.type
        wide.type = mysql.ENUM(*before, *come, charset=like.charset, collation=like.collation)
        widened = restated(old, wide, self._dialect, self._checks(old.name))
        return wide, [*[Statement(widened.sql, widened.back)] * bool(come), *statements]

    def narrowing(self, wide: sa.Column[Any], new: sa.Column[Any]) -> Statement:
        """Return what takes such a column to the model's."""
        checks = self._checks(new.name)
        last = restated(wide, new, self._dialect, checks)
        whole = restated(self._old.columns[new.name], new, self._dialect, checks)
        return Statement(last.sql, last.back, whole.change)

    def _checks(self, column: str) -> tuple[str | None, str | None]:
        """Return the CHECK that stands at a column of MariaDB, and stays; before and after."""
        text = check_at(self._differences.actual, column)
        asked = {constraint.text for constraint in self._differences.wanted.constraints}
        return (text, text) if text in asked else (None, None)

    def between(self, operations: list[Any]) -> None:
        """Let rows have the new values once the CHECK that lists the old ones is gone."""
        found = self._differences.constraints
        gone = self._listed([*found.gone, *(a for a, _ in (*found.changed, *found.renamed))])
        new = self._listed([*found.new, *(w for _, w in (*found.changed, *found.renamed))])
        for name in sorted(gone.keys() & new.keys()):
            column = self._column(name)
            if column is not None and isinstance(_plain(column.type), sa.Enum):
                _, statements = self._moved(column.name, gone[name], self._wanted(column.name))
                place = _place(operations, column.name)
                operations[place:place] = statements

    def _listed(self, constraints: Iterable[Constraint]) -> dict[str, tuple[str, ...]]:
        found = (listed(constraint, self._dialect) for constraint in constraints)
        return {each[0].lower(): each[1] for each in found if each is not None}

    def _moved(
        self, name: str, before: tuple[str, ...], after: tuple[str, ...]
    ) -> tuple[dict[str, str], list[Statement]]:
        """Return which values become which, and what does that to the rows and back."""
        column = self._new.columns[name]
        called = getattr(_plain(column.type), "name", None)
        renamed, replaced = self._renames.decide(f"{self._new.name}.{name}", before, after, called)
        statements = [self._update(column, o, n, back=True) for o, n in renamed.items()]
        statements += [self._update(column, o, n, back=False) for o, n in replaced.items()]
        return renamed | replaced, statements

    def _update(self, column: sa.Column[Any], old: str, new: str, *, back: bool) -> Statement:
        quote = quoting(self._dialect)
        name = quote.quote(column.name)
        update = f"UPDATE {quote.format_table(column.table)} SET {name} ="
        before, after = self._text(old), self._text(new)
        return Statement(
            f"{update} {after} WHERE {name} = {before}",
            f"{update} {before} WHERE {name} = {after}" if back else (),
            f"{self._new.name}.{column.name}: {old!r} -> {new!r}",
        )

    def _text(self, value: str) -> str:
        return sql_of(sa.literal(value, sa.String()), self._dialect)

    def _wanted(self, name: str) -> tuple[str, ...]:
        return _values(self._new.columns[name].type, self._dialect)

    def _column(self, name: str) -> sa.Column[Any] | None:
        return next((c for c in self._new.columns if c.name.lower() == name), None)


def _is_enum(column: Column) -> bool:
    return column.type.startswith("enum(")


def _plain(type_: Any) -> Any:
    return _plain(type_.impl_instance) if isinstance(type_, sa.types.TypeDecorator) else type_


def _values(type_: Any, dialect: sa.Dialect) -> tuple[str, ...]:
    found = _plain(type_.dialect_impl(dialect))
    return tuple(map(str, found.enums))


def _is_exact(column: Column, table: Table) -> bool:
    """Return whether values that differ in case are two for the server."""
    collation = column.collation or dict(table.options).get("collate", "")
    return collation.endswith("_bin")


def _with_their_case(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Return values written as they shall be, where the server sees no difference."""
    by_case = {value.casefold(): value for value in after}
    return tuple(by_case.get(value.casefold(), value) for value in before)


def _place(operations: list[Any], column: str) -> int:
    """Return where rows can be changed: behind what makes their column longer."""
    for at, operation in enumerate(operations):
        if isinstance(operation, AlterColumn) and operation.column_name == column:
            longer = _length(operation.modify_type) > _length(operation.existing_type)
            return at + longer
    return 0


def _length(type_: Any) -> int:
    return getattr(type_, "length", None) or 0
