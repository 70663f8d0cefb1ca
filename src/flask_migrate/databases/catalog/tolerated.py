"""CHECKs that a model does not ask for and that say nothing its types do not say.

SQLAlchemy before 1.4 made one for every Boolean, and for every Enum that is no
type of the database. Such databases are as their models want them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .facts import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Dialect

    from .facts import Constraint

_PIECES: Final = r"""
    (?P<space>\s+)
    |(?P<cast>::\s*(?:[a-z_]\w*\s*|"[^"]*"\s*)+(?:\(\s*\d+\s*\))?(?:\[\])?)
    |(?P<value>'(?:[^'BACKSLASH]|''|BACKSLASH.)*'|\d+)
    |(?P<introducer>_\w+(?=\s*'))
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    |(?P<word>\w+)
    |(?P<sign>.)
    """
_FLAGS: Final = re.VERBOSE | re.IGNORECASE | re.DOTALL
_TOKENS: Final = re.compile(_PIECES.replace("BACKSLASH.", "(?!)").replace("BACKSLASH", ""), _FLAGS)
_MYSQL_TOKENS: Final = re.compile(_PIECES.replace("BACKSLASH", r"\\"), _FLAGS)
_ESCAPED: Final = re.compile(r"_\w+\\'")
"""MySQL's own strings in its own escapes."""
_IN: Final = (["IN"], ["=", "ANY", "ARRAY"], ["="])
"""How a value is said to be among others: on all databases, on PostgreSQL, where there is one."""


def said_by_type(
    constraint: Constraint, columns: Iterable[sa.Column[Any]], dialect: Dialect
) -> bool:
    """Return whether a CHECK says no more than the type of one of a model's columns."""
    found = listed(constraint, dialect)
    if found is None:
        return False
    name, values = found
    column = next((c for c in columns if c.name.lower() == name.lower()), None)
    return column is not None and frozenset(values) == _values(column.type, dialect)


def listed_anew(constraint: Constraint, wanted: Iterable[Constraint], dialect: Dialect) -> bool:
    """Return whether another CHECK shall list the values of the same column."""
    found = listed(constraint, dialect)
    others = [listed(other, dialect) for other in wanted]
    return found is not None and any(
        other[0].lower() == found[0].lower() for other in others if other is not None
    )


def listed(constraint: Constraint, dialect: Dialect) -> tuple[str, tuple[str, ...]] | None:
    """Return column and values where a CHECK lists the values of one column, and does no more."""
    if constraint.kind is not Kind.CHECK or constraint.text is None:
        return None
    tokens = _tokens(constraint.text, dialect)
    if len(tokens) < 3 or tokens[0][0] not in {"name", "word"}:  # noqa: PLR2004 # a = 1
        return None
    words = [text.upper() for _, text in tokens]
    begun = next((1 + len(said) for said in _IN if words[1 : 1 + len(said)] == said), None)
    if begun is None:
        return None
    values, commas = tokens[begun::2], tokens[begun + 1 :: 2]
    if len(values) != len(commas) + 1 or not all(kind == "value" for kind, _ in values):
        return None
    if any(text != "," for _, text in commas):
        return None
    return _unquoted(tokens[0][1]), tuple(_unquoted(text) for _, text in values)


def _tokens(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    """Cut a condition into pieces, without brackets, casts and the names of character sets.

    Without its brackets, a list of values has still one meaning.
    """
    on_mysql = dialect.name in {"mysql", "mariadb"}
    if on_mysql and _ESCAPED.search(text):
        text = text.replace(r"\'", "'")
    found = (_MYSQL_TOKENS if on_mysql else _TOKENS).finditer(text)
    pieces = [(match.lastgroup or "", match[0]) for match in found]
    return [
        (kind, re.sub(r"\\(.)", r"\1", piece) if on_mysql else piece)
        for kind, piece in pieces
        if kind not in {"space", "cast", "introducer"} and piece not in {"(", ")", "[", "]"}
    ]


def _unquoted(text: str) -> str:
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote) if quote in {"'", '"', "`"} else text


def _values(type_: Any, dialect: Dialect) -> frozenset[str] | None:
    """Return the values that a type's CHECK would list; None where it would have none."""
    if isinstance(type_, sa.types.TypeDecorator):
        return _values(type_.load_dialect_impl(dialect), dialect)
    type_ = getattr(type_, "_variant_mapping", {}).get(dialect.name, type_)
    if isinstance(type_, sa.Enum):
        return frozenset(map(str, type_.enums))
    return frozenset({"0", "1"}) if isinstance(type_, sa.Boolean) else None
