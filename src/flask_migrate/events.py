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
class BackupWritten(Event):
    """A database was copied before its upgrade."""

    path: str
    bind: str | None


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


@dataclass(frozen=True)
class StatementRunning(Event):
    """A statement takes long; told every second, from another thread than the one that migrates."""

    statement: str
    seconds: float
    """For how long it has run."""
    fraction: float | None
    """How much is done of what it does just now, from 0 to 1; None where no server tells."""
    stage: str = ""
    """What it does just now, in the server's words."""


@dataclass(frozen=True)
class StatementEnded(Event):
    """A statement that took long has ended, well or not."""

    statement: str
    seconds: float


@dataclass(frozen=True)
class RowsCopied(Event):
    """A table of SQLite is rebuilt, and so many of its rows are in the new one."""

    table: str
    done: int
    total: int


@dataclass(frozen=True)
class MonitorFailed(Event):
    """How far statements are can no longer be told; the migration goes on."""

    reason: str


@dataclass(frozen=True)
class TypeReplaced(Event):
    """A column type stands in a new revision as the type it stands on."""

    type: str
    """Its class, with the module."""
    instead: str
    """What the revision has."""
    reason: str


@dataclass(frozen=True)
class TablesLeftAlone(Event):
    """Tables that no model describes are not dropped, as no revision has made them."""

    tables: tuple[str, ...]
    bind: str | None


@dataclass(frozen=True)
class ScratchRefused(Event):
    """The database allows no scratch place: some tables were compared as Alembic does it."""

    reason: str
    """The server's word."""
    tables: tuple[str, ...]
    """Those of which only a scratch place tells how they should be."""
    bind: str | None


@dataclass(frozen=True)
class ExtensionMissing(Event):
    """The database has no extension that a table needs: it was compared as Alembic does it."""

    reason: str
    """The server's word."""
    table: str
    bind: str | None


@dataclass(frozen=True)
class ChangeLeftOut(Event):
    """A difference between models and database that no revision can say."""

    change: str
    reason: str


@dataclass(frozen=True)
class ModelsLeftOut(Event):
    """Files of the application define models that were not imported, and so not compared."""

    paths: tuple[str, ...]
    lines: tuple[str, ...]
    """What imports them."""


_listeners: ContextVar[tuple[Callable[[Event], None], ...]] = ContextVar("listeners", default=())


@contextmanager
def listening(listener: Callable[[Event], None]) -> Iterator[None]:
    """Call `listener` with every event of this thread or task, inside the block."""
    token = _listeners.set((*_listeners.get(), listener))
    try:
        yield
    finally:
        _listeners.reset(token)


def heard() -> bool:
    """Return whether anybody listens in this thread or task."""
    return bool(_listeners.get())


def emit(event: Event) -> None:
    """Tell every listener what happened."""
    for listener in _listeners.get():
        listener(event)
