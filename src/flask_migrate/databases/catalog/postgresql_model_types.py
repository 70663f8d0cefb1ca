"""The types of models' columns, as PostgreSQL writes them; None where only the server knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .postgresql_names import is_hidden_type, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Dialect

    from .postgresql_names import SearchPath

_NAMES: Final = (
    "smallint integer bigint real text boolean date json jsonb uuid bytea interval inet cidr "
    "macaddr macaddr8 money oid tsvector tsquery jsonpath xml numeric int4range int8range "
    "numrange daterange tsrange tstzrange int4multirange int8multirange nummultirange "
    "datemultirange tsmultirange tstzmultirange"
)
_SAME: Final = frozenset(_NAMES.split())
_OTHER: Final = {
    "varchar": "character varying",
    "char": "character(1)",
    "decimal": "numeric",
    "float": "double precision",
    "double precision": "double precision",
    "timestamp without time zone": "timestamp without time zone",
    "timestamp with time zone": "timestamp with time zone",
    "time without time zone": "time without time zone",
    "time with time zone": "time with time zone",
    "bit": "bit(1)",
    "bit varying": "bit varying",
}
_WITH_NUMBERS: Final = re.compile(r"([a-z ]+?) ?\((\d+)(?:, ?(\d+))?\)( with(?:out)? time zone)?\Z")
_COLLATE: Final = re.compile(r" collate .*\Z", re.DOTALL)
_SINGLE_PRECISION: Final = 24
_LARGEST: Final = {"timestamp": 6, "time": 6}

NamedType = postgresql.ENUM | postgresql.DOMAIN


def real_type(type_: sa.types.TypeEngine[Any], dialect: Dialect) -> sa.types.TypeEngine[Any]:
    """Return the type that a dialect really uses, whatever decorates it."""
    if isinstance(type_, postgresql.DOMAIN):
        return type_  # its dialect_impl() loses the CHECK in some SQLAlchemy 2.0
    real = type_.dialect_impl(dialect)
    while isinstance(real, sa.types.TypeDecorator):
        real = real.impl_instance.dialect_impl(dialect)
    return real


def item_type(type_: sa.types.TypeEngine[Any], dialect: Dialect) -> sa.types.TypeEngine[Any]:
    """Return the type that a dialect really uses, in arrays that of their items."""
    real = real_type(type_, dialect)
    while isinstance(real, sa.ARRAY):
        real = real_type(real.item_type, dialect)
    return real


def named_types(table: sa.Table, dialect: Dialect) -> Iterator[NamedType]:
    """Yield the enums and domains that stand in a schema of their own and are used by a table."""
    for column in table.columns:
        real = item_type(column.type, dialect)
        while isinstance(real, postgresql.DOMAIN):
            yield real
            real = item_type(real.data_type, dialect)
        if isinstance(real, postgresql.ENUM):
            yield real


class TypeTexts:
    """What `format_type` says of the types of models, on one connection."""

    def __init__(self, connection: sa.Connection, path: SearchPath) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._path = path
        self._known: dict[str, str | None] = {}

    def text(self, type_: sa.types.TypeEngine[Any]) -> str | None:
        """Return a type's text, without its collation."""
        item = item_type(type_, self._dialect)
        if isinstance(item, postgresql.ENUM):
            text = self._enum(item)
            is_array = isinstance(real_type(type_, self._dialect), sa.ARRAY)
            return text + "[]" if text is not None and is_array else text
        compiled = type_.compile(dialect=self._dialect)
        if compiled not in self._known:
            self._known[compiled] = _builtin(compiled)
        return self._known[compiled]

    def collation(self, type_: sa.types.TypeEngine[Any]) -> str | None:
        """Return the collation that a type states."""
        collation = getattr(item_type(type_, self._dialect), "collation", None)
        return None if collation == "default" else collation

    def _enum(self, enum: postgresql.ENUM) -> str | None:
        name = enum.name
        if not name or is_hidden_type(self._connection, name):
            return None
        text = quoted(self._connection, name)
        if self._path.shows(enum.schema):
            return text
        return f"{quoted(self._connection, enum.schema or '')}.{text}"


def _builtin(compiled: str) -> str | None:
    text = _COLLATE.sub("", compiled.lower())
    base = text.rstrip("[]")
    known = _OTHER.get(base) or (base if base in _SAME else _with_numbers(base))
    return known + "[]" if known and base != text else known


def _with_numbers(text: str) -> str | None:
    match = _WITH_NUMBERS.match(text)
    if match is None:
        return None
    base, first, second, zone = match.groups()
    zone = zone or ""
    if base in ("varchar", "char", "bit", "bit varying") and second is None and not zone:
        name = {"varchar": "character varying", "char": "character"}.get(base, base)
        return f"{name}({int(first)})"
    if base in ("numeric", "decimal"):
        return f"numeric({int(first)},{int(second or 0)})"
    if base == "float" and second is None:
        return "real" if int(first) <= _SINGLE_PRECISION else "double precision"
    if base in _LARGEST and zone and second is None and int(first) <= _LARGEST[base]:
        return f"{base}({int(first)}){zone}"
    return None
