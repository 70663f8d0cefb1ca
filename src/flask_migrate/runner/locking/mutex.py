"""The threads of this process exclude each other, before any of them asks the server."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask_migrate.databases.locking import holder
from flask_migrate.errors import LockTimeout
from flask_migrate.runner.log_table import Process, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from datetime import datetime

    from flask_migrate.results import Holder

    from .waiting import Waiting


class Mutex:
    """One lock, and the thread that has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._name = ""
        self._since: datetime | None = None

    @contextmanager
    def held(self, waiting: Waiting, rest: Callable[[], None]) -> Iterator[None]:
        """Hold the lock inside the block; raises LockTimeout as `Waiting` does.

        Rests before it waits, so that nothing of before is seen afterwards.
        A thread that holds it would wait for itself: it gets LockTimeout at once.
        """
        taken = self._lock.acquire(blocking=False)
        if not taken:
            if self._owner == threading.get_ident():
                raise LockTimeout(self._holder(), 0)
            rest()
        while not taken:
            taken = self._lock.acquire(timeout=waiting.pause(self._holder()))
        try:
            thread = threading.current_thread()
            self._owner, self._name, self._since = threading.get_ident(), thread.name, utc_now()
            yield
        finally:
            self._owner = 0
            self._lock.release()

    def _holder(self) -> Holder:
        process = Process.this()
        return holder(process.host, process.pid, self._since, f"thread {self._name}")


def mutex(key: Hashable) -> Mutex:
    """Return the one mutex of this process for a key."""
    return _mutexes.setdefault(key, Mutex())


_mutexes: dict[Hashable, Mutex] = {}

if hasattr(os, "register_at_fork"):
    # What another thread held at the time of the fork would never be released in the child.
    os.register_at_fork(after_in_child=_mutexes.clear)
