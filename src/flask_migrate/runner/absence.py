"""A file beside an SQLite database, locked by a revision that has let go of the database.

In an autocommit block, nobody has SQLite's write lock between two statements. So
whoever gets it there looks for this file first: while another process has it
locked, a revision is half way, and its turn has not ended. The operating system
frees the lock of a process that dies; a file that nobody has locked means nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

fcntl: Any = None
msvcrt: Any = None
if os.name == "nt":
    import msvcrt
else:
    import fcntl


class Absence:
    """The file of one database; a database in memory has none, and needs none.

    Every method but `end` is called by whoever has the write lock.
    """

    def __init__(self, database: str) -> None:
        self._path = f"{database}-migrating" if database else ""
        self._file: int | None = None

    def begin(self) -> None:
        """Tell others that this process comes back."""
        if not self._path or self._file is not None:
            return
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        _try_lock(self._file)

    def end(self) -> None:
        """Let others have their turn."""
        if self._file is None:
            return
        file, self._file = self._file, None
        _remove(self._path)
        os.close(file)
        _remove(self._path)  # Windows removes no file that is open

    def of_another(self) -> bool:
        """Return whether another process comes back."""
        if not self._path or self._file is not None:
            return False
        try:
            file = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            if not _try_lock(file):
                return True
            _remove(self._path)
        finally:
            os.close(file)
        return False


def _try_lock(file: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108 # a path as SQLite tells it
