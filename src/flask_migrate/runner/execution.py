"""How env.py is executed: directly, or so that asynchronous engines work under it."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.script import ScriptDirectory

    from .sources import AnyEngine


def is_asynchronous(script: ScriptDirectory) -> bool:
    """Return whether the folder's env.py awaits its connections itself."""
    source = Path(script.env_py_location).read_text(encoding="utf-8")
    return "run_sync" in source and "async def" in source


def execute(script: ScriptDirectory, engines: tuple[AnyEngine, ...]) -> None:
    """Run the folder's env.py.

    An env.py that awaits gets an event loop of its own; one that does not, but
    works on asynchronous engines, runs inside SQLAlchemy's bridge. Where an
    event loop is running already, the work is done in another thread.
    """
    run = script.run_env
    if is_asynchronous(script):
        _with_event_loop(run)
    elif any(isinstance(engine, AsyncEngine) for engine in engines):
        _outside_running_loop(lambda: asyncio.run(greenlet_spawn(run)))
    else:
        run()


def _with_event_loop(run: Callable[[], None]) -> None:
    def run_in_thread() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            run()
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    _in_thread(run_in_thread)


def _outside_running_loop(run: Callable[[], None]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        run()
    else:
        _in_thread(run)


def _in_thread(run: Callable[[], None]) -> None:
    """Run a function in a thread that sees this thread's context; raise what it raises."""
    failures: list[BaseException] = []
    context = contextvars.copy_context()

    def guarded() -> None:
        try:
            context.run(run)
        except BaseException as error:  # noqa: BLE001 # it is raised again where it is waited for
            failures.append(error)

    thread: Any = threading.Thread(target=guarded, name="flask-migrate")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
