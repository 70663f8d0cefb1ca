"""The operations that rename: tables first, then columns, each when its new name is free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from alembic.operations import ops

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import AlterColumn, RenameTable, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import sqlalchemy as sa

    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog.renamed import Renames

_BETWEEN: Final = "_flask_migrate_renamed_{}"
"""What something is called while its new name is still taken."""


def rename_operations(renames: Renames, dialect: sa.Dialect) -> list[Any]:
    """Return the operations of renames, in an order in which they run."""
    result: list[Any] = []
    for schema in sorted({key[0] for key in renames.tables}, key=lambda schema: schema or ""):
        names = {old[1]: new[1] for old, new in renames.tables.items() if old[0] == schema}
        fold = str.lower if dialect.name == "sqlite" else str
        for old, new in in_order(names, fold):
            result.append(RenameTable(old, new, schema=schema))
    for key in sorted(renames.columns, key=lambda key: (key[0] or "", key[1])):
        columns = renames.columns[key]
        if dialect.name in ("mysql", "mariadb"):
            changes: list[Any] = [_at_once(key, columns, dialect)]
        else:
            changes = [
                AlterColumn(key[1], old, schema=key[0], modify_name=new)
                for old, new in in_order(columns)
            ]
        result.append(ops.ModifyTableOps(key[1], changes, schema=key[0]))
    return result


def in_order(
    names: Mapping[str, str], fold: Callable[[str], str] = str
) -> Iterator[tuple[str, str]]:
    """Yield old and new names so that each new name is free; circles go by way of another name."""
    left = dict(sorted(names.items()))
    number = 0
    while left:
        taken = set(map(fold, left))
        old = next((old for old, new in left.items() if fold(new) not in taken), None)
        if old is None:
            old = next(iter(left))
            between = _BETWEEN.format(number)
            number += 1
            left = {**left, between: left[old]}
            yield old, between
        else:
            yield old, left[old]
        del left[old]


def _at_once(key: Key, columns: Mapping[str, str], dialect: sa.Dialect) -> Statement:
    """Return one statement for all columns of a table.

    CHANGE, which Alembic would write, has to repeat all of a column's definition.
    """
    quote = quoting(dialect)
    where = f"{quote.quote_schema(key[0])}." if key[0] else ""
    alter = f"ALTER TABLE {where}{quote.quote(key[1])}"
    pairs = [(quote.quote(old), quote.quote(new)) for old, new in sorted(columns.items())]
    table = f"{key[0]}.{key[1]}" if key[0] else key[1]
    return Statement(
        f"{alter} {', '.join(f'RENAME COLUMN {old} TO {new}' for old, new in pairs)}",
        f"{alter} {', '.join(f'RENAME COLUMN {new} TO {old}' for old, new in pairs)}",
        ", ".join(f"{table}.{old} -> {new}" for old, new in sorted(columns.items())),
    )
