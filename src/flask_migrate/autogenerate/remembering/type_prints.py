"""What a comparison sees of a column's type, as plain values: the words of its DDL, its enum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Dialect

    Print = str


class Unprintable(Exception):
    """Something of which nobody can say by plain values what it is."""


class TypePrints:
    """Prints of types for one dialect; those that say the same are looked at once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._compiler = dialect.type_compiler_instance
        self._by_content: dict[Any, tuple[Print, bool]] = {}
        self._by_object: dict[int, tuple[Any, tuple[Print, bool]]] = {}

    def of(self, type_: Any) -> tuple[Print, bool]:
        """Return a type's print, and whether it may be an enum or a domain of the database."""
        found = self._by_object.get(id(type_))
        if found is not None:
            return found[1]
        kind = type(type_)
        if kind is sa.Boolean and "_variant_mapping" not in type_.__dict__:
            return self._boolean(type_)
        if not kind.__module__.startswith("sqlalchemy."):
            return self._kept(type_)
        key = (kind, *type_.__dict__.items())
        try:
            known = self._by_content.get(key)
        except TypeError:  # it holds more than plain values
            return self._kept(type_)
        if known is None:
            known = self._by_content[key] = self._look(type_)
        return known

    def _boolean(self, type_: sa.Boolean) -> tuple[Print, bool]:
        key = (sa.Boolean, type_.create_constraint, type_.name)
        if key not in self._by_content:
            self._by_content[key] = self._look(type_)
        return self._by_content[key]

    def _kept(self, type_: Any) -> tuple[Print, bool]:
        found = self._look(type_)
        self._by_object[id(type_)] = type_, found  # kept, so that the id stays its own
        return found

    def _look(self, type_: Any) -> tuple[Print, bool]:
        kind = type(type_)
        if hasattr(kind, "_compiler_dispatcher"):  # what @compiles writes may hang on the column
            raise Unprintable(type_)
        parts = list(self._parts(type_))
        own = kind.__module__.startswith("sqlalchemy.")
        named = any(named for _, named in parts) or _is_named(type_, own=own)
        inner = tuple(part for part, _ in parts)
        words = self._words(type_)
        return repr((kind.__module__, kind.__qualname__, words, _content(type_), inner)), named

    def _words(self, type_: Any) -> str:
        try:
            return str(self._compiler.process(type_))
        except (SQLAlchemyError, AttributeError, TypeError) as error:
            raise Unprintable(type_) from error

    def _parts(self, type_: Any) -> Iterator[tuple[Print, bool]]:
        """Yield the types that a type consists of."""
        variant = getattr(type_, "_variant_mapping", {}).get(self._dialect.name)
        if variant is not None:
            yield self.of(variant)
        if isinstance(type_, sa.types.TypeDecorator):
            yield self.of(type_.load_dialect_impl(self._dialect))
            yield self.of(type_.impl_instance)
        if isinstance(type_, sa.ARRAY):
            yield self.of(type_.item_type)
        base = getattr(type_, "data_type", None)
        if isinstance(base, sa.types.TypeEngine):
            yield self.of(base)


def _is_named(type_: Any, *, own: bool) -> bool:
    """Return whether a type's words may name a type of the database: an enum, a domain."""
    if isinstance(type_, sa.types.TypeDecorator):
        return False  # what it consists of tells
    known = own and not isinstance(type_, (sa.types.SchemaType, sa.types.UserDefinedType))
    return not (known or isinstance(type_, sa.Boolean))


def _content(type_: Any) -> tuple[Any, ...]:
    """Return what a comparison asks enums, domains and the like for, beside their words."""
    names = [
        "name",
        "schema",
        "enums",
        "native_enum",
        "create_constraint",
        "length",
        "collation",
        "dimensions",
        "default",
        "constraint_name",
        "not_null",
        "check",
    ]
    given = type_.__dict__
    return tuple((name, _plain(given[name])) for name in names if name in given)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    if isinstance(value, sa.TextClause) and not value._bindparams:  # noqa: SLF001 # no public name
        return ("text", value.text)
    raise Unprintable(value)
