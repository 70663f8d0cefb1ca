"""What every function begins with: the current application, its folder opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import current_app

from flask_migrate.errors import NotInitialised
from flask_migrate.revisions.folder import open_folder
from flask_migrate.runner.config import accept_application_urls
from flask_migrate.runner.run import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask_migrate.extension import MigrateState

    XArg = str | Iterable[str] | None


def state_of_application() -> MigrateState:
    """Return what the extension keeps for the current application; raises NotInitialised."""
    state: MigrateState | None = current_app.extensions.get("migrate")
    if state is None:
        raise NotInitialised
    return state


def opened(
    directory: str | os.PathLike[str] | None, x_arg: XArg = None, flags: Sequence[str] = ()
) -> Migrations:
    """Open a migrations folder; each name in `flags` is set in its configuration."""
    state = state_of_application()
    folder = None if directory is None else os.fspath(directory)
    config = state.migrate.get_config(folder, x_arg=x_arg, opts=flags)
    accept_application_urls(config, lambda: current_app.extensions.get("migrate", state).source)
    return Migrations(config, open_folder(config), state.source, state.own_configure_args)
