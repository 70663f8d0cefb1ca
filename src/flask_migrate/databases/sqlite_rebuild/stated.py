"""What a batch says about the table itself, beside its operations.

`copy_from`, `reflect_args` and `reflect_kwargs` state what the table is: types,
defaults, names of constraints. `table_args` and `table_kwargs` state what is new.
What the database has and these do not mention stays: it is not lost by being
left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .render import (
    as_stated,
    attached,
    column_text,
    constraint_text,
    invent_referents,
    name_by_convention,
    same_text,
)
from .tokens import folded, normalised, same_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Column, Inspector

    from .changes import Changes
    from .table import Clause

_OPTIONS = {"sqlite_with_rowid": ("WITHOUT ROWID", False), "sqlite_strict": ("STRICT", True)}


def state_table(
    changes: Changes, table: sa.Table, plain: sa.Table | None = None, *, indexes: Sequence[str]
) -> None:
    """Make the table what a Table object says; where `plain` says the same, nothing is done."""
    table = table.to_metadata(sa.MetaData())
    plain = plain.to_metadata(sa.MetaData()) if plain is not None else None
    for column in (*table.columns, *(plain.columns if plain is not None else ())):
        column.name = changes.current(column.name)
    names = {folded(column.name) for column in table.columns}
    missing = [c.name for c in changes.table.columns if folded(c.name) not in names]
    if missing:
        raise changes.impossible(
            f"the table given to batch_alter_table lacks its column '{missing[0]}', "
            "whose values would be lost",
            "Name the column there as well, and drop it with batch_op.drop_column",
        )
    invent_referents(table)
    for column in table.columns:
        if plain is None or not _alike(changes, column, plain.c.get(column.key)):
            _state_column(changes, column)
    for constraint in as_stated(table):
        _state_constraint(changes, constraint)
    known = {folded(name) for name in indexes}
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if folded(str(index.name)) not in known:
            changes.create_index(index)


def state_arguments(
    changes: Changes, arguments: Sequence[Any], options: Mapping[str, Any], schema: str | None
) -> None:
    """Add what `table_args` and `table_kwargs` say."""
    table = attached(changes.table, schema, arguments)
    for column in (a for a in arguments if isinstance(a, sa.Column)):
        if changes.table.column(column.name):
            _state_column(changes, column)
        else:
            changes.add_column(changes.table.name, column)
    for constraint in as_stated(table):
        if not isinstance(constraint, sa.PrimaryKeyConstraint) or len(constraint.columns):
            changes.add_constraint(constraint)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        changes.create_index(index)
    _state_options(changes, options)


def state_names(
    changes: Changes, convention: Mapping[str, Any], inspector: Inspector, schema: str | None
) -> None:
    """Name the unnamed constraints by a convention, so that operations can refer to them."""

    def key_of(table: str) -> tuple[str, ...]:
        return tuple(inspector.get_pk_constraint(table, schema)["constrained_columns"])

    prefixes = {"unique": "uq", "primary key": "pk", "foreign key": "fk", "check": "ck"}
    for owner, clause in list(changes.table.constraint_owners()):
        if clause.name is None and prefixes.get(clause.kind) in convention:
            clause.name = name_by_convention(changes.table, clause, convention, key_of)
            if owner is not None and clause.name is not None:
                owner.raw = None


def _state_column(changes: Changes, column: Column[Any]) -> None:
    """Give a column what is stated of it; a default or collation left out stays."""
    stated = column_text(changes.impl.dialect, column)
    existing = changes.table.column(column.name)
    if existing is None:
        raise changes.impossible(
            f"it has no column '{column.name}', which the table given to batch_alter_table has",
            "Add it with batch_op.add_column",
        )
    if normalised(existing.type) != normalised(stated.type):
        existing.type, existing.raw = stated.type, None
    changes.types[folded(column.name)] = column.type
    for kind in ("default", "generated", "collate", "check"):
        for clause in (c for c in stated.clauses if c.kind == kind):
            if not any(same_text(str(c), str(clause)) for c in existing.clauses):
                if kind != "check":
                    existing.put(kind, None)
                existing.clauses.append(clause)
                existing.raw = None
    if stated.has("not null") != existing.has("not null") and not column.primary_key:
        changes.alter_column(changes.table.name, column.name, nullable=bool(column.nullable))


def _state_constraint(changes: Changes, constraint: sa.Constraint) -> None:
    """Name the constraint that says the same, or add what is stated where none does."""
    if isinstance(constraint, sa.PrimaryKeyConstraint) and not len(constraint.columns):
        return
    clause = constraint_text(changes.impl.dialect, constraint)
    if clause is None:
        return
    for owner, other in changes.table.constraint_owners():
        if _same_constraint(other, clause):
            if clause.name is not None and clause.name != other.name:
                other.name = clause.name
                if owner is not None:
                    owner.raw = None
            return
    changes.add_constraint(constraint)


def _same_constraint(one: Clause, other: Clause) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "check":
        return (one.name is not None and one.name == other.name) or same_text(one.text, other.text)
    columns = [folded(name) for name in one.columns]
    return columns == [folded(name) for name in other.columns] and (
        one.target is None or same_name(one.target, other.target or "")
    )


def _state_options(changes: Changes, options: Mapping[str, Any]) -> None:
    for name, (word, meant) in _OPTIONS.items():
        if name in options:
            changes.table.options = [o for o in changes.table.options if o != word]
            if bool(options[name]) is meant:
                changes.table.options.append(word)
    if "sqlite_autoincrement" in options:
        changes.count_on(wanted=bool(options["sqlite_autoincrement"]))


def _alike(changes: Changes, one: Column[Any], other: Column[Any] | None) -> bool:
    dialect = changes.impl.dialect
    return (
        other is not None
        and str(column_text(dialect, one)) == str(column_text(dialect, other))
        and (type(one.type) is type(other.type))
    )
