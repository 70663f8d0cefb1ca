"""Every statement of the revision that runs: checked, counted, written down.

When a revision goes on after an interruption, the statements that are done are
passed over: what Alembic or the revision executes is compared with the journal
and not sent again.
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from . import cancel
from .answers import Answer
from .done import DIGEST_LENGTH, Done
from .listening import listen
from .sql import Kind, ends_transaction
from .tally import Statement, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from flask_migrate.databases import Database

    from .activity import Activity
    from .page import Page
    from .patience import Patience
    from .transactions import Transactions

_GLANCE: Final = 0.2
"""Seconds between two looks at what the server does for a client that has died."""
_SENDING: Final = ("do_execute", "do_executemany", "do_execute_no_params")


class Statements:
    """Listens to one connection while revisions run on it."""

    def __init__(
        self,
        connection: Connection,
        database: Database,
        before_each: Callable[[str, Kind], None],
        patience: Patience,
        activity: Activity,
        transactions: Transactions,
    ) -> None:
        self._connection = connection
        self._activity = activity
        self._database = database
        self._page: Page | None = None
        self._before_each = before_each
        self._patience = patience
        self._transactions = transactions
        self._tally: Tally | None = None
        self._silent = False
        self._inside = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See every statement of the connection, inside the block.

        SQLAlchemy keeps the events of sending with the dialect, which all
        connections of an engine share, and iterates over them in every thread.
        So this connection gets a copy of the dialect for the time.
        """
        connection, shared = self._connection, self._connection.dialect
        connection.dialect = _twin(shared)
        for name in _SENDING:
            event.listen(connection.dialect, name, getattr(self, f"_{name}"))
        own: dict[str, Any] = {
            "commit": self._on_commit,
            "savepoint": self._on_savepoint,
            "release_savepoint": self._on_release_savepoint,
            "rollback_savepoint": self._on_rollback_savepoint,
        }
        ends = [listen(connection, name, handler) for name, handler in own.items()]
        try:
            yield
        finally:
            for end in ends:
                end()
            connection.dialect = shared

    @contextmanager
    def counted(self, page: Page | None, *, edited: bool) -> Iterator[Tally | None]:
        """Count the statements of one revision run, inside the block."""
        self._inside = True
        self._page = page
        if page is not None:
            self._tally = Tally(page.entry, edited, pending=page.entry.pending)
        try:
            yield self._tally
        finally:
            self._inside = False
            self._tally = self._page = None

    @contextmanager
    def as_one(self, text: str) -> Iterator[bool]:
        """Count what is done inside the block as one statement; say whether it has to be done."""
        if self._tally is None:
            yield True
            return
        with self._tally.as_one(text) as needed:
            yield needed
        if self._in_autocommit():
            self.write_down()

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
        tally, page = self._tally, self._page
        if tally is None or page is None or tally.written == len(tally.new):
            return
        with self.silence():
            page.put(tally.count, tally.unwritten)
        tally.written = len(tally.new)

    def _do_execute(self, cursor: Any, text: str, parameters: Any, context: Any) -> Any:
        send = partial(context.dialect.do_execute, cursor, text, parameters, context)
        return self._meet(text, parameters, cursor, context, send)

    def _do_executemany(self, cursor: Any, text: str, parameters: Any, context: Any) -> Any:
        send = partial(context.dialect.do_executemany, cursor, text, parameters, context)
        return self._meet(text, parameters, cursor, context, send)

    def _do_execute_no_params(self, cursor: Any, text: str, context: Any) -> Any:
        send = partial(context.dialect.do_execute_no_params, cursor, text, context)
        return self._meet(text, (), cursor, context, send)

    def _meet(
        self, text: str, parameters: Any, cursor: Any, context: Any, send: Callable[[], None]
    ) -> bool | None:
        """Deal with one statement; True tells SQLAlchemy that it need not be sent."""
        if self._silent or not self._inside:
            return None

        def send_watched() -> None:
            with self._activity.executing(text):
                send()

        with self._activity.in_hand():
            try:
                cancel.check()
                self._deal_with(Statement(text, parameters, cursor, context, send_watched))
            except cancel.Stopped as stopped:
                raise cancel.Halted from stopped
        return True

    def _deal_with(self, statement: Statement) -> None:
        if statement.kind is not Kind.READ and not self._commits_by_itself(statement):
            self._settle()
        autocommit, ends = self._in_autocommit(), ends_transaction(statement.text)
        alone = not autocommit and self._database.refuses_transaction(statement.text)
        if alone or ends:
            self.write_down()
        if alone:
            with self.silence():
                self._transactions.pause()
        try:
            self._deal_with_kind(statement)
        finally:
            if alone or (ends and not autocommit):
                self.write_down()
                with self.silence():
                    self._transactions.go_on()

    def _deal_with_kind(self, statement: Statement) -> None:
        if statement.kind in (Kind.READ, Kind.SESSION):
            if statement.kind is Kind.SESSION:
                self._patience.heed(statement.text)
            statement.send()
        elif self._tally is None:
            self._execute_unwritten(statement)
        elif self._tally.resuming:
            self._tally.pass_over(statement)
        elif self._was_done(self._tally, statement):
            self._add(self._tally, Done(statement.hash, Answer()))
        else:
            self._execute(self._tally, statement)

    def _settle(self) -> None:
        """Commit what the journal has to know, before something that could be rolled back."""
        page = self._page
        if page is None or not self._database.ddl_commits:
            return
        if page.written and not page.behind:
            return
        with self.silence():
            page.open()
        self.write_down()
        with self.silence():
            self._transactions.make_visible()

    def _was_done(self, tally: Tally, statement: Statement) -> bool:
        """Ask the database whether the statement at which the last run was cut off was done."""
        pending, tally.pending = tally.pending, None
        if pending is None:
            return False
        tally.compare(pending[:DIGEST_LENGTH], statement)
        with self.silence():
            while self._database.is_running(self._connection, statement.text):
                cancel.pause(_GLANCE)
            before = pending[DIGEST_LENGTH:]
            return self._database.was_done(self._connection, statement.text, before)

    def _execute_unwritten(self, statement: Statement) -> None:
        with self.silence():
            self._before_each(statement.text, statement.kind)
        if self._in_autocommit() or self._commits_by_itself(statement):
            self._patiently(statement, statement.send)
        else:
            statement.send()
        self._patience.progressed(statement.text)

    def _execute(self, tally: Tally, statement: Statement) -> None:
        with self.silence():
            self._before_each(statement.text, statement.kind)
        if self._commits_by_itself(statement):
            self._execute_alone(tally, statement)
        elif self._in_autocommit():
            self._patiently(statement, lambda: self._execute_with_journal(tally, statement))
        else:
            statement.send()
            self._add(tally, statement.done())
        self._patience.progressed(statement.text)

    def _execute_alone(self, tally: Tally, statement: Statement) -> None:
        """Execute a statement that cannot share a transaction with the journal."""
        self._announce(tally, statement)
        try:
            self._patiently(statement, statement.send)
        except Exception as error:
            with self.silence():
                self._database.clean_up(self._connection, statement.text, error)
            raise
        tally.add(statement.done())
        if self._page is not None and self._database.shows(statement.text):
            # What the database shows needs no commit of its own to be known.
            self._page.settled(tally.new)
        else:
            self.write_down()
            if not self._in_autocommit():
                with self.silence():
                    self._transactions.pause()
        if not self._in_autocommit():
            tally.savepoints.clear()

    def _execute_with_journal(self, tally: Tally, statement: Statement) -> None:
        """Execute a statement of an autocommit block in one transaction with the journal."""
        self._control("BEGIN")
        try:
            statement.send()
            tally.add(statement.done())
            self.write_down()
        except Exception as error:
            self._control("ROLLBACK")
            if not self._database.is_refused_in_transaction(error):
                raise
        else:
            self._control("COMMIT")
            return
        self._execute_alone(tally, statement)

    def _patiently(self, statement: Statement, send: Callable[[], None]) -> None:
        """Execute a statement again and again while somebody holds the table that it needs."""
        while not self._sent(send):
            with self.silence():
                self._patience.wait_for(statement.text)

    def _sent(self, send: Callable[[], None]) -> bool:
        try:
            send()
        except Exception as error:
            if self._database.is_lock_timeout(error):
                return False
            raise
        return True

    def _add(self, tally: Tally, done: Done) -> None:
        tally.add(done)
        if self._database.ddl_commits or self._in_autocommit():
            self.write_down()

    def _announce(self, tally: Tally, statement: Statement) -> None:
        if self._page is None:
            return
        with self.silence():
            before = self._database.fingerprint(self._connection, statement.text)
            self._page.put(tally.count, tally.unwritten, pending=statement.hash + before)
            tally.written = len(tally.new)
            if self._database.needs_write_lock:
                self._transactions.pause()

    def _control(self, statement: str) -> None:
        with self.silence():
            self._connection.exec_driver_sql(statement)

    def _commits_by_itself(self, statement: Statement) -> bool:
        return self._database.commits_by_itself(statement.text, statement.kind.value)

    def _in_autocommit(self) -> bool:
        return self._transactions.autocommit

    def _on_commit(self, _: Connection) -> None:
        if not self._silent:
            self.write_down()
        if self._tally is not None:
            self._tally.savepoints.clear()

    def _on_savepoint(self, _: Connection, __: str | None) -> None:
        self._settle()
        if self._tally is not None:
            self._tally.savepoints.append(self._tally.written)

    def _on_release_savepoint(self, _: Connection, __: str, ___: None) -> None:
        if self._tally is not None and self._tally.savepoints:
            self._tally.savepoints.pop()

    def _on_rollback_savepoint(self, _: Connection, __: str, ___: None) -> None:
        """Write again what was written since; it counts as done, so that it is passed over."""
        if self._tally is not None and self._tally.savepoints:
            self._tally.written = min(self._tally.written, self._tally.savepoints.pop())


def _twin(dialect: Any) -> Any:
    """Return a copy of a dialect that has its events, and others of its own."""
    twin = copy.copy(dialect)
    vars(twin).pop("dispatch", None)
    twin.dispatch = twin.dispatch._join(dialect.dispatch)  # noqa: SLF001 # as SQLAlchemy's OptionEngine does
    return twin
