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
    """Return how a default shows for a column of a type, which is as the catalog shows it.

    None where it is not certain.
    """
    found = _TYPE.fullmatch(type_)
    if found is None:
        return None
    name, arguments = found[1], found[2]
    if name in _INTEGERS or name in ("float", "double", "decimal"):
        return _number(written, name, arguments)
    if name in ("datetime", "timestamp") and _TIME.fullmatch(written):
        return _time(written, arguments or "", mariadb=mariadb)
    return written if _as_written(written, name, arguments, mariadb=mariadb) else None


def _number(written: str, name: str, arguments: str | None) -> str | None:
    if name == "decimal":
        return _decimal(written, arguments)
    if name in _INTEGERS:
        found = _INTEGER.fullmatch(_WORDS.get(written.lower(), written))
    else:
        found = None if arguments else _FLOAT.fullmatch(written)
    return found[1] if found else None


def _as_written(written: str, name: str, arguments: str | None, *, mariadb: bool) -> bool:
    if name in _DATES:
        return arguments is None and bool(_DATES[name].fullmatch(written))
    if name == "enum":
        return written in re.findall(r"'[^']*'", arguments or "")
    # MySQL refuses constants for TEXT and JSON.
    letters = name in _LETTERS or name == "json"
    return letters and bool(_TEXT.fullmatch(written)) and (mariadb or "char" in name)


def _time(written: str, precision: str, *, mariadb: bool) -> str | None:
    found = _TIME.fullmatch(written)
    if found is None or (found["digits"] or "") != precision:
        return None
    if not mariadb and (written.startswith("(") or "()" in written or written[0] not in "cC"):
        return None  # MySQL shows these as they are written
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
