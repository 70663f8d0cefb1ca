"""What a command tells with ``--json`` while it changes databases: a JSON object on each line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask_migrate import events

from . import console, signals

if TYPE_CHECKING:
    from flask_migrate.results import Applied
    from flask_migrate.runner.cancel import Stop

_NAMES = {
    events.BackupWritten: "copied",
    events.StepStarted: "started",
    events.LockWaiting: "waiting",
    events.LockAcquired: "locked",
    events.TableWaiting: "waiting",
    events.StatementRunning: "running",
    events.RowsCopied: "copying",
}


class JsonLines:
    """Lines on stdout; nothing on stderr but errors."""

    def __init__(self, *, rehearsed: bool) -> None:
        self._rehearsed = rehearsed

    def on(self, event: events.Event) -> None:
        """Print it."""
        if isinstance(event, events.StepFinished):
            _print("finished", asdict(event.step))
        elif name := _NAMES.get(type(event)):
            _print(name, asdict(event))

    def done(self, applied: Applied) -> None:
        """Print where the databases are."""
        _print("done", {"positions": applied.positions, "rehearsed": applied.rehearsed})

    def stopped(self, stop: Stop) -> None:
        """Print what was stopped, and where the databases are."""
        told = {"signal": signals.name_of(stop), "revisions": () if self._rehearsed else stop.halts}
        _print("stopped", told | {"positions": stop.positions, "rehearsed": self._rehearsed})

    def failed(self, error: Exception) -> None:
        """Print the error's class and sentence."""
        from .sentences import sentence_of

        _print("failed", {"error": type(error).__name__, "message": sentence_of(error)})

    def close(self) -> None:
        """Do nothing."""


def _print(name: str, values: dict[str, Any]) -> None:
    console.result_line({"event": name, **values})
