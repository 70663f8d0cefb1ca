"""Columns that MySQL and MariaDB would fill by themselves, found in ALTER TABLE statements.

Measured on MariaDB 10.11: a column added NOT NULL without a default holds 0, '',
'0000-00-00' or the first value of an ENUM in every row, whatever sql_mode says.
Only for dates do NO_ZERO_DATE and a strict mode together make it an error. Making
a column with NULLs NOT NULL fails in a strict mode, and fills it in any other; a
TIMESTAMP gets the present time in all modes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flask_migrate.errors import SilentFill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+|--(?:[ \t][^\n]*)?(?:\n|\Z)|\#[^\n]*|/\*M?!\d*|\*/|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^'\\]|''|\\.)*')
    |(?P<name>`(?:[^`]|``)*`|"(?:[^"\\]|""|\\.)*")
    |(?P<word>[\w$]+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ALTERS: Final = re.compile(r"\bALTER\b.*\bTABLE\b", re.IGNORECASE | re.DOTALL)
_NO_COLUMN: Final = frozenset(
    "INDEX KEY UNIQUE FULLTEXT SPATIAL CONSTRAINT FOREIGN CHECK PARTITION PERIOD SYSTEM".split()  # noqa: SIM905
)
_FILLED_ON_PURPOSE: Final = frozenset({"AUTO_INCREMENT", "GENERATED", "AS", "SERIAL"})
_NOT_READABLE: Final = frozenset({1054, 1142, 1143, 1146})
"""ER_BAD_FIELD, ER_TABLEACCESS_DENIED, ER_COLUMNACCESS_DENIED, ER_NO_SUCH_TABLE."""


@dataclass(frozen=True)
class Fill:
    """A column that gets values nobody gave: added, or made NOT NULL."""

    schema: str | None
    table: str
    column: str
    added: bool

    @property
    def full_table(self) -> str:
        """The table's name with its schema, as one writes it."""
        return f"{self.schema}.{self.table}" if self.schema else self.table


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        quote = self.text[0]
        if self.kind != "name":
            return self.text
        return self.text[1:-1].replace(quote * 2, quote)


def silent_fill(statement: str) -> tuple[str, str] | None:
    """Return table and column where a statement adds a NOT NULL column without a default."""
    added = (fill for fill in fills_of(statement) if fill.added)
    return next(((fill.full_table, fill.column) for fill in added), None)


def check_silent_fill(connection: Connection, statement: str) -> None:
    """Raise SilentFill where a statement would fill a column of a table that has rows for it."""
    # Drivers that mark parameters with % are sent %% for a percent sign.
    escaped = connection.dialect.paramstyle in {"format", "pyformat"}
    for fill in fills_of(statement.replace("%%", "%") if escaped else statement):
        if _has_rows(connection, fill):
            raise SilentFill(fill.full_table, fill.column, statement, changed=not fill.added)


def fills_of(statement: str) -> list[Fill]:
    """Return the columns that a statement adds or makes NOT NULL without saying what they hold."""
    if not _ALTERS.search(statement):
        return []
    reader = _Reader(statement)
    table = reader.table()
    if table is None:
        return []
    return [Fill(*table, column, added) for column, added in reader.columns()]


