"""Another name for a constraint or an index, where the database can give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.databases.catalog import Constraint, Kind

from .directives import Statement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.databases.catalog import Index


def renaming(
    actual: Constraint | Index,
    wanted: Constraint | Index,
    table: sa.Table,
    dialect: sa.Dialect,
) -> Statement | None:
    """Return a statement that gives the wanted name; None where it must be made anew."""
    if actual.name is None or wanted.name is None:
        return None
    quote = quoting(dialect)
    where = quote.format_table(table)
    old, new = quote.quote(actual.name), quote.quote(wanted.name)
    words = f"{actual.name} -> {wanted.name}"
    if dialect.name == "postgresql":
        if isinstance(actual, Constraint):
            alter = f"ALTER TABLE {where} RENAME CONSTRAINT"
            return Statement(f"{alter} {old} TO {new}", f"{alter} {new} TO {old}", words)
        schema = f"{quote.quote_schema(table.schema)}." if table.schema else ""
        return Statement(
            f"ALTER INDEX {schema}{old} RENAME TO {new}",
            f"ALTER INDEX {schema}{new} RENAME TO {old}",
            words,
        )
    is_index = not isinstance(actual, Constraint) or actual.kind is Kind.UNIQUE
    if dialect.name in ("mysql", "mariadb") and is_index:
        alter = f"ALTER TABLE {where} RENAME INDEX"
        return Statement(f"{alter} {old} TO {new}", f"{alter} {new} TO {old}", words)
    return None
