"""What asynchronous engines need: an event loop, a bridge, a pool that belongs to no loop.

Needs greenlet, as all of `sqlalchemy.ext.asyncio` does.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, StaticPool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from flask_migrate.databases.engines import alike, unpooled

from .cancel import shielded

if TYPE_CHECKING:
    from collections.abc import Callable


def create_engine(url: URL, options: dict[str, Any]) -> AsyncEngine:
    """Make an asynchronous engine."""
    return create_async_engine(url, **options)


class _Connection(AsyncConnection):
    def _sync_connection(self) -> Connection | None:
        # The name in SQLAlchemy 1.4, which aioflask-multidb's env.py of 3.1.0 to 4.1.0 uses.
        return self.sync_connection


class _Engine(AsyncEngine):
    _connection_cls = _Connection


def isolated(engine: AsyncEngine | Engine) -> AsyncEngine:
    """Return the engine with a pool that keeps no connection.

    A pooled connection belongs to the event loop that opened it, and a run has
    a loop of its own. A StaticPool holds an in-memory database and stays.
    """
    known = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    pool = known.pool
    return _Engine(alike(known, pool if isinstance(pool, StaticPool) else unpooled(known)))


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
    with shielded():
        thread.join()
    if failures:
        raise failures[0]
