"""What surrounds the revisions that run on one database: lock, journal, transactions, retries."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.errors import MigrateError, RevisionEdited, RevisionInterrupted

from .journal import Journal, State
from .lock import migration_lock
from .operations import ForeignKeysMustBeOff
from .patience import Patience
from .statements import Statements
from .transactions import HeadsMoved, Transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext

    from flask_migrate.settings import Settings

    from .journal import Entry
    from .lock import Lock
    from .sql import Kind


@dataclass(frozen=True)
class Running:
    """The revision that is to run: its name, the way it goes, its file."""

    revision: str
    direction: str
    path: str | None

    @property
    def name(self) -> tuple[str, str]:
        """What tells one revision run from another."""
        return self.revision, self.direction


class Guard:
    """Runs the revisions of one command on one database, so that none is half done unnoticed."""

    def __init__(self, context: MigrationContext, settings: Settings, message: str | None) -> None:
        if context.connection is None:
            raise MigrateError("There is no connection to the database.")
        self._context = context
        self._settings = settings
        self._connection = context.connection
        self._database = database_named(context.dialect.name)
        self._journal = Journal(context, message) if settings.log else None
        self._patience = Patience(self._connection, self._database, settings)
        self._statements = Statements(
            self._connection, self._database, self._journal, self._before_each, self._patience
        )
        self.transactions = Transactions(context, self._database, settings.lock_wait)
        self._lock: Lock | None = None
        self._unfinished: Entry | None = None
        self._entry: Entry | None = None
        self._running = Running("", "", None)

    def run(self, run: Callable[[], None], stop: Callable[[], None]) -> None:
        """Call `run` until it has come through; `stop` ends what it left half way."""
        with ExitStack() as stack:
            self._lock = stack.enter_context(migration_lock(self._context, self._settings))
            stack.enter_context(self._statements.watched())
            stack.enter_context(self.transactions.watched())
            self._prepare()
            self._start_patience()
            stack.callback(self._leave)
            while not self._attempt(run, stop):
                self._prepare()

    @contextmanager
    def around(self, step: Any, revision: str, direction: str) -> Iterator[None]:
        """Surround one revision run from outside its transaction, and put the journal inside it."""
        running = Running(revision, direction, path_of(step))
        unfinished = self._unfinished
        if unfinished is not None and unfinished.name != running.name:
            raise RevisionInterrupted(*unfinished.name, unfinished.statements)
        run = step.migration_fn

        def migration_fn(**arguments: Any) -> None:
            self._running = running
            with self.transactions.checked(running.name), self.recorded(running):
                run(**arguments)

        step.migration_fn = migration_fn
        with self.transactions.around(running.name):
            yield
        self._unfinished = None

    @contextmanager
    def recorded(self, running: Running) -> Iterator[None]:
        """Write one revision run into the journal, inside its transaction."""
        begun = time.perf_counter()
        self._entry = self._open_entry(running)
        with self._statements.counted(self._entry) as tally:
            yield
            if tally is not None and tally.resuming:
                raise RevisionEdited(running.revision, tally.count + 1, None)
            self._statements.write_down()
        if self._journal is not None and self._entry is not None:
            with self._statements.silence():
                seconds = time.perf_counter() - begun
                self._journal.finish(self._entry.id, State.DONE, seconds)

    def _prepare(self) -> None:
        """Make the tables that every run needs, and see whether a run was interrupted."""
        with self.transactions.preparing():
            self._context._ensure_version_table()  # noqa: SLF001 # Alembic has no public way
            if self._journal is not None:
                self._journal.ensure()
                self._unfinished = self._journal.unfinished()

    def _start_patience(self) -> None:
        with self.transactions.preparing():
            self._patience.start()

    def _leave(self) -> None:
        if self.transactions.usable:
            with self.transactions.preparing():
                self._patience.end()

    def _attempt(self, run: Callable[[], None], stop: Callable[[], None]) -> bool:
        try:
            run()
        except HeadsMoved:
            stop()
            self.transactions.roll_back()
            return False
        except ForeignKeysMustBeOff:
            stop()
            self.transactions.roll_back()
            self.transactions.repeat_without_foreign_keys(self._running.name)
            return False
        except DBAPIError as error:
            stop()
            self.transactions.roll_back()
            if self._may_come_again(error):
                return False
            self._mark_failed()
            raise
        except Exception:
            stop()
            self.transactions.roll_back()
            self._mark_failed()
            raise
        return True

    def _may_come_again(self, error: DBAPIError) -> bool:
        """Wait where a table's lock could not be had, and say whether to try again."""
        self._patience.forget()
        if not self._database.is_lock_timeout(error.orig) or not self.transactions.can_repeat:
            return False
        with self.transactions.preparing():
            self._patience.wait_for(error.statement or "")
        return True

    def _open_entry(self, running: Running) -> Entry | None:
        if self._journal is None:
            return None
        with self._statements.silence():
            if self._unfinished is None:
                entry = self._journal.begin(running.revision, running.direction, running.path)
            else:
                entry = self._journal.resume(self._unfinished, running.path)
            self.transactions.make_visible()
        return entry

    def _mark_failed(self) -> None:
        """Write that a revision failed, where the journal already has it."""
        if self._journal is None or self._entry is None or not self.transactions.usable:
            return
        with self._statements.silence(), self.transactions.preparing():
            self._journal.fail(self._entry.id)

    def _before_each(self, statement: str, kind: Kind) -> None:
        if self._lock is not None:
            self._lock.check()
        self._database.check_statement(self._connection, statement)
        self._patience.before(statement, kind)


def path_of(step: Any) -> str | None:
    """Return the file of the revision that a step runs; a stamp has none."""
    revision = getattr(step, "revision", None)
    return None if revision is None else str(revision.path)
