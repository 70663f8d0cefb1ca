"""SQLite's types and defaults in one writing: SQLite itself says what a value becomes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from typing import Final

from flask_migrate.databases.sqlite_rebuild.tokens import literal, tokens_of

from .sqlite_expressions import without_brackets, written

_SYNONYMS: Final = {"INT": "INTEGER", "BOOL": "BOOLEAN"}
_CONSTANTS: Final = frozenset(
    {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "TRUE", "FALSE"}
)
_AFFINITIES: Final = (
    ("INT", "INTEGER"),
    ("CHAR", "TEXT"),
    ("CLOB", "TEXT"),
    ("TEXT", "TEXT"),
    ("BLOB", "BLOB"),
    ("REAL", "REAL"),
    ("FLOA", "REAL"),
    ("DOUB", "REAL"),
)


@lru_cache(4096)
def type_text(text: str) -> str:
    """Return a type in capitals, with one space between words."""
    found = ""
    for token in tokens_of(text):
        tight = token.text in {"(", ")", ","} or found.endswith("(") or not found
        signed = found.endswith(("+", "-"))
        found += ("" if tight or signed else " ") + token.name.upper()
    return _SYNONYMS.get(found, found)


@lru_cache(1024)
def affinity(type_: str) -> str:
    """Return what a column of a type makes of its values (sqlite.org/datatype3, 3.1)."""
    if not type_:
        return "BLOB"
    return next((found for word, found in _AFFINITIES if word in type_.upper()), "NUMERIC")


def default_text(text: str, type_: str, *, strict: bool = False) -> str | None:
    """Return the expression of a DEFAULT; None where it is NULL, as without a DEFAULT.

    A constant is given as the value that the column makes of it: '1' is 1 in a
    column of numbers.
    """
    return _default(text, "BLOB" if strict and type_ == "ANY" else affinity(type_))


@lru_cache(4096)
def _default(text: str, affinity: str) -> str | None:
    tokens = without_brackets(tokens_of(text))
    if len(tokens) == 1:
        if tokens[0].kind == "name" or _is_bare_word(tokens[0].word):
            return _stored(literal(tokens[0].name), affinity)
        if tokens[0].word == "NULL":
            return None
    signs, value = tokens[:-1], tokens[-1]
    simple = value.kind == "literal" or value.word in {"TRUE", "FALSE"}
    if simple and all(sign.text in {"+", "-"} for sign in signs):
        return _stored(" ".join(token.text for token in tokens), affinity)
    return written(tokens)


def _is_bare_word(word: str) -> bool:
    """Return whether SQLite takes an unquoted word for a string."""
    return word not in {"", "NULL"} | _CONSTANTS


def _stored(value: str, affinity: str) -> str:
    """Return a literal as a column of this affinity stores it."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"CREATE TABLE value (value {affinity})")
        memory.execute(f"INSERT INTO value VALUES ({value})")  # noqa: S608 # a literal
        stored: str = memory.execute("SELECT quote(value) FROM value").fetchone()[0]
    return stored
