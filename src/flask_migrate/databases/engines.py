"""Engines like another, with a pool of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, NullPool, QueuePool

if TYPE_CHECKING:
    from sqlalchemy import Pool


def alike(engine: Engine, pool: Pool, **options: Any) -> Engine:
    """Return an engine that connects from another pool, with the events and options of this one.

    What is given in `options` is otherwise.
    """
    options = {**engine.get_execution_options(), **options}
    other = Engine(pool, engine.dialect, engine.url, echo=engine.echo, execution_options=options)
    other.dispatch = other.dispatch._join(engine.dispatch)  # noqa: SLF001 # as SQLAlchemy's OptionEngine does
    return other


def unpooled(engine: Engine) -> Pool:
    """Return a pool that connects as an engine does, and keeps no connection."""
    return _pool(engine, NullPool)


def autocommitting(engine: Engine) -> Engine:
    """Return an engine for statements that are each committed at once, whatever else is going on.

    It never waits for a connection of the application's pool. The caller disposes of it.
    """
    # A connection of an asynchronous driver belongs to one event loop, and a thread has its own.
    pool = unpooled(engine) if engine.dialect.is_async else _pool(engine, QueuePool)
    return alike(engine, pool, isolation_level="AUTOCOMMIT", schema_translate_map=None)


def _pool(engine: Engine, kind: type[Pool]) -> Pool:
    pool = engine.pool
    return kind(pool._creator, _dispatch=pool.dispatch, dialect=engine.dialect)  # noqa: SLF001
