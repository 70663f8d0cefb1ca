"""Facts in which an enum's values have their new names, as the database renames them by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_migrate.databases.catalog import Column, Constraint, Index, Table


def with_renamed_values(table: Table, type_: str, renamed: Mapping[str, str]) -> Table:
    """Return a table whose defaults and conditions speak of the values by their new names."""
    mine = {c.name for c in table.columns if c.type in (type_, f"{type_}[]")}
    if not mine:
        return table

    def labelled(text: str) -> str:
        for old, new in renamed.items():
            text = text.replace(f"{_text(old)}::{type_}", f"{_text(new)}::{type_}")
        return text

    return replace(
        table,
        columns=tuple(_column(c, mine, renamed, labelled) for c in table.columns),
        constraints=tuple(_constraint(c, labelled) for c in table.constraints),
        indexes=tuple(_index(i, labelled) for i in table.indexes),
    )


def _column(
    column: Column, mine: set[str], renamed: Mapping[str, str], labelled: Callable[[str], str]
) -> Column:
    default, full, computed = column.default, column.default_in_full, column.computed
    values = {_text(old): _text(new) for old, new in renamed.items()}
    if column.name in mine and default in values:
        default = values[default]
    return replace(
        column,
        default=None if default is None else labelled(default),
        default_in_full=None if full is None else labelled(full),
        computed=None if computed is None else labelled(computed),
    )


def _constraint(constraint: Constraint, labelled: Callable[[str], str]) -> Constraint:
    text = constraint.text
    return constraint if text is None else replace(constraint, text=labelled(text))


def _index(index: Index, labelled: Callable[[str], str]) -> Index:
    return replace(
        index,
        elements=tuple(map(labelled, index.elements)),
        options=tuple((name, labelled(value)) for name, value in index.options),
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
