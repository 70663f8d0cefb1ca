"""What happens while a command runs, as frozen dataclasses; whoever wants to show it listens."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .results import Blocker, Holder, Step


@dataclass(frozen=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True)
class StepStarted(Event):
    """A revision begins to run."""

    revision: str
    message: str
    direction: str
    bind: str | None


@dataclass(frozen=True)
class StepFinished(Event):
    """A revision has run, and the version table says so."""

    step: Step


@dataclass(frozen=True)
class LockWaiting(Event):
    """Another process migrates this database; told at once, then every ten seconds."""

    holder: Holder
    waited: float
    """Seconds so far."""


@dataclass(frozen=True)
class LockAcquired(Event):
    """The turn has come after waiting; told only to who had to wait."""

    waited: float
    """Seconds."""


@dataclass(frozen=True)
class TableWaiting(Event):
    """A statement could not have a table's lock, and is tried again after a pause."""

    statement: str
    blockers: tuple[Blocker, ...]
    waited: float
    """Seconds so far."""
    pause: float
    """Seconds until the next try."""


_listeners: ContextVar[tuple[Callable[[Event], None], ...]] = ContextVar("listeners", default=())


@contextmanager
def listening(listener: Callable[[Event], None]) -> Iterator[None]:
    """Call `listener` with every event of this thread or task, inside the block."""
    token = _listeners.set((*_listeners.get(), listener))
    try:
        yield
    finally:
        _listeners.reset(token)


def emit(event: Event) -> None:
    """Tell every listener what happened."""
    for listener in _listeners.get():
        listener(event)
