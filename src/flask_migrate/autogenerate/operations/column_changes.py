"""From the differences of one column to operations on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.mysql.columns import crosses, is_mysql, restated

from .directives import AlterColumn
from .identities import generated_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from flask_migrate.databases.catalog import Column

_WORDS: Final = frozenset({"character varying", "character", "text", "varchar", "char"})


def is_made_anew(actual: Column, wanted: Column, dialect: sa.Dialect) -> bool:
    """Return whether a column must be dropped and added: what it computes is another thing."""
    if is_mysql(dialect):
        return crosses(actual, wanted)
    if wanted.computed is None:
        return False
    return _computation(actual) != _computation(wanted)


def column_operations(
    actual: Column,
    wanted: Column,
    old: sa.Column[Any],
    new: sa.Column[Any],
    dialect: sa.Dialect,
    forced: Sequence[bool],
) -> list[Any]:
    """Return the operations that take a column of the database to the model's.

    `forced` says whether type and default are changed even where they are alike.
    """
    if is_mysql(dialect) and (actual.computed is not None or wanted.computed is not None):
        return [restated(old, new, dialect)]
    change = _change(actual, old, new)
    around: list[Any] = []
    of_type, of_default = forced
    if of_type or (actual.type, actual.collation) != (wanted.type, wanted.collation):
        change.modify_type = new.type
        around = _around_type(change, actual, wanted, old, new, dialect)
    if actual.nullable != wanted.nullable:
        change.modify_nullable = wanted.nullable
    if (of_default or actual.default != wanted.default) and not around:
        change.modify_server_default = _default(new)
    if actual.comment != wanted.comment:
        change.modify_comment = wanted.comment
    if is_mysql(dialect) and (actual.autoincrement or wanted.autoincrement):
        change.counts, change.counted = wanted.autoincrement, actual.autoincrement
    if dialect.name == "sqlite":
        if actual.autoincrement != wanted.autoincrement:
            change.counts, change.counted = wanted.autoincrement, actual.autoincrement
        if actual.computed is not None and wanted.computed is None:
            change.existing_server_default = old.server_default
            change.modify_server_default = _default(new)
    before, after = generated_by(actual, wanted, new, dialect)
    changes = [change] if change.has_changes() or change.counts != change.counted else []
    return [*before, *around[:1], *changes, *around[1:], *after]


def _computation(column: Column) -> tuple[object, ...]:
    return column.computed, column.stored, column.type, column.collation


def _change(actual: Column, old: sa.Column[Any], new: sa.Column[Any]) -> AlterColumn:
    """Return an operation that changes nothing yet, and knows what there is."""
    table = new.table
    return AlterColumn(
        table.name,
        new.name,
        schema=table.schema,
        existing_type=old.type,
        existing_nullable=actual.nullable,
        existing_server_default=_default(old),
        existing_comment=actual.comment,
    )


def _around_type(
    change: AlterColumn,
    actual: Column,
    wanted: Column,
    old: sa.Column[Any],
    new: sa.Column[Any],
    dialect: sa.Dialect,
) -> list[Any]:
    """Give PostgreSQL the cast that it asks for; return what must happen to the default."""
    if dialect.name != "postgresql" or family(actual.type) == family(wanted.type):
        return []
    column = dialect.identifier_preparer.quote(new.name)
    change.using = cast(column, actual.type, wanted.type)
    change.using_back = cast(column, wanted.type, actual.type)
    if actual.default is None and wanted.default is None:
        return []
    away = _change(actual, old, new)
    away.modify_server_default = None
    back = _change(actual, old, new)
    back.existing_type = new.type
    back.existing_server_default = None
    back.modify_server_default = _default(new)
    change.existing_server_default = None
    return [away, back]


def family(type_: str) -> str:
    """Return a word for all types that PostgreSQL converts between without being told how."""
    base = type_.partition("(")[0].strip()
    return "text" if base in _WORDS else base + "[]" * type_.endswith("[]")


def cast(column: str, source: str, target: str) -> str:
    """Return a cast between types; by way of text where there may be none between them."""
    direct = {"smallint", "integer", "bigint", "numeric", "real", "double precision", "text"}
    families = {family(source), family(target)}
    dates = {"date", "timestamp without time zone", "timestamp with time zone"}
    if families <= direct or families <= dates or "text" in families or families <= _JSON:
        return f"{column}::{target}"
    if families == {"boolean", "integer"}:
        return f"{column}::{target}"
    if "boolean" in families and families & direct:
        return f"{column}::integer::{target}"
    return f"{column}::text::{target}"


_JSON: Final = frozenset({"json", "jsonb"})


def _default(column: sa.Column[Any]) -> Any:
    """Return a column's default; a sequence of its own and a computation are none."""
    default: Any = column.server_default
    return default if hasattr(default, "arg") else None
