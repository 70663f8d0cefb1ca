"""What was asked for makes no sense, or the application is not ready for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import MigrateError
from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


class WrongUsage(MigrateError):
    """A command was called in a way that makes no sense."""

    exit_code = 2


class TooFewRevisions(WrongUsage):
    """A merge needs two revisions or more."""

    def __init__(self, revisions: Sequence[str], heads: Sequence[str]) -> None:
        self.revisions = tuple(revisions)
        self.heads = tuple(heads)
        super().__init__(
            f"A merge needs two revisions or more, but {listed(self.revisions)} was given. "
            f"Heads: {listed(self.heads)}. To merge all heads, type: flask db merge heads"
        )


class NotInitialised(MigrateError):
    """The application has no Migrate."""

    def __init__(self) -> None:
        super().__init__(
            "Flask-Migrate is not initialised for this application. "
            "Add Migrate(app, db), or migrate.init_app(app, db) in the application factory."
        )


class SourceError(MigrateError):
    """The models or the database of the application are not known."""


class EnvironmentUnfit(MigrateError):
    """The env.py of the folder cannot run on this application."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(
            f"{path} line {line} {reason}. Or put the env.py of a new folder in its place: "
            "flask db init -d new_folder writes one that runs on any application."
        )


class TemplateMissing(MigrateError):
    """`init` was asked for a template that does not exist."""

    def __init__(self, template: str, available: Sequence[str]) -> None:
        self.template = template
        self.available = tuple(available)
        known = f"Known: {listed(self.available)}; a" if available else "A"
        super().__init__(
            f"There is no template '{template}'. {known} template of your own "
            "is a folder with a README, named by its path, as in -t ./templates/mine."
        )
