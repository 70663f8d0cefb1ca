"""A database's schema as sorted lines, read from the server by queries of our own.

Names that the models do not give (of unnamed constraints, mostly) are left out, so that only
what is there counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

OURS = ("alembic_version", "alembic_version_log", "ours", "ours_log")


@dataclass
class Snapshot:
    """Lines such as ``item.name: VARCHAR(20) NOT NULL``, and which names are the models'."""

    named: frozenset[str] | None
    """Of constraints and indexes; None where every name counts."""
    indexes: frozenset[str] = frozenset()
    lines: list[str] = field(default_factory=list)

    def add(self, owner: str, *parts: str | None) -> None:
        self.lines.append(f"{owner}: {' '.join(part for part in parts if part)}")

    def name(self, name: str) -> str:
        """Return a name, or nothing where the models do not give it."""
        return name if self.named is None or name in self.named else ""


def snapshot(engine: sa.Engine, *models: sa.MetaData) -> list[str]:
    """Return the schema of a database; without models, every name counts.

    With models, the names that the last of them give.
    """
    with engine.connect() as connection:
        taken = _empty(models, connection.dialect)
        kind = {"mysql": "mariadb"}.get(connection.dialect.name, connection.dialect.name)
        import_module(f"tests.autogenerate.snapshot_{kind}").take(connection, taken)
    return sorted(taken.lines)


def difference(wanted: list[str], found: list[str]) -> str:
    """Say what is missing and what is too much; nothing where the schemas are alike."""
    missing, extra = list(wanted), []
    for line in found:
        if line in missing:
            missing.remove(line)
        else:
            extra.append(line)
    return "\n".join([*(f"missing: {line}" for line in missing), *(f"extra: {x}" for x in extra)])


def _empty(models: Sequence[sa.MetaData], dialect: sa.Dialect) -> Snapshot:
    if not models:
        return Snapshot(None)
    tables = [table for metadata in models for table in metadata.tables.values()]
    indexes = {_name(index, dialect) for table in tables for index in table.indexes}
    last = models[-1].tables.values()
    parts = [part for table in last for part in (*table.constraints, *table.indexes)]
    return Snapshot(frozenset(_name(part, dialect) for part in parts), frozenset(indexes))


def _name(part: sa.Constraint | sa.Index, dialect: sa.Dialect) -> str:
    """Return the name that the model or its naming convention gives, as it reaches the database."""
    if part.name is None:
        return ""
    name = dialect.identifier_preparer.format_constraint(part) or ""
    quote = name[:1]
    return name[1:-1].replace(quote * 2, quote) if quote in ('"', "`") else name
