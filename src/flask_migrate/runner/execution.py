"""How env.py is executed: directly, or so that asynchronous engines work under it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .sources import is_async_engine

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

    from .sources import AnyEngine


def awaits(script: ScriptDirectory) -> bool:
    """Return whether the folder's env.py awaits its connections itself."""
    source = Path(script.env_py_location).read_text(encoding="utf-8")
    return "run_sync" in source and "async def" in source


def execute(script: ScriptDirectory, engines: tuple[AnyEngine, ...]) -> None:
    """Run the folder's env.py.

    An env.py that awaits gets an event loop of its own; one that does not, but
    works on asynchronous engines, runs inside SQLAlchemy's bridge. What serves
    them needs greenlet, so it is loaded only then.
    """
    if awaits(script):
        import_module("flask_migrate.runner.asynchronous").run_with_event_loop(script.run_env)
    elif any(is_async_engine(engine) for engine in engines):
        import_module("flask_migrate.runner.asynchronous").run_bridged(script.run_env)
    else:
        script.run_env()
