"""A batch in words: the same words for the same batch, by which a journal knows it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import AddConstraint, CreateColumn, CreateIndex
from sqlalchemy.sql.elements import ClauseElement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Dialect

_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+", re.IGNORECASE)


def told(dialect: Dialect, table: str, batch: Iterable[tuple[str, Any, Any]]) -> str:
    """Return what a batch does: its operations, each with its arguments."""
    operations = (" ".join(_parts(dialect, *operation)) for operation in batch)
    return f"batch_alter_table {table}: {'; '.join(operations)}"


def _parts(
    dialect: Dialect, name: str, arguments: Iterable[Any], options: dict[str, Any]
) -> Iterator[str]:
    yield name
    yield from (_words(dialect, value) for value in arguments)
    yield from (f"{name}={_words(dialect, value)}" for name, value in sorted(options.items()))


def _words(dialect: Dialect, value: Any) -> str:
    text = repr(value)
    try:
        if isinstance(value, sa.Column):
            text = str(CreateColumn(value).compile(dialect=dialect))
        elif isinstance(value, sa.Index):
            text = str(CreateIndex(value).compile(dialect=dialect))
        elif isinstance(value, sa.Constraint):
            text = f"{type(value).__name__} {value.name} {_added(dialect, value)}"
        elif isinstance(value, ClauseElement):
            text = str(value.compile(dialect=dialect))
    except SQLAlchemyError:
        pass
    return _ADDRESS.sub("", text)


def _added(dialect: Dialect, constraint: Any) -> str:
    """Return what adds a constraint; to be dropped it may have nothing but a name.

    SQLAlchemy notes at a constraint that is added so that no table shall have it.
    """
    if not getattr(constraint, "elements", True):
        return ""
    rule = constraint._create_rule  # noqa: SLF001
    try:
        return str(AddConstraint(constraint).compile(dialect=dialect))
    finally:
        constraint._create_rule = rule  # noqa: SLF001
