"""Locks: another migration, or whoever uses the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .database import DatabaseError
from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_migrate.results import Blocker, Holder


class LockError(DatabaseError):
    """The lock that lets one process at a time migrate a database."""


class LockTimeout(LockError):
    """Another process migrated the database for longer than `MIGRATE_LOCK_WAIT`."""

    def __init__(self, holder: Holder, waited: float) -> None:
        self.holder = holder
        self.waited = waited
        super().__init__(
            f"Waited {waited:.0f} s for another migration of this database: {holder}. "
            "This database was not changed. Type the command again when that one has finished, or "
            "end it if it hangs: its lock goes with it. MIGRATE_LOCK_WAIT sets how long to wait."
        )


class LockLost(LockError):
    """This process no longer holds the lock, and must not change the database any further."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"The migration lock was lost: {reason}. So another process may migrate this database "
            "now, and this one stopped before its next statement. Type the command again."
        )


class TableLocked(LockError):
    """Somebody was in a statement's way for longer than `MIGRATE_LOCK_RETRY_FOR`."""

    def __init__(self, statement: str, blockers: Sequence[Blocker], waited: float) -> None:
        self.statement = statement
        self.blockers = tuple(blockers)
        self.waited = waited
        others = listed([str(blocker) for blocker in self.blockers])
        super().__init__(
            f"Tried for {waited:.0f} s to have the lock that this statement needs: {statement}. "
            f"In its way: {others}. End that session, or type the command again at a quiet time. "
            "MIGRATE_LOCK_RETRY_FOR sets how long to try."
        )
