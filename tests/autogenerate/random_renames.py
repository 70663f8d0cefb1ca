"""Gives a table or a column of a random schema another name, wherever it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.autogenerate.random_schemas import (
        RandomColumn,
        RandomConstraint,
        RandomSchema,
        RandomTable,
    )


def seldom(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 3)) == 3


def renamed(
    draw: st.DrawFn, before: RandomSchema, after: RandomSchema
) -> tuple[RandomSchema, list[str], dict[str, str]]:
    """Give a column or a table of the second schema another name, sometimes."""
    both = [table for table in after.tables if before.table(table.name)]
    if not both or not seldom(draw):
        return after, [], {}
    table = draw(st.sampled_from(both))
    if draw(st.booleans()):
        return (
            _with_table_renamed(after, table.name, "renamed"),
            [f"{table.name}:renamed"],
            {table.name: "renamed"},
        )
    old = before.table(table.name)
    known = [c.name for c in table.columns if c.formula is None and old and old.column(c.name)]
    if not known:
        return after, [], {}
    name = draw(st.sampled_from(known))
    new = f"{name.partition('_')[0]}_r{name.partition('_')[2]}"
    changed = _with_column_renamed(table, name, new)
    tables = tuple(changed if t is table else t for t in after.tables)
    return (
        replace(after, tables=tables),
        [f"{table.name}.{name}:{new}"],
        {f"{table.name}.{name}": new},
    )


def _with_table_renamed(schema: RandomSchema, name: str, new: str) -> RandomSchema:
    def link(part: RandomConstraint) -> RandomConstraint:
        other, bar, actions = part.text.partition("|")
        return replace(part, text=f"{new if other == name else other}{bar}{actions}")

    tables = (
        replace(
            table,
            name=new if table.name == name else table.name,
            links=tuple(map(link, table.links)),
        )
        for table in schema.tables
    )
    return replace(schema, tables=tuple(tables))


def _with_column_renamed(table: RandomTable, name: str, new: str) -> RandomTable:
    def part(old: RandomConstraint) -> RandomConstraint:
        columns = tuple(new if column == name else column for column in old.columns)
        return replace(old, columns=columns, text=re.sub(rf"\b{name}\b", new, old.text))

    def column(old: RandomColumn) -> RandomColumn:
        if old.formula and old.formula[1] == name:
            return replace(old, formula=(old.formula[0], new))
        return replace(old, name=new) if old.name == name else old

    return replace(
        table,
        columns=tuple(map(column, table.columns)),
        key=tuple(new if column == name else column for column in table.key),
        checks=tuple(map(part, table.checks)),
        uniques=tuple(map(part, table.uniques)),
        links=tuple(map(part, table.links)),
        indexes=tuple(map(part, table.indexes)),
    )
