"""Changes of a column's type: which CHECKs of the old type they replace, which values they cast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.types import Date, DateTime, Interval, Time

from .tokens import literal, quoted, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Dialect
    from sqlalchemy.types import TypeEngine

    from .table import Clause, ColumnText, TableText

_BOTH: Final = frozenset({"0", "1"})
_STORED_AS_TEXT: Final = (DateTime, Date, Time, Interval)


def superseded(
    table: TableText,
    column: ColumnText,
    existing: TypeEngine[Any] | None,
    new: TypeEngine[Any],
    dialect: Dialect,
) -> Iterator[tuple[ColumnText | None, Clause]]:
    """Yield the CHECKs that a change of type replaces: lists of values of the old type.

    A CHECK is one of those when the new type brings its own, when it forbids a
    value of the new type, or when it lists what the old type allowed.
    """
    for owner, clause in list(table.constraint_owners()):
        listed = clause.listed()
        if listed is None or not same_name(listed[0], column.name):
            continue
        if _replaced(listed[1], column, _plain(existing, dialect), _plain(new, dialect)):
            yield owner, clause


def needs_cast(
    impl: Any, column: ColumnText, existing: TypeEngine[Any], new: TypeEngine[Any]
) -> bool:
    """Return whether values are converted, as Alembic decides it.

    Dates and times are text in SQLite, whatever their columns are called: cast
    to their type, '2024-05-01' would become the number 2024.
    """
    if isinstance(_plain(new, impl.dialect), _STORED_AS_TEXT):
        return False
    plain = sa.Column(column.name, existing)
    transfer: dict[str, Any] = {"expr": plain}
    impl.cast_for_batch_migrate(plain, transfer, new)
    return transfer["expr"] is not plain


def changed_by_cast(
    connection: Connection, table: str, column: str, type_text: str
) -> tuple[int, str] | None:
    """Return how many values are no numbers of a type, and one of them; None where all are."""
    if not _is_number(type_text):
        return None
    name = quoted(column)
    count, example = connection.exec_driver_sql(
        f"SELECT count(*), min({name}) FROM {table} "
        f"WHERE {name} IS NOT NULL AND CAST({name} AS {type_text}) IS NOT {name}"
    ).one()
    return (count, _shown(example)) if count else None


def _replaced(
    values: frozenset[str], column: ColumnText, existing: Any, new: TypeEngine[Any]
) -> bool:
    if isinstance(new, sa.Enum):
        return new.create_constraint or not values.issuperset(map(str, new.enums))
    if isinstance(new, sa.Boolean):
        return new.create_constraint or not values.issuperset(_BOTH)
    if isinstance(existing, sa.Enum):
        return values == set(map(str, existing.enums))
    declared = isinstance(existing, sa.Boolean) or column.type.upper() in {"BOOLEAN", "BOOL"}
    return declared and values == _BOTH


def _plain(type_: Any, dialect: Dialect) -> Any:
    """Return what stands behind a TypeDecorator or a variant for SQLite."""
    if type_ is None:
        return None
    instance = sa.types.to_instance(type_)
    if isinstance(instance, sa.types.TypeDecorator):
        return _plain(instance.load_dialect_impl(dialect), dialect)
    variants = getattr(instance, "_variant_mapping", {})
    return variants.get(dialect.name, instance)


def _is_number(type_text: str) -> bool:
    """Return whether SQLite makes numbers of what is cast to a type (sqlite.org/datatype3, 3.1)."""
    upper = type_text.upper()
    if "INT" in upper:
        return True
    return not any(word in upper for word in ("CHAR", "CLOB", "TEXT", "BLOB"))


def _shown(value: object) -> str:
    return literal(value[:40]) if isinstance(value, str) else repr(value)
