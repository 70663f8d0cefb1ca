"""Rows for the tables of a model: a few each, with values at the edges, and what holds them."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNT = 4
TEXTS = ["o'Brien", 'a "b" c', "größe 名", "100 % \\ :x", ""]
VALUES: dict[type, Sequence[Any]] = {
    sa.Boolean: [True, False],
    sa.SmallInteger: [0, -7, 32767, 12],
    sa.BigInteger: [0, -7, 2**40, 12],
    sa.Integer: [0, -7, 2147483647, 12],
    sa.Float: [0.5, -2.0, 1000.25],
    sa.Numeric: [Decimal("0.5"), Decimal(-3), Decimal("7.25")],
    sa.DateTime: [dt.datetime(2024, 2, 29, 23, 59, 58), dt.datetime(1999, 1, 2)],  # noqa: DTZ001
    sa.Date: [dt.date(2024, 2, 29), dt.date(1999, 12, 31)],
    sa.Time: [dt.time(23, 59, 58), dt.time(0, 0)],
    sa.Interval: [dt.timedelta(days=1, seconds=3), dt.timedelta(0)],
    sa.LargeBinary: [b"\x00'\xff", b""],
    sa.JSON: [{"a": ["%", None, "'"]}, [], "text", 1],
    sa.Uuid: [uuid.UUID(int=number) for number in (1, 2, 3, 2**127)],
    postgresql.INET: ["10.0.0.1", "::1"],
    postgresql.CIDR: ["10.0.0.0/8"],
    postgresql.HSTORE: [],
    postgresql.INT4RANGE: [],
    postgresql.BIT: [],
    mysql.YEAR: [1999, 2024],
    mysql.SET: [],
}


def fill(
    connection: sa.Connection,
    metadata: sa.MetaData,
    after: sa.MetaData,
    given: Mapping[str, Sequence[Any]],
) -> None:
    """Insert rows that hold before and after a change; `given` are values of ``table.column``."""
    keys: dict[str, list[Any]] = {}
    late: list[sa.ForeignKey] = []
    for table in _in_order(metadata):
        twin = after.tables.get(table.key)
        columns = [_Column(column, twin, given, keys, late) for column in table.columns]
        drawn = [column for column in columns if column.drawn]
        rows = [{c.name: c.value(number) for c in drawn} for number in range(COUNT)]
        for row in rows if drawn else [{}] * COUNT:
            connection.execute(table.insert().values(row) if row else table.insert())
        _note_keys(connection, table, keys)
    for key in late:
        _point(connection, key, keys)


def contents(engine: sa.Engine, table: sa.Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the rows of a table, as the driver gives them."""
    quote = engine.dialect.identifier_preparer.quote_identifier
    path = f"{quote(table.schema)}." if table.schema else ""
    named = ", ".join(quote(column) for column in columns) or "1"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT {named} FROM {path}{quote(table.name)}").all()
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


class _Column:
    """What rows hold in one column: what is given for it, else what its type allows."""

    def __init__(
        self,
        column: sa.Column[Any],
        twin: sa.Table | None,
        given: Mapping[str, Sequence[Any]],
        keys: dict[str, list[Any]],
        late: list[sa.ForeignKey],
    ) -> None:
        self.name = column.name
        others = [twin.columns[column.name]] if twin is not None and self.name in twin.c else []
        self._columns = [column, *others]
        name = f"{column.table.key}.{column.name}"
        self.drawn = name in given or not _left_to_the_database(column)
        self._given = given.get(name)
        self._values = self._given or []
        if self.drawn and not self._given:
            self._values = self._possible(column, keys, late)

    def value(self, number: int) -> Any:
        if self._given is not None:
            return self._given[number % len(self._given)]
        if not self._values or (number == COUNT - 2 and self._may_be_null):
            return None
        if not any(_is_alone(column) for column in self._columns):
            return self._values[number % len(self._values)]
        return _distinct(self._values, number)

    @property
    def _may_be_null(self) -> bool:
        """Whether NULL stands in one row: it may in both, or the model has a value instead."""
        first, *others = self._columns
        return bool(first.nullable) and all(
            other.nullable or getattr(other.default, "is_scalar", False) for other in others
        )

    def _possible(
        self, column: sa.Column[Any], keys: dict[str, list[Any]], late: list[sa.ForeignKey]
    ) -> list[Any]:
        for key in column.foreign_keys:
            if key.target_fullname in keys:
                return keys[key.target_fullname]
            late.append(key)
            return []
        kinds = [possible(column.type) for column in self._columns]
        both = [value for value in kinds[0] if all(value in values for values in kinds[1:])]
        return both or kinds[0]


