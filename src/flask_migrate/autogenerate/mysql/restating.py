"""Columns of MariaDB whose change must say more than an operation does: a CHECK, a charset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations import ops

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import AlterColumn, DropConstraint, Statement
from flask_migrate.databases.catalog import Kind

from .columns import check_at, is_text, kept_values, restated, specification

if TYPE_CHECKING:
    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.operations.alterations import Alterations


class Restating:
    """What happens to the columns of one table."""

    def __init__(
        self,
        found: Alterations,
        differences: TableDifferences,
        tables: tuple[sa.Table, sa.Table],
        dialect: sa.Dialect,
    ) -> None:
        self._found = found
        self._columns = differences.columns
        self._constraints = differences.constraints
        self._options = differences.options
        self._actual, self._wanted = differences.actual, differences.wanted
        self._old, self._new = tables
        self._dialect = dialect

    def settle(self) -> None:
        """Let the operations on columns do what they should."""
        self._restate()
        self._keep_values()
        self._convert()

    def _restate(self) -> None:
        """Keep the CHECK that stands at a column which changes; drop the one that shall go."""
        nameless = [o for o in self._found.gone if _is_nameless_check(o)]
        lost = self._checks_gone() if nameless else set()
        self._found.gone = [o for o in self._found.gone if not _is_nameless_check(o)]
        for column in self._actual.columns:
            check = check_at(self._actual, column.name)
            if check in lost and self._wanted.column(column.name) is not None:
                old = self._old_column(column.name)
                gone = restated(old, old, self._dialect, (check, None))
                self._found.gone.append(gone)
        for place, operation in enumerate(self._found.columns):
            if type(operation) is AlterColumn:
                name = operation.column_name
                check = check_at(self._actual, name)
                if check is not None and check not in lost:
                    old, new = self._old_column(name), self._then(operation)
                    again = restated(old, new, self._dialect, (check, check))
                    self._found.columns[place] = again

    def _then(self, operation: AlterColumn) -> sa.Column[Any]:
        """Return a column as an operation leaves it: before it is filled, it may be NULL."""
        new = self._model_column(operation.column_name)
        if operation.existing_nullable and operation.modify_nullable is None:
            new = new.table.to_metadata(sa.MetaData()).columns[new.name]
            new.nullable = True
        return new

    def _checks_gone(self) -> set[str | None]:
        pairs = (*self._constraints.changed, *self._constraints.renamed)
        gone = (*self._constraints.gone, *(actual for actual, _ in pairs))
        return {c.text for c in gone if c.kind is Kind.CHECK and c.name is None}

    def _keep_values(self) -> None:
        """Give the rows what a VIRTUAL column showed that becomes a plain one."""
        for actual, wanted in self._columns.changed:
            if actual.computed is None or actual.stored or wanted.computed is not None:
                continue
            for operation in list(self._found.columns):
                is_new = isinstance(operation, ops.AddColumnOp)
                if is_new and operation.column.name == actual.name:
                    values = kept_values(actual, self._model_column(actual.name), self._dialect)
                    place = self._found.columns.index(operation)
                    self._found.columns.insert(place + 1, values)

    def _convert(self) -> None:
        """Give the columns the character set of their table that follow it."""
        if not {"charset", "collate"} & set(self._options):
            return
        there, asked = dict(self._actual.options), dict(self._wanted.options)
        collate = f" COLLATE={asked['collate']}" if "collate" in asked else ""
        charset = asked.get("charset") or asked["collate"].split("_")[0]
        to = f"DEFAULT CHARACTER SET={charset}{collate}"
        back = f"DEFAULT CHARACTER SET={there['charset']} COLLATE={there['collate']}"
        texts = [c.name for c in self._actual.columns if c.collation is None and is_text(c.type)]
        modified = [f"MODIFY COLUMN {self._as_it_is(name)}" for name in texts]
        alter = f"ALTER TABLE {quoting(self._dialect).format_table(self._new)}"
        statement = Statement(
            f"{alter} {', '.join([to, *modified])}",
            f"{alter} {', '.join([back, *modified])}",
            f"table {self._new.name}: {to}",
        )
        self._found.columns.insert(0, statement)

    def _as_it_is(self, name: str) -> str:
        check = check_at(self._actual, name)
        return specification(self._old_column(name), self._dialect, check)

    def _model_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._new.columns if column.name == name)

    def _old_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._old.columns if column.name == name)


def _is_nameless_check(operation: Any) -> bool:
    is_check = isinstance(operation, DropConstraint) and operation.constraint_type == "check"
    return is_check and operation.constraint_name is None
