"""What kind of statement a text is, told by its first words."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

_COMMENT: Final = re.compile(
    r"^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|/\*(?![!M]).*?\*/)+", re.DOTALL
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_CALL: Final = re.compile(r"^SELECT\s+(?!.*\bFROM\b)[^(]*\w\s*\(", re.IGNORECASE | re.DOTALL)

_READS: Final = frozenset({"SELECT", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "VALUES", "TABLE"})
_SESSION: Final = frozenset(
    {"SET", "RESET", "USE", "PRAGMA", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT"}
    | {"RELEASE", "LISTEN", "UNLISTEN", "DISCARD", "ATTACH", "DETACH"}
)
_ROWS: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "COPY", "DO", "CALL"})
_WITH: Final = re.compile(r"\)\s*(INSERT|UPDATE|DELETE|MERGE|SELECT|REPLACE)\b", re.IGNORECASE)


class Kind(Enum):
    """What a statement does."""

    READ = "read"
    """It changes nothing."""
    SESSION = "session"
    """It changes the session or the transaction."""
    ROWS = "rows"
    """It changes rows."""
    SCHEMA = "schema"
    """It changes anything else, and takes a lock on what it changes."""


def kind_of(statement: str) -> Kind:
    """Return what a statement does. A SELECT that only calls functions may change rows."""
    text = _COMMENT.sub("", statement).lstrip("( \t\r\n")
    word = _WORD.match(text)
    first = word.group().upper() if word else ""
    if first == "WITH":
        verbs = [verb.upper() for verb in _WITH.findall(text)]
        return Kind.READ if set(verbs) <= {"SELECT"} else Kind.ROWS
    if first in _READS:
        return Kind.ROWS if _CALL.match(text) else Kind.READ
    if first in _SESSION:
        return Kind.SESSION
    return Kind.ROWS if first in _ROWS else Kind.SCHEMA
