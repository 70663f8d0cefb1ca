"""Operations in words: ``+ table post (5 columns)``, ``~ user.email: TEXT -> VARCHAR(120)``."""

from __future__ import annotations

from collections.abc import Iterator  # singledispatch reads the annotations
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from flask_migrate.results import Change

from .operations.directives import Fill, LostIndexes, RenameTable, Settled, Statement, TableOptions

if TYPE_CHECKING:
    from collections.abc import Iterable


def changes_in(operations: Iterable[ops.MigrateOperation], bind: str | None) -> tuple[Change, ...]:
    """Return the operations of an upgrade as sentences, in their order."""
    return tuple(
        Change(sign, text, bind) for operation in operations for sign, text in _words(operation)
    )


@singledispatch
def _words(operation: ops.MigrateOperation) -> Iterator[tuple[str, str]]:
    yield "~", type(operation).__name__.removesuffix("Op")


@_words.register
def _(operation: ops.ModifyTableOps) -> Iterator[tuple[str, str]]:
    for inner in operation.ops:
        yield from _words(inner)


@_words.register
def _(operation: ops.CreateTableOp) -> Iterator[tuple[str, str]]:
    columns = sum(1 for item in operation.columns if item.__visit_name__ == "column")
    yield "+", f"table {_table(operation)} ({columns} column{'s' * (columns != 1)})"


@_words.register
def _(operation: ops.DropTableOp) -> Iterator[tuple[str, str]]:
    yield "-", f"table {_table(operation)}"


@_words.register
def _(operation: ops.AddColumnOp) -> Iterator[tuple[str, str]]:
    yield "+", f"{_table(operation)}.{operation.column.name}: {operation.column.type!r}"


@_words.register
def _(operation: ops.DropColumnOp) -> Iterator[tuple[str, str]]:
    yield "-", f"{_table(operation)}.{operation.column_name}"


@_words.register
def _(operation: ops.AlterColumnOp) -> Iterator[tuple[str, str]]:
    column = f"{_table(operation)}.{operation.column_name}"
    if operation.modify_name is not None:
        yield "~", f"{column} -> {operation.modify_name}"
    if operation.modify_type is not None:
        yield "~", f"{column}: {_shown(operation.existing_type)} -> {_shown(operation.modify_type)}"
    if operation.modify_nullable is not None:
        yield "~", f"{column}: {'NULL' if operation.modify_nullable else 'NOT NULL'}"
    if operation.modify_server_default is not False:
        before = _default(operation.existing_server_default)
        yield "~", f"{column}: default {before} -> {_default(operation.modify_server_default)}"
    if operation.modify_comment is not False:
        yield "~", f"{column}: comment {operation.modify_comment!r}"


@_words.register
def _(operation: ops.CreateIndexOp) -> Iterator[tuple[str, str]]:
    kind = "unique index" if operation.unique else "index"
    columns = ", ".join(str(getattr(c, "name", c)) for c in operation.columns)
    yield "+", f"{kind} {operation.index_name} on {_table(operation)} ({columns})"


@_words.register
def _(operation: ops.DropIndexOp) -> Iterator[tuple[str, str]]:
    yield "-", f"index {operation.index_name} on {_table(operation)}"


@_words.register
def _(operation: ops.AddConstraintOp) -> Iterator[tuple[str, str]]:
    yield "+", f"{_constraint(operation)} on {_table(operation)}"


@_words.register
def _(operation: ops.CreateForeignKeyOp) -> Iterator[tuple[str, str]]:
    columns = ", ".join(operation.local_cols)
    target = f"{operation.referent_table} ({', '.join(operation.remote_cols)})"
    yield "+", f"{_constraint(operation)} on {operation.source_table} ({columns}) to {target}"


@_words.register
def _(operation: ops.DropConstraintOp) -> Iterator[tuple[str, str]]:
    kind = {"foreignkey": "foreign key"}.get(operation.constraint_type or "", "constraint")
    yield "-", f"{kind} {operation.constraint_name or ''}".rstrip() + f" on {_table(operation)}"


@_words.register
def _(operation: ops.CreateTableCommentOp) -> Iterator[tuple[str, str]]:
    yield "~", f"table {_table(operation)}: comment {operation.comment!r}"


@_words.register
def _(operation: ops.DropTableCommentOp) -> Iterator[tuple[str, str]]:
    yield "~", f"table {_table(operation)}: no comment"


@_words.register
def _(operation: RenameTable) -> Iterator[tuple[str, str]]:
    yield "~", f"table {_table(operation)} -> {operation.new_table_name}"


@_words.register
def _(operation: Fill) -> Iterator[tuple[str, str]]:
    value = operation.expression or "a value to be written into the file"
    yield "~", f"{operation.name}: rows without a value get {value}"


@_words.register
def _(operation: Settled) -> Iterator[tuple[str, str]]:  # noqa: ARG001 # said by the column
    yield from ()


@_words.register
def _(operation: LostIndexes) -> Iterator[tuple[str, str]]:  # noqa: ARG001 # said by the table
    yield from ()


@_words.register
def _(operation: Statement) -> Iterator[tuple[str, str]]:
    if operation.change:
        yield "~", operation.change


@_words.register
def _(operation: TableOptions) -> Iterator[tuple[str, str]]:
    options = ", ".join(f"{name}={value}" for name, value in operation.options.items())
    yield "~", f"table {operation.table_name}: {options}"


def _table(operation: Any) -> str:
    name = getattr(operation, "table_name", None) or getattr(operation, "source_table", "")
    schema = getattr(operation, "schema", None)
    return f"{schema}.{name}" if schema else str(name)


def _constraint(operation: Any) -> str:
    kind = operation.constraint_type.replace("foreignkey", "foreign key").replace(
        "unique", "unique constraint"
    )
    return f"{kind} {operation.constraint_name or ''}".rstrip()


def _shown(type_: Any) -> str:
    return "unknown" if type_ is None else repr(type_).replace("()", "")


def _default(default: Any) -> str:
    if default is None:
        return "none"
    value = getattr(default, "arg", default)
    return str(getattr(value, "written", getattr(value, "text", value)))
