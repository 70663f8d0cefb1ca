"""The answers' doors: options of `migrate` and `revision`, questions on a terminal, manage.py."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from flask_migrate import MigrateCommand
from tests.application import application
from tests.errors.project import APART

APP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///{file}"
db = SQLAlchemy(app)
Migrate(app, db)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    full_name = db.Column(db.String(64))
"""


def renamed(db):
    """Define what the models were renamed to."""
    db.Table(
        "user",
        db.Column("id", db.Integer, primary_key=True),
        db.Column("full_name", db.String(64)),
    )


@pytest.fixture
def db(sqlite_url, tmp_path, monkeypatch):
    """Type a `flask db` command, after the column `name` of `user` got another name."""
    monkeypatch.chdir(tmp_path)
    with application(sqlite_url, "migrations") as app:
        for line in ("init", "migrate --rev-id aa", "upgrade"):
            result = app.test_cli_runner(**APART).invoke(args=["db", *line.split()])
            assert result.exit_code == 0, result.output
    with application(sqlite_url, "migrations", renamed) as app:
        runner = app.test_cli_runner(**APART)
        yield lambda *line: runner.invoke(args=["db", *line], auto_envvar_prefix="FLASK")


def files():
    return sorted(path.name for path in Path("migrations/versions").glob("*.py"))


@pytest.mark.parametrize(
    ("options", "change"),
    [
        (["migrate", "--rename", "user.name:full_name"], "~ user.name -> full_name"),
        (["revision", "--autogenerate", "--rename", "user.name:full_name"], "~ user.name"),
        (["migrate", "--no-rename"], "- user.name"),
    ],
)
def test_an_option_answers_beforehand(db, options, change):
    result = db(*options)
    assert result.exit_code == 0, result.stderr
    assert change in result.stderr
    assert result.stdout == ""
    assert len(files()) == 2


def test_without_a_terminal_the_command_stops_and_says_what_to_type(db):
    result = db("migrate")
    assert result.exit_code == 1
    assert "flask db migrate --rename user.name:full_name" in result.stderr
    assert files() == ["aa_.py"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["migrate", "--rename", "user.nmae:full_name"], "Did you mean name?"),
        (["revision", "--rename", "user.name:full_name"], "Add --autogenerate"),
        (["revision", "--no-rename"], "Add --autogenerate"),
        (["revision", "--fill", "user.name=1"], "Add --autogenerate"),
        (["migrate", "--fill", "user.name"], "not of the form TABLE.COLUMN=SQL"),
        (["migrate", "--fill", "name=1"], "not of the form TABLE.COLUMN=SQL"),
        (["migrate", "--fill", "user.name="], "not of the form TABLE.COLUMN=SQL"),
    ],
)
def test_wrong_options_are_wrong_usage(db, options, sentence):
    result = db(*options)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
    assert files() == ["aa_.py"]


def test_answers_may_stand_in_the_environment(db, monkeypatch):
    monkeypatch.setenv("FLASK_DB_MIGRATE_RENAME", "user.name:full_name")
    assert "~ user.name -> full_name" in db("migrate").stderr


@pytest.fixture
def project(tmp_path, sqlite_url):
    """A folder with an application whose column `name` of `user` got another name."""
    with application(sqlite_url, tmp_path / "migrations") as app:
        for line in ("init", "migrate --rev-id aa", "upgrade"):
            assert app.test_cli_runner().invoke(args=["db", *line.split()]).exit_code == 0
    (tmp_path / "app.py").write_text(APP.format(file=sqlite_url.removeprefix("sqlite:///")))
    return tmp_path


def on_terminal(folder: Path, typed: str) -> tuple[str, bytes, int]:
    """Type `flask db migrate` on a terminal, and an answer; return what stderr, stdout say."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "db", "migrate", "--rev-id", "bb"],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        if not select.select([ours], [], [], 30)[0]:
            process.kill()
            break
        try:
            more = os.read(ours, 4096)
        except OSError:  # Linux says so when nobody has the other end any more
            break
        if not more:
            break
        shown += more
        if typed and b"[y/N] " in shown:
            os.write(ours, typed.encode())
            typed = ""
    os.close(ours)
    out, _ = process.communicate()
    return shown.decode(), out, process.returncode


@pytest.mark.parametrize(
    ("typed", "change", "code"),
    [
        ("y\n", "~ user.name -> full_name", 0),
        ("\n", "- user.name", 0),
        ("\x04", "--rename user.name:full_name", 1),
    ],
    ids=["yes", "empty", "end of input"],
)
def test_on_a_terminal_a_likely_rename_is_asked_about(project, typed, change, code):
    shown, out, returned = on_terminal(project, typed)
    assert "Did you rename user.name to user.full_name? [y/N] " in shown
    assert change in shown
    assert out == b""
    assert returned == code


def test_manage_py_has_the_options():
    words = ["migrate", "--rename", "a:b", "--rename", "c.d:e", "--no-rename"]
    given = MigrateCommand.create_parser("manage.py db").parse_args(words)
    assert given.rename == ["a:b", "c.d:e"]
    assert given.no_rename is True
