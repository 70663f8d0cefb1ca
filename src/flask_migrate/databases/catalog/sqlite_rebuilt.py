"""A table of SQLite as SQLAlchemy's objects, so that it can be made again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from flask_migrate.databases.sqlite_rebuild.tokens import tokens_of

from .facts import Kind
from .sqlite_types import reflected_type
from .sqlite_unnamed import names_of_unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Dialect

    from .facts import Column, Constraint, Index, Table

_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What `sa.text` takes for the beginning of a parameter."""


def rebuilt(table: Table, dialect: Dialect, metadata: sa.MetaData) -> sa.Table:
    """Return a table with its columns, constraints and indexes."""
    said = dict(table.options)
    items: list[Any] = [
        _column(column, said.get(f"on_conflict_not_null:{column.name}"), dialect)
        for column in table.columns
    ]
    items += _constraints(table)
    items += map(_index, table.indexes)
    return sa.Table(table.name, metadata, *items, schema=table.schema, **_options(table))


def _column(column: Column, conflict: str | None, dialect: Dialect) -> sa.Column[Any]:
    items: list[Any] = []
    options: dict[str, Any] = {}
    if column.computed is not None:
        items.append(sa.Computed(_text(column.computed), persisted=column.stored))
    if column.default is not None:
        options["server_default"] = _text(_default(column.default))
    if conflict is not None:
        options["sqlite_on_conflict_not_null"] = conflict.upper()
    type_ = reflected_type(column.type, column.collation, dialect)
    return sa.Column(column.name, type_, *items, nullable=column.nullable, **options)


def _constraints(table: Table) -> Iterator[sa.Constraint]:
    """Yield the constraints; each knows its facts, and by what it is dropped if it has no name."""
    called = names_of_unnamed(table.name, [c.name for c in table.columns], table.constraints)
    for constraint in table.constraints:
        made = _constraint(constraint)
        made.info["facts"] = constraint
        if constraint in called:
            made.info["called"] = called[constraint]
        yield made


def _constraint(constraint: Constraint) -> sa.Constraint:
    said = dict(constraint.options)
    options: dict[str, Any] = {"name": constraint.name}
    if "on_conflict" in said:
        options["sqlite_on_conflict"] = said["on_conflict"].upper()
    if constraint.kind is Kind.CHECK:
        return sa.CheckConstraint(_text(constraint.text or ""), **options)
    if constraint.kind is Kind.UNIQUE:
        return sa.UniqueConstraint(*constraint.columns, **options)
    if constraint.kind is Kind.PRIMARY_KEY:
        return sa.PrimaryKeyConstraint(*constraint.columns, **options)
    return _foreign_key(constraint, said)


def _foreign_key(constraint: Constraint, said: dict[str, str]) -> sa.ForeignKeyConstraint:
    reference = constraint.reference
    assert reference is not None
    place = f"{reference.schema}.{reference.table}" if reference.schema else reference.table
    return sa.ForeignKeyConstraint(
        constraint.columns,
        [f"{place}.{column}" for column in reference.columns],
        name=constraint.name,
        ondelete=reference.ondelete,
        onupdate=reference.onupdate,
        match=reference.match,
        deferrable=True if "deferrable" in said else None,
        initially="DEFERRED" if "initially" in said else None,
    )


def _index(index: Index) -> sa.Index:
    where = dict(index.options).get("where")
    elements = zip(index.elements, index.plain, strict=True)
    return sa.Index(
        index.name,
        *[element if plain else _text(element) for element, plain in elements],
        unique=index.unique,
        **({} if where is None else {"sqlite_where": _text(where)}),  # type: ignore[arg-type]
    )


def _options(table: Table) -> dict[str, Any]:
    """Return the options of the whole table, as far as this SQLAlchemy knows them."""
    said = dict(table.options)
    known = {name for kind, names in SQLiteDialect.construct_arguments or () for name in names}
    options: dict[str, Any] = {}
    if any(column.autoincrement for column in table.columns):
        options["sqlite_autoincrement"] = True
    if "without_rowid" in said:
        options["sqlite_with_rowid"] = False
    if "strict" in said and "strict" in known:
        options["sqlite_strict"] = True
    return options


def _default(text: str) -> str:
    """Put brackets around what is more than a constant."""
    return text if len(tokens_of(text.lstrip("+-"))) == 1 else f"({text})"


def _text(sql: str) -> sa.TextClause:
    return sa.text(_PARAMETER.sub(r"\\:", sql))
