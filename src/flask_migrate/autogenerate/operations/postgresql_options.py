"""Options of PostgreSQL's tables, where the models state them.

By what a table is partitioned cannot be changed, and what it inherits is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_migrate import events
from flask_migrate.autogenerate.comparison.naming import quoting

from .directives import Statement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.autogenerate.comparison.differences import TableDifferences

_PARAMETER: Final = "with:"
_REASONS: Final = {
    "inherits": "a table is given other parents by hand",
    "partition_by": "PostgreSQL partitions no table that is there",
}


def postgresql_operations(
    differences: TableDifferences, table: sa.Table, dialect: sa.Dialect
) -> list[Statement]:
    """Return the statements that set a table's options as the models state them."""
    alter = f"ALTER TABLE {quoting(dialect).format_table(table)}"
    there, asked = dict(differences.actual.options), dict(differences.wanted.options)
    found: list[Statement] = []
    for name in differences.options:
        to, back = (_stated(name, options.get(name), dialect) for options in (asked, there))
        if to is not None and back is not None:
            words = f"table {table.name}: {to}"
            found.append(Statement(f"{alter} {to}", f"{alter} {back}", words))
        else:
            change = f"table {table.name}: {name.replace('_', ' ')} {asked.get(name)}"
            events.emit(events.ChangeLeftOut(change, _REASONS.get(name, "no statement sets it")))
    return found


def _stated(name: str, value: str | None, dialect: sa.Dialect) -> str | None:
    """Return how an option is set; None where it cannot be."""
    quote = quoting(dialect).quote
    if name == "unlogged":
        return "SET LOGGED" if value is None else "SET UNLOGGED"
    if name == "tablespace":
        return f"SET TABLESPACE {quote(value or 'pg_default')}"
    if name == "using":
        return f"SET ACCESS METHOD {quote(value or 'heap')}"
    if name.startswith(_PARAMETER):
        parameter = name.removeprefix(_PARAMETER)
        return f"RESET ({parameter})" if value is None else f"SET ({parameter} = {value})"
    return None
