"""One transaction for each revision run, whatever env.py and the driver do about transactions."""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from flask_migrate.databases.sqlite_rebuild.foreign_keys import (
    foreign_keys_off,
    raise_if_on,
    turns_foreign_keys_off,
    violations,
)
from flask_migrate.errors import ForeignKeysViolated, MigrateError

from .cancel import pause
from .listening import listen
from .locking.holder import A_WRITER
from .locking.turn import Turn
from .locking.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection

    from flask_migrate.databases import Database


_BEGINS: Final = re.compile(r"\s*BEGIN\b(\s+(?:IMMEDIATE|EXCLUSIVE)\b)?", re.IGNORECASE)
"""The group is there where it takes the write lock."""


class HeadsMoved(Exception):  # no error: the run is repeated
    """Another process migrated between our look at the database and our turn."""


class Transactions:
    """The transactions of one run on one database.

    Alembic begins and commits them, unless env.py has begun one of its own
    around everything (`outer`): then a revision run is a savepoint in it, or,
    where DDL does not stay in a transaction anyway, is committed by itself.
    """

    def __init__(
        self,
        context: MigrationContext,
        database: Database,
        longest_wait: float,
        moved: Callable[[], bool] = bool,
    ) -> None:
        self._context = context
        self._database = database
        self._longest_wait = longest_wait
        self._moved = moved
        self._turn = Turn(database.file(self._connection))
        self._heads: set[str] = set()
        self._seen: int | None = None
        self._inside = self._watched = False
        self._ending = False
        self._locks = self._another = False
        self._without_foreign_keys: set[tuple[str, str]] = set()
        context.on_version_apply_callbacks = (*context.on_version_apply_callbacks, self._note)

    @property
    def outer(self) -> bool:
        """Whether env.py has a transaction around everything."""
        return self._context._in_external_transaction  # noqa: SLF001 # Alembic shows it nowhere else

    @property
    def single(self) -> bool:
        """Whether env.py asked for one transaction over all revisions."""
        return not (self.outer or self._context._transaction_per_migration)  # noqa: SLF001

    @property
    def heads(self) -> set[str]:
        """Where the database stands, as far as this run has come."""
        return self._heads

    @property
    def autocommit(self) -> bool:
        """Whether each statement is committed by itself: in an autocommit block, or by the engine.

        On SQLite, what is in the driver's hands counts: a revision run begins a
        transaction of its own, whatever the engine says.
        """
        connection = self._connection
        level = connection.get_execution_options().get("isolation_level")
        level = level or getattr(connection.dialect, "_on_connect_isolation_level", None)
        if str(level).upper() != "AUTOCOMMIT":
            return False
        return not (self._database.needs_write_lock and self._database.in_transaction(connection))

    @property
    def can_repeat(self) -> bool:
        """Whether a revision run that was rolled back left nothing behind and can run again."""
        return not self._database.ddl_commits

    @property
    def usable(self) -> bool:
        """Whether the connection can still be used after a failure."""
        return not self._connection.closed and not self._connection.invalidated

    @property
    def _connection(self) -> Connection:
        connection = self._context.connection
        if connection is None:
            raise RuntimeError("There are no transactions without a connection.")
        return connection

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take SQLite's write lock with each transaction that begins inside the block.

        From the first one on it is this process's turn, to the end.
        """
        if not self._database.needs_write_lock:
            yield
            return
        handlers: dict[str, Any] = {
            "begin": self._on_begin,
            "before_cursor_execute": self._on_execute,
        }
        ends = [listen(self._connection, name, handler) for name, handler in handlers.items()]
        self._watched = True
        try:
            yield
        finally:
            self._watched = False
            for end in ends:
                end()
            self._turn.end()

    def starting_from(self, heads: Collection[str]) -> None:
        """Remember the heads that the steps were chosen for."""
        self._heads, self._seen = set(heads), None

    def repeat_without_foreign_keys(self, name: tuple[str, str]) -> None:
        """Let a revision run that rebuilds a table begin again with foreign keys off."""
        if self.single:
            raise MigrateError(
                f"Revision {name[0]} rebuilds a table, which needs a transaction of its own, and "
                "env.py asks for one over all revisions. Take transaction_per_migration=False "
                "out of env.py."
            )
        self._without_foreign_keys.add(name)

    @contextmanager
    def around(self, name: tuple[str, str]) -> Iterator[None]:
        """Surround one revision run, outside the transaction that Alembic begins for it."""
        with self._foreign_keys(name):
            try:
                if self._database.needs_write_lock:
                    self._take_turn()
                with self._savepoint(), self._marked():
                    yield
                self._end()
            except BaseException:
                self._roll_back_if_own()
                raise
            if self.outer and self._database.commits_each_step:
                self.control("COMMIT")

    def begin_end(self) -> None:
        """Let the last words of the journal and the version table be written together.

        They are anyway, but where the engine commits each statement.
        """
        if self.autocommit and not self._locks:
            self.control("BEGIN")
            self._ending = True

    def _end(self) -> None:
        ending, self._ending = self._ending, False
        if ending:
            self.control("COMMIT")

    @contextmanager
    def checked(self, name: tuple[str, str]) -> Iterator[None]:
        """Raise ForeignKeysViolated where a revision run without foreign keys broke some."""
        if name not in self._without_foreign_keys:
            yield
            return
        before = violations(self._connection)
        yield
        broken = violations(self._connection) - before
        if broken:
            raise ForeignKeysViolated([str(violation) for violation in broken])

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Run our own statements between the revisions, and commit them."""
        try:
            if self._database.needs_write_lock:
                self._begin_for_writing()
            yield
        except BaseException:
            self.roll_back()
            raise
        if not (self.outer or self.single):
            self._connection.commit()
        elif self._database.commits_each_step:
            self.control("COMMIT")

    def make_visible(self) -> None:
        """Let others see the journal, where the revision's own DDL will commit anyway."""
        if self._database.ddl_commits:
            self.control("COMMIT")

    def roll_back(self) -> None:
        """Leave no transaction of a failed attempt open."""
        if not self.usable:
            return
        if not (self.outer or self.single):
            self._connection.rollback()
        elif self._database.commits_each_step:
            self._database.roll_back(self._connection)

    def pause(self) -> None:
        """Commit what a revision run has done so far, in the midst of it."""
        if self._database.in_transaction(self._connection):
            self.control("COMMIT")

    def go_on(self) -> None:
        """Begin anew after that, with the statement that comes."""
        self._locks = self._database.needs_write_lock

    def control(self, statement: str) -> None:
        """Execute a statement that begins or ends a transaction behind SQLAlchemy's back."""
        self._connection.exec_driver_sql(statement)

    def _take_turn(self) -> None:
        """Take the write lock, and see that nobody migrated before we had it."""
        self._begin_for_writing()
        version = self._version_of_others()
        if version is not None and version == self._seen:
            return
        if set(self._context.get_current_heads()) != self._heads or self._moved():
            raise HeadsMoved
        self._seen = version

    def _version_of_others(self) -> int | None:
        """Return what changes when others commit; of an attached database nothing tells it."""
        if self._context.version_table_schema:
            return None
        return self._database.version_of_others(self._connection)

    def _roll_back_if_own(self) -> None:
        """Roll back what Alembic did not: what was begun before it, or beside it."""
        ending, self._ending = self._ending, False
        if self.usable and (ending or self._database.needs_write_lock):
            self._database.roll_back(self._connection)

    @contextmanager
    def _marked(self) -> Iterator[None]:
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def _foreign_keys(self, name: tuple[str, str]) -> AbstractContextManager[None]:
        if name not in self._without_foreign_keys:
            return nullcontext()
        if not self.outer:
            self._connection.rollback()
        return foreign_keys_off(self._connection)

    def _begin_for_writing(self) -> None:
        if self.single and self._database.in_transaction(self._connection):
            return
        if not (self.outer or self.single):
            self._connection.rollback()
        self.await_write_lock()

    def await_write_lock(self) -> None:
        """Take the database's one write lock; raises LockTimeout."""
        waiting = Waiting(self._longest_wait)
        while not self._has_write_lock():
            pause(waiting.pause(self._turn.other() or A_WRITER))
        waiting.over()

    def _has_write_lock(self) -> bool:
        if not self._database.begin_for_writing(self._connection):
            return False
        if self._turn.other() is not None:
            self._database.roll_back(self._connection)
            return False
        if self._watched:
            self._turn.begin()
        return True

    def _on_begin(self, connection: Connection) -> None:
        level = connection.get_execution_options().get("isolation_level")
        self._locks = self._inside and level != "AUTOCOMMIT"

    def _on_execute(self, connection: Connection, _: Any, text: str, *__: Any) -> None:
        """Take the write lock before the first statement of a transaction.

        An application's own event may execute BEGIN, and comes after ours; a table's
        rebuild has a transaction of its own where there is none. And begin a revision run
        anew that wants no foreign keys: no transaction can change that.
        """
        if self._locks:
            self._lock_before(text)
        if self._inside and turns_foreign_keys_off(text) and not self.autocommit:
            raise_if_on(connection)

    def _lock_before(self, text: str) -> None:
        begins = _BEGINS.match(text)
        if begins:
            self._another = bool(begins.group(1))
            return
        self._another = self._another and self._database.in_transaction(self._connection)
        if not self._another:
            self._locks = False
            self.await_write_lock()

    def _savepoint(self) -> AbstractContextManager[Any]:
        if (self.outer or self.single) and self._database.savepoints_hold_ddl:
            nested: AbstractContextManager[Any] = self._connection.begin_nested()
            return nested
        return nullcontext()

    def _note(self, *, heads: Collection[str], **_: Any) -> None:
        self._heads = set(heads)
