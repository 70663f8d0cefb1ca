"""Every statement of the revision that runs: checked, counted, written down.

When a revision goes on after an interruption, the statements that are done are
passed over: what Alembic or the revision executes is compared with the journal
and not sent again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from flask_migrate.errors import RevisionEdited

from . import cancel
from .journal import DIGEST_LENGTH, digest
from .sql import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from flask_migrate.databases import Database

    from .activity import Activity
    from .journal import Entry, Journal
    from .patience import Patience

    Send = Callable[[], None]

_EVENTS: Final = ("do_execute", "do_executemany", "do_execute_no_params")


@dataclass
class Tally:
    """How far one revision run has come."""

    entry: Entry
    count: int = 0
    unwritten: list[str] = field(default_factory=list)
    pending: str | None = None
    """How the database looked before the statement whose end is not known."""

    @property
    def resuming(self) -> bool:
        """Whether the statement that comes was done before the interruption."""
        return self.count < len(self.entry.hashes)

    def pass_over(self, hashed: str, statement: str) -> None:
        """Count a statement as done; raises RevisionEdited where it is another one than then."""
        if self.entry.hashes[self.count] != hashed:
            raise RevisionEdited(self.entry.revision, self.count + 1, statement)
        self.count += 1

    def add(self, hashed: str) -> None:
        """Count a statement that has just been done."""
        self.count += 1
        self.unwritten.append(hashed)


class Statements:
    """Listens to one connection while revisions run on it."""

    def __init__(
        self,
        connection: Connection,
        database: Database,
        journal: Journal | None,
        before_each: Callable[[str, Kind], None],
        patience: Patience,
        activity: Activity,
    ) -> None:
        self._connection = connection
        self._activity = activity
        self._database = database
        self._journal = journal
        self._before_each = before_each
        self._patience = patience
        self._tally: Tally | None = None
        self._silent = False
        self._inside = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See every statement of the connection, inside the block."""
        handlers = {name: getattr(self, f"_{name}") for name in _EVENTS}
        for name, handler in handlers.items():
            event.listen(self._connection.engine, name, handler)
        event.listen(self._connection, "commit", self._on_commit)
        try:
            yield
        finally:
            event.remove(self._connection, "commit", self._on_commit)
            for name, handler in handlers.items():
                event.remove(self._connection.engine, name, handler)

    @contextmanager
    def counted(self, entry: Entry | None) -> Iterator[Tally | None]:
        """Count the statements of one revision run, inside the block."""
        self._inside = True
        self._tally = None if entry is None else Tally(entry, pending=entry.pending)
        try:
            yield self._tally
        finally:
            self._inside = False
            self._tally = None

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Let our own statements pass uncounted, inside the block."""
        before, self._silent = self._silent, True
        try:
            with self._activity.in_hand():
                yield
        finally:
            self._silent = before

    def write_down(self) -> None:
        """Write how far the revision has come."""
        tally, journal = self._tally, self._journal
        if tally is None or journal is None or not tally.unwritten:
            return
        with self.silence():
            journal.record(tally.entry.id, tally.count, tally.unwritten)
        tally.unwritten = []

    def _do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any) -> Any:
        def send() -> None:
            context.dialect.do_execute(cursor, statement, parameters, context)

        return self._meet(statement, parameters, context, send)

    def _do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any) -> Any:
        def send() -> None:
            context.dialect.do_executemany(cursor, statement, parameters, context)

        return self._meet(statement, parameters, context, send)

    def _do_execute_no_params(self, cursor: Any, statement: str, context: Any) -> Any:
        def send() -> None:
            context.dialect.do_execute_no_params(cursor, statement, context)

        return self._meet(statement, None, context, send)

    def _meet(self, statement: str, parameters: Any, context: Any, send: Send) -> bool | None:
        """Deal with one statement; True tells SQLAlchemy that it need not be sent."""
        ours = context.root_connection is self._connection
        if self._silent or not self._inside or not ours:
            return None

        def send_watched() -> None:
            with self._activity.executing(statement):
                send()

        with self._activity.in_hand():
            try:
                cancel.check()
                self._deal_with(statement, parameters, send_watched)
            except cancel.Stopped as stopped:
                raise cancel.Halted from stopped
        return True

    def _deal_with(self, statement: str, parameters: Any, send: Send) -> None:
        kind = kind_of(statement)
        if kind is Kind.SESSION and "timeout" in statement.lower():
            self._patience.leave_alone()
        if self._tally is None or kind in (Kind.READ, Kind.SESSION):
            send()
            return
        hashed = digest(statement, parameters)
        if self._tally.resuming:
            self._tally.pass_over(hashed, statement)
        elif self._was_done(self._tally, statement, hashed):
            self._add(self._tally, hashed)
        else:
            self._execute(self._tally, statement, kind, hashed, send)

    def _was_done(self, tally: Tally, statement: str, hashed: str) -> bool:
        """Ask the database whether the statement at which the last run was cut off was done."""
        pending, tally.pending = tally.pending, None
        if pending is None:
            return False
        then, before = pending[:DIGEST_LENGTH], pending[DIGEST_LENGTH:]
        if then != hashed:
            raise RevisionEdited(tally.entry.revision, tally.count + 1, statement)
        with self.silence():
            return self._database.was_done(self._connection, statement, before)

    def _execute(self, tally: Tally, statement: str, kind: Kind, hashed: str, send: Send) -> None:
        with self.silence():
            self._before_each(statement, kind)
        if self._database.commits_by_itself(statement, kind.value):
            self._announce(tally, statement, hashed)
            self._patiently(statement, send)
            self._add(tally, hashed)
            self._commit()
        elif self._in_autocommit():
            self._patiently(statement, lambda: self._execute_with_journal(tally, hashed, send))
        else:
            send()
            self._add(tally, hashed)
        self._patience.progressed()

    def _patiently(self, statement: str, send: Send) -> None:
        """Execute a statement again and again while somebody holds the table that it needs."""
        while not self._sent(send):
            with self.silence():
                self._patience.wait_for(statement)

    def _sent(self, send: Send) -> bool:
        try:
            send()
        except Exception as error:
            if self._database.is_lock_timeout(error):
                return False
            raise
        return True

    def _execute_with_journal(self, tally: Tally, hashed: str, send: Send) -> None:
        """Execute a statement of an autocommit block in one transaction with the journal."""
        self._control("BEGIN")
        try:
            send()
            self._add(tally, hashed)
            self.write_down()
        except BaseException:
            self._control("ROLLBACK")
            raise
        self._control("COMMIT")

    def _add(self, tally: Tally, hashed: str) -> None:
        tally.add(hashed)
        if self._database.ddl_commits or self._in_autocommit():
            self.write_down()

    def _announce(self, tally: Tally, statement: str, hashed: str) -> None:
        if self._journal is None:
            return
        with self.silence():
            before = self._database.fingerprint(self._connection, statement)
            self._journal.announce(tally.entry.id, hashed + before)

    def _commit(self) -> None:
        if not self._in_autocommit():
            self._control("COMMIT")

    def _control(self, statement: str) -> None:
        with self.silence():
            self._connection.exec_driver_sql(statement)

    def _in_autocommit(self) -> bool:
        return self._connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"

    def _on_commit(self, _: Connection) -> None:
        if not self._silent:
            self.write_down()
