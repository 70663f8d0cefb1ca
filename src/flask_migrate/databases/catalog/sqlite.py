"""Tables as SQLite shows them: it keeps the words with which they were made.

What each answer needs is loaded when it is asked for: mostly, nothing has changed.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from flask_migrate.databases.sqlite_rebuild.tokens import folded, quoted

from .base import Catalog
from .facts import Constraint, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import sqlalchemy as sa

    from .facts import Table

_SHADOWS = frozenset(
    "data idx content docsize config segments segdir stat node parent rowid".split()  # noqa: SIM905
)
"""How FTS and R-trees call the tables in which they keep what is theirs."""


class SQLiteCatalog(Catalog):
    """SQLite's catalog."""

    names = frozenset({"sqlite"})
    follows_targets = True

    def read(
        self, connection: sa.Connection, schema: str | None, names: Collection[str] | None = None
    ) -> dict[str, Table]:
        """Return the tables by their statements, which are all in one place."""
        return _schema(connection, schema).tables(names)

    def prints(self, connection: sa.Connection, schema: str | None) -> dict[str, str]:
        """Hash the statements, in one statement."""
        return _schema(connection, schema).prints()

    def expected(self, table: sa.Table, connection: sa.Connection) -> Table:
        """Return the facts of the statements that would create it: SQLite keeps these."""
        from .sqlite_model import expected

        return expected(table, connection.dialect)

    def judged(
        self, connection: sa.Connection, tables: Sequence[sa.Table]
    ) -> Mapping[tuple[str | None, str], Table]:
        """Let SQLite accept the tables; what it would show is known."""
        from .sqlite_model import try_out

        try_out(connection, tables)
        shown = {table: self.expected(table, connection) for table in tables}
        return {
            (table.schema, table.name): facts.without(Kind.FOREIGN_KEY)
            for table, facts in shown.items()
        }

    def foreign_keys(self, table: sa.Table, connection: sa.Connection) -> tuple[Constraint, ...]:
        """Return those that are written: SQLite has none from one schema to another."""
        constraints = self.expected(table, connection).constraints
        return tuple(c for c in constraints if c.kind is Kind.FOREIGN_KEY)

    def rebuilt(self, table: Table, connection: sa.Connection, metadata: sa.MetaData) -> sa.Table:
        """Return the table with SQLAlchemy's types, or the words that stand for its own."""
        from .sqlite_rebuilt import rebuilt

        return rebuilt(table, connection.dialect, metadata)


def _schema(connection: sa.Connection, schema: str | None) -> _Schema:
    rows = connection.exec_driver_sql(
        f"SELECT type, name, tbl_name, sql FROM {quoted(schema or 'main')}.sqlite_master "  # noqa: S608 # quoted
        "WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY rowid"
    )
    return _Schema(schema, [_Stored(*row) for row in rows])


def _hash(*texts: str) -> str:
    return blake2b("\0".join(texts).encode(errors="surrogatepass"), digest_size=16).hexdigest()


class _Stored(NamedTuple):
    """A table or an index, and the statement that made it."""

    type: str
    name: str
    table: str
    sql: str

    @property
    def is_virtual(self) -> bool:
        return self.sql[:20].upper().startswith("CREATE VIRTUAL")


class _Schema:
    """The tables of a schema; each is read when it is asked for."""

    def __init__(self, schema: str | None, stored: Iterable[_Stored]) -> None:
        self.schema = schema
        self.statements: dict[str, _Stored] = {}
        self.indexes: dict[str, list[str]] = {}
        virtual = []
        for one in stored:
            if one.type == "index":
                self.indexes.setdefault(folded(one.table), []).append(one.sql)
            elif one.is_virtual:
                virtual.append(folded(one.name))
            elif not one.name.startswith("sqlite_"):
                self.statements[folded(one.name)] = one
        for name in virtual:
            for shadow in _SHADOWS:
                self.statements.pop(f"{name}_{shadow}", None)
        self._read: dict[str, Table] = {}

    def tables(self, names: Collection[str] | None) -> dict[str, Table]:
        from .sqlite_text import resolved

        wanted = self.statements if names is None else dict.fromkeys(map(folded, names))
        found = {name: self._table(name) for name in wanted if name in self.statements}
        return {table.name: resolved(table, self._parents(table)) for table in found.values()}

    def prints(self) -> dict[str, str]:
        return {
            stored.name: _hash(stored.sql, *sorted(self.indexes.get(name, ())))
            for name, stored in self.statements.items()
        }

    def _parents(self, table: Table) -> dict[str, Table]:
        references = {folded(c.reference.table) for c in table.constraints if c.reference}
        return {name: self._table(name) for name in references if name in self.statements}

    def _table(self, name: str) -> Table:
        """Return a table by its folded name, its foreign keys as they are written."""
        if name not in self._read:
            from .sqlite_text import table_facts

            sql = self.statements[name].sql
            self._read[name] = table_facts(sql, self.schema, tuple(self.indexes.get(name, ())))
        return self._read[name]
