"""Names of earlier releases that applications still import."""

from __future__ import annotations

import logging
import sys
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec

from alembic import __version__
from alembic.util import CommandError
from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.config import Config

P = ParamSpec("P")

alembic_version = tuple(int(part) for part in __version__.split(".")[:3])
"""Alembic's version as three numbers."""

_log = logging.getLogger("flask_migrate")


def __getattr__(name: str) -> Any:
    if name != "Manager":
        raise AttributeError(f"module 'flask_migrate.compat' has no attribute '{name}'")
    try:
        return import_module("flask_script").Manager
    except ModuleNotFoundError as error:
        raise ImportError(
            "Manager comes from Flask-Script 3, which is not installed. "
            "Type: pip install 'Flask-Script>=3'"
        ) from error


def catch_errors(f: Callable[P, object]) -> Callable[P, None]:
    """Make a function log a CommandError or RuntimeError and exit with 1, as releases 2 to 4 did.

    The functions of this package raise typed errors instead.
    """

    @wraps(f)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            f(*args, **kwargs)
        except (CommandError, RuntimeError) as error:
            _log.error("Error: %s", error)  # one sentence, no traceback
            sys.exit(1)

    return wrapped


def _get_config(directory: str | None = None, opts: list[str] | None = None) -> Config:
    """Return Alembic's configuration, as before release 2.0; now `Migrate.get_config`."""
    config: Config = current_app.extensions["migrate"].migrate.get_config(directory, opts=opts)
    return config
