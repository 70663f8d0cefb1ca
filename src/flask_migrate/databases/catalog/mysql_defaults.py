"""How MariaDB and MySQL show the defaults that SQLAlchemy writes, where that is certain."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NOW: Final = r"(?:CURRENT_TIMESTAMP|NOW|LOCALTIME|LOCALTIMESTAMP)"
_TIME: Final = re.compile(
    rf"\(?{_NOW}(?:\((?P<digits>\d?)\))?\)?(?P<update>\s+ON\s+UPDATE\s+{_NOW}"
    r"(?:\((?P<update_digits>\d?)\))?)?",
    re.IGNORECASE,
)
_TEXT: Final = re.compile(r"'(?:[!-$&(-\[\]-~]|[!-$&(-\[\]-~][ -$&(-\[\]-~]*[!-$&(-\[\]-~])?'")
"""Printable, without what is written in several ways; not a blank at either end."""
_INTEGER: Final = re.compile(r"'?(0|-?[1-9]\d{0,17})'?")
_DECIMAL: Final = re.compile(r"'?(?P<whole>0|-?[1-9]\d{0,9})(?:\.(?P<part>\d{1,9}))?'?")
_FLOAT: Final = re.compile(r"'?((?:0|-?[1-9]\d{0,2})(?:\.\d{0,2}[1-9])?)'?")
_TYPE: Final = re.compile(r"(\w+)(?:\((.*)\))?.*")
_DATES: Final = {
    "date": re.compile(r"'(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])'"),
    "datetime": re.compile(
        r"'(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
        r" (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d'"
    ),
    "time": re.compile(r"'(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d'"),
}
_WORDS: Final = {"true": "1", "false": "0"}
_INTEGERS: Final = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
_LETTERS: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})


@lru_cache(maxsize=4096)
def shown_default(written: str, type_: str, *, mariadb: bool) -> str | None:
    """Return how a default shows that is written for a column of a type, as the catalog shows it.

    None where it is not certain.
    """
    found = _TYPE.fullmatch(type_)
    if found is None:
        return None
    name, arguments = found.groups()
    if written.startswith("(") and not _TIME.fullmatch(written):
        return None
    if name in _INTEGERS:
        number = _INTEGER.fullmatch(_WORDS.get(written.lower(), written))
        return number.group(1) if number else None
    if name in ("float", "double"):
        number = _FLOAT.fullmatch(written)
        return number.group(1) if number and arguments is None else None
    if name == "decimal":
        return _decimal(written, arguments)
    if name in ("datetime", "timestamp"):
        shown = _time(written, arguments or "", mariadb=mariadb)
        if shown is not None:
            return shown
    return _text(written, name, arguments, mariadb=mariadb)


def _text(written: str, name: str, arguments: str | None, *, mariadb: bool) -> str | None:
    if name in _DATES:
        shown = arguments is None and _DATES[name].fullmatch(written)
    elif name == "enum":
        shown = written in re.findall(r"'[^']*'", arguments or "")
    elif name in _LETTERS or name == "json":
        # MySQL refuses constants for TEXT and JSON.
        shown = _TEXT.fullmatch(written) and (mariadb or "char" in name)
    else:
        shown = False
    return written if shown else None


def _time(written: str, precision: str, *, mariadb: bool) -> str | None:
    found = _TIME.fullmatch(written)
    if found is None or (found["digits"] or "") != precision:
        return None
    word = "current_timestamp" if mariadb else "CURRENT_TIMESTAMP"
    shown = f"{word}({precision})" if mariadb or precision else word
    if not found["update"]:
        return shown
    if (found["update_digits"] or "") != precision or written.startswith("("):
        return None
    return f"{shown} ON UPDATE {shown}"


def _decimal(written: str, arguments: str | None) -> str | None:
    found = _DECIMAL.fullmatch(written)
    if found is None or arguments is None:
        return None
    precision, scale = map(int, arguments.split(","))
    part = (found["part"] or "").rstrip("0")
    digits = len(found["whole"].lstrip("-"))
    if len(part) > scale or digits > max(precision - scale, 1):
        return None
    if found["whole"].startswith("-0"):
        return None
    return f"{found['whole']}.{part.ljust(scale, '0')}" if scale else found["whole"]
