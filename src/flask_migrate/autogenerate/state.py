"""All tables of a database at one moment, and in words how another moment differs."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from flask_migrate.databases.catalog import Column, Constraint, Index, Table, catalog_named

from .comparison.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext

    from .comparison.differences import TableDifferences
    from .order import Key


@dataclass(frozen=True)
class State:
    """The tables by schema and name."""

    tables: dict[Key, Table]

    @classmethod
    def of(cls, context: MigrationContext) -> State:
        """Read the tables of a database, those of the models' schemas included."""
        catalog = catalog_named(context.dialect.name)
        connection = context.connection
        if catalog is None or connection is None:
            return cls({})
        given = context.opts["target_metadata"]
        metadatas: list[sa.MetaData] = list(given) if isinstance(given, (list, tuple)) else [given]
        default = context.dialect.default_schema_name
        schemas = {t.schema for m in metadatas for t in m.tables.values()} | {None}
        found: dict[Key, Table] = {}
        for schema in schemas - {default}:
            tables = catalog.read(connection, schema)
            found |= {(schema, name): table for name, table in tables.items()}
        return cls(found)

    def differences(self, other: State) -> list[str]:
        """Return what is otherwise in another state; the order of columns does not matter."""
        lines = [f"- table {_name(key)}" for key in self.tables.keys() - other.tables.keys()]
        lines += [f"+ table {_name(key)}" for key in other.tables.keys() - self.tables.keys()]
        for key in sorted(self.tables.keys() & other.tables.keys(), key=_name):
            before, after = self.tables[key], other.tables[key]
            names = {c.name for c in before.constraints if c.name}
            names |= {index.name for index in before.indexes}
            found = differences(after, replace(before, options=()), names)
            lines += [f"~ {_name(key)}: {words}" for words in _words(found)]
        return sorted(lines)


def _words(found: TableDifferences) -> Iterator[str]:
    for part in (found.columns, found.constraints, found.indexes):
        yield from (f"has lost {_shown(item)}" for item in part.new)
        yield from (f"still has {_shown(item)}" for item in part.gone)
        yield from (f"has {_shown(a)}, and had {_shown(w)}" for a, w in part.changed)
        yield from (f"{a.name} was called {w.name}" for a, w in part.renamed)
    if found.comment:
        yield f"has the comment {found.actual.comment!r}, and had {found.wanted.comment!r}"


def _shown(item: Column | Constraint | Index) -> str:
    """Return a part of a table in words; what it does not have is left out."""
    kind = item.kind.value if isinstance(item, Constraint) else type(item).__name__.lower()
    said = {f.name: getattr(item, f.name) for f in fields(item) if f.compare}
    words = [_word(name, value) for name, value in said.items() if name not in ("name", "kind")]
    return f"{kind} {item.name or '(unnamed)'} ({', '.join(word for word in words if word)})"


def _word(name: str, value: Any) -> str:
    if name == "nullable":
        return "" if value else "NOT NULL"
    if value in (None, False, ()) or name == "plain":
        return ""
    if value is True:
        return name
    if name == "reference":
        return f"to {value.table} ({', '.join(value.columns)}), {value.ondelete}, {value.onupdate}"
    if name == "default":
        return f"default {value}"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _name(key: Key) -> str:
    return ".".join(part for part in key if part)
