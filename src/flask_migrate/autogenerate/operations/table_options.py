"""Options of whole tables, such as MariaDB's engine, where the models state them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_migrate.autogenerate.comparison.naming import quoting

from .directives import Statement, TableOptions
from .postgresql_options import postgresql_operations

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.autogenerate.comparison.differences import TableDifferences

_WORDS: Final = {"engine": "ENGINE", "row_format": "ROW_FORMAT"}
_USUAL_ROW_FORMATS: Final = frozenset({"dynamic", "page"})
_SQLITE_WORDS: Final = {
    "strict": ("sqlite_strict", True),
    "without_rowid": ("sqlite_with_rowid", False),
}


def option_operations(
    differences: TableDifferences, table: sa.Table, dialect: sa.Dialect
) -> list[Any]:
    """Return the statements that set a table's options as the models state them."""
    if dialect.name == "sqlite":
        return _on_sqlite(differences, table)
    if dialect.name == "postgresql":
        return postgresql_operations(differences, table, dialect)
    if dialect.name not in ("mysql", "mariadb") or not differences.options:
        return []
    where = quoting(dialect).format_table(table)
    there, asked = dict(differences.actual.options), dict(differences.wanted.options)
    names = [name for name in _WORDS if name in differences.options]
    if not names:
        return []
    to = ", ".join(_stated(name, asked[name]) for name in names)
    back = ", ".join(_stated(name, there[name]) for name in names if name in there)
    alter = f"ALTER TABLE {where}"
    engines = there.get("engine"), asked.get("engine", there.get("engine"))
    sql = [f"{alter} {to}", *_left_by(engines[0], engines[1], alter)]
    undone = [f"{alter} {back}", *_left_by(engines[1], engines[0], alter)] if back else []
    return [Statement(sql, undone, f"table {table.name}: {to}")]


def _stated(name: str, value: str) -> str:
    usual = name == "row_format" and value in _USUAL_ROW_FORMATS
    return f"{_WORDS[name]}={'DEFAULT' if usual else value}"


def _left_by(before: str | None, after: str | None, alter: str) -> list[str]:
    """Return what takes away the option that Aria leaves behind."""
    return [f"{alter} PAGE_CHECKSUM=DEFAULT"] if before == "Aria" != after else []


def _on_sqlite(differences: TableDifferences, table: sa.Table) -> list[Any]:
    names = [name for name in differences.options if name in _SQLITE_WORDS]
    if not names:
        return []
    words = [_SQLITE_WORDS[name] for name in names]
    return [TableOptions(table.name, dict(words), {name: not value for name, value in words})]
