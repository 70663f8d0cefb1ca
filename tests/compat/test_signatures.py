"""Every function takes what it took in Flask-Migrate 4.1.0, in its place, with its default."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import alembic.command
import pytest
from alembic.config import Config
from flask import Flask

import flask_migrate
import flask_migrate.cli
from flask_migrate import Migrate

NEW_REVISION = {
    "sql": False,
    "head": "head",
    "splice": False,
    "branch_label": None,
    "version_path": None,
    "rev_id": None,
}
MOVE = {"sql": False, "tag": None, "x_arg": None}

FUNCTIONS = {
    "init": {"directory": None, "multidb": False, "template": None, "package": False},
    "revision": {"directory": None, "message": None, "autogenerate": False, **NEW_REVISION},
    "migrate": {"directory": None, "message": None, **NEW_REVISION, "x_arg": None},
    "edit": {"directory": None, "revision": "current"},
    "merge": {
        "directory": None,
        "revisions": "",
        "message": None,
        "branch_label": None,
        "rev_id": None,
    },
    "upgrade": {"directory": None, "revision": "head", **MOVE},
    "downgrade": {"directory": None, "revision": "-1", **MOVE},
    "show": {"directory": None, "revision": "head"},
    "history": {
        "directory": None,
        "rev_range": None,
        "verbose": False,
        "indicate_current": False,
    },
    "heads": {"directory": None, "verbose": False, "resolve_dependencies": False},
    "branches": {"directory": None, "verbose": False},
    "current": {"directory": None, "verbose": False},
    "stamp": {"directory": None, "revision": "head", "sql": False, "tag": None, "purge": False},
    "check": {"directory": None},
    "list_templates": {},
}
REQUIRED = inspect.Parameter.empty
METHODS = {
    "__init__": {
        "self": REQUIRED,
        "app": None,
        "db": None,
        "directory": "migrations",
        "command": "db",
        "compare_type": True,
        "render_as_batch": True,
    },
    "init_app": {
        "self": REQUIRED,
        "app": REQUIRED,
        "db": None,
        "directory": None,
        "command": None,
        "compare_type": None,
        "render_as_batch": None,
    },
    "configure": {"self": REQUIRED, "f": REQUIRED},
    "call_configure_callbacks": {"self": REQUIRED, "config": REQUIRED},
    "get_config": {"self": REQUIRED, "directory": None, "x_arg": None, "opts": None},
}
SINCE = {"current": ["head_only"]}
"""What 4.1.0 no longer had and older programs pass by position."""


@pytest.mark.parametrize(("name", "expected"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_a_function_takes_what_it_took(name, expected):
    found = positional(getattr(flask_migrate, name))
    for older in SINCE.get(name, []):
        found.pop(older)
    assert list(found.items()) == list(expected.items())


@pytest.mark.parametrize(("name", "expected"), METHODS.items(), ids=METHODS)
def test_a_method_of_migrate_takes_what_it_took(name, expected):
    assert list(positional(getattr(Migrate, name)).items()) == list(expected.items())


@pytest.mark.parametrize("method", [Migrate, Migrate.init_app])
def test_migrate_takes_any_other_argument_of_alembic(method):
    kinds = {parameter.kind for parameter in inspect.signature(method).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD in kinds


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_command_is_found_in_the_module_of_commands(name):
    command = getattr(flask_migrate.cli, name)
    assert command is flask_migrate.cli.db.commands[name.replace("_", "-")]


def test_the_module_of_commands_has_nothing_else():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = flask_migrate.cli.nonsense


def test_names_of_alembic_are_handed_on():
    assert flask_migrate.command is alembic.command
    assert issubclass(flask_migrate.Config, Config)
    assert flask_migrate.alembic_version >= (1, 18, 0)


def test_the_configuration_is_had_as_before_release_2(tmp_path):
    app = Flask(__name__)
    Migrate(app)
    with app.app_context():
        config = flask_migrate._get_config(str(tmp_path), opts=["autogenerate"])
    assert config.get_main_option("script_location") == str(tmp_path)
    assert config.cmd_opts.autogenerate is True


def test_catch_errors_logs_the_error_and_exits(caplog):
    @flask_migrate.catch_errors
    def fail():
        raise flask_migrate.MigrateError("It went wrong.")

    with pytest.raises(SystemExit) as left:
        fail()
    assert left.value.code == 1
    assert "Error: It went wrong." in caplog.text


def test_an_application_finds_its_migrate_and_its_folder():
    app = Flask(__name__)
    db = SimpleNamespace(metadata="the models")
    migrate = Migrate(app, db, directory="somewhere")
    state = app.extensions["migrate"]
    assert (state.migrate, state.directory, state.db) == (migrate, "somewhere", db)
    assert state.configure_args == {"compare_type": True, "render_as_batch": True}


def positional(function):
    """Return the parameters that may be given by position, with their defaults."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
