"""How MariaDB and MySQL show the types that SQLAlchemy writes, where that is certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?P<name>[A-Z0-9]+(?: PRECISION)?)"
    r"(?:\((?P<arguments>(?:[^()']|'[^']*')*)\))?"
    r"(?P<unsigned> UNSIGNED)?"
    r"(?: CHARACTER SET (?P<charset>\w+))?(?: COLLATE [`']?(?P<collation>\w+)[`']?)?"
)
_INTEGERS: Final = {
    "TINYINT": ("tinyint", 4, 3),
    "SMALLINT": ("smallint", 6, 5),
    "MEDIUMINT": ("mediumint", 9, 8),
    "INTEGER": ("int", 11, 10),
    "INT": ("int", 11, 10),
    "BIGINT": ("bigint", 20, 20),
}
"""The name shown, and MariaDB's display widths with a sign and without."""
_TEXTS: Final = frozenset({"TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"})
_BLOBS: Final = frozenset({"TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"})
_TIMES: Final = frozenset({"DATETIME", "TIMESTAMP", "TIME"})
_DECIMALS: Final = frozenset({"NUMERIC", "DECIMAL"})
_DOUBLES: Final = frozenset({"DOUBLE", "DOUBLE PRECISION"})
_NATIVE: Final = {"UUID": (10, 7), "INET6": (10, 5), "INET4": (10, 10)}
"""The versions of MariaDB that brought them."""
_LETTERS: Final = frozenset({"CHAR", "VARCHAR", "ENUM", *_TEXTS})
_COLLATED: Final = re.compile(r"(?:utf8mb4|latin1|ascii)_\w+")
_LISTED: Final = re.compile(r"'(?:[!-&(-\[\]-~]|[!-&(-\[\]-~][ -&(-\[\]-~]*[!-&(-\[\]-~])'")
_LONGEST_CHAR: Final = 255
_LONGEST_VARCHAR: Final = 16_383
_LONGEST_FLOAT: Final = 24
_LONGEST_DOUBLE: Final = 53
_INDEX_OVERHEAD: Final = 32


@dataclass(frozen=True)
class ShownType:
    """A type as the catalog shows it."""

    text: str
    collation: str | None = None
    """Where the type states one."""
    bytes: int | None = _INDEX_OVERHEAD
    """At the most, as part of an index; None where it cannot be one without a length."""


@lru_cache(maxsize=4096)
def shown_type(written: str, version: tuple[int, ...] | None) -> ShownType | None:
    """Return how a type shows; `version` is that of MariaDB, None for MySQL.

    None where it is not certain.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    name, arguments, unsigned = found["name"], found["arguments"], found["unsigned"]
    if found["charset"] or found["collation"]:
        return _collated(name, arguments, found["charset"], found["collation"])
    if name in _INTEGERS:
        return _integer(name, arguments, bool(unsigned), version)
    return None if unsigned else _letters(name, arguments) or _others(name, arguments, version)


def _collated(
    name: str, arguments: str | None, charset: str | None, collation: str | None
) -> ShownType | None:
    certain = collation is not None and _COLLATED.fullmatch(collation)
    shown = _letters(name, arguments)
    if not certain or shown is None or name not in _LETTERS or not collation:
        return None
    if charset is not None and not collation.startswith(f"{charset}_"):
        return None
    return ShownType(shown.text, collation, shown.bytes)


def _integer(
    name: str, arguments: str | None, unsigned: bool, version: tuple[int, ...] | None
) -> ShownType | None:
    shown, signed_width, unsigned_width = _INTEGERS[name]
    sign = " unsigned" if unsigned else ""
    if version is None:
        # MySQL shows no width but that of a BOOL.
        kept = name == "TINYINT" and arguments == "1" and not unsigned
        return ShownType(f"{shown}(1)" if kept else f"{shown}{sign}")
    width = arguments or str(unsigned_width if unsigned else signed_width)
    return ShownType(f"{shown}({width}){sign}") if width.isdigit() else None


def _letters(name: str, arguments: str | None) -> ShownType | None:
    if name == "ENUM":
        certain = arguments and all(_LISTED.fullmatch(value) for value in _split(arguments))
        return ShownType(f"enum({arguments})") if certain else None
    if name in _TEXTS:
        return ShownType(name.lower(), bytes=None) if arguments is None else None
    length = _number(arguments or ("1" if name == "CHAR" else None))
    if length is None:
        return None
    if (name == "CHAR" and length <= _LONGEST_CHAR) or (
        name == "VARCHAR" and length <= _LONGEST_VARCHAR
    ):
        return ShownType(f"{name.lower()}({length})", bytes=4 * length)
    return None


def _others(name: str, arguments: str | None, version: tuple[int, ...] | None) -> ShownType | None:
    if name in _TIMES:
        precision = _number(arguments or "0")
        if precision is None or precision > 6:  # noqa: PLR2004 # microseconds
            return None
        return ShownType(f"{name.lower()}({precision})" if precision else name.lower())
    if name in _DECIMALS or name == "FLOAT" or name in _DOUBLES:
        return _decimal(arguments) if name in _DECIMALS else _floating(name, arguments)
    if name in ("BINARY", "VARBINARY"):
        length = _number(arguments or ("1" if name == "BINARY" else None))
        fits = length is not None and length <= (_LONGEST_CHAR if name == "BINARY" else 65_000)
        return ShownType(f"{name.lower()}({length})", bytes=length) if fits else None
    return _fixed(name, version) if arguments is None else None


def _fixed(name: str, version: tuple[int, ...] | None) -> ShownType | None:
    if name in ("BOOL", "BOOLEAN"):
        return ShownType("tinyint(1)")
    if name in _BLOBS or name == "JSON":
        return ShownType(name.lower(), bytes=None)
    if name == "DATE":
        return ShownType("date")
    if name in _NATIVE and version is not None and version >= _NATIVE[name]:
        return ShownType(name.lower())
    return None


def _decimal(arguments: str | None) -> ShownType | None:
    numbers = [_number(text) for text in _split(arguments or "10")]
    if None in numbers or len(numbers) > 2:  # noqa: PLR2004 # precision and scale
        return None
    precision, scale = [*numbers, 0][:2]
    return ShownType(f"decimal({precision},{scale})") if precision else None


def _floating(name: str, arguments: str | None) -> ShownType | None:
    if arguments is None:
        return ShownType("float" if name == "FLOAT" else "double")
    bits = _number(arguments)
    if bits is None or name != "FLOAT" or bits > _LONGEST_DOUBLE:
        return None
    return ShownType("float" if bits <= _LONGEST_FLOAT else "double")


def _split(arguments: str) -> list[str]:
    return re.findall(r"'[^']*'|[^,\s]+", arguments)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"0|[1-9]\d{0,4}", text) else None
