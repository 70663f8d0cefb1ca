"""Statements that take others back: a new table is dropped, a new column, index or constraint too.

What removes or overwrites something cannot be taken back; what happens in a table that
the same revision has created goes with that table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART: Final = r"(?:`[^`]+`|\"[^\"]+\"|\w+)"
_NAME: Final = rf"(?:{_PART}\.)?{_PART}"
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\((?:[^()]|\([^()]*\))*\)")


def _pattern(text: str) -> re.Pattern[str]:
    names = text.replace("<", "(?P<").replace(">", rf">{_NAME})").replace(" ", r"\s+")
    return re.compile(rf"\s*{names}", re.IGNORECASE)


@dataclass(frozen=True)
class _Way:
    """A kind of statement, and what takes it back: by default, and on MySQL and MariaDB."""

    pattern: re.Pattern[str]
    back: str
    on_mysql: str = ""
    makes: bool = False
    """Whether all that is done with it afterwards goes with it."""
    stays: bool = False
    """Whether it has to be taken back although its table goes."""


_ALTER: Final = "ALTER TABLE <t> "
_OTHER: Final = (
    "IF|CONSTRAINT|COLUMN|PRIMARY|FOREIGN|UNIQUE|CHECK|INDEX|KEY|FULLTEXT|SPATIAL|PERIOD|"
    "PARTITION|SYSTEM"
)
"""What ADD may add beside columns."""
_RENAME: Final = _Way(_pattern(_ALTER + r"RENAME (?:TO |AS )<n>"), "ALTER TABLE {n} RENAME TO {t}")
_WAYS: Final = (
    _Way(_pattern(r"CREATE TABLE (?!IF\b)<t>"), "DROP TABLE {t}", makes=True),
    _Way(_pattern(r"CREATE VIEW (?!IF\b)<t>"), "DROP VIEW {t}", makes=True),
    _Way(_pattern(r"CREATE TYPE <t>"), "DROP TYPE {t}", makes=True),
    _Way(_pattern(r"CREATE SEQUENCE (?!IF\b)<t>"), "DROP SEQUENCE {t}", makes=True),
    _Way(
        _pattern(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?!IF\b)<n> ON <t>"),
        "DROP INDEX {n}",
    ),
    _Way(
        _pattern(
            r"CREATE (?:(?:UNIQUE|FULLTEXT|SPATIAL) )?INDEX (?!(?:IF|CONCURRENTLY|ON)\b)<n> ON <t>"
        ),
        "DROP INDEX {n}",
        "DROP INDEX {n} ON {t}",
    ),
    _Way(
        _pattern(_ALTER + r"ADD CONSTRAINT <n> FOREIGN KEY"),
        "ALTER TABLE {t} DROP CONSTRAINT {n}",
        "ALTER TABLE {t} DROP FOREIGN KEY {n}",
        stays=True,
    ),
    _Way(
        _pattern(_ALTER + r"ADD CONSTRAINT <n> UNIQUE"),
        "ALTER TABLE {t} DROP CONSTRAINT {n}",
        "ALTER TABLE {t} DROP INDEX {n}",
    ),
    _Way(_pattern(_ALTER + r"ADD CONSTRAINT <n> CHECK"), "ALTER TABLE {t} DROP CONSTRAINT {n}"),
    _Way(
        _pattern(_ALTER + rf"ADD (?:COLUMN )?(?!(?:{_OTHER})\b)<n>"),
        "ALTER TABLE {t} DROP COLUMN {n}",
    ),
    _RENAME,
)
_WITHIN: Final = (
    _pattern(r"(?:INSERT|REPLACE)(?: IGNORE)?(?: OR \w+)? INTO <t>"),
    _pattern(r"UPDATE <t> SET\b"),
    _pattern(r"DELETE FROM <t>(?:\s*$| WHERE\b)"),
    _pattern(r"TRUNCATE TABLE <t>"),
    _pattern(r"ALTER TABLE <t>(?! RENAME (?:TO|AS)\b)"),
    _pattern(r"COMMENT ON (?:TABLE|VIEW|TYPE) <t>"),
    _pattern(r"CREATE (?:\w+ )?INDEX (?:CONCURRENTLY )?<n> ON <t>"),
    _pattern(r"batch_alter_table <t>"),
)


@dataclass
class Undoing:
    """What takes a revision's statements back, last first; or those that nothing takes back."""

    back: list[tuple[int, str]] = field(default_factory=list)
    """How many statements are left of it afterwards, and the statement that leads there."""
    lasting: list[str] = field(default_factory=list)


def undoing(statements: Iterable[str], dialect: str) -> Undoing:
    """Return what takes these statements back, which ran in this order."""
    found = Undoing()
    made: set[str] = set()
    for number, statement in enumerate(statements):
        way, match = _way(statement)
        if _table(statement) in made and not (way and way.stays):
            continue
        if (
            way is None
            or match is None
            or _several(statement, match.end())
            or (way is _RENAME and _bare(match["t"]) in made)
        ):
            found.lasting.append(statement)
            continue
        if way.makes:
            made.add(_bare(match["t"]))
        mysql = dialect in ("mysql", "mariadb")
        text = way.on_mysql if mysql and way.on_mysql else way.back
        found.back.insert(0, (number, text.format(**_names(match, dialect))))
    return found


def _way(statement: str) -> tuple[_Way | None, re.Match[str] | None]:
    for way in _WAYS:
        match = way.pattern.match(statement)
        if match:
            return way, match
    return None, None


def _names(match: re.Match[str], dialect: str) -> dict[str, str]:
    """Return the names in a statement; an index of PostgreSQL is in its table's schema."""
    names = match.groupdict()
    schema = re.match(rf"({_PART})\.", names["t"])
    if dialect == "postgresql" and schema and "INDEX" in match[0].upper() and "n" in names:
        names["n"] = f"{schema[1]}.{names['n']}"
    return names


def _table(statement: str) -> str | None:
    """Return the table in which a statement does something."""
    matches: Iterable[re.Match[str] | None] = (pattern.match(statement) for pattern in _WITHIN)
    return next((_bare(match["t"]) for match in matches if match), None)


def _bare(name: str) -> str:
    return name.replace("`", "").replace('"', "").lower()


def _several(statement: str, behind: int) -> bool:
    """Return whether an ALTER TABLE does several things."""
    rest, before = statement[behind:], ""
    while rest != before:
        before, rest = rest, _QUOTED.sub("", rest)
    return statement.lstrip()[:5].upper() == "ALTER" and "," in rest
