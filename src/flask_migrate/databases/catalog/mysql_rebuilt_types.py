"""SQLAlchemy's types for the types that MariaDB and MySQL show, as its reflection gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects import mysql

from flask_migrate.column_types import Verbatim

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

_SHOWN: Final = re.compile(r"(\w+)(?:\(((?:[^()']|'(?:[^']|'')*')*)\))?([^(]*)")
_VALUE: Final = re.compile(r"'((?:[^']|'')*)'")
_ESCAPED: Final = re.compile(r"\\(.)|''")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a"}
_HINT: Final = re.compile(r"\s*/\*.*?\*/")
_WIDTHS: Final = {
    "tinyint": (4, 3),
    "smallint": (6, 5),
    "mediumint": (9, 8),
    "int": (11, 10),
    "bigint": (20, 20),
}
"""What MariaDB shows where none was stated: with a sign, and without."""
_DIGITS: Final = frozenset({"decimal", "float", "double"})
_TIMES: Final = frozenset({"datetime", "timestamp", "time"})
_LENGTHS: Final = frozenset({"char", "varchar", "binary", "varbinary", "bit"})
_COLLATED: Final = frozenset(
    {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"}
)


class KeptEnum(mysql.ENUM):
    """MySQL's ENUM that keeps its character set and collation when its table is copied.

    SQLAlchemy's (2.0 and 2.1) loses them. It is written into files as the one it is.
    """

    __module__ = mysql.ENUM.__module__

    def copy(self, **_: Any) -> KeptEnum:
        """Return the type itself."""
        return self


KeptEnum.__name__ = KeptEnum.__qualname__ = "ENUM"


def kept_enum(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return an ENUM as one that can be copied; any other type as it is."""
    if not isinstance(type_, mysql.ENUM) or not (type_.collation or type_.charset):
        return type_
    return KeptEnum(
        *(type_.enums if type_.enum_class is None else [type_.enum_class]),
        charset=type_.charset,
        collation=type_.collation,
        values_callable=type_.values_callable,
    )


def rebuilt_type(shown: str, collation: str | None, dialect: sa.Dialect) -> TypeEngine[Any]:
    """Return the type that a column has."""
    found = _SHOWN.fullmatch(_HINT.sub("", shown))
    known: dict[str, type[Any]] = dialect.ischema_names  # type: ignore[attr-defined] # each dialect has it
    kind = known.get(found[1]) if found else None
    if found is None or kind is None:
        return Verbatim(shown)
    name, arguments, rest = found[1], found[2], found[3].split()
    options: dict[str, Any] = {word: True for word in rest if word in ("unsigned", "zerofill")}
    if collation is not None and name in _COLLATED:
        options["collation"] = collation
    if name in ("enum", "set"):
        return kept_enum(_made(kind, *map(_value, _VALUE.findall(arguments)), **options))
    return _made(kind, **_numbers(name, arguments, options), **options)


def _numbers(name: str, arguments: str | None, options: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in the parentheses, by SQLAlchemy's words for it."""
    if arguments is None:
        return {}
    numbers = [int(number) for number in arguments.split(",")]
    if name in _WIDTHS:
        usual = _WIDTHS[name]["unsigned" in options]
        stated = numbers[0] != usual or "zerofill" in options
        return {"display_width": numbers[0]} if stated else {}
    if name in _DIGITS:
        return dict(zip(("precision", "scale"), numbers, strict=False))
    if name in _TIMES:
        return {"fsp": numbers[0]}
    if name in _LENGTHS:
        return {"length": numbers[0]}
    return {"display_width": numbers[0]} if name == "year" else {}


def _value(text: str) -> str:
    """Return the value of an ENUM or SET that is shown so between quotes."""
    return _ESCAPED.sub(lambda found: _CONTROLS.get(found[1], found[1] or "'"), text)


def _made(kind: type[Any], *values: Any, **options: Any) -> TypeEngine[Any]:
    made: TypeEngine[Any] = kind(*values, **options)
    return made
