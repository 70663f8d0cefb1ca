"""SQLAlchemy's types for the words with which SQLite declares its columns."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flask_migrate.column_types import Verbatim

from .sqlite_defaults import type_text

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


@lru_cache(256)
def reflected_type(words: str, collation: str | None, dialect: Any) -> TypeEngine[Any]:
    """Return the type that SQLAlchemy's reflection gives, where it says the same; else the words.

    `words` as `type_text` writes them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about lengths that a type does not take
        found = dialect._resolve_type_affinity(words)  # noqa: SLF001 # what reflection asks
    type_: TypeEngine[Any] = sa.types.to_instance(found)
    if collation is not None and isinstance(type_, sa.String):
        type_.collation = collation
    elif collation is not None:
        return Verbatim(f"{words} COLLATE {collation}")
    known = not isinstance(type_, sa.types.NullType)
    return type_ if known and _says(type_, dialect) == words else Verbatim(words)


def _says(type_: TypeEngine[Any], dialect: Dialect) -> str:
    """Return a type's words without its collation."""
    written = dialect.type_compiler_instance.process(type_)
    return type_text(written.partition(" COLLATE ")[0])
