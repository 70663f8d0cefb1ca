"""What a type stands on: SQLAlchemy's own type that gives the same column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import types as sa_types

from .trial import ddl_of, dialect_named

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATABASES: Final = ("mariadb", "mysql", "postgresql", "sqlite")
_ABSTRACT: Final = ("TypeDecorator", "UserDefinedType", "TypeEngine", "NullType", "ExternalType")


def stand_in(type_: Any, dialect: str) -> Any:
    """Return the type of SQLAlchemy's that gives the same column; None where there is none."""
    wanted = ddl_of(type_, dialect)
    if wanted is None:
        return None
    for candidate in _candidates(type_, dialect):
        if ddl_of(candidate, dialect) == wanted:
            return candidate
    return None


def without_variants(type_: Any) -> Any:
    """Return a type as it is on databases that it has no variant for."""
    alone = _copy(type_, type(type_))
    alone._variant_mapping = sa.util.EMPTY_DICT  # noqa: SLF001 # there is no public way
    return alone


def raw(type_: Any, dialect: str, prefix: str) -> str:
    """Return an expression for a type of which nothing but its name in DDL can be written."""
    ddl = ddl_of(type_, dialect)
    if ddl is None:
        return f"{prefix}types.NullType()"
    name = type(type_).__name__
    spec = f"{{'cache_ok': True, 'get_col_spec': lambda self, **kw: {ddl!r}}}"
    return f"type({name!r}, ({prefix}types.UserDefinedType,), {spec})()"


def of_no_metadata(type_: Any) -> Any:
    """Return a type as one that belongs to no MetaData, which a table's creation may create.

    The repr() of SQLAlchemy 2.0's enums has the MetaData.
    """
    if getattr(type_, "metadata", None) is None:
        return type_
    alone = _copy(type_, type(type_))
    alone.metadata = None
    return alone


def _candidates(type_: Any, dialect: str) -> Iterator[Any]:
    if isinstance(type_, sa.TypeDecorator):
        yield _under(type_, dialect)
    for base in type(type_).__mro__[1:]:
        if _is_public(base):
            yield _copy(type_, base)


def _copy(type_: Any, cls: Any) -> Any:
    """Return the type that another class would be with the same attributes."""
    made = cls.__new__(cls)
    vars(made).update(vars(type_))
    return made


def _under(type_: sa.TypeDecorator[Any], dialect: str) -> Any:
    """Return what a TypeDecorator decorates, and what it takes instead on some databases."""
    impl: Any = type_.impl_instance
    found = impl
    for name in sorted({dialect, *_DATABASES}):
        ddl = ddl_of(type_, name)
        if ddl is not None and ddl != ddl_of(impl, name):
            try:
                other = type_.load_dialect_impl(dialect_named(name))
            except Exception:  # noqa: BLE001, S112 # types of anybody
                continue
            if name not in found._variant_mapping:  # noqa: SLF001 # there is no public way
                found = found.with_variant(other, name)
    return found


def _is_public(cls: type[Any]) -> bool:
    """Return whether a revision file can have a class by `sa` or by a dialect's module."""
    if cls.__module__.partition(".")[0] != "sqlalchemy" or cls.__name__ in _ABSTRACT:
        return False
    place: Any = sa_types
    if cls.__module__.startswith("sqlalchemy.dialects."):
        place = getattr(sa.dialects, cls.__module__.split(".")[2])
    return getattr(place, cls.__name__, None) is cls
