"""Flask-Migrate: database migrations for Flask applications, with SQLAlchemy and Alembic.

The names are handed on from where they are defined; all but `Migrate` are loaded
when they are first used, because a process that only serves requests never does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .context import migrating
from .extension import Migrate

if TYPE_CHECKING:
    from alembic import command

    from .api import (
        branches,
        check,
        current,
        downgrade,
        edit,
        ensure_version,
        heads,
        history,
        init,
        list_templates,
        merge,
        migrate,
        plan,
        recover,
        repair,
        revision,
        show,
        stamp,
        status,
        upgrade,
    )
    from .compat import _get_config as _get_config
    from .compat import alembic_version, catch_errors
    from .errors import MigrateError
    from .runner.config import Config
    from .script import MigrateCommand

__all__ = [
    "Config",
    "Migrate",
    "MigrateCommand",
    "MigrateError",
    "alembic_version",
    "branches",
    "catch_errors",
    "check",
    "command",
    "current",
    "downgrade",
    "edit",
    "ensure_version",
    "heads",
    "history",
    "init",
    "list_templates",
    "merge",
    "migrate",
    "migrating",
    "plan",
    "recover",
    "repair",
    "revision",
    "show",
    "stamp",
    "status",
    "upgrade",
]

_HOMES: Final = {
    "Config": "flask_migrate.runner.config",
    "Manager": "flask_migrate.compat",
    "MigrateCommand": "flask_migrate.script",
    "MigrateError": "flask_migrate.errors",
    "_get_config": "flask_migrate.compat",
    "alembic_version": "flask_migrate.compat",
    "catch_errors": "flask_migrate.compat",
}


def __getattr__(name: str) -> Any:
    if name == "command":
        return import_module("alembic.command")
    if name not in _HOMES and name not in __all__:
        raise AttributeError(f"module 'flask_migrate' has no attribute '{name}'")
    return getattr(import_module(_HOMES.get(name, "flask_migrate.api")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
