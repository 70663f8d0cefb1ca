"""Options of whole tables, such as MariaDB's engine, where the models state them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .directives import Statement, TableOptions
from .naming import quoting

if TYPE_CHECKING:
    import sqlalchemy as sa

    from .differences import TableDifferences

_WORDS: Final = {
    "engine": "ENGINE",
    "charset": "DEFAULT CHARACTER SET",
    "collate": "COLLATE",
    "row_format": "ROW_FORMAT",
}
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
    if dialect.name not in ("mysql", "mariadb") or not differences.options:
        return []
    where = quoting(dialect).format_table(table)
    there, asked = dict(differences.actual.options), dict(differences.wanted.options)
    names = sorted(differences.options, key=list(_WORDS).index)
    to = " ".join(f"{_WORDS[name]}={asked[name]}" for name in names)
    back = " ".join(f"{_WORDS[name]}={there[name]}" for name in names if name in there)
    return [
        Statement(
            f"ALTER TABLE {where} {to}",
            f"ALTER TABLE {where} {back}" if back else (),
            f"table {table.name}: {to}",
        )
    ]


def _on_sqlite(differences: TableDifferences, table: sa.Table) -> list[Any]:
    names = [name for name in differences.options if name in _SQLITE_WORDS]
    if not names:
        return []
    words = [_SQLITE_WORDS[name] for name in names]
    return [TableOptions(table.name, dict(words), {name: not value for name, value in words})]
