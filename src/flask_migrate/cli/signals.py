"""SIGINT and SIGTERM while a command changes a database: it stops, and leaves nothing half done.

Drivers that wait for their server in C let no signal handler of Python run. So
a thread is woken by the signal itself, and has the server cancel the statement.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, NoReturn

from flask_migrate.runner.cancel import Stop, Stopped

from . import console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask_migrate.runner.cancel import Halt

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
TWICE: Final = 0.3
"""Seconds in which a second SIGINT is the same, sent by the terminal and by the parent process."""
_UNANSWERED: Final = 2.0
"""Seconds that a process may hang, in a connection to an unknown host, before it is ended."""
_AGAIN: Final = 0.2


@contextmanager
def stoppable(tell: Callable[[Stop], None]) -> Iterator[None]:
    """Let signals stop what runs inside the block; `tell` says then where things stand."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stop = Stop()
    try:
        with stop.current(), _watched(stop):
            try:
                yield
            except Stopped:
                tell(stop)
                _leave(stop)
    except Stopped:  # it came at the very end
        _leave(stop)


def name_of(stop: Stop) -> str:
    """Return the name of the signal that came."""
    return signal.Signals(stop.signal or signal.SIGINT).name


def exit_code_of(stop: Stop) -> int:
    """Return what a shell expects of who was ended by a signal: 130 or 143."""
    return 128 + (stop.signal or signal.SIGINT)


def what_was_stopped(stop: Stop, *, rehearsed: bool = False) -> str:
    """Return the sentence that says what was stopped, and what is done of it."""
    if rehearsed:
        return f"Stopped by {name_of(stop)} in a dry run: nothing was changed."
    if not stop.halts:
        return f"Stopped by {name_of(stop)} while no revision ran."
    return f"Stopped by {name_of(stop)}: {'; '.join(map(_halted, stop.halts))}."


def _halted(halt: Halt) -> str:
    bind = f" of bind '{halt.bind}'" if halt.bind else ""
    revision = f"the {halt.direction} of revision {halt.revision}{bind}"
    if halt.rolled_back:
        return f"{revision} was rolled back"
    again = f"flask db {halt.direction} goes on from there"
    if halt.statements is None:
        return f"{revision} is done in part; {again}"
    plural = "statement is" if halt.statements == 1 else "statements are"
    return f"{halt.statements} {plural} done in {revision}; {again}"


def _leave(stop: Stop) -> NoReturn:
    raise SystemExit(exit_code_of(stop))


@contextmanager
def _watched(stop: Stop) -> Iterator[None]:
    """Handle the signals inside the block; one that the process ignores stays ignored."""
    taken = [s for s in SIGNALS if signal.getsignal(s) not in (signal.SIG_IGN, None)]
    bell, listener = socket.socketpair()
    bell.setblocking(False)
    watch = _Watch(stop, listener)
    before: dict[int, Any] = {}
    previous = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    try:
        for each in taken:
            before[each] = signal.signal(each, watch.handle)
        watch.start()
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous)
        bell.close()
        watch.join()
        listener.close()


class _Watch:
    """The threads that a signal wakes: one listens for more, the other cancels statements."""

    def __init__(self, stop: Stop, listener: socket.socket) -> None:
        self._stop = stop
        self._listener = listener
        self._first: float | None = None
        self._over = threading.Event()
        self._thread = _thread(self._listen, "flask-migrate signals")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def join(self) -> None:
        """Stop to listen; the bell is closed."""
        self._over.set()
        self._thread.join(1)

    def handle(self, number: int, frame: Any) -> None:
        """Answer a signal in the main thread, as soon as Python runs there."""
        self._stop.ask(number)
        self._stop.interrupt(frame)

    def _listen(self) -> None:
        with suppress(OSError):
            while numbers := self._listener.recv(16):
                for number in numbers:
                    if number in SIGNALS:
                        self._meet(number)

    def _meet(self, number: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            self._stop.ask(number)
            _thread(self._cancel, "flask-migrate cancel").start()
        elif number == signal.SIGINT and now - self._first > TWICE:
            self._end("Ended at once; a statement may still run on the server, to its end.")

    def _cancel(self) -> None:
        """Cancel what runs, again and again: a cancellation may come before its statement."""
        unanswered = 0.0
        while not self._over.is_set() and unanswered < _UNANSWERED:
            busy = [a for a in tuple(self._stop.activities) if _cancelled(a)]
            idle = not (busy or self._stop.activities or self._stop.answered)
            unanswered = unanswered + _AGAIN if idle else 0.0
            self._over.wait(_AGAIN)
        if not self._over.is_set():
            self._end(what_was_stopped(self._stop))

    def _end(self, sentence: str) -> None:
        with suppress(Exception):
            console.say(sentence)
        os._exit(exit_code_of(self._stop))


def _cancelled(activity: Any) -> bool:
    try:
        return bool(activity.cancel())
    except Exception:  # noqa: BLE001 # the next try may succeed
        return False


def _thread(work: Callable[[], None], name: str) -> threading.Thread:
    context = copy_context()
    return threading.Thread(target=lambda: context.run(work), name=name, daemon=True)
