"""A file beside an SQLite database, locked by the process whose turn it is, and saying who that is.

SQLite does not tell who has its write lock, and nobody has it between two revisions and
between two statements of an autocommit block. So whoever gets it looks for this file first:
while another process has it locked, that one's turn has not ended. The operating system
frees the lock of a process that dies; a file that nobody has locked means nothing.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask_migrate.databases.locking import UNKNOWN, holder
from flask_migrate.runner.log_table import Process, utc_now

if TYPE_CHECKING:
    from flask_migrate.results import Holder

fcntl: Any = None
msvcrt: Any = None
if os.name == "nt":
    import msvcrt
else:
    import fcntl

_TRIES: Final = 50
_GLANCE: Final = 0.01
"""Seconds; whoever looks who has the file locked, has it locked for a moment."""
_LOCKED_BYTE: Final = 4096
"""Behind the text, which on Windows could not be read else."""


class Turn:
    """The file of one database; a database in memory has none, and needs none.

    Every method but `end` and `other` is called by whoever has the write lock.
    """

    def __init__(self, database: str) -> None:
        self._path = f"{database}-migrating" if database else ""
        self._file: int | None = None

    def begin(self) -> None:
        """Tell others that it is this process's turn; where no file can be made, nobody is told."""
        if not self._path or self._file is not None:
            return
        with suppress(OSError):
            self._file = self._locked()
        if self._file is not None:
            process = Process.this()
            told = {"host": process.host, "pid": process.pid, "since": utc_now().isoformat()}
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, json.dumps(told).encode())

    def end(self) -> None:
        """Let others have their turn."""
        if self._file is None:
            return
        file, self._file = self._file, None
        if fcntl is not None:
            self._remove()
        os.close(file)
        if fcntl is None:  # Windows removes no file that is open
            self._remove()

    def other(self) -> Holder | None:
        """Return which other process's turn it is, or None."""
        if not self._path or self._file is not None:
            return None
        try:
            file = os.open(self._path, os.O_RDWR)
        except OSError:
            return None
        try:
            return None if _try_lock(file) else _told(file)
        finally:
            os.close(file)

    def _locked(self) -> int | None:
        """Return the file, which must be the one that others find."""
        for _ in range(_TRIES):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            if _try_lock(file) and self._is_there(file):
                return file
            os.close(file)
            time.sleep(_GLANCE)
        return None

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self._path))  # noqa: PTH116 # a path as SQLite tells it
        except FileNotFoundError:
            return False

    def _remove(self) -> None:
        with suppress(OSError):
            os.unlink(self._path)  # noqa: PTH108 # a path as SQLite tells it


def _told(file: int) -> Holder:
    """Return who has the file locked; he may be about to write it."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        told = json.loads(os.read(file, _LOCKED_BYTE))
        return holder(told["host"], told["pid"], datetime.fromisoformat(told["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return UNKNOWN


def _try_lock(file: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
