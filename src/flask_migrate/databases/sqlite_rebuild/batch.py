"""Alembic's batch for SQLite: ALTER TABLE where SQLite can do it itself, else a rebuild."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy.exc import NoSuchTableError

from flask_migrate.databases.catalog.sqlite_unnamed import names_by_place
from flask_migrate.errors import TableNotRebuilt

from .changes import Changes
from .foreign_keys import (
    ForeignKeysMustBeOff,
    foreign_keys_off,
    foreign_keys_on,
    in_transaction,
)
from .in_place import altered_natively
from .parser import Unreadable, parse_table
from .rebuild import Table, check_values, rebuild
from .rename import column_users, rename_columns
from .schema import atomic, objects_of
from .stated import state_arguments, state_names, state_table
from .together import can_be_one
from .tokens import folded, quoted, same_name
from .told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Index

    from .table import TableText


class SQLiteBatch(BatchOperationsImpl):
    """A batch that loses nothing."""

    once: Callable[[str, Callable[[], None]], None] | None = None
    """Does some work, known by a text, unless it was done before an interruption.

    What a batch executes depends on the table as it is, and so cannot be
    compared with what it executed then.
    """

    earlier: tuple[SQLiteBatch, ...] = ()
    """The batches before it, on the same table, that wait to be done together with it."""
    goes_on: Callable[[], bool] | None = None
    """Tells whether another batch on the same table follows, and nothing is done before it."""
    waiting = False
    """Whether it waits for that one."""

    def flush(self) -> None:
        """Do what was asked for inside the block, or wait for the batch that follows."""
        if self.recreate == "never" or not (self.batch or self._should_recreate()):
            self.do_earlier()
            super().flush()
        elif self.once is None:
            self._change()
        else:
            self.once(told(self.dialect, self.table_name, self.batch), self._change)

    def do_earlier(self) -> None:
        """Do what waits for this batch, without it."""
        earlier, self.earlier = self.earlier, ()
        for batch in earlier:
            batch.goes_on = None
            batch._change()  # noqa: SLF001 # another of us

    def _change(self) -> None:
        """Do it, and what waits for it; all with one copy of the table, or after one another."""
        if self.earlier and self._done_together():
            return
        self.do_earlier()
        if self._altered():
            return
        if in_transaction(self.connection) and foreign_keys_on(self.connection):
            raise ForeignKeysMustBeOff
        if self._may_wait():
            self.waiting = True
        else:
            self._rebuilt()

    def _rebuilt(self) -> None:
        with foreign_keys_off(self.connection), self._whole():
            self._work(may_rebuild=True)

    def _done_together(self) -> bool:
        """Do all batches as one, or let it wait; False where nothing is done yet."""
        parts = (*self.earlier, self)
        if not (self._is_plain() and can_be_one(self._read(), [part.batch for part in parts])):
            return False
        if self._may_wait():
            self.waiting = True
            return True
        joined = copy.copy(self)
        joined.batch = [operation for part in parts for operation in part.batch]
        try:
            joined._rebuilt()  # noqa: SLF001 # another of us
        except Exception:  # noqa: BLE001 # whoever is to blame says so when they are done alone
            return False
        self.earlier = ()
        return True

    def _may_wait(self) -> bool:
        """Return whether what is asked for can be done with the next batch, unseen."""
        return (
            self.goes_on is not None
            and self._is_plain()
            and in_transaction(self.connection)
            and self.goes_on()
        )

    def _is_plain(self) -> bool:
        """Return whether the batch's arguments name the table and say nothing else."""
        return self.recreate == "auto" and not any(self._extras())

    def drop_constraint(self, const: Any, **options: Any) -> None:
        """Remember it, with `if_exists` too."""
        self.batch.append(("drop_constraint", (const,), options))

    @property
    def connection(self) -> Connection:
        """The connection on which the migration runs."""
        assert self.impl.connection is not None
        return self.impl.connection

    @property
    def database(self) -> str:
        """SQLite's name for the database that holds the table."""
        return self.schema or "main"

    def _altered(self) -> bool:
        """Return whether it could be done without a rebuild; else nothing is done yet."""
        if self.recreate == "always" or (self._should_recreate() and any(self._extras())):
            return False
        try:
            with self._whole():
                self._work(may_rebuild=False)
        except _RebuildNeeded:
            return False
        return True

    def _extras(self) -> tuple[Any, ...]:
        """Return the arguments that say what the table shall be beyond the operations."""
        return (
            self.table_args,
            self.table_kwargs,
            self.reflect_args,
            self.partial_reordering,
            self.naming_convention,
            self.copy_from is not None,
            self._reflects_otherwise(),
        )

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All or nothing, in SQLAlchemy's eyes and in SQLite's."""
        if self.connection.in_transaction():
            with atomic(self.connection):
                yield
        else:
            with self.connection.begin(), atomic(self.connection):
                yield

    def _work(self, *, may_rebuild: bool) -> None:
        for index, options in self._arguments("drop_index"):
            self._drop_index(index, options)
        self._make_room()
        table = self._read()
        stated = self._stated()
        place = Table(self.connection, self.database, table.name)
        for index in column_users(place, table, self._going(table)):
            self._run(f"DROP INDEX {quoted(self.database)}.{quoted(index)}")
        renamed, between = self._renamed(table)
        unnamed = self._names_of_unnamed(table)
        called = rename_columns(place, table, renamed, self._going(table))
        old = self._read() if called else table
        changes = self._changes({**between, **called}, stated, unnamed)
        check_values(place, changes)
        if not self._is_done(place, old, changes):
            if not may_rebuild:
                raise _RebuildNeeded
            rebuild(place, old, changes)
        for index, options in changes.new_indexes:
            self.impl.create_index(index, **options)

    def _names_of_unnamed(self, table: TableText) -> list[str | None]:
        """Return by which names unnamed constraints can be dropped, where any is."""
        if any(name == "drop_constraint" for name, _, _ in self.batch):
            return names_by_place(table)
        return [None for _ in table.constraint_owners()]

    def _is_done(self, place: Table, old: TableText, changes: Changes) -> bool:
        """Return whether the table is what it shall be, or SQLite could make it so."""
        if self.recreate == "always":
            return False
        return old.meaning() == changes.table.meaning() or altered_natively(place, old, changes)

    def _changes(
        self, renamed: dict[str, str], stated: list[sa.Table], unnamed: list[str | None]
    ) -> Changes:
        inspector = sa.inspect(self.connection)
        changes = Changes(self._read(), self.impl, lambda: self._types(inspector), renamed, unnamed)
        changes.anew = self._anew()
        if stated:
            state_table(changes, *stated, indexes=self._indexes())
        recreates = self._should_recreate()
        if self.naming_convention and recreates:
            state_names(changes, self.naming_convention, inspector, self.schema)
        for name, arguments, options in self.batch:
            if name != "drop_index":
                getattr(changes, name)(*arguments, **options)
        changes.finish()
        changes.reorder(self.partial_reordering or ())
        if recreates:
            state_arguments(changes, self.table_args, self.table_kwargs, self.schema)
        return changes

    def _types(self, inspector: sa.Inspector) -> dict[str, Any]:
        columns = inspector.get_columns(self.table_name, self.schema)
        return {folded(column["name"]): column["type"] for column in columns}

    def _read(self) -> TableText:
        for stored in objects_of(self.connection, self.database, self.table_name):
            if stored.type in {"table", "view"} and same_name(stored.name, self.table_name):
                try:
                    return parse_table(stored.sql)
                except Unreadable as error:
                    raise TableNotRebuilt(
                        stored.name,
                        f"it is no ordinary table ({stored.sql[:40]} ...: {error})",
                        "Change it with op.execute, in SQLite's own words",
                    ) from error
        raise NoSuchTableError(self.table_name)

    def _stated(self) -> list[sa.Table]:
        """Return the table as the batch's arguments state it, and as it would be without them.

        As with Alembic, they count where it would recreate the table.
        """
        if not self._should_recreate():
            return []
        if self.copy_from is not None:
            return [self.copy_from]
        if not (self.reflect_args or self._reflects_otherwise()):
            return []
        return [self._reflected(*self.reflect_args, **self.reflect_kwargs), self._reflected()]

    def _reflected(self, *arguments: Any, **options: Any) -> sa.Table:
        return sa.Table(
            self.table_name,
            sa.MetaData(),
            *arguments,
            schema=self.schema,
            autoload_with=self.connection,
            **options,
        )

    def _reflects_otherwise(self) -> bool:
        """Return whether `reflect_kwargs` says anything; one listener is Alembic's own."""
        return (
            set(self.reflect_kwargs) != {"listeners"} or len(self.reflect_kwargs["listeners"]) > 1
        )

    def _going(self, table: TableText) -> list[str]:
        """Return the columns that are dropped for good, as they are called at the beginning."""
        dropped = [arguments[1].name for name, arguments, _ in self.batch if name == "drop_column"]
        names = [name for name in dropped if folded(name) not in self._anew()]
        return [column.name for column in map(table.column, names) if column]

    def _anew(self) -> set[str]:
        """Return, folded, the columns that are dropped and then added: what uses one can stay."""
        dropped: set[str] = set()
        anew: set[str] = set()
        for operation, arguments, _ in self.batch:
            if operation == "drop_column":
                dropped.add(folded(arguments[1].name))
            elif operation == "add_column" and folded(arguments[1].name) in dropped:
                anew.add(folded(arguments[1].name))
        return anew

    def _renamed(self, table: TableText) -> tuple[dict[str, str], dict[str, str]]:
        """Return the last names of columns by their first ones, and by names they had between."""
        new: dict[str, str] = {}
        between: dict[str, str] = {}
        for name, arguments, options in self.batch:
            wanted = options.get("name") if name == "alter_column" else None
            if wanted is None or wanted == arguments[1]:
                continue
            column = table.column(arguments[1])
            chained = next((o for o, n in new.items() if same_name(n, arguments[1])), None)
            if column is not None:
                new[column.name] = str(wanted)
            elif chained is not None:
                between[new[chained]] = chained
                new[chained] = str(wanted)
        return new, {name: new[first] for name, first in between.items()}

    def _make_room(self) -> None:
        """Drop the indexes of columns made anew that are created again."""
        anew = self._anew()
        known = {folded(name) for name in self._indexes()}
        for index, options in self._arguments("create_index"):
            columns = {folded(str(getattr(c, "name", ""))) for c in index.expressions}
            if (
                columns & anew
                and folded(str(index.name)) in known
                and not options.get("if_not_exists")
            ):
                self._run(f"DROP INDEX {quoted(self.database)}.{quoted(str(index.name))}")

    def _drop_index(self, index: Index, options: dict[str, Any]) -> None:
        known = [folded(name) for name in self._indexes()]
        if folded(str(index.name)) in known:
            self.impl.drop_index(index, **options)
        elif not options.get("if_exists"):
            listed = ", ".join(self._indexes()) or "none"
            raise TableNotRebuilt(
                self.table_name, f"No such index: '{index.name}'", f"Its indexes: {listed}"
            )

    def _indexes(self) -> list[str]:
        return [
            stored.name
            for stored in objects_of(self.connection, self.database, self.table_name)
            if stored.type == "index"
        ]

    def _arguments(self, operation: str) -> Iterator[tuple[Any, dict[str, Any]]]:
        for name, arguments, options in self.batch:
            if name == operation:
                yield arguments[0], options

    def _run(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)


class _RebuildNeeded(Exception):
    """SQLite cannot alter the table as it is asked for."""
