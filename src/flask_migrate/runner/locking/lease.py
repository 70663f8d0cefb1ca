"""A lease in the log: the lock where those of sessions do not exclude, as on a Galera cluster.

A thread renews it. Whoever finds it run out asks the holder for a sign of life
before taking it: during DDL a Galera cluster holds up every write, the
holder's renewal too, and then the question as well.
"""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from flask_migrate.databases.locking import UNKNOWN
from flask_migrate.errors import LockLost
from flask_migrate.runner.cancel import pause

from .row import HELD

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask_migrate.databases import Locking
    from flask_migrate.databases.locking import LockKey

    from .row import Claim, LockRow
    from .visit import Visit
    from .waiting import Waiting

_BOOTTIME: Final = getattr(time, "CLOCK_BOOTTIME", None)


def now() -> float:
    """Return seconds on a clock that goes on while the machine sleeps, where there is one."""
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


@dataclass(frozen=True)
class LeaseTimes:
    """In seconds."""

    lease: int = 10
    heartbeat: float = 2
    margin: float = 3
    """How long before its end the holder stops relying on it."""
    grace: float = 4
    """How long the holder has for a sign of life after the end."""


class Lease:
    """The lock of one migration, held by renewing a row."""

    def __init__(self, row: LockRow, times: LeaseTimes) -> None:
        self._row = row
        self._times = times
        self._token = secrets.token_hex(16)
        self._relied_on_until = 0.0
        self._taken_away = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def acquire(self, waiting: Waiting, rest: Callable[[], None]) -> None:
        """Take the row when it is free, or when its holder gives no sign of life."""
        self._row.create_table()
        doubts = Doubts(self._row, self._times.grace)
        while not self._take(doubts, claim := self._row.read()):
            rest()
            pause(waiting.pause(claim.holder("by a lease") if claim else UNKNOWN))

    def _take(self, doubts: Doubts, claim: Claim | None) -> bool:
        asked = now()
        if claim is None:
            taken = self._row.put(self._token, self._times.lease)
        else:
            taken = doubts.confirmed(claim) and self._row.replace(
                claim, self._token, self._times.lease
            )
        self._relied_on_until = asked + self._times.lease - self._times.margin
        return taken

    def keep(self, *, asynchronous: bool) -> None:
        """Start to renew the lease."""
        beat: Callable[[], None] = self._beat
        if asynchronous:
            room = import_module("flask_migrate.runner.asynchronous")
            beat = partial(room.run_bridged, self._beat)
        self._thread = threading.Thread(target=beat, name="flask-migrate lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise LockLost unless the lease is surely ours.

        Where it was renewed in time, no server is asked. Where it was not, it is
        now: as long as nobody else took it, it is still ours.
        """
        while not self._taken_away and now() >= self._relied_on_until:
            self._renew_late()
        if self._taken_away:
            raise LockLost("another process took its lease, which was not renewed in time")

    def release(self) -> None:
        """Stop to renew the lease, and end it; where that fails, it runs out."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(self._times.heartbeat)
        with suppress(Exception):
            self._row.remove(self._token)
        self._row.close()

    def _beat(self) -> None:
        while not self._taken_away and not self._stop.wait(self._times.heartbeat):
            # The next beat may succeed; if none does, check() finds out.
            with suppress(Exception):
                self._renew()

    def _renew_late(self) -> None:
        try:
            self._renew()
        except Exception as error:
            raise LockLost("its lease ran out, and could not be renewed") from error

    def _renew(self) -> None:
        asked = now()
        if self._row.renew(self._token, self._times.lease):
            until = asked + self._times.lease - self._times.margin
            self._relied_on_until = max(self._relied_on_until, until)
        elif not self._stop.is_set():
            self._taken_away = True


class Doubts:
    """Whether the holder of a lease that ran out still lives."""

    def __init__(self, row: LockRow, grace: float) -> None:
        self._row = row
        self._grace = grace
        self._mark = f"doubted-{secrets.token_hex(4)}"
        self._asked: tuple[str | None, datetime | None] | None = None
        self._answer_due = 0.0

    def confirmed(self, claim: Claim) -> bool:
        """Return whether the holder was asked, and has not answered in time."""
        if not claim.expired:
            return False
        if self._asked == (claim.token, claim.expires_at):
            return claim.state != HELD and now() >= self._answer_due
        began = now()
        if self._row.doubt(claim, self._mark):
            asked = now()
            # What held the question up may hold the holder up as long again, on a slower node.
            self._answer_due = asked + max(self._grace, asked - began)
            self._asked = claim.token, claim.expires_at
        return False


def wait_for_transactions(visit: Visit, locking: Locking, key: LockKey, waiting: Waiting) -> None:
    """Wait until a transaction that outlived its migration's lease has ended."""
    connection = visit.connection
    while not locking.join_transaction(connection, key):
        session = locking.session(connection, key)
        visit.rest()
        pause(waiting.pause(session.holder if session else UNKNOWN))
    visit.leave()
