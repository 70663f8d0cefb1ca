"""What every function begins with: the current application, its folder opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import current_app

from flask_migrate.errors import NotInitialised
from flask_migrate.revisions.folder import open_folder, open_incomplete_folder
from flask_migrate.runner.config import accept_application_urls
from flask_migrate.runner.run import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic.config import Config
    from alembic.script import Script

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
    config = _config(state, directory, x_arg, flags)
    return Migrations(config, open_folder(config), state.source, state.own_configure_args)


def opened_incomplete(
    directory: str | os.PathLike[str] | None, x_arg: XArg = None
) -> tuple[Migrations, list[Script]]:
    """Open a migrations folder whose history may have gaps; return the files it has, too."""
    state = state_of_application()
    config = _config(state, directory, x_arg, ())
    folder, scripts = open_incomplete_folder(config)
    return Migrations(config, folder, state.source, state.own_configure_args), scripts


def _config(
    state: MigrateState,
    directory: str | os.PathLike[str] | None,
    x_arg: XArg,
    flags: Sequence[str],
) -> Config:
    folder = None if directory is None else os.fspath(directory)
    config = state.migrate.get_config(folder, x_arg=x_arg, opts=flags)
    accept_application_urls(config, lambda: current_app.extensions.get("migrate", state).source)
    return config
