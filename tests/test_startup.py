"""What a process pays that never runs a `db` command: nearly nothing."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from importlib import import_module

import pytest

import flask_migrate
from flask_migrate.group import FAMILIES
from tests.application import application

HEAVY = ("alembic", "mako")
ROOMS = ("runner", "autogenerate", "revisions", "databases", "errors", "api", "script")


def modules_after(program: str) -> set[str]:
    """Run a program in a fresh interpreter and return the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", f"{textwrap.dedent(program)}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def unneeded(modules: set[str]) -> set[str]:
    rooms = {f"flask_migrate.{room}" for room in ROOMS}
    return {m for m in modules if m.split(".")[0] in HEAVY or m in rooms}


def test_importing_the_package_loads_neither_alembic_nor_the_rooms():
    assert unneeded(modules_after("import flask_migrate")) == set()


def test_an_application_with_migrate_loads_neither_alembic_nor_the_rooms():
    program = """
        from flask import Flask
        from flask_sqlalchemy import SQLAlchemy
        from flask_migrate import Migrate, migrating
        app = Flask("app")
        app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
        db = SQLAlchemy(app)
        Migrate(app, db)
        assert not migrating()
        with app.test_request_context():
            app.extensions["migrate"].db
    """
    assert unneeded(modules_after(program)) == set()


@pytest.mark.parametrize("arguments", [["db", "--help"], ["db", "upgrade", "--help"]])
def test_help_loads_no_alembic(arguments):
    program = f"""
        import contextlib, io
        from flask import Flask
        from flask_migrate import Migrate
        app = Flask("app")
        Migrate(app)
        result = app.test_cli_runner().invoke(args={arguments!r})
        assert result.exit_code == 0, result.output
        assert "upgrade" in result.output
    """
    assert {m for m in modules_after(program) if m.split(".")[0] in HEAVY} == set()


NEEDED_BY_OTHERS = {
    "heads": {"api.applying", "api.writing", "cli.apply", "autogenerate.generate", "runner.plan"},
    "upgrade": {"api.looking", "api.writing", "cli.read", "runner.rehearsal", "runner.repair"},
}


@pytest.mark.parametrize("command", NEEDED_BY_OTHERS)
def test_a_command_loads_nothing_that_only_others_need(command, tmp_path):
    program = f"""
        from flask import Flask
        from flask_sqlalchemy import SQLAlchemy
        from flask_migrate import Migrate
        app = Flask("app")
        app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
        Migrate(app, SQLAlchemy(app), directory={str(tmp_path / "migrations")!r})
        result = app.test_cli_runner().invoke(args=["db", {command!r}])
        assert result.exit_code == 0, result.output
    """
    with application("sqlite://", tmp_path / "migrations"):
        flask_migrate.init()
    loaded = modules_after(program)
    others = {"databases.postgresql", "databases.mysql", *NEEDED_BY_OTHERS[command]}
    assert loaded.isdisjoint(f"flask_migrate.{name}" for name in others)


def test_the_collector_rests_while_a_command_loads_and_works_when_it_runs(tmp_path):
    (tmp_path / "app.py").write_text(
        "import gc\nfrom flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n"
        "from flask_migrate import Migrate\napp = Flask('app')\n"
        "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite://'\n"
        "Migrate(app, SQLAlchemy(app))\nprint(gc.isenabled())\n"
    )
    with application("sqlite://", tmp_path / "migrations"):
        flask_migrate.init()
    env_py = tmp_path / "migrations" / "env.py"
    env_py.write_text("import gc\nprint(gc.isenabled())\n" + env_py.read_text())
    command = [sys.executable, "-m", "flask", "db", "current"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_every_command_is_found_where_the_group_expects_it():
    for family, names in FAMILIES.items():
        module = import_module(f"flask_migrate.cli.{family}")
        assert {command.name for command in module.COMMANDS} == set(names)


def test_every_public_name_can_be_imported():
    names = (
        "import flask_migrate\nfor name in flask_migrate.__all__:\n getattr(flask_migrate, name)"
    )
    assert unneeded(modules_after(names))


def test_the_functions_are_not_replaced_by_rooms_of_the_same_name():
    program = """
        import pkgutil, flask_migrate
        for module in pkgutil.walk_packages(flask_migrate.__path__, "flask_migrate."):
            if "templates" not in module.name:
                __import__(module.name)
        for name in flask_migrate.__all__:
            assert type(getattr(flask_migrate, name)).__name__ != "module" or name == "command"
    """
    assert "flask_migrate.api" in modules_after(program)
