"""Keeps alembic.ini's logging set-up away from the application.

Every env.py of the last ten years calls `logging.config.fileConfig()`, which
disables the application's loggers and replaces the root handlers. Inside a run
the call does nothing; the command line reads the file itself.
"""

from __future__ import annotations

import logging.config
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask_migrate.context import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_runs = 0
_file_config = logging.config.fileConfig


def _file_config_outside_runs(*args: Any, **kwargs: Any) -> None:
    if environment.get() is None:
        _file_config(*args, **kwargs)


@contextmanager
def logging_untouched() -> Iterator[None]:
    """Make `fileConfig()` do nothing where a run calls it, inside the block."""
    _count(+1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _runs, _file_config  # noqa: PLW0603 # the function that is replaced is global as well
    with _lock:
        if _runs == 0:
            _file_config = logging.config.fileConfig
        _runs += change
        logging.config.fileConfig = _file_config_outside_runs if _runs else _file_config
