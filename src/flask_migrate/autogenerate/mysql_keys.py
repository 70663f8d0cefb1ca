"""Keys of MariaDB and MySQL: what must change in one statement, and the indexes of foreign keys.

A foreign key needs an index that begins with its columns, on both of its ends, at every
moment. Where it finds none the server makes one, and leaves it when the foreign key goes.
So indexes that stand in for each other change places in one ALTER TABLE, and so does a
primary key, with the AUTO_INCREMENT that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from flask_migrate.databases.catalog import Constraint, Kind

from .directives import AlterColumn, DropConstraint, Statement
from .mysql_columns import check_at, is_mysql, kept_values, restated, specification
from .naming import quoting
from .order import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import sqlalchemy as sa

    from flask_migrate.databases.catalog import Index, Table

    from .alterations import Alterations
    from .differences import TableDifferences
    from .order import Key

PRIMARY = "PRIMARY"


@dataclass(frozen=True)
class TableKey:
    """A key of a table that can serve a foreign key."""

    name: str
    columns: tuple[str, ...]
    """Whole columns that it begins with."""
    sql: str
    """As it stands behind ADD."""

    def serves(self, columns: tuple[str, ...]) -> bool:
        """Return whether a foreign key of some columns needs no other index."""
        return self.columns[: len(columns)] == columns


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
            TableKeys(found, differences, tables(key), keys, dialect).settle()


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
        self._constraints = differences.constraints
        self._actual, self._wanted = differences.actual, differences.wanted
        self._old, self._new = tables
        self._referred = referred
        """Columns of this table that foreign keys of others point to, now and then."""
        self._dialect = dialect
        self._quote = quoting(dialect)
        self._table = self._quote.format_table(self._new)
        self._keys = {key.name: key for key in self._keys_of(self._actual)}
        self._keys_new = {key.name: key for key in self._keys_of(self._wanted)}
        self._gone = {name for name in map(_dropped_key, found.gone) if name}
        self._come = {name for name in map(_added_key, found.new) if name}
        self._foreign = _foreign_keys(self._actual)
        self._released = {o.constraint_name for o in found.released}
        self._bound = {o.constraint_name: tuple(o.local_cols) for o in found.bound}
        self._made = self._made_before()
        self._made_after = dict(self._makes())

    def settle(self) -> None:
        """Let the operations on the table do what they should on these servers."""
        self._restate()
        self._keep_values()
        self._drop_made()
        self._take_back_made()
        self._change_places()

    @property
    def _staying(self) -> dict[str, tuple[str, ...]]:
        return {name: c for name, c in self._foreign.items() if name not in self._released}

    def _keys_of(self, table: Table) -> Iterator[TableKey]:
        for item in (*table.constraints, *table.indexes):
            if not isinstance(item, Constraint):
                plain = takewhile(lambda pair: pair[1], zip(item.elements, item.plain, strict=True))
                whole = () if "type" in dict(item.options) else tuple(name for name, _ in plain)
                yield TableKey(item.name, whole, self._index(item))
            elif item.kind is Kind.PRIMARY_KEY:
                listed = self._listed(item.columns)
                yield TableKey(PRIMARY, item.columns, f"PRIMARY KEY {listed}")
            elif item.kind is Kind.UNIQUE:
                using = f" USING {dict(item.options)['using']}" if item.options else ""
                name, listed = self._quote.quote(str(item.name)), self._listed(item.columns)
                sql = f"UNIQUE INDEX {name} {listed}{using}"
                yield TableKey(str(item.name), item.columns, sql)

    def _index(self, index: Index) -> str:
        options = dict(index.options)
        kind = "UNIQUE " if index.unique else f"{options['type']} " if "type" in options else ""
        elements = [
            self._quote.quote(text) if plain else text
            for text, plain in zip(index.elements, index.plain, strict=True)
        ]
        using = f" USING {options['using']}" if "using" in options else ""
        return f"{kind}INDEX {self._quote.quote(index.name)} ({', '.join(elements)}){using}"

    def _listed(self, columns: Iterable[str]) -> str:
        return f"({', '.join(map(self._quote.quote, columns))})"

    def _plain(self, name: str, columns: tuple[str, ...]) -> TableKey:
        sql = f"INDEX {self._quote.quote(name)} {self._listed(columns)}"
        return TableKey(name, columns, sql)

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
            there = self._made.get(columns)
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
                again = self._renamed_back(bound, self._plain(name, columns))
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
            *(_drop_clause(key, self._quote) for key in drops.values()),
            *(forward for forward, _ in (*columns, *modified)),
            *(f"ADD {key.sql}" for key in adds.values()),
        ]
        back = [
            *(_drop_clause(key, self._quote) for key in adds.values()),
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
        made = {name: self._plain(name, columns) for columns, name in self._made.items()}
        making = {name: self._plain(name, columns) for columns, name in self._made_after.items()}
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
        self._found.gone = [o for o in self._found.gone if _dropped_key(o) not in gone]
        self._found.new = [o for o in self._found.new if _added_key(o) not in come]

    def _restate(self) -> None:
        """Keep the CHECK that stands at a column which changes; drop the one that shall go."""
        nameless = [o for o in self._found.gone if _is_nameless_check(o)]
        lost = self._checks_gone() if nameless else set()
        self._found.gone = [o for o in self._found.gone if not _is_nameless_check(o)]
        for column in self._actual.columns:
            check = check_at(self._actual, column.name)
            if check in lost and self._wanted.column(column.name) is not None:
                old = self._old_column(column.name)
                gone = restated(old, old, self._dialect, (check, None))
                self._found.gone.append(gone)
        for place, operation in enumerate(self._found.columns):
            if type(operation) is AlterColumn:
                name = operation.column_name
                check = check_at(self._actual, name)
                if check is not None and check not in lost:
                    old, new = self._old_column(name), self._model_column(name)
                    again = restated(old, new, self._dialect, (check, check))
                    self._found.columns[place] = again

    def _checks_gone(self) -> set[str | None]:
        pairs = (*self._constraints.changed, *self._constraints.renamed)
        gone = (*self._constraints.gone, *(actual for actual, _ in pairs))
        return {c.text for c in gone if c.kind is Kind.CHECK and c.name is None}

    def _keep_values(self) -> None:
        """Give the rows what a VIRTUAL column showed that becomes a plain one."""
        for actual, wanted in self._columns.changed:
            if actual.computed is None or actual.stored or wanted.computed is not None:
                continue
            for operation in list(self._found.columns):
                is_new = isinstance(operation, ops.AddColumnOp)
                if is_new and operation.column.name == actual.name:
                    values = kept_values(actual, self._model_column(actual.name), self._dialect)
                    place = self._found.columns.index(operation)
                    self._found.columns.insert(place + 1, values)

    def _model_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._new.columns if column.name == name)

    def _old_column(self, name: str) -> sa.Column[Any]:
        return next(column for column in self._old.columns if column.name == name)


def _foreign_keys(table: Table) -> dict[str, tuple[str, ...]]:
    keys = (c for c in table.constraints if c.kind is Kind.FOREIGN_KEY)
    return {str(key.name): key.columns for key in keys}


def _dropped_key(operation: Any) -> str | None:
    if isinstance(operation, ops.DropIndexOp):
        return str(operation.index_name)
    if isinstance(operation, DropConstraint) and operation.constraint_type == "primary":
        return PRIMARY
    if isinstance(operation, DropConstraint) and operation.constraint_type == "unique":
        return str(operation.constraint_name)
    return None


def _added_key(operation: Any) -> str | None:
    if isinstance(operation, ops.CreateIndexOp):
        return str(operation.index_name)
    if isinstance(operation, ops.CreatePrimaryKeyOp):
        return PRIMARY
    if isinstance(operation, ops.CreateUniqueConstraintOp):
        return str(operation.constraint_name)
    return None


def _drop_clause(key: TableKey, quote: Any) -> str:
    return "DROP PRIMARY KEY" if key.name == PRIMARY else f"DROP INDEX {quote.quote(key.name)}"


def _column_of(operation: Any) -> str:
    column = getattr(operation, "column", None)
    return str(operation.column_name if column is None else column.name)


def _is_nameless_check(operation: Any) -> bool:
    is_check = isinstance(operation, DropConstraint) and operation.constraint_type == "check"
    return is_check and operation.constraint_name is None
