"""Document 003: what Flask-Migrate is, its example, configuration callbacks, several databases."""

import pytest

from tests.seeds.terminal import Terminal

PROGRAM = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate

app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///app.db'

db = SQLAlchemy(app)
migrate = Migrate(app, db)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))
"""

CALLBACK = """
@migrate.configure
def configure_alembic(config):
    # изменить объект конфигурации
    return config
"""


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path, {"FLASK_APP": "app.py"})
    terminal.write("app.py", PROGRAM)
    return terminal


def test_the_example_goes_through_its_first_migration(terminal):
    terminal.type("flask db init")
    assert (terminal.folder / "migrations" / "versions").is_dir()

    terminal.type('flask db migrate -m "Initial migration."')
    (script,) = terminal.folder.glob("migrations/versions/*_initial_migration.py")
    assert "op.create_table('user'" in script.read_text(encoding="utf-8")

    terminal.type("flask db upgrade")
    assert terminal.tables()["user"] == ["id", "name"]


def test_migrate_and_upgrade_are_repeated_each_time_the_models_change(terminal):
    for line in ("init", 'migrate -m "Initial migration."', "upgrade"):
        terminal.type(f"flask db {line}")
    terminal.write("app.py", PROGRAM + "    email = db.Column(db.String(120))\n")
    terminal.type('flask db migrate -m "Email."')
    terminal.type("flask db upgrade")
    assert terminal.tables()["user"] == ["id", "name", "email"]


def test_another_system_needs_the_migrations_folder_and_upgrade_only(terminal, tmp_path):
    terminal.type("flask db init")
    terminal.type('flask db migrate -m "Initial migration."')
    (terminal.folder / "instance" / "app.db").unlink()
    terminal.type("flask db upgrade")
    assert "user" in terminal.tables()


def test_help_lists_every_command(terminal):
    shown = terminal.type("flask db --help").stdout
    for command in ("init", "migrate", "upgrade", "downgrade", "history", "current"):
        assert f"\n  {command} " in shown


def test_the_configure_callback_of_the_document_runs(terminal):
    terminal.write("app.py", PROGRAM + CALLBACK)
    terminal.type("flask db init")
    terminal.type('flask db migrate -m "Initial migration."')


def test_a_configure_callback_changes_the_configuration_before_it_is_used(terminal):
    naming = "    config.set_main_option('file_template', 'v_%%(slug)s')"
    terminal.write(
        "app.py", PROGRAM + CALLBACK.replace("    # изменить объект конфигурации", naming)
    )
    terminal.type("flask db init")
    terminal.type('flask db migrate -m "Initial migration."')
    assert (terminal.folder / "migrations" / "versions" / "v_initial_migration.py").is_file()


def test_several_callbacks_are_defined_by_decorating_several_functions(terminal):
    second = "@migrate.configure\ndef more(config):\n    config.set_main_option('two', 'yes')\n"
    show = "@migrate.configure\ndef show(config):\n    print(config.get_main_option('two'))\n"
    terminal.write("app.py", PROGRAM + CALLBACK + second + show)
    assert terminal.type("flask db init").stdout == "yes\n"


def test_multidb_tracks_the_main_database_and_each_of_the_binds(terminal):
    binds = "app.config['SQLALCHEMY_BINDS'] = {'meta': 'sqlite:///meta.db'}\n\ndb ="
    model = (
        "\nclass Meta(db.Model):\n    __bind_key__ = 'meta'\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
    )
    terminal.write("app.py", PROGRAM.replace("db =", binds, 1) + model)
    terminal.type("flask db init --multidb")
    terminal.type('flask db migrate -m "Initial migration."')
    terminal.type("flask db upgrade")
    main, meta = terminal.tables("instance/app.db"), terminal.tables("instance/meta.db")
    assert ("user" in main, "meta" in main) == (True, False)
    assert ("user" in meta, "meta" in meta) == (False, True)
