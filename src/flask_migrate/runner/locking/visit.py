"""A connection as the lock uses it, whose transaction may be one that env.py has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

    from flask_migrate.databases import Locking


class Visit:
    """What the lock may do to a connection between its questions."""

    def __init__(self, connection: sa.Connection, locking: Locking | None) -> None:
        self.connection = connection
        self._locking = locking
        self._guest = connection.in_transaction()

    def leave(self) -> None:
        """End the transaction in which questions were asked, unless env.py began it."""
        if not self._guest:
            self.connection.commit()

    def rest(self) -> None:
        """Hold nothing up while we wait, and see afterwards what was done meanwhile.

        An idle transaction with a snapshot would keep the lock's holder from
        finishing CREATE INDEX CONCURRENTLY. Where env.py began one, it is begun
        anew; rolling it back would undo env.py's SET search_path.
        """
        self.leave()
        if self._guest and self._locking and self._locking.keeps_snapshot(self.connection):
            restart(self.connection)


def restart(connection: sa.Connection) -> None:
    """Commit in the database; SQLAlchemy, and so env.py, sees the same transaction go on."""
    connection.dialect.do_commit(connection.connection)


def abandon(connection: sa.Connection) -> None:
    """Roll back in the database; SQLAlchemy, and so env.py, sees the same transaction go on."""
    connection.dialect.do_rollback(connection.connection)
