"""What SQLAlchemy's objects are in SQLite's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.schema import CreateColumn

from .parser import parse_column, parse_constraint
from .tokens import folded, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Column, Constraint, Dialect, MetaData
    from sqlalchemy.types import TypeEngine

    from .table import Clause, ColumnText, TableText


def column_text(dialect: Dialect, column: Column[Any]) -> ColumnText:
    """Return a column as it stands in CREATE TABLE."""
    if column.table is None:
        sa.Table("t", sa.MetaData(), column)
    return parse_column(_compiled(dialect, CreateColumn(column)))


def type_text(dialect: Dialect, type_: TypeEngine[Any]) -> str:
    """Return a type as it stands in CREATE TABLE."""
    return dialect.type_compiler_instance.process(type_)


def default_text(dialect: Dialect, default: Any) -> tuple[str, str | None]:
    """Return a server default as the kind and the text of a constraint: a default, or generated."""
    column = column_text(dialect, sa.Column("c", sa.Integer, server_default=default))
    clause = next((c for c in column.clauses if c.kind in {"default", "generated"}), None)
    return (clause.kind, clause.text) if clause else ("default", None)


def constraint_text(dialect: Dialect, constraint: Constraint) -> Clause | None:
    """Return a constraint as it stands in CREATE TABLE; None where SQLAlchemy leaves it out."""
    rule = constraint._create_rule  # noqa: SLF001 # the type's own rule whether it needs a CHECK
    compiler = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]
    if rule is not None and not rule(compiler):
        return None
    text = _compiled(dialect, constraint)
    return parse_constraint(text) if text else None


def attached(
    table: TableText, schema: str | None, arguments: Iterable[Any], metadata: MetaData | None = None
) -> sa.Table:
    """Return a table of these columns with constraints in it, their referents invented."""
    given = list(arguments)
    stated = {c.name for c in given if isinstance(c, sa.Column)}
    own = [sa.Column(c.name, sa.Integer) for c in table.columns if c.name not in stated]
    result = sa.Table(table.name, metadata or sa.MetaData(), *own, *given, schema=schema)
    invent_referents(result)
    return result


def invent_referents(table: sa.Table) -> None:
    """Add to a table's metadata the tables that its foreign keys name."""
    for key in table.foreign_keys:
        if isinstance(key._colspec, sa.Column):  # noqa: SLF001 # given as a Column
            continue
        schema, name, column = key._column_tokens  # noqa: SLF001 # in every SQLAlchemy 2
        referent = sa.Table(name, table.metadata, schema=schema, extend_existing=True)
        if column is not None and column not in referent.c:
            referent.append_column(sa.Column(column, sa.Integer))


def name_by_convention(
    table: TableText,
    clause: Clause,
    convention: Mapping[str, Any],
    key_of: Callable[[str], tuple[str, ...]],
) -> str | None:
    """Return the name that a naming convention gives an unnamed constraint."""
    constraint = _KINDS[clause.kind](clause, table, key_of)
    metadata = sa.MetaData(naming_convention=dict(convention))
    try:
        attached(table, None, [constraint], metadata)
    except InvalidRequestError:
        return None  # a convention that begins with a name cannot name what has none
    return str(constraint.name) if isinstance(constraint.name, str) else None


def as_stated(table: sa.Table) -> list[Constraint]:
    """Return the constraints of a table in a fixed order, those of its types included."""
    return sorted(table.constraints, key=lambda constraint: constraint._creation_order)  # noqa: SLF001


def same_text(one: str, other: str) -> bool:
    """Return whether two pieces of SQL say the same, but for spaces, capitals and quotes."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> list[str]:
    return [word for word in normalised(text).split(" ") if word not in {"(", ")"}]


def _compiled(dialect: Dialect, element: Any) -> str:
    text = dialect.ddl_compiler(dialect, None).process(element)  # type: ignore[arg-type]
    return text or ""


def _foreign_key(
    clause: Clause, _: TableText, key_of: Callable[[str], tuple[str, ...]]
) -> sa.ForeignKeyConstraint:
    target = clause.target or ""
    columns = clause.target_columns or key_of(target) or clause.columns
    return sa.ForeignKeyConstraint(
        list(clause.columns), [f"{target}.{column}" for column in columns]
    )


def _check(
    clause: Clause, table: TableText, _: Callable[[str], tuple[str, ...]]
) -> sa.CheckConstraint:
    """Return a CHECK on the columns that its text reads."""
    reads = clause.reads()
    names = [c.name for c in table.columns if folded(c.name) in reads]
    return sa.CheckConstraint(sa.and_(sa.true(), *[sa.column(n) == 1 for n in names]))


_KINDS: Final[dict[str, Callable[..., Any]]] = {
    "unique": lambda clause, *_: sa.UniqueConstraint(*clause.columns),
    "primary key": lambda clause, *_: sa.PrimaryKeyConstraint(*clause.columns),
    "foreign key": _foreign_key,
    "check": _check,
}
