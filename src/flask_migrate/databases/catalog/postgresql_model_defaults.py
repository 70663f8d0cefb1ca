"""Defaults of models' columns, as PostgreSQL shows them, where that is certain."""

from __future__ import annotations

import re
from typing import Final

from .postgresql_texts import default

_STRING: Final = re.compile(r"'((?:[^'\\]|'')*)'\Z")
_INTEGER: Final = re.compile(r"(?:0|-?[1-9]\d*)\Z")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?\Z")
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "'true'", "'t'", "'1'"), "true"),
    **dict.fromkeys(("false", "'false'", "'f'", "'0'"), "false"),
}
_CALLS: Final = {
    "now()": frozenset({"timestamp", "date", "time"}),
    "current_timestamp": frozenset({"timestamp", "date", "time"}),
    "current_date": frozenset({"timestamp", "date"}),
    "gen_random_uuid()": frozenset({"uuid"}),
}
_SHOWN: Final = {"current_timestamp": "CURRENT_TIMESTAMP", "current_date": "CURRENT_DATE"}
_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_STRINGS: Final = frozenset({"character", "character varying", "text"})


def certain_default(text: str, type_: str, *, is_enum: bool) -> str | None:
    """Return how a default is shown for a column of a type; None where it is not certain."""
    base = re.sub(r"\(.*\)", "", type_)
    call = text.lower()
    if call in _CALLS:
        first = base.split(" ", maxsplit=1)[0]
        return _SHOWN.get(call, call) if first in _CALLS[call] else None
    if base == "boolean":
        return _BOOLEANS.get(call)
    string = _STRING.match(text)
    if string is None:
        return _number(text, base)
    if is_enum and not type_.endswith("[]"):
        return f"{text}::{type_}"
    return _string(string[1], base)


def _string(value: str, base: str) -> str | None:
    if base in _STRINGS:
        return f"'{value}'"
    if base in ("json", "jsonb") or base.endswith("[]"):
        empty = ("{}",) if base.endswith("[]") else ("{}", "[]")
        return f"'{value}'" if value in empty else None
    return _number(value, base)


def _number(text: str, base: str) -> str | None:
    if base in _LARGEST:
        certain = _INTEGER.match(text) and abs(int(text)) <= _LARGEST[base]
    elif base in ("numeric", "double precision"):
        certain = _DECIMAL.match(text) and len(text) <= 15  # noqa: PLR2004 # digits that a double has
    else:
        certain = None
    return default(f"'{text}'::{base}", base) if certain else None
