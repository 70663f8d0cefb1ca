"""Stopping a command half way: who asked, whom that must not disturb, where it came to rest.

Only the command line asks (`cli/signals.py`); without it, everything here does nothing.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from flask_migrate.results import Position

    from .activity import Activity

_LIBRARIES: Final = ("sqlalchemy.", "alembic.", "asyncio.")
_HERE: Final = "flask_migrate.runner.guard"


class Stopped(KeyboardInterrupt):
    """The command was asked to stop, and did."""


class Halted(Exception):
    """The same inside a statement: on any BaseException there, SQLAlchemy closes the connection."""


@dataclass(frozen=True)
class Halt:
    """A revision that was stopped half way."""

    revision: str
    direction: str
    bind: str | None
    rolled_back: bool
    """Whether nothing of it is done."""
    statements: int | None
    """How many of its statements are done; None where that is not known."""


class Stop:
    """The request to stop one command, and what became of it.

    Signals reach Python in the main thread only. There `interrupt()` raises
    Stopped, but not while something is in hand that has to be finished
    (`shielded`); that, and every other thread, asks with `check()`.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.answered = False
        self.halts: list[Halt] = []
        self.positions: tuple[Position, ...] = ()
        self.began = False
        self.activities: set[Activity] = set()
        self._asked = threading.Event()
        self._shielded = False
        self._in_revision = False

    @property
    def asked(self) -> bool:
        """Whether the command is to stop."""
        return self._asked.is_set()

    def ask(self, signal: int) -> None:
        """Ask the command to stop; may be called from any thread, and again."""
        if self.signal is None:
            self.signal = signal
        self._asked.set()

    def check(self) -> None:
        """Raise Stopped where the command is to stop."""
        if self.asked:
            self.answered = True
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Wait; raises Stopped as soon as the command is to stop."""
        self._asked.wait(seconds)
        self.check()

    def interrupt(self, frame: FrameType | None) -> None:
        """Raise Stopped in the main thread, where that leaves nothing half done."""
        if self.answered or self._shielded or (self._in_revision and _in_library(frame)):
            return
        self.check()

    def add(self, activity: Activity) -> None:
        """Let `activities` have one more."""
        self.began = True
        self.activities.add(activity)

    @contextmanager
    def current(self) -> Iterator[None]:
        """Let the functions below mean this one, inside the block and the threads begun in it."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @contextmanager
    def marked(self, *, shielded: bool, in_revision: bool) -> Iterator[None]:
        """Note what the main thread does."""
        before = self._shielded, self._in_revision
        self._shielded, self._in_revision = shielded, in_revision
        try:
            yield
        finally:
            self._shielded, self._in_revision = before


_current: ContextVar[Stop | None] = ContextVar("stop", default=None)


def current() -> Stop | None:
    """Return the request that could stop what runs here; None outside the command line."""
    return _current.get()


def asked() -> bool:
    """Return whether what runs here is to stop."""
    stop = _current.get()
    return stop is not None and stop.asked


def check() -> None:
    """Raise Stopped where what runs here is to stop."""
    stop = _current.get()
    if stop is not None:
        stop.check()


def pause(seconds: float) -> None:
    """Sleep; raises Stopped as soon as what runs here is to stop."""
    stop = _current.get()
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)


@contextmanager
def shielded() -> Iterator[None]:
    """Let no signal raise anything inside the block."""
    with _marked(shielded=True, in_revision=False):
        yield


@contextmanager
def in_revision() -> Iterator[None]:
    """Let a signal end what a revision does itself, but nothing that SQLAlchemy does for it."""
    with _marked(shielded=False, in_revision=True):
        yield


@contextmanager
def _marked(*, shielded: bool, in_revision: bool) -> Iterator[None]:
    stop = _current.get()
    if stop is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    with stop.marked(shielded=shielded, in_revision=in_revision):
        yield


def _in_library(frame: FrameType | None) -> bool:
    """Return whether a revision has called SQLAlchemy, which is not done yet."""
    while frame is not None:
        module = f"{frame.f_globals.get('__name__', '')}."
        if module.startswith(_LIBRARIES):
            return True
        if module.startswith(_HERE):
            return False
        frame = frame.f_back
    return False
