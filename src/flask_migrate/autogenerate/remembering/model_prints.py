"""Fingerprints of models: a hash of all that a comparison sees of a table.

It is the same in every process. What cannot be told surely by plain values has none: its
table is always compared.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import (
    AddConstraint,
    ColumnCollectionConstraint,
    CreateColumn,
    CreateIndex,
    CreateTable,
)
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.functions import FunctionElement

from flask_migrate.autogenerate.answers import RENAMED_FROM
from flask_migrate.autogenerate.schema_objects.owned_types import owned_types

from .type_prints import TypePrints, Unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Dialect

_WRITTEN: Final = (
    CreateTable,
    CreateColumn,
    CreateIndex,
    AddConstraint,
    sa.Column,
    sa.Table,
    sa.Index,
    sa.Computed,
    sa.Identity,
    sa.PrimaryKeyConstraint,
    sa.ForeignKeyConstraint,
    sa.UniqueConstraint,
    sa.CheckConstraint,
)
"""What a table is written with; where `@compiles` has changed it, nothing is sure."""
_NUMBERS: Final = [
    "start",
    "increment",
    "minvalue",
    "maxvalue",
    "nominvalue",
    "nomaxvalue",
    "cycle",
    "cache",
    "order",
    "always",
    "on_null",
]
_FUNCTION: Final = frozenset({"_has_args", "packagenames", "clause_expr", "type", "name"})
"""What a plain function consists of."""
_PARENTS: Final = ("postgresql_inherits", "postgresql_partition_by")
_BYTES: Final = 16
_AS_THEY_ARE: Final = 0
"""The version of `marshal` that writes values and nothing of the objects that hold them."""
_CONSTANT: Final = (str, int, float, bool, bytes)


@dataclass(frozen=True)
class ModelPrint:
    """What is known of a model's table without making anything of it."""

    hash: bytes
    has_named_types: bool
    """Whether a column's type may be an enum or a domain of the database."""


