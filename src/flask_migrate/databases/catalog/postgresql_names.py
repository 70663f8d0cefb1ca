"""Where PostgreSQL looks for names on a connection, and how it writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from sqlalchemy.engine import Dialect

    Words = frozenset[str]

_PATH: Final = """
    SELECT current_schema(), CAST(current_schemas(false) AS text[]), current_setting('search_path')
"""
_WORDS: Final = "SELECT word FROM pg_catalog.pg_get_keywords() WHERE catcode <> 'U'"
_TYPES: Final = """
    SELECT CAST(typname AS text) FROM pg_catalog.pg_type
    WHERE typnamespace = CAST('pg_catalog' AS regnamespace)
"""
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_words: MutableMapping[Dialect, tuple[Words, Words]] = WeakKeyDictionary()


@dataclass(frozen=True)
class SearchPath:
    """Which schemas need not be named."""

    default: str | None
    """Where a table is created that names no schema."""
    schemas: tuple[str, ...]
    setting: str

    def shows(self, schema: str | None) -> bool:
        """Return whether what stands in a schema is shown without it."""
        return schema is None or schema in self.schemas

    def relative(self, schema: str | None) -> str | None:
        """Return a schema's name; None for the default one."""
        return None if schema == self.default else schema


def search_path(connection: sa.Connection) -> SearchPath:
    """Return the search path as it is now."""
    default, schemas, setting = connection.execute(sa.text(_PATH)).one()
    return SearchPath(default, tuple(schemas), setting)


def quoted(connection: sa.Connection, name: str) -> str:
    """Return a name as PostgreSQL writes it: in quotes where it needs them."""
    keywords, _ = _known_words(connection)
    if _PLAIN.match(name) and name not in keywords:
        return name
    return '"' + name.replace('"', '""') + '"'


def is_hidden_type(connection: sa.Connection, name: str) -> bool:
    """Return whether a type of PostgreSQL's own has this name, and so comes first."""
    return name in _known_words(connection)[1]


def _known_words(connection: sa.Connection) -> tuple[Words, Words]:
    dialect = connection.dialect
    if dialect not in _words:
        keywords, types = (connection.scalars(sa.text(query)) for query in (_WORDS, _TYPES))
        _words[dialect] = (frozenset(keywords), frozenset(types))
    return _words[dialect]
