"""What a command tells while it changes databases: in words, with a live line, or as JSON."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from flask_migrate import events

from . import console, json_lines, outcomes, signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask_migrate.results import Applied
    from flask_migrate.runner.cancel import Stop

FIRST_LINE: Final = 10.0
"""Seconds after which a statement gets a line where none can be drawn over; then twice as many."""
_BAR: Final = 20
_SHOWN: Final = 200


class Teller(Protocol):
    """Tells whoever typed the command."""

    def on(self, event: events.Event) -> None:
        """Tell what happens."""

    def done(self, applied: Applied) -> None:
        """Tell what was done."""

    def stopped(self, stop: Stop) -> None:
        """Tell where things stand after a signal."""

    def failed(self, error: Exception) -> None:
        """Tell what it failed of, where an error is not told anyway."""

    def close(self) -> None:
        """Leave nothing half drawn."""


@contextmanager
def told(
    *, as_json: bool, verbose: bool, rehearsed: bool = False
) -> Iterator[Callable[[Applied], None]]:
    """Tell what happens inside the block; what is yielded tells what was done.

    A signal ends the block, and the process.
    """
    teller: Teller = Narrative(verbose=verbose, rehearsed=rehearsed)
    if as_json:
        teller = json_lines.JsonLines(rehearsed=rehearsed)
    with signals.stoppable(teller.stopped):
        try:
            with events.listening(_never_in_the_way(teller)):
                yield teller.done
        except Exception as error:
            teller.failed(error)
            raise
        finally:
            teller.close()


def _never_in_the_way(teller: Teller) -> Callable[[events.Event], None]:
    """Return a listener that falls silent when nobody reads any more."""
    lock = threading.RLock()
    gone = False

    def listen(event: events.Event) -> None:
        nonlocal gone
        with lock:
            if not gone:
                try:
                    teller.on(event)
                except OSError:
                    gone = True

    return listen


class Narrative:
    """Lines on stderr, and on a terminal one that is drawn over while a statement runs."""

    def __init__(self, *, verbose: bool, rehearsed: bool = False) -> None:
        self._rehearsed = rehearsed
        # What is logged would be written into the live line.
        self._live = console.can_redraw() and not verbose
        self._verbose = verbose
        self._drawn = False
        self._next_line = FIRST_LINE
        self._copying: tuple[str, float] = ("", 0.0)

    def on(self, event: events.Event) -> None:
        """Say it, or draw it."""
        if isinstance(event, events.StatementRunning):
            self._show(event.seconds, event.statement, event.fraction, event.stage)
        elif isinstance(event, events.RowsCopied):
            self._show_copy(event)
        elif isinstance(event, events.StatementEnded):
            self.close()
        elif isinstance(event, events.MonitorFailed):
            if self._verbose:
                self._say(f"How far statements are cannot be shown: {event.reason}.")
        elif isinstance(event, events.StepFinished):
            self._say(outcomes.step_line(event.step, rehearsed=self._rehearsed))
        elif line := _line(event):
            self._say(line)

    def done(self, applied: Applied) -> None:
        """Say where the databases stand."""
        outcomes.show_applied(applied)

    def stopped(self, stop: Stop) -> None:
        """Say it in one line."""
        places = " ".join(map(outcomes.where_it_stands, stop.positions))
        self._say(f"{signals.what_was_stopped(stop, rehearsed=self._rehearsed)} {places}".rstrip())

    def failed(self, error: Exception) -> None:
        """Do nothing: the sentence follows."""

    def close(self) -> None:
        """Take the live line away."""
        self._next_line = FIRST_LINE
        if self._drawn:
            self._drawn = False
            console.redraw()

    def _say(self, line: str) -> None:
        self.close()
        console.say(line)

    def _show(self, seconds: float, what: str, fraction: float | None, stage: str) -> None:
        if self._live:
            self._drawn = True
            console.redraw(f"{seconds:4.0f} s {_bar(fraction, stage)}{what}")
        elif seconds >= self._next_line:
            self._next_line = 2 * seconds
            share = "" if fraction is None else f", {fraction:.0%}{f' {stage}' if stage else ''}"
            console.say(f"Running for {seconds:.0f} s{share}: {what[:_SHOWN]}")

    def _show_copy(self, event: events.RowsCopied) -> None:
        if event.done == 0:
            self._copying = (event.table, time.monotonic())
        elif event.done >= event.total:
            self.close()
        elif (seconds := time.monotonic() - self._copying[1]) >= 1:
            rows = f"copying table {event.table}, {event.done} of {event.total} rows"
            self._show(seconds, rows, event.done / event.total, "")


def _line(event: events.Event) -> str | None:
    if isinstance(event, events.BackupWritten):
        return f"Copied the database to {outcomes.relative(event.path)}"
    if isinstance(event, events.LockWaiting):
        so_far = f" ({event.waited:.0f} s so far)" if event.waited >= 1 else ""
        return f"Waiting for the migration lock of this database, held by {event.holder}{so_far}."
    if isinstance(event, events.LockAcquired):
        return f"Got the migration lock after {event.waited:.1f} s."
    if isinstance(event, events.TableWaiting):
        blockers = "; ".join(map(str, event.blockers)) or "a session that the server does not name"
        return (
            f"Waiting for a table ({event.waited:.0f} s so far): {event.statement[:_SHOWN]}. "
            f"In the way: {blockers}. Next try in {event.pause:.1f} s."
        )
    return None


def _bar(fraction: float | None, stage: str) -> str:
    if fraction is None:
        return f"{stage}: " if stage else ""
    full = round(fraction * _BAR)
    return f"[{'#' * full}{'-' * (_BAR - full)}] {fraction:4.0%} {f'{stage}: ' if stage else ''}"
