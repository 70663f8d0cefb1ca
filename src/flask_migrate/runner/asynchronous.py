"""What asynchronous engines need: an event loop, a bridge, a pool that belongs to no loop.

Needs greenlet, as all of `sqlalchemy.ext.asyncio` does.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, NullPool, StaticPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from collections.abc import Callable


def create_engine(url: URL, options: dict[str, Any]) -> AsyncEngine:
    """Make an asynchronous engine."""
    return create_async_engine(url, **options)


def isolated(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine with a pool that keeps no connection.

    A pooled connection belongs to the event loop that opened it, and a run has
    a loop of its own. A StaticPool holds an in-memory database and stays.
    """
    if isinstance(engine.pool, StaticPool):
        return engine
    pool = NullPool(engine.pool._creator, _dispatch=engine.pool.dispatch, dialect=engine.dialect)  # noqa: SLF001
    return AsyncEngine(Engine(pool, engine.dialect, engine.url))


def run_with_event_loop(run: Callable[[], None]) -> None:
    """Run a function that starts an event loop, or asks for one, of its own."""

    def run_in_thread() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            run()
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    _in_thread(run_in_thread)


def run_bridged(run: Callable[[], None]) -> None:
    """Run a function that uses asynchronous engines without awaiting them.

    Where an event loop is running already, the work is done in another thread.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(greenlet_spawn(run))
    else:
        _in_thread(lambda: asyncio.run(greenlet_spawn(run)))


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
