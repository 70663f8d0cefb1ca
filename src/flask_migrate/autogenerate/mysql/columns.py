"""Columns of MariaDB and MySQL, stated as a whole where no operation can: computed, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import Statement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.databases.catalog import Column, Table

_TEXTS: Final = frozenset(
    {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"}
)


def is_mysql(dialect: sa.Dialect) -> bool:
    """Return whether a database is MariaDB or MySQL."""
    return dialect.name in ("mysql", "mariadb")


def specification(column: sa.Column[Any], dialect: sa.Dialect, check: str | None = None) -> str:
    """Return a column as CREATE TABLE states it, with the CHECK that stands at it."""
    ddl: Any = dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type] # as SQLAlchemy does
    text = str(ddl.get_column_specification(column))
    if ddl.preparer._double_percents:  # noqa: SLF001 # as in `sql_of`
        text = text.replace("%%", "%")
    return text if check is None else f"{text} CHECK ({check})"


def restated(
    old: sa.Column[Any],
    new: sa.Column[Any],
    dialect: sa.Dialect,
    checks: tuple[str | None, str | None] = (None, None),
) -> Statement:
    """Return a column's change; `checks` stand at it before and after, and would go with it."""
    modify = f"ALTER TABLE {quoting(dialect).format_table(new.table)} MODIFY COLUMN"
    before, after = specification(old, dialect, checks[0]), specification(new, dialect, checks[1])
    words = f"{new.table.name}.{new.name}: {_bare(before)} -> {_bare(after)}"
    return Statement(f"{modify} {after}", f"{modify} {before}", words)


def crosses(actual: Column, wanted: Column) -> bool:
    """Return whether a column becomes VIRTUAL or ceases to be: the server refuses to change it."""
    kinds = [c.computed and ("stored" if c.stored else "virtual") for c in (actual, wanted)]
    return kinds[0] != kinds[1] and "virtual" in kinds


def kept_values(actual: Column, column: sa.Column[Any], dialect: sa.Dialect) -> Statement:
    """Return what gives the rows of a column made anew what it computed before."""
    quote = quoting(dialect)
    table = quote.format_table(column.table)
    return Statement(f"UPDATE {table} SET {quote.quote(column.name)} = {actual.computed}")


def check_at(table: Table, column: str) -> str | None:
    """Return the CHECK that stands at a column."""
    return dict(table.options).get(f"column_check:{column}")


def is_text(type_: str) -> bool:
    """Return whether a type has a character set."""
    return type_.partition("(")[0] in _TEXTS


def _bare(specification: str) -> str:
    return specification.partition(" ")[2]
