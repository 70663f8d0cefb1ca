"""A manage.py within the test's own process: an application, its manager, what is typed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flask_migrate.cli import db
from flask_migrate.script import MigrateCommandGroup
from flask_script import Manager
from tests.application import application


@dataclass(frozen=True)
class Done:
    """How a command line ended, and what it printed."""

    code: object
    out: str
    err: str


@pytest.fixture
def new_app(new_database, tmp_path):
    """Make an application with a folder and a database of its own, outside any context."""
    made = []

    def new(name="blog"):
        with application(new_database("sqlite"), tmp_path / name / "migrations") as app:
            made.append(app)
        return app

    yield new
    for app in made:
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


@pytest.fixture
def app(new_app):
    return new_app()


@pytest.fixture
def migrate_command():
    """A `MigrateCommand` to which a test may add commands."""
    return MigrateCommandGroup()


@pytest.fixture
def manager(app, migrate_command):
    manager = Manager(app)
    manager.add_command("db", migrate_command)
    return manager


@pytest.fixture
def manage(manager, capsys):
    """Type `manage.py ...`; the manager may be another."""

    def type_(line, manager=manager):
        words = line.split() if isinstance(line, str) else line
        capsys.readouterr()
        try:
            code = manager.handle("manage.py", words)
        except SystemExit as exit_:
            code = exit_.code
        return Done(code, *capsys.readouterr())

    return type_


@pytest.fixture
def own_click_command():
    """Hang a command on `flask_migrate.cli.db`, as applications do, for one test."""
    before = dict(db.commands)
    yield db.command
    db.commands.clear()
    db.commands.update(before)
