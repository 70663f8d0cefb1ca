"""What to type next is told as the user types it: `flask db`, `python manage.py db`, ..."""

import inspect
import re

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import MetaData

from flask_migrate import Migrate, MigrateError, heads
from flask_migrate.cli import db
from tests.seeds.terminal import Terminal

APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}

MANAGE_PY = """\
from flask import Flask
from flask_script import Manager
from sqlalchemy import MetaData
from flask_migrate import Migrate, MigrateCommand

app = Flask(__name__)
Migrate(app, MetaData(), engine="sqlite://", command="database")
manager = Manager(app)
manager.add_command("db", MigrateCommand)
tools = Manager(usage="Tools")
tools.add_command("db", MigrateCommand)
manager.add_command("tools", tools)

if __name__ == "__main__":
    manager.run()
"""


def told(text):
    """Return the command line that a text names, up to the name of the command."""
    return re.search(r"(?:Next|with|type): (.*) (?:migrate|init|merge)\b", text)[1]


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.write("manage.py", MANAGE_PY)
    terminal.write("bin/migrate", MANAGE_PY).chmod(0o755)
    return terminal


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("python manage.py db", "python manage.py db"),
        ("python ./manage.py tools db", "python ./manage.py tools db"),
        ("python -m manage db", "python -m manage db"),
        ("python bin/migrate db", "migrate db"),
        ("flask --app manage database", "flask database"),
    ],
)
def test_a_program_is_told_as_it_was_started(terminal, line, shown):
    assert told(terminal.type(f"{line} heads", exit_code=1).stderr) == shown


@pytest.fixture
def app(tmp_path):
    app = Flask("blog")
    Migrate(app, MetaData(), str(tmp_path / "migrations"), "database", engine="sqlite://")
    return app


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        (lambda app: app.cli, "flask database"),
        (lambda app: FlaskGroup(create_app=lambda: app), "flask database"),
        (lambda app: FlaskGroup(name="blog", create_app=lambda: app), "blog database"),
    ],
)
def test_the_name_of_the_group_is_that_of_migrate(app, group, shown):
    done = app.test_cli_runner(**APART).invoke(group(app), ["database", "init"])
    assert told(done.stderr) == shown


def test_errors_are_told_so_too(app):
    runner = app.test_cli_runner(**APART)
    runner.invoke(args=["database", "init"])
    assert told(runner.invoke(args=["database", "merge"]).stderr) == "flask database"


def test_below_another_group_of_commands_that_one_is_told(app):
    admin = click.Group("admin")
    admin.add_command(db, "schema")
    app.cli.add_command(admin)
    done = app.test_cli_runner(**APART).invoke(args=["admin", "schema", "init"])
    assert told(done.stderr) == "flask admin schema"


def test_a_command_of_the_applications_own_is_not_taken_for_the_group(app):
    @app.cli.command("deploy")
    def deploy():
        try:
            heads()
        except MigrateError as error:
            click.echo(error)

    done = app.test_cli_runner(**APART).invoke(args=["deploy"])
    assert told(done.stdout) == "flask db"
