"""Keys of MariaDB and MySQL: what must change in one statement, and the indexes of foreign keys.

A foreign key needs an index that begins with its columns, on both of its ends, at every
moment. Where it finds none the server makes one, and leaves it when the foreign key goes.
So indexes that stand in for each other change places in one ALTER TABLE, and so does a
primary key, with the AUTO_INCREMENT that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from flask_migrate.autogenerate.comparison.naming import quoting
from flask_migrate.autogenerate.operations.directives import AlterColumn, Statement
from flask_migrate.autogenerate.order import target_of
from flask_migrate.databases.catalog import Kind

from .columns import is_mysql, specification
from .restating import Restating
from .table_keys import (
    PRIMARY,
    TableKey,
    added_key,
    drop_clause,
    dropped_key,
    plain_key,
    table_keys,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import sqlalchemy as sa

    from flask_migrate.autogenerate.comparison.differences import TableDifferences
    from flask_migrate.autogenerate.operations.alterations import Alterations
    from flask_migrate.autogenerate.order import Key
    from flask_migrate.databases.catalog import Table


def settle_keys(
    altered: Mapping[Key, tuple[Alterations, TableDifferences | None]],
    actual: Mapping[Key, Table],
    tables: Callable[[Key], tuple[sa.Table, sa.Table]],
    dialect: sa.Dialect,
) -> None:
    """Settle the keys of all altered tables; `tables` gives one as it is and as it shall be."""
    if not is_mysql(dialect):
        return
    released = {
        key: {o.constraint_name for o in found.released} for key, (found, _) in altered.items()
    }
    referred: dict[Key, list[tuple[str, ...]]] = {}
    for key, table in actual.items():
        for constraint in table.constraints:
            if constraint.reference is not None and constraint.name not in released.get(key, ()):
                columns = constraint.reference.columns
                referred.setdefault(target_of(constraint), []).append(columns)
    for key, (found, differences) in altered.items():
        if differences is not None:
            keys = referred.get(key, [])
            both = tables(key)
            Restating(found, differences, both, dialect).settle()
            TableKeys(found, differences, both, keys, dialect).settle()


class TableKeys:
    """What happens to the keys of one table."""

    def __init__(
        self,
        found: Alterations,
        differences: TableDifferences,
        tables: tuple[sa.Table, sa.Table],
        referred: Sequence[tuple[str, ...]],
        dialect: sa.Dialect,
    ) -> None:
        self._found = found
        self._columns = differences.columns
        self._actual, self._wanted = differences.actual, differences.wanted
        self._old, self._new = tables
        self._referred = referred
        """Columns of this table that foreign keys of others point to, now and then."""
        self._dialect = dialect
        self._quote = quoting(dialect)
        self._table = self._quote.format_table(self._new)
        self._keys = {key.name: key for key in table_keys(self._actual, self._quote)}
        self._keys_new = {key.name: key for key in table_keys(self._wanted, self._quote)}
        self._gone = {name for name in map(dropped_key, found.gone) if name}
        self._come = {name for name in map(added_key, found.new) if name}
        self._foreign = _foreign_keys(self._actual)
        self._released = {str(o.constraint_name) for o in found.released}
        self._bound = {str(o.constraint_name): tuple(o.local_cols) for o in found.bound}
        self._made = self._made_before()
        self._made_after = dict(self._makes())

    def settle(self) -> None:
        """Let the operations on the table do what they should on these servers."""
        self._drop_made()
        self._take_back_made()
        self._change_places()

    @property
    def _staying(self) -> dict[str, tuple[str, ...]]:
        return {name: c for name, c in self._foreign.items() if name not in self._released}

    def _made_before(self) -> dict[tuple[str, ...], str]:
        """Return the indexes that the server has made for foreign keys, by their columns."""
        options = dict(self._actual.options)
        found = {}
        for name, columns in self._foreign.items():
            index = options.get(f"foreign_key_index:{name}")
            if index is not None:
                found[columns] = index
        return found

    def _makes(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the indexes that it will have made: of columns that no other key begins with."""
        after = self._staying | self._bound
        for name, columns in after.items():
            longer = any(c[: len(columns)] == columns and c != columns for c in after.values())
            if longer or any(key.serves(columns) for key in self._keys_after()):
                continue
            there = self._made.get(columns, "")
            holders = {n for n, c in after.items() if c == columns} | {columns[0]}
            yield columns, there if there in holders else name

    def _keys_after(self) -> Iterator[TableKey]:
        yield from (key for name, key in self._keys.items() if name not in self._gone)
        yield from (key for name, key in self._keys_new.items() if name in self._come)

    def _drop_made(self) -> None:
        """Drop an index with its foreign key; it comes back by itself with it."""
        gone = {column.name for column in self._columns.gone}
        for columns, name in self._made.items():
            needed = any(columns[: len(c)] == c for c in self._staying.values())
            if self._made_after.get(columns) == name or needed or gone >= set(columns):
                continue
            self._found.released.append(Statement(self._drop_index(name)))

    def _take_back_made(self) -> None:
        """Drop an index that comes by itself with a foreign key when that is taken back."""
        new = {column.name for column in self._columns.new}
        for columns, name in self._made_after.items():
            bound = [n for n, c in self._bound.items() if c == columns]
            if not bound or new >= set(columns):
                continue
            alone = columns not in self._staying.values()
            if alone and self._made.get(columns) != name:
                self._found.bound.insert(0, Statement((), self._drop_index(name)))
            elif not alone:
                again = self._renamed_back(bound, plain_key(name, columns, self._quote))
                self._found.bound.insert(0, Statement((), again))

    def _renamed_back(self, bound: Iterable[str], made: TableKey) -> str:
        """Return what undoes that the server may have called an index like a newer foreign key."""
        drops = [f"DROP INDEX IF EXISTS {self._quote.quote(n)}" for n in bound if n != made.name]
        add = made.sql.replace("INDEX", "INDEX IF NOT EXISTS", 1)
        return f"ALTER TABLE {self._table} {', '.join([*drops, f'ADD {add}'])}"

    def _drop_index(self, name: str) -> str:
        return f"DROP INDEX {self._quote.quote(name)} ON {self._table}"

    def _change_places(self) -> None:
        """Write one statement for keys that foreign keys or AUTO_INCREMENT need at every moment."""
        drops, adds = self._places()
        counting = [(a, w) for a, w in self._columns.changed if a.autoincrement != w.autoincrement]
        counting = [pair for pair in counting if self._takes(AlterColumn, pair[0].name)]
        if any(w.autoincrement for _, w in counting) and PRIMARY in self._come:
            adds[PRIMARY] = self._keys_new[PRIMARY]
        columns = self._moved_columns(drops, adds)
        modified = [self._modified(wanted.name) for _, wanted in counting]
        if not (drops or adds or modified):
            return
        self._remove(drops.keys() & self._gone, adds.keys() & self._come)
        there = [
            *(drop_clause(key, self._quote) for key in drops.values()),
            *(forward for forward, _ in (*columns, *modified)),
            *(f"ADD {key.sql}" for key in adds.values()),
        ]
        back = [
            *(drop_clause(key, self._quote) for key in adds.values()),
            *(backward for _, backward in (*modified, *columns)),
            *(f"ADD {key.sql}" for key in drops.values()),
        ]
        gains = [
            any(w.autoincrement for _, w in counting),
            any(a.autoincrement for a, _ in counting),
        ]
        alter = f"ALTER TABLE {self._table}"
        words = f"table {self._new.name}: {', '.join(there)}"
        statement = Statement(
            self._keeping_zero(f"{alter} {', '.join(there)}", gains[0]),
            self._keeping_zero(f"{alter} {', '.join(back)}", gains[1]),
            words,
        )
        self._found.new.insert(0, statement)

    def _places(self) -> tuple[dict[str, TableKey], dict[str, TableKey]]:
        """Return the keys that go and those that come in their places."""
        drops: dict[str, TableKey] = {}
        adds: dict[str, TableKey] = {}
        made = {name: plain_key(name, columns, self._quote) for columns, name in self._made.items()}
        making = {
            name: plain_key(name, columns, self._quote)
            for columns, name in self._made_after.items()
        }
        there = {**self._keys, **made}
        staying = [key for name, key in self._keys.items() if name not in self._gone]
        staying += [key for name, key in made.items() if making.get(name) == key]
        come = {name: self._keys_new[name] for name in self._come} | making
        for columns in (*self._staying.values(), *self._referred):
            if any(key.serves(columns) for key in staying):
                continue
            drops |= {name: key for name, key in there.items() if key.serves(columns)}
            adds |= {name: key for name, key in come.items() if key.serves(columns)}
        if PRIMARY in self._gone:
            drops[PRIMARY] = self._keys[PRIMARY]
            if PRIMARY in self._come:
                adds[PRIMARY] = self._keys_new[PRIMARY]
        return drops, adds

    def _moved_columns(
        self, drops: dict[str, TableKey], adds: dict[str, TableKey]
    ) -> list[tuple[str, str]]:
        """Take along the columns that come or go with AUTO_INCREMENT, or with a key."""
        moved = []
        in_key = {name for key in drops.values() for name in key.columns}
        for column in self._columns.gone:
            if column.name in in_key and self._takes(ops.DropColumnOp, column.name):
                old = specification(self._old.columns[column.name], self._dialect)
                drop = f"DROP COLUMN {self._quote.quote(column.name)}"
                moved.append((drop, f"ADD COLUMN {old}"))
        for column in self._columns.new:
            if column.autoincrement and self._takes(ops.AddColumnOp, column.name):
                if PRIMARY in self._come:
                    adds[PRIMARY] = self._keys_new[PRIMARY]
                new = specification(self._model_column(column.name), self._dialect)
                drop = f"DROP COLUMN {self._quote.quote(column.name)}"
                moved.append((f"ADD COLUMN {new}", drop))
        return moved

    def _modified(self, name: str) -> tuple[str, str]:
        new = specification(self._model_column(name), self._dialect)
        old = specification(self._old_column(name), self._dialect)
        return f"MODIFY COLUMN {new}", f"MODIFY COLUMN {old}"

    def _keeping_zero(self, statement: str, gains: bool) -> str:
        """Let a row whose key is 0 keep it when the column gets AUTO_INCREMENT."""
        if not gains or not getattr(self._dialect, "is_mariadb", False):
            return statement
        mode = "CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
        return f"SET STATEMENT sql_mode = {mode} FOR {statement}"

    def _takes(self, kind: type[Any], name: str) -> bool:
        """Take an operation on a column out of the list; return whether it was there."""
        for place in (self._found.columns, self._found.gone):
            for operation in place:
                if isinstance(operation, kind) and _column_of(operation) == name:
                    place.remove(operation)
                    return True
        return False

    def _remove(self, gone: Iterable[str], come: Iterable[str]) -> None:
        gone, come = set(gone), set(come)
        self._found.gone = [o for o in self._found.gone if dropped_key(o) not in gone]
        self._found.new = [o for o in self._found.new if added_key(o) not in come]

    def _model_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._new.columns if column.name == name)

    def _old_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._old.columns if column.name == name)


def _foreign_keys(table: Table) -> dict[str, tuple[str, ...]]:
    keys = (c for c in table.constraints if c.kind is Kind.FOREIGN_KEY)
    return {str(key.name): key.columns for key in keys}


def _column_of(operation: Any) -> str:
    column = getattr(operation, "column", None)
    return str(operation.column_name if column is None else column.name)
