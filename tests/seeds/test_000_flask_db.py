"""Document 000: the commands of Flask-Migrate, basic usage, and an index of all command lines."""

import os
import shutil

import pytest

from tests.seeds.terminal import Terminal

PROGRAM = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_script import Manager
from flask_migrate import Migrate, MigrateCommand

app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///app.db'

db = SQLAlchemy(app)
migrate = Migrate(app, db)

manager = Manager(app)
manager.add_command('db', MigrateCommand)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))

if __name__ == '__main__':
    manager.run()
"""

COMMANDS = [
    "downgrade",
    "merge",
    "branches",
    "revision",
    "history",
    "upgrade",
    "heads",
    "current",
    "show",
    "init",
    "stamp",
    "migrate",
    "edit",
]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """The program after the document's basic usage."""
    terminal = Terminal(tmp_path_factory.mktemp("seed"))
    terminal.write("app.py", PROGRAM)
    terminal.type("flask db init")
    terminal.type("flask db migrate")
    terminal.type("flask db upgrade")
    return terminal.folder


@pytest.fixture
def terminal(upgraded, tmp_path):
    """A copy of it, for one test."""
    return Terminal(shutil.copytree(upgraded, tmp_path / "copy"))


@pytest.fixture
def first(terminal):
    """The id of the revision that `flask db migrate` wrote."""
    (path,) = terminal.folder.glob("migrations/versions/*.py")
    return path.name.split("_")[0]


def test_basic_usage_makes_the_table(terminal):
    assert terminal.tables()["user"] == ["id", "name"]


def test_help_lists_every_command_of_the_table(terminal):
    shown = terminal.type("flask db --help").stdout
    assert [c for c in COMMANDS if f"\n  {c} " not in shown] == []


def test_init_takes_multidb(terminal):
    shutil.rmtree(terminal.folder / "migrations")
    terminal.type("flask db init --multidb")
    assert "engines" in (terminal.folder / "migrations" / "env.py").read_text(encoding="utf-8")


def test_revision_takes_its_options(terminal):
    terminal.type(
        "flask db revision --message MESSAGE --head head --splice --branch-label BRANCH_LABEL "
        "--version-path migrations/versions --rev-id REV_ID"
    )
    script = terminal.folder / "migrations" / "versions" / "REV_ID_message.py"
    assert "branch_labels = ('BRANCH_LABEL',)" in script.read_text(encoding="utf-8")


def test_revision_with_autogenerate_writes_what_the_models_have_more(terminal):
    terminal.write(
        "app.py", PROGRAM.replace("String(128))", "String(128))\n    age = db.Column(db.Integer)")
    )
    terminal.type("flask db revision --autogenerate --message MESSAGE --rev-id REV_ID")
    script = terminal.folder / "migrations" / "versions" / "REV_ID_message.py"
    assert "sa.Column('age'" in script.read_text(encoding="utf-8")


def test_migrate_takes_its_options(terminal):
    terminal.write(
        "app.py", PROGRAM.replace("String(128))", "String(128))\n    age = db.Column(db.Integer)")
    )
    terminal.type(
        "flask db migrate --message MESSAGE --head head --splice --branch-label BRANCH_LABEL "
        "--version-path migrations/versions --rev-id REV_ID"
    )
    script = terminal.folder / "migrations" / "versions" / "REV_ID_message.py"
    assert "sa.Column('age'" in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["revision", "migrate"])
def test_sql_is_an_option_of_commands_that_write_a_file_and_they_refuse_it(terminal, command):
    assert "--sql" in terminal.type(f"flask db {command} --sql", exit_code=2).stderr


def test_edit_opens_a_revision_in_the_editor(terminal, first):
    editor = terminal.write("editor", '#!/bin/sh\necho "# edited" >> "$1"\n')
    editor.chmod(0o755)
    Terminal(terminal.folder, {"EDITOR": os.fspath(editor)}).type(f"flask db edit {first}")
    (path,) = terminal.folder.glob("migrations/versions/*.py")
    assert path.read_text(encoding="utf-8").endswith("# edited\n")


def test_downgrade_takes_its_options_and_a_revision(terminal):
    terminal.type("flask db downgrade --tag TAG --x-arg ARG base")
    assert "user" not in terminal.tables()


def test_downgrade_with_sql_prints_the_statements(terminal, first):
    line = f"flask db downgrade --sql --tag TAG --x-arg ARG {first}:base"
    assert "DROP TABLE user;" in terminal.type(line).stdout


def test_upgrade_takes_its_options_and_a_revision(terminal, first):
    terminal.type("flask db downgrade base")
    terminal.type(f"flask db upgrade --tag TAG --x-arg ARG {first}")
    assert "user" in terminal.tables()


def test_upgrade_with_sql_prints_the_statements(terminal, first):
    line = f"flask db upgrade --sql --tag TAG --x-arg ARG {first}"
    assert "CREATE TABLE user (" in terminal.type(line).stdout


def test_stamp_takes_its_options_and_a_revision(terminal, first):
    terminal.type("flask db downgrade base")
    terminal.type(f"flask db stamp --tag TAG {first}")
    assert terminal.type("flask db current").stdout == f"{first} (head)\n"
    assert "user" not in terminal.tables()


def test_stamp_with_sql_prints_the_statements(terminal, first):
    shown = terminal.type(f"flask db stamp --sql --tag TAG {first}").stdout
    assert f"INSERT INTO alembic_version (version_num) VALUES ('{first}')" in shown


def test_current_shows_the_revision_of_the_database(terminal, first):
    assert terminal.type("flask db current").stdout == f"{first} (head)\n"


def test_current_verbose_tells_the_file_too(terminal, first):
    shown = terminal.type("flask db current --verbose").stdout
    assert f"Rev: {first} (head)" in shown
    assert f"{first}_.py" in shown


def test_history_takes_a_range_and_verbose(terminal, first):
    shown = terminal.type(f"flask db history --rev-range base:{first} --verbose").stdout
    assert f"Rev: {first} (head)" in shown


def test_show_tells_a_revision(terminal, first):
    assert f"Rev: {first} (head)" in terminal.type(f"flask db show {first}").stdout


def test_two_heads_are_listed_and_merged(terminal, first):
    terminal.type("flask db revision --rev-id left")
    terminal.type(f"flask db revision --rev-id right --head {first} --splice")
    shown = terminal.type("flask db heads --verbose --resolve-dependencies").stdout
    assert "Rev: left (head)" in shown
    assert "Rev: right (head)" in shown
    assert f"Rev: {first} (branchpoint)" in terminal.type("flask db branches --verbose").stdout
    terminal.type(
        "flask db merge --message MESSAGE --branch-label BRANCH_LABEL --rev-id REV_ID left right"
    )
    assert terminal.type("flask db heads").stdout == "REV_ID (BRANCH_LABEL) (head)\n"


def test_the_configure_callback_of_the_document_runs(terminal, first):
    callback = """
@migrate.configure
def configure_alembic(config):
    # modify config object
    return config
"""
    program, main, run = PROGRAM.partition("\nif __name__")
    terminal.write("app.py", program + callback + main + run)
    assert terminal.type("flask db current").stdout == f"{first} (head)\n"
