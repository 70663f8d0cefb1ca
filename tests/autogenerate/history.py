"""A migrations folder and its database; each command runs in an application of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask_migrate.results import Written


class History:
    """What a developer does with one folder and one database."""

    def __init__(self, folder: Path, engine: sa.Engine, **options: Any) -> None:
        self.folder = folder / "migrations"
        self.engine = engine
        self.options = options
        self.revision = "base"
        self.written = 0
        with self._application(None):
            flask_migrate.init()

    @contextmanager
    def _application(self, models: sa.MetaData | None) -> Iterator[None]:
        app = Flask("examined")
        options = {"directory": str(self.folder), "engine": self.engine, **self.options}
        Migrate(app, sa.MetaData() if models is None else models, **options)
        with app.app_context():
            yield

    def migrate(self, models: sa.MetaData, **answers: Any) -> Written:
        """Write a revision from the models."""
        name = f"r{self.written + 1}"
        with self._application(models):
            written = flask_migrate.migrate(rev_id=name, **answers)
        self.written += len(written.revisions)
        return written

    def upgrade(self) -> None:
        with self._application(None):
            flask_migrate.upgrade()

    def downgrade(self, revision: str) -> None:
        with self._application(None):
            flask_migrate.downgrade(revision=revision)

    def check(self, models: sa.MetaData) -> None:
        with self._application(models):
            flask_migrate.check()

    def text(self) -> str:
        """Return what the newest revision does, for the sentence of a failure."""
        files = sorted((self.folder / "versions").glob("*.py"))
        source = files[-1].read_text() if files else ""
        return source[source.find("def upgrade") :]