class ModelPrints:
    """The fingerprints of models for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._types = TypePrints(dialect)
        self._compiler: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
        self._sure = not any(hasattr(kind, "_compiler_dispatcher") for kind in _WRITTEN)
        self._prefixes = (
            ("mysql_", "mariadb_")
            if dialect.name in ("mysql", "mariadb")
            else (f"{dialect.name}_",)
        )
        self._conventions: dict[int, Any] = {}
        self._functions: dict[Any, str] = {}

    def of(self, table: sa.Table) -> ModelPrint | None:
        """Return a table's fingerprint; None where there is no sure one."""
        if not self._sure:
            return None
        try:
            content, named = self._table(table)
        except Unprintable:
            return None
        told = marshal.dumps(content, _AS_THEY_ARE)
        return ModelPrint(blake2b(told, digest_size=_BYTES).digest(), named)

    def beside(self, metadatas: Iterable[sa.MetaData]) -> str | None:
        """Return all that models say of enums, domains and sequences without a column."""
        found: list[Any] = []
        try:
            for metadata in metadatas:
                sequences = metadata._sequences.items()  # noqa: SLF001 # no public way
                found += sorted((str(key), self._own_default(s)) for key, s in sequences)
            found += sorted(self._types.of(type_)[0] for type_ in owned_types(metadatas))
        except Unprintable:
            return None
        return repr(found)

    def _table(self, table: sa.Table) -> tuple[Any, bool]:
        if table.__visit_name__ != "table":
            raise Unprintable(table)
        columns, named = [], False
        for column in table.columns:
            content, is_named = self._column(column)
            columns.append(content)
            named |= is_named
        counter = table._autoincrement_column  # noqa: SLF001 # as SQLAlchemy writes it
        content = (
            _name(table.name),
            _name(table.schema),
            table.comment,
            tuple(map(str, table._prefixes)),  # noqa: SLF001 # no public name
            self._told(table),
            self._options(table),
            self._convention(table.metadata),
            None if counter is None else str(counter.name),
            columns,
            sorted(map(self._constraint, table.constraints), key=repr),
            sorted(map(self._index, table.indexes), key=repr) if table.indexes else (),
        )
        return content, named

    def _column(self, column: sa.Column[Any]) -> tuple[Any, bool]:
        if type(column) is not sa.Column:
            raise Unprintable(column)
        type_, named = self._types.of(column.type)
        given = column.__dict__
        default = given["server_default"]
        content = (
            _name(column.name),
            type_,
            column.nullable,
            column.primary_key,
            column.autoincrement,
            column.comment,
            column.system,
            default if default is None else self._default(default),
            given["computed"] and self._computed(column),
            given["identity"] and self._numbers(column.identity),
            self._own_default(given["default"]),
            self._options(column),
            self._told(column),
            [self._constraint(c) for c in sorted(column.constraints, key=_order)],
        )
        return content, named

    def _default(self, default: Any) -> Any:
        """Return what stands behind DEFAULT; a generated column is said elsewhere."""
        if isinstance(default, (sa.Computed, sa.Identity)):
            return type(default).__name__
        if type(default) is sa.FetchedValue:
            return "fetched"
        if type(default) is not sa.DefaultClause:
            raise Unprintable(default)
        arg: Any = default.arg
        return ("text", str(arg)) if isinstance(arg, str) else self._expression(arg)

    def _own_default(self, default: Any) -> Any:
        """Return the sequence of a default that Python gives; any other is not in the database."""
        if default is None or not isinstance(default, sa.Sequence):
            return default is not None
        type_ = None if default.data_type is None else self._types.of(default.data_type)[0]
        name = (_name(default.name), _name(default.schema), default.optional)
        return (*name, self._numbers(default), type_)

    def _computed(self, column: sa.Column[Any]) -> Any:
        computed: Any = column.computed
        return self._expression(computed.sqltext), computed.persisted, self._options(computed)

    def _numbers(self, options: Any) -> Any:
        numbers = tuple(getattr(options, name, None) for name in _NUMBERS)
        return _plain(numbers), self._options(options)

    def _constraint(self, constraint: Any) -> Any:
        kind = type(constraint)
        if constraint._create_rule is not None and not constraint._type_bound:  # noqa: SLF001
            raise Unprintable(constraint)
        content: Any = ()
        if kind is sa.ForeignKeyConstraint:
            content = self._foreign_key(constraint)
        elif kind in (sa.PrimaryKeyConstraint, sa.UniqueConstraint):
            content = [str(column.name) for column in constraint.columns]
            content.append(getattr(constraint, "_implicit_generated", None))
        elif kind is sa.CheckConstraint:
            content = self._expression(constraint.sqltext)
        elif isinstance(constraint, ColumnCollectionConstraint):
            content = self._written(AddConstraint(constraint))
        else:
            raise Unprintable(constraint)
        return (
            kind.__name__,
            _name(constraint.name),
            type(constraint.name).__name__,
            constraint._type_bound,  # noqa: SLF001 # whether a type brings it along
            constraint._column_flag,  # noqa: SLF001 # whether a column's `unique=True` does
            constraint.deferrable,
            constraint.initially,
            constraint.comment,
            self._condition(constraint),
            self._options(constraint),
            content,
        )

    def _foreign_key(self, key: sa.ForeignKeyConstraint) -> Any:
        try:
            targets = [element.column for element in key.elements]
        except SQLAlchemyError as error:
            raise Unprintable(key) from error
        return (
            [str(name) for name in key.columns.keys()],  # noqa: SIM118 # no mapping
            [str(column.name) for column in key.columns],
            [(str(c.name), _name(c.table.name), _name(c.table.schema)) for c in targets],
            (key.ondelete, key.onupdate, key.match, key.use_alter),
        )

    def _index(self, index: sa.Index) -> Any:
        if type(index) is not sa.Index:
            raise Unprintable(index)
        plain = all(type(expression) is sa.Column for expression in index.expressions)
        options = self._given(index)
        return (
            _name(index.name),
            type(index.name).__name__,
            index.unique,
            index._column_flag,  # noqa: SLF001 # whether a column's `index=True` makes it
            [str(e.name) for e in index.expressions] if plain else (),  # type: ignore[union-attr]
            self._condition(index),
            () if plain and not options else self._written(CreateIndex(index)),
            sorted(options),
        )

    def _condition(self, item: Any) -> Any:
        condition = item._ddl_if  # noqa: SLF001 # no public way
        if condition is None:
            return None
        if condition.callable_ is not None or condition.state is not None:
            raise Unprintable(item)
        return _plain(condition.dialect)

    def _given(self, item: Any) -> dict[str, Any]:
        """Return the options for this database."""
        if "dialect_options" not in item.__dict__:
            return {}
        items = item.dialect_kwargs.items()
        return {name: value for name, value in items if name.startswith(self._prefixes)}

    def _options(self, item: Any) -> Any:
        given = self._given(item) if "dialect_options" in item.__dict__ else None
        if not given:
            return ()
        if any(given.get(name) for name in _PARENTS):
            raise Unprintable(item)  # how such a table looks is said elsewhere, too
        return sorted((name, self._option(value)) for name, value in given.items())

    def _option(self, value: Any) -> Any:
        return self._expression(value) if isinstance(value, sa.ClauseElement) else _plain(value)

    def _told(self, item: Any) -> Any:
        """Return what a model says of earlier names."""
        return _plain(item.info.get(RENAMED_FROM)) if "info" in item.__dict__ else None

    def _expression(self, expression: Any) -> Any:
        """Return an expression as it is written into a statement."""
        if type(expression) is sa.TextClause and not expression._bindparams:  # noqa: SLF001
            return "sql", expression.text
        key = _function_key(expression)
        if key in self._functions:
            return self._functions[key]
        try:
            text = str(
                self._compiler.sql_compiler.process(
                    expression, include_table=False, literal_binds=True
                )
            )
        except (SQLAlchemyError, NotImplementedError) as error:
            raise Unprintable(expression) from error
        if key is not None:
            self._functions[key] = text
        return text

    def _written(self, element: Any) -> str:
        try:
            return str(element.compile(dialect=self._dialect))
        except (SQLAlchemyError, NotImplementedError) as error:
            raise Unprintable(element) from error

    def _convention(self, metadata: sa.MetaData) -> Any:
        found = self._conventions.get(id(metadata))
        if found is None:
            pairs = metadata.naming_convention.items()
            given = [(_kind(kind), _plain(form)) for kind, form in pairs]
            found = self._conventions[id(metadata)] = sorted(given)
        return found


def _plain(value: Any) -> Any:
    """Return a value of plain values, in every process the same."""
    if value is None or type(value) in _CONSTANT:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, sa.Column):
        return "column", str(value.name)
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return tuple(sorted(((_plain(k), _plain(v)) for k, v in value.items()), key=repr))
    raise Unprintable(value)


def _kind(key: Any) -> str:
    return key if isinstance(key, str) else f"{key.__module__}.{key.__qualname__}"


def _name(name: Any) -> Any:
    """Return a name, and whether it was said how to quote it."""
    if isinstance(name, quoted_name):
        return str(name), name.quote
    return None if name is None else str(name)


def _order(constraint: Any) -> int:
    found: int = constraint._creation_order  # noqa: SLF001 # as SQLAlchemy sorts them
    return found


def _function_key(expression: Any) -> Any:
    """Return what a function without arguments is known by."""
    if not isinstance(expression, FunctionElement):
        return None
    given = expression.__dict__
    if not type(expression).__module__.startswith("sqlalchemy.") or not given.keys() <= _FUNCTION:
        return None
    if "clause_expr" not in given or len(expression.clauses):
        return None
    return type(expression), given.get("name"), tuple(given.get("packagenames", ()))


__all__ = ["ModelPrint", "ModelPrints"]
