"""What surrounds the revisions that run on one database: lock, journal, transactions, retries."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.errors import MigrateError, RevisionEdited, RevisionInterrupted

from . import cancel
from .activity import Activity
from .journal import Journal, State
from .locking.lock import migration_lock
from .monitor import Monitor
from .operations import ForeignKeysMustBeOff
from .page import Page
from .patience import Patience
from .statements import Statements
from .steps import bind_of
from .transactions import HeadsMoved, Transactions
from .version_row import VersionRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.runtime.migration import MigrationContext

    from flask_migrate.settings import Settings

    from .journal import Entry
    from .locking.lock import Lock
    from .sql import Kind
    from .tally import Tally


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


NONE: Final = Running("", "", None)
"""No revision."""


class Guard:
    """Runs the revisions of one command on one database, so that none is half done unnoticed."""

    def __init__(self, context: MigrationContext, settings: Settings, message: str | None) -> None:
        if context.connection is None:
            raise MigrateError("There is no connection to the database.")
        self._context = context
        self._settings = settings
        self._connection = context.connection
        self._database = database_named(context.dialect.name)
        alone = settings.lock != "off"
        self._journal = Journal(context, message, alone) if settings.log else None
        self._patience = Patience(self._connection, self._database, settings)
        self._activity = Activity(self._connection, self._database)
        self._monitor = Monitor(self._connection, self._database, self._activity)
        self.transactions = Transactions(context, self._database, settings.lock_wait, self._moved)
        self._version_row = VersionRow(context, self._journal, lambda: self.transactions.heads)
        self._statements = Statements(
            self._connection,
            self._database,
            self._before_each,
            self._patience,
            self._activity,
            self.transactions,
        )
        self._lock: Lock | None = None
        self._unfinished: Entry | None = None
        self._page: Page | None = None
        self._running = NONE
        self._to_adopt: str | None = None
        self._edited = False

    def run(self, run: Callable[[], None], stop: Callable[[], None]) -> None:
        """Call `run` until it has come through; `stop` ends what it left half way."""
        with ExitStack() as stack:
            stack.enter_context(cancel.shielded())
            stack.enter_context(self._activity.known())
            stack.enter_context(self._monitor.watching())
            self._lock = stack.enter_context(migration_lock(self._context, self._settings))
            stack.enter_context(self._statements.watched())
            stack.enter_context(self.transactions.watched())
            stack.enter_context(self._version_row.watched(self._connection))
            self._prepare()
            self._start_patience()
            stack.callback(self._leave)
            while not self._attempt(run, stop):
                self._prepare()

    @contextmanager
    def around(self, step: Any, revision: str, direction: str) -> Iterator[None]:
        """Surround one revision run from outside its transaction, and put the journal inside it."""
        cancel.check()
        running = Running(revision, direction, path_of(step))
        self.check_unfinished(running.name)
        run = step.migration_fn

        @wraps(run)  # Alembic logs its name
        def migration_fn(**arguments: Any) -> None:
            self._running = running
            with self.transactions.checked(running.name), self.recorded(running):
                with self._activity.cancellable(), cancel.in_revision():
                    run(**arguments)
                cancel.check()
            self._version_row.expect()

        step.migration_fn = migration_fn
        with self._version_row.expected(), self.transactions.around(running.name):
            yield
        self._unfinished = self._page = None
        self._running = NONE

    def check_unfinished(self, asked_for: tuple[str, str] | None = None) -> None:
        """Raise RevisionInterrupted where something else was interrupted than is asked for.

        What was interrupted before it had done anything is taken as undone.
        """
        unfinished = self._unfinished
        if unfinished is None or unfinished.name == asked_for:
            return
        if unfinished.done or unfinished.pending or self._journal is None:
            raise RevisionInterrupted(*unfinished.name, unfinished.statements)
        with self._statements.silence(), self.transactions.preparing():
            self._journal.finish(unfinished.id, State.UNDONE)
        self._unfinished = None

    @contextmanager
    def recorded(self, running: Running) -> Iterator[None]:
        """Write one revision run into the journal, inside its transaction."""
        begun = time.perf_counter()
        self._page = self._open_page(running)
        with self._statements.counted(self._page, edited=self._edited) as tally:
            yield
            if tally is not None and tally.resuming:
                raise RevisionEdited(running.revision, tally.count + 1, None, edited=self._edited)
        with self._statements.silence():
            self.transactions.begin_end()
            if self._page is not None and tally is not None:
                self._adopt()
                seconds = time.perf_counter() - begun
                self._finish(self._page, tally, seconds)

    def _finish(self, page: Page, tally: Tally, seconds: float) -> None:
        """Write that a revision has run, with the version row where the database can."""
        told = tally.count, tally.unwritten, seconds
        if self._database.writes_inside_with and not page.written:
            self._version_row.carry(page.last_words(*told))
        else:
            page.finish(*told)

    def once(self, text: str, work: Callable[[], None]) -> None:
        """Do work that counts as one statement, unless it was done before an interruption."""
        with self._statements.as_one(text) as needed:
            if needed:
                work()

    def _prepare(self) -> None:
        """Make the tables that every run needs, and see whether a run was interrupted."""
        with self.transactions.preparing(), self._activity.cancellable():
            self._activity.identify()
            self._context._ensure_version_table()  # noqa: SLF001 # Alembic has no public way
            if self._journal is not None:
                self._journal.ensure()
                self._journal.forget()
                self._unfinished = self._journal.unfinished()

    def _moved(self) -> bool:
        """Return whether another process has begun or ended a revision run since we looked."""
        return self._journal is not None and self._journal.unfinished() != self._unfinished

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
        except Exception as error:
            stop()
            self.transactions.roll_back()
            if cancel.asked():
                self._catch_up()
                self._note_halt()
            elif isinstance(error, DBAPIError) and self._may_come_again(error):
                return False
            else:
                self._mark_failed()
            raise
        except BaseException:
            stop()
            self._activity.give_up()
            self.transactions.roll_back()
            self._catch_up()
            self._note_halt()
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

    def _open_page(self, running: Running) -> Page | None:
        if self._journal is None:
            return None
        if self._unfinished is None:
            self._to_adopt, self._edited = None, False
            return Page(self._journal, self._journal.begun(*running.name, running.path))
        self._to_adopt = running.path
        self._edited = self._unfinished.differs_from(running.path)
        page = Page(self._journal, self._unfinished)
        with self._statements.silence():
            page.resume()
            self.transactions.make_visible()
        return page

    def _adopt(self) -> None:
        """Write which file a revision goes on from, once what was done of it has proved equal."""
        path, self._to_adopt = self._to_adopt, None
        if path is not None and self._page is not None:
            self._page.adopt(path)

    def _mark_failed(self) -> None:
        """Write that a revision failed, where something of it may be done."""
        if self._page is None or not self.transactions.usable:
            return
        with self._statements.silence(), self.transactions.preparing():
            self._page.fail()

    def _catch_up(self) -> None:
        """Write what is done for good of a revision that was stopped half way."""
        if self._page is not None and self.transactions.usable:
            with suppress(Exception), self._statements.silence(), self.transactions.preparing():
                self._page.catch_up()

    def _note_halt(self) -> None:
        """Note for whoever asked us to stop what is done of the revision that ran."""
        stop = cancel.current()
        if stop is None or self._running is NONE:
            return
        rolled_back, statements = not self._database.ddl_commits, None
        if self._journal is not None and self.transactions.usable:
            with suppress(Exception), self._statements.silence(), self.transactions.preparing():
                entry = self._journal.unfinished()
                rolled_back = entry is None or entry.name != self._running.name
                statements = None if entry is None else entry.statements
        stop.halts.append(
            cancel.Halt(*self._running.name, bind_of(self._context.opts), rolled_back, statements)
        )

    def _before_each(self, statement: str, kind: Kind) -> None:
        if self._lock is not None:
            self._lock.check()
        self._adopt()
        self._database.check_statement(self._connection, statement)
        self._patience.before(statement, kind)


def path_of(step: Any) -> str | None:
    """Return the file of the revision that a step runs; a stamp has none."""
    revision = getattr(step, "revision", None)
    return None if revision is None else str(revision.path)
