"""Runs a command's work under the env.py of a migrations folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_migrate.context import wake_collector, working
from flask_migrate.errors import SourceError
from flask_migrate.revisions.explain import explained

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from .environment import Work
    from .sources import Source
    from .steps import Progress


@dataclass(frozen=True)
class Migrations:
    """The migrations of one application: its folder, its models, its databases."""

    config: Config
    folder: ScriptDirectory
    source: Source
    configure_args: dict[str, Any]

    def run(self, command: str, work: Work, **options: Any) -> Progress:
        """Run env.py for a command and return what was done.

        Raises a MigrateError for whatever Alembic, a driver or the database
        refuses; what a revision or env.py itself raises comes through as it is.
        """
        from flask_migrate.settings import Settings

        from .environment import MigrationEnvironment
        from .execution import execute
        from .failures import database_failures
        from .fileconfig import logging_untouched
        from .unfit import unfitness_explained

        options["settings"] = Settings.of(self.source.config)
        environment = MigrationEnvironment(
            self.config, self.folder, work, self.source, self.configure_args, **options
        )
        wake_collector()
        with (
            working(),
            explained(self.folder, command),
            database_failures(environment),
            unfitness_explained(environment),
            logging_untouched(),
            environment,
            environment.kept.checked(self.folder.env_py_location),
        ):
            execute(self.folder, self._engines())
        return environment.progress

    def shown(self) -> AbstractContextManager[None]:
        """Let `app.extensions['migrate']` answer as it does in env.py, for script.py.mako."""
        from .database_view import View

        return View.of(self.source, self.configure_args).shown()

    def _engines(self) -> tuple[Any, ...]:
        try:
            return tuple(self.source.engines.values())
        except SourceError:
            return ()
