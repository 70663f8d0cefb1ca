"""What real applications do with Flask-Migrate beyond its manual goes on working."""

from __future__ import annotations

import alembic.command
import alembic.context
import click
import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from flask import Flask, current_app
from flask.cli import FlaskGroup, ScriptInfo
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import NullPool, inspect

import flask_migrate
from flask_migrate import Migrate
from flask_migrate.cli import db as database_group
from tests.compat.project import Today, make_project


@pytest.fixture
def project(tmp_path, sqlite_url, monkeypatch):
    """An application with a first revision that is not applied yet."""
    monkeypatch.chdir(tmp_path)
    made = make_project(tmp_path, Today(), "flask", {None: sqlite_url})
    with made.app.app_context():
        flask_migrate.migrate(message="first")
    return made


@pytest.fixture
def runner(project):
    return project.app.test_cli_runner()


@pytest.fixture
def commands():
    """The commands of the group that all applications share, put back in the end."""
    kept = dict(database_group.commands)
    callbacks = {command: command.callback for command in kept.values()}
    yield database_group.commands
    database_group.commands = kept
    for command, callback in callbacks.items():
        command.callback = callback


def test_migrate_may_be_subclassed(sqlite_url, tmp_path):
    class OurMigrate(Migrate):
        def __init__(self, app=None, db=None, **options):
            super().__init__(app, db, compare_server_default=True, **options)

        def init_app(self, app, db=None, directory=None, **options):
            super().init_app(app, db, directory, version_table="our_versions", **options)

        def get_config(self, directory=None, x_arg=None, opts=None):
            config = super().get_config(directory, x_arg, opts)
            config.set_main_option("file_template", "our_%%(rev)s")
            return config

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlite_url
    db = SQLAlchemy(app, engine_options={"poolclass": NullPool})
    OurMigrate(app, db, directory=tmp_path / "migrations")
    with app.app_context():
        flask_migrate.init()
        (written,) = flask_migrate.revision(rev_id="a1").paths
        flask_migrate.upgrade()
        assert written.endswith("our_a1.py")
        assert inspect(db.engine).get_table_names() == ["our_versions", "our_versions_log"]


def test_the_folder_may_be_given_by_position(project, tmp_path):
    other = tmp_path / "moved"
    (tmp_path / "migrations").rename(other)
    with project.app.app_context():
        flask_migrate.upgrade(str(other))
        assert "user" in project.tables()
        flask_migrate.downgrade(other, "base")
        assert "user" not in project.tables()


@pytest.mark.parametrize("call", [flask_migrate.upgrade, flask_migrate.stamp])
def test_an_application_factory_may_move_its_own_database(project, runner, call):
    def create_app():
        with project.app.app_context():
            call()
        return project.app

    shown = runner.invoke(args=["db", "current"], obj=ScriptInfo(create_app=create_app))
    assert shown.exit_code == 0, shown.output
    assert "(head)" in shown.stdout
    assert ("user" in project.tables()) is (call is flask_migrate.upgrade)


def test_the_group_may_be_added_to_a_click_group_of_ones_own(project, commands):
    @click.group(cls=FlaskGroup, create_app=lambda: project.app)
    def manage():
        pass

    manage.add_command(database_group, name="database")
    done = CliRunner().invoke(manage, ["database", "upgrade"])
    assert done.exit_code == 0, done.output
    assert "user" in project.tables()


def test_a_command_may_be_hung_on_the_group(runner, commands):
    @database_group.command("drop")
    @click.option("--yes", is_flag=True)
    def drop(yes):
        click.echo(f"dropped {yes} from {current_app.name}")

    assert (
        runner.invoke(args=["db", "drop", "--yes"]).stdout
        == "dropped True from tests.compat.project\n"
    )
    assert "drop" in runner.invoke(args=["db", "--help"]).stdout
    assert runner.invoke(args=["db", "heads"]).exit_code == 0


def test_a_command_may_be_replaced(runner, commands):
    @database_group.command("upgrade")
    def upgrade():
        click.echo("not today")

    assert runner.invoke(args=["db", "upgrade"]).stdout == "not today\n"


def test_the_callbacks_of_commands_may_be_wrapped(project, runner, commands):
    def wrapped(callback):
        def before(*args, **options):
            click.echo("before")
            return callback(*args, **options)

        return before

    for command in commands.values():
        command.callback = wrapped(command.callback)
    done = runner.invoke(args=["db", "upgrade"])
    assert done.stdout.splitlines()[0] == "before"
    assert "user" in project.tables()


def test_the_script_directory_of_alembic_may_be_replaced(project, monkeypatch):
    class OurScriptDirectory(ScriptDirectory):
        opened = 0

        @classmethod
        def from_config(cls, config):
            cls.opened += 1
            return super().from_config(config)

    monkeypatch.setattr(alembic.command, "ScriptDirectory", OurScriptDirectory)
    with project.app.app_context():
        flask_migrate.upgrade()
    assert OurScriptDirectory.opened == 1


def test_alembics_own_commands_run_with_the_configuration_of_the_application(project):
    with project.app.app_context():
        config = project.app.extensions["migrate"].migrate.get_config()
        flask_migrate.command.upgrade(config, "head")
        assert flask_migrate.current()[0].at_head
    assert "user" in project.tables()


def test_a_module_may_ask_whether_alembic_runs(project):
    with project.app.app_context():
        flask_migrate.upgrade()
    assert not hasattr(alembic.context, "config")
