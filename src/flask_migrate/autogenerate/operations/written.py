"""SQL as a revision file writes it: what the file says comes to the database unchanged.

Compiling doubles percent signs for some drivers, and `sa.text` takes a colon for
the beginning of a parameter; a file must be safe from the first and escape the
second.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What `sa.text` takes for the mark of a parameter."""


class Written(sa.TextClause):
    """A text that compiles to what a file says, whatever the dialect."""

    inherit_cache = False

    def __init__(self, text: str) -> None:
        super().__init__("")
        self.written = text


@compiles(Written)
def _(element: Written, _: Any, **__: Any) -> str:
    return element.written


def as_text(sql: str) -> str:
    """Return SQL so that `sa.text` and `op.execute` see no parameters in it."""
    return _PARAMETER.sub(r"\\:", sql)


def sql_of(element: Any, dialect: Dialect) -> str:
    """Return the SQL that an expression comes to on the database."""
    text = str(
        element.compile(
            dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
        )
    )
    preparer: Any = dialect.identifier_preparer
    return text.replace("%%", "%") if preparer._double_percents else text  # noqa: SLF001


def rewritten(element: Any, dialect: Dialect) -> Any:
    """Return an expression as a file writes it; what is no expression, as it is."""
    if isinstance(element, Written) or not isinstance(element, sa.ClauseElement):
        return element
    return Written(as_text(sql_of(element, dialect)))


def names_in(sql: str) -> set[str]:
    """Return every word and every quoted name of an expression."""
    quoted = {name.replace('""', '"') for name in re.findall(r'"((?:[^"]|"")+)"', sql)}
    return quoted | set(re.findall(r"\w+", sql))


def write_texts(table: sa.Table, dialect: Dialect) -> None:
    """Make the expressions of a table those that a file writes."""
    for column in table.columns:
        write_default(column, dialect)
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            constraint.sqltext = rewritten(constraint.sqltext, dialect)
    for index in table.indexes:
        write_index(index, dialect)


def write_default(column: sa.Column[Any], dialect: Dialect) -> None:
    """Make the default or the computation of a column what a file writes."""
    default: Any = column.server_default
    if isinstance(default, sa.Computed):
        default.sqltext = rewritten(default.sqltext, dialect)
    elif isinstance(default, sa.DefaultClause):
        arg = default.arg
        if isinstance(arg, str) and "'" in (arg[:1], arg[-1:]):
            arg = sa.literal(arg)  # Alembic takes such quotes for those of SQL
        column.server_default = sa.DefaultClause(rewritten(arg, dialect))


def write_index(index: sa.Index, dialect: Dialect) -> None:
    """Make the condition of an index what a file writes."""
    for name in ("postgresql_where", "sqlite_where"):
        condition = index.dialect_kwargs.get(name)
        if condition is not None:
            index.dialect_kwargs[name] = rewritten(condition, dialect)
