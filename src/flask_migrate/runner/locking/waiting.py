"""Waiting for the migration lock: pauses, what is told meanwhile, and the end of patience."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

from flask_migrate.errors import LockTimeout
from flask_migrate.events import LockAcquired, LockWaiting, emit
from flask_migrate.runner.cancel import check

if TYPE_CHECKING:
    from flask_migrate.results import Holder

TOLD_EVERY: Final = 10.0
"""Seconds between two events."""
SHORTEST: Final = 0.1
LONGEST: Final = 1.0


class Waiting:
    """One process's wait, from its first try to its turn."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began = time.monotonic()
        self._told: float | None = None

    @property
    def waited(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._began

    def pause(self, holder: Holder) -> float:
        """Return how many seconds to wait before the next try.

        Tells for whom we wait; raises LockTimeout when that was long enough.
        Pauses are short at first, and differ, so that not all come at once.
        """
        check()
        waited = self.waited
        if self._told is None or waited - self._told >= TOLD_EVERY:
            self._told = waited
            emit(LockWaiting(holder, waited))
        if waited >= self._limit:
            raise LockTimeout(holder, waited)
        longest = min(LONGEST, SHORTEST + waited / 4)
        return min(random.uniform(SHORTEST, longest), self._limit - waited)  # noqa: S311 # no secret

    def over(self) -> None:
        """Tell that the turn has come, if it had to be waited for."""
        if self._told is not None:
            emit(LockAcquired(self.waited))