def possible(type_: sa.types.TypeEngine[Any]) -> list[Any]:
    """Return values of a type."""
    if isinstance(type_, sa.types.TypeDecorator):
        return possible(type_.impl_instance)
    if isinstance(type_, sa.ARRAY):
        values = possible(type_.item_type)
        return [[values[0], values[-1]], [], [values[0]]]
    if isinstance(type_, sa.Enum) or type(type_) is mysql.ENUM:
        return list(type_.enums)
    if isinstance(type_, postgresql.DOMAIN):
        return possible(type_.data_type)
    for class_, values in VALUES.items():
        if isinstance(type_, class_):
            return [value for value in values if _fits(type_, value)]
    length = getattr(type_, "length", None)
    return [text[:length] for text in TEXTS] if isinstance(type_, sa.String) else []


def _fits(type_: Any, value: Any) -> bool:
    if isinstance(type_, mysql.TINYINT):
        return bool(abs(value) < 128)
    if not isinstance(type_, sa.Numeric) or isinstance(type_, sa.Float):
        return not getattr(type_, "unsigned", False) or value >= 0
    scale = 9 if type_.precision is None else type_.scale or 0
    return bool(round(value, scale) == value)


def _distinct(values: list[Any], number: int) -> Any:
    """Return the value of a row where no two may have the same."""
    if number < len(dict.fromkeys(map(repr, values))):
        return values[number]
    base = values[0]
    return f"{number}{base}"[: max(map(len, values))] if isinstance(base, str) else base + number


def _is_alone(column: sa.Column[Any]) -> bool:
    """Return whether a column's values must differ; so they do in any unique set of columns."""
    table = column.table
    sets = [c.columns for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    sets += [index.columns for index in table.indexes if index.unique]
    return column.primary_key or bool(column.unique) or any(column.name in s for s in sets)


def _left_to_the_database(column: sa.Column[Any]) -> bool:
    if column.computed is not None or column.identity is not None:
        return True
    return column is column.table._autoincrement_column  # no public way


def _note_keys(connection: sa.Connection, table: sa.Table, keys: dict[str, list[Any]]) -> None:
    for column in table.columns:
        found = connection.execute(sa.select(column)).scalars().all()
        keys[f"{table.key}.{column.name}"] = [value for value in found if value is not None]


def _point(connection: sa.Connection, key: sa.ForeignKey, keys: dict[str, list[Any]]) -> None:
    """Let the rows of a table point to others that did not exist when they were made."""
    values = keys[key.target_fullname]
    table = key.parent.table
    if values:
        connection.execute(table.update().values({key.parent.name: values[0]}))


def _in_order(metadata: sa.MetaData) -> Iterator[sa.Table]:
    """Return tables behind those that they point to; in a circle, some of them point later."""
    waiting = list(metadata.tables.values())
    while waiting:
        free = [t for t in waiting if not _needs(t, waiting)]
        patient = [t for t in waiting if not _needs(t, waiting, nullable=False)]
        yield (chosen := (free or patient or waiting)[0])
        waiting.remove(chosen)


def _needs(table: sa.Table, others: list[sa.Table], *, nullable: bool = True) -> bool:
    """Return whether a table points to one of some others, be it where there may be NULL."""
    keys = [key for key in table.foreign_keys if nullable or not key.parent.nullable]
    return any(key.column.table in others and key.column.table is not table for key in keys)
