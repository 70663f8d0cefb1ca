"""What kind of statement a text is, told by its first words."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

_COMMENT: Final = re.compile(
    r"^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|/\*(?![!M]).*?\*/)+", re.DOTALL
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_INTO: Final = re.compile(
    r"^SELECT\b(?:[^'\"`]|'[^']*'|\"[^\"]*\"|`[^`]*`)*?\bINTO\s+(?!@|OUTFILE|DUMPFILE)",
    re.IGNORECASE,
)
"""What PostgreSQL and SQL Server take as CREATE TABLE AS."""
_ENDS: Final = re.compile(r"(?:COMMIT|END)\b", re.IGNORECASE)
_CALL: Final = re.compile(r"^SELECT\s+(?!.*\bFROM\b)[^(]*\w\s*\(", re.IGNORECASE | re.DOTALL)

_READS: Final = frozenset({"SELECT", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "VALUES", "TABLE"})
_SESSION: Final = frozenset(
    {"SET", "RESET", "USE", "PRAGMA", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT"}
    | {"RELEASE", "LISTEN", "UNLISTEN", "DISCARD", "ATTACH", "DETACH"}
)
_ROWS: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "COPY", "DO", "CALL"})
_CHANGES: Final = re.compile(
    r"[()]\s*(?:INSERT|UPDATE|DELETE|MERGE|REPLACE\s+INTO)\b", re.IGNORECASE
)
"""What changes rows behind WITH, or inside it."""


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
    text = _bare(statement).lstrip("( \t\r\n")
    word = _WORD.match(text)
    first = word.group().upper() if word else ""
    if first == "WITH":
        return Kind.ROWS if _CHANGES.search(text) else Kind.READ
    if first in _READS:
        return _kind_of_reading(text)
    if first in _SESSION or not first:
        return Kind.SESSION
    return Kind.ROWS if first in _ROWS else Kind.SCHEMA


def ends_transaction(statement: str) -> bool:
    """Return whether a statement commits what was done before it, and says so."""
    return bool(_ENDS.match(_bare(statement)))


def _kind_of_reading(text: str) -> Kind:
    if _INTO.match(text):
        return Kind.SCHEMA
    return Kind.ROWS if _CALL.match(text) else Kind.READ


def _bare(statement: str) -> str:
    """Return a statement without comments in front."""
    return _COMMENT.sub("", statement)
