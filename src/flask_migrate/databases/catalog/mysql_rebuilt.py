"""Tables of MariaDB and MySQL as SQLAlchemy's objects, so that they can be made again.

A CHECK that stood at a column becomes one of the table. WITH SYSTEM VERSIONING is not
said: SQLAlchemy has no word for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .facts import Index, Kind
from .mysql_rebuilt_types import rebuilt_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Column, Constraint, Table
    from .mysql_server import Server

_PREFIX_LENGTH: Final = re.compile(r"`((?:[^`]|``)+)`\((\d+)\)")
_DESCENDING: Final = re.compile(r"`((?:[^`]|``)+)` DESC")
_USUAL_ROW_FORMATS: Final = frozenset({"dynamic", "page"})


def rebuilt_table(
    table: Table, dialect: sa.Dialect, server: Server, metadata: sa.MetaData
) -> sa.Table:
    """Return a table with all that it has."""
    key = next((c for c in table.constraints if c.kind is Kind.PRIMARY_KEY), None)
    columns = [_column(column, key, dialect) for column in table.columns]
    # Only an index can say by which method it is unique.
    hashed = [c for c in table.constraints if c.kind is Kind.UNIQUE and c.options]
    constraints = [_constraint(c) for c in table.constraints if c not in hashed]
    items: list[Any] = [*columns, *constraints]
    options: dict[str, Any] = {
        f"{dialect.name}_{name}": text for name, text in _options(table, server)
    }
    made = sa.Table(
        table.name, metadata, *items, schema=table.schema, comment=table.comment, **options
    )
    for index in [*table.indexes, *map(_unique_index, hashed)]:
        _index(index, made, dialect)
    return made


def _column(column: Column, key: Constraint | None, dialect: sa.Dialect) -> sa.Column[Any]:
    in_key = key is not None and column.name in key.columns
    more: list[Any] = []
    if column.computed is not None:
        more.append(sa.Computed(_text(column.computed), persisted=column.stored))
    return sa.Column(
        column.name,
        rebuilt_type(column.type, column.collation, dialect),
        *more,
        nullable=column.nullable,
        autoincrement=column.autoincrement if in_key else "auto",
        server_default=None if column.default is None else _text(column.default),
        comment=column.comment,
    )


def _constraint(constraint: Constraint) -> sa.Constraint:
    name = constraint.name
    if constraint.kind is Kind.PRIMARY_KEY:
        return sa.PrimaryKeyConstraint(*constraint.columns)
    if constraint.kind is Kind.UNIQUE:
        return sa.UniqueConstraint(*constraint.columns, name=name)
    if constraint.kind is Kind.CHECK or constraint.reference is None:
        return sa.CheckConstraint(
            _text(constraint.text or ""), name=name, info={"facts": constraint}
        )
    reference = constraint.reference
    target = ".".join(part for part in (reference.schema, reference.table) if part)
    return sa.ForeignKeyConstraint(
        constraint.columns,
        [f"{target}.{column}" for column in reference.columns],
        name=name,
        ondelete=reference.ondelete,
        onupdate=reference.onupdate,
    )


def _unique_index(constraint: Constraint) -> Index:
    columns, plain = constraint.columns, (True,) * len(constraint.columns)
    return Index(str(constraint.name), columns, plain, unique=True, options=constraint.options)


def _index(index: Index, table: sa.Table, dialect: sa.Dialect) -> None:
    options: dict[str, Any] = {}
    stated = dict(index.options)
    if "type" in stated:
        options[f"{dialect.name}_prefix"] = stated["type"]
    if "using" in stated:
        options[f"{dialect.name}_using"] = stated["using"].lower()
    lengths = dict(_lengths(index))
    simple = all(plain or text in lengths for text, plain in _elements(index))
    elements: list[Any] = []
    for text, plain in _elements(index):
        if plain:
            elements.append(table.c[text])
        elif simple:
            elements.append(table.c[lengths[text][0]])
        else:
            elements.append(_element(text, table))
    if simple and lengths:
        options[f"{dialect.name}_length"] = dict(lengths.values())
    sa.Index(index.name, *elements, unique=index.unique, _table=table, **options)


def _elements(index: Index) -> list[tuple[str, bool]]:
    return list(zip(index.elements, index.plain, strict=True))


def _lengths(index: Index) -> Iterator[tuple[str, tuple[str, int]]]:
    """Return for the text of an element the column and how much of it is indexed."""
    for text, plain in _elements(index):
        found = None if plain else _PREFIX_LENGTH.fullmatch(text)
        if found:
            yield text, (found[1].replace("``", "`"), int(found[2]))


def _element(text: str, table: sa.Table) -> Any:
    found = _DESCENDING.fullmatch(text)
    return table.c[found[1].replace("``", "`")].desc() if found else _text(text)


def _options(table: Table, server: Server) -> Iterator[tuple[str, str]]:
    """Return what is not left to the database's defaults."""
    options = dict(table.options)
    if options.get("collate") == server.collation:
        del options["collate"], options["charset"]
    if options.get("engine") == server.engine:
        del options["engine"]
    if options.get("row_format") in _USUAL_ROW_FORMATS:
        del options["row_format"]
    options.pop("system_versioning", None)
    for name, text in options.items():
        if ":" not in name:
            yield name, text


def _text(sql: str) -> sa.TextClause:
    """Return SQL in which a colon begins no parameter."""
    return sa.text(sql.replace(":", r"\:"))