class _Reader:
    """A place in an ALTER TABLE statement that goes forward."""

    def __init__(self, statement: str) -> None:
        found = _TOKEN.finditer(statement)
        self.tokens = [
            _Token(str(match.lastgroup), match[0]) for match in found if match.lastgroup != "space"
        ]
        self.at = 0

    def table(self) -> tuple[str | None, str] | None:
        """Pass the beginning, and return the schema, if it is said, and the table."""
        if not self.accept("ALTER"):
            return None
        while self.accept("ONLINE") or self.accept("IGNORE"):
            pass
        if not self.accept("TABLE") or self.at >= len(self.tokens):
            return None
        self.accept("IF", "EXISTS")
        schema, name = None, self.take().name
        if self.accept("."):
            schema, name = name, self.take().name
        return schema, name

    def columns(self) -> Iterator[tuple[str, bool]]:
        """Yield each column that is filled silently, and whether it is a new one."""
        for specification in _split(self.tokens[self.at :]):
            reader = _Reader("")
            reader.tokens = specification
            yield from reader.specification()

    def specification(self) -> Iterator[tuple[str, bool]]:
        if self.accept("ADD"):
            yield from self._added()
        elif self.accept("MODIFY") or self.accept("CHANGE"):
            changes = self.tokens[self.at - 1].word == "CHANGE"
            self.accept("COLUMN")
            self.accept("IF", "EXISTS")
            if name := self._name():
                if changes:
                    self._name()
                if _is_required(self.tokens[self.at :], default_counts=False):
                    yield name, False
        elif self.at == 0 and self.tokens and self.tokens[0].word in {"WAIT", "NOWAIT"}:
            self.at = 2 if self.tokens[0].word == "WAIT" else 1
            yield from self.specification()

    def _added(self) -> Iterator[tuple[str, bool]]:
        column = self.accept("COLUMN")
        self.accept("IF", "NOT", "EXISTS")
        if self._is_at("("):
            for definition in _split(self.tokens[self.at + 1 : -1]):
                if definition and _is_required(definition[1:], default_counts=True):
                    yield definition[0].name, True
        elif not column and (key := self._primary_key()):
            yield from ((name, False) for name in key)
        elif column or not self._is_at(*_NO_COLUMN):
            name = self._name()
            if name and _is_required(self.tokens[self.at :], default_counts=True):
                yield name, True

    def _primary_key(self) -> list[str]:
        """Return the columns of ADD [CONSTRAINT name] PRIMARY KEY."""
        rest = self.tokens[self.at :]
        if rest and rest[0].word == "CONSTRAINT":
            rest = rest[1:] if rest[1:] and rest[1].word == "PRIMARY" else rest[2:]
        if not rest or rest[0].word != "PRIMARY":
            return []
        texts = [token.text for token in rest]
        if "(" not in texts:
            return []
        begun = texts.index("(") + 1
        return [part[0].name for part in _split(_until_closed(rest[begun:])) if part]

    def _name(self) -> str | None:
        return self.take().name if self.at < len(self.tokens) else None

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _is_at(self, *words: str) -> bool:
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return (token.word or token.text) in words

    def accept(self, *words: str) -> bool:
        """Pass these words, if they all follow."""
        following = self.tokens[self.at : self.at + len(words)]
        if [token.word or token.text for token in following] != list(words):
            return False
        self.at += len(words)
        return True


def _split(tokens: list[_Token]) -> list[list[_Token]]:
    """Cut at the commas that stand outside parentheses."""
    parts: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _until_closed(tokens: list[_Token]) -> list[_Token]:
    depth = 0
    for at, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0:
            return tokens[:at]
    return tokens


def _is_required(definition: list[_Token], *, default_counts: bool) -> bool:
    """Return whether a column's definition forbids NULL and does not say what is there instead."""
    depth, words = 0, [""]
    for token in definition:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if not depth:
            words.append(token.word)
    pairs = list(pairwise(words))
    has_default = any(word == "DEFAULT" and before != "SET" for before, word in pairs)
    if _FILLED_ON_PURPOSE.intersection(words) or (default_counts and has_default):
        return False
    is_key = any(word == "KEY" and before != "UNIQUE" for before, word in pairs)
    return ("NOT", "NULL") in pairs or is_key


def _has_rows(connection: Connection, fill: Fill) -> bool:
    """Return whether the table has a row, or one whose column is NULL."""
    nullable = _nullable(connection, fill)
    if fill.added == (nullable is not None) or nullable == "NO":
        return False
    preparer = connection.dialect.identifier_preparer
    names = [preparer.quote_identifier(n) for n in (fill.schema, fill.table, fill.column) if n]
    where = "" if fill.added else f"WHERE {names[-1]} IS NULL"
    query = f"SELECT 1 FROM {'.'.join(names[:-1])} {where} LIMIT 1"  # noqa: S608 # quoted
    try:
        return connection.exec_driver_sql(query).first() is not None
    except DBAPIError as error:
        if (getattr(error.orig, "args", None) or (0,))[0] in _NOT_READABLE:
            return False  # the statement itself will fail, and say so
        raise


def _nullable(connection: Connection, fill: Fill) -> str | None:
    """Return YES or NO for a column that is there, None for one that is not."""
    found = connection.execute(
        sa.text(
            "SELECT is_nullable FROM information_schema.columns WHERE table_name = :table "
            "AND column_name = :column AND table_schema = coalesce(:schema, DATABASE())"
        ),
        {"table": fill.table, "column": fill.column, "schema": fill.schema},
    )
    return found.scalar()
