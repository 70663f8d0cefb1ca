"""Takes back what an interrupted revision has done, the last statement first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from flask_migrate.databases import database_named
from flask_migrate.databases.undoing import undoing
from flask_migrate.errors import CannotUndo

from .done import DIGEST_LENGTH
from .patience import Patience
from .scratch import connection_of
from .sql import Kind

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from flask_migrate.settings import Settings

    from .journal import Entry, Journal
    from .replay import Replay
    from .transactions import Transactions


@dataclass
class Undo:
    """The undoing of one revision run; what is left of it is written down after each statement."""

    context: MigrationContext
    settings: Settings
    journal: Journal
    entry: Entry
    transactions: Transactions

    def of(self, replay: Replay) -> tuple[str, ...]:
        """Take it all back; return what was executed. Raises CannotUndo before anything is."""
        done = self._done(replay)
        found = undoing(done, self.context.dialect.name)
        if found.lasting:
            raise CannotUndo(*self.entry.name, found.lasting)
        database = database_named(self.context.dialect.name)
        patience = Patience(connection_of(self.context), database, self.settings)
        with self.transactions.preparing():
            patience.start()
        for left, statement in found.back:
            while not self._executed(statement, left, patience):
                pass
        with self.transactions.preparing():
            patience.end()
        return tuple(statement for _, statement in found.back)

    def _done(self, replay: Replay) -> list[str]:
        """Return the statements that are done; raises CannotUndo where they are not known."""
        known = replay.entry == self.entry and len(replay.done) == len(self.entry.done)
        if replay.differs or not known:
            raise CannotUndo(*self.entry.name, (), edited=True)
        if self.entry.pending is None or replay.next is None:
            return replay.done
        database, before = database_named(self.context.dialect.name), self.entry.pending
        with self.transactions.preparing():
            connection = connection_of(self.context)
            was_done = database.was_done(connection, replay.next, before[DIGEST_LENGTH:])
        return [*replay.done, replay.next] if was_done else replay.done

    def _executed(self, statement: str, left: int, patience: Patience) -> bool:
        """Execute a statement, and write what is left; False where its table is in use."""
        try:
            with self.transactions.preparing():
                patience.before(statement, Kind.SCHEMA)
                connection_of(self.context).exec_driver_sql(statement)
                self.journal.shorten(self.entry, left)
        except DBAPIError as error:
            if not database_named(self.context.dialect.name).is_lock_timeout(error.orig):
                raise
            patience.forget()
            with self.transactions.preparing():
                patience.wait_for(statement)
            return False
        patience.progressed(statement)
        return True
