"""The same program and the same lines under the genuine Flask-Script 2.0.6 and under ours."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases.fixtures import do_without
from tests.script.genuine import ROOT, GenuineMissing, genuine_python

MANAGE_PY = """\
from flask import Flask
from flask_script import Command, Manager, Option
from sqlalchemy import Column, Integer, MetaData, String, Table
from flask_migrate import Migrate, MigrateCommand, migrating

metadata = MetaData()
Table("user", metadata, Column("id", Integer, primary_key=True), Column("name", String(128)))


def create_app(config=None):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
    Migrate(app, metadata)
    print("factory:", config, migrating())
    return app


class Drop(Command):
    "Drops a table."
    option_list = (Option("table"),)

    def run(self, table):
        return len(table)


@MigrateCommand.option("-n", "--name", dest="name", default="joe", help="who")
@MigrateCommand.option("second", help="the second")
@MigrateCommand.option("first", help="the first")
def greet(first, second, name):
    "Greets somebody."
    print(first, second, name)


MigrateCommand.add_command("drop", Drop)
MigrateCommand.add_command(Drop())
manager = Manager(create_app)
manager.add_option("-c", "--config", dest="config", required=False)
manager.add_command("db", MigrateCommand)

if __name__ == "__main__":
    manager.run()
"""

# What is typed after `python manage.py`, in this order, and the exit code.
LINES = {
    "db heads": 1,
    "db init": 0,
    "-c production db migrate -m First --rev-id aa": 0,
    "db upgrade": 0,
    "db current": 0,
    "db history -i": 0,
    "db head": 0,
    "db show --json": 0,
    "db check": 0,
    "db revision --rev-id bb --message 'A second one' --depends-on aa": 0,
    "db revision --rev-id cc --head aa --splice": 0,
    "db branches": 0,
    "db upgrade head": 1,
    "db upgrade heads --tag t -x a=1 --x-arg b=2": 0,
    "db merge -m Merged --rev-id dd bb cc": 0,
    "db merge bb": 2,
    "db upgrade --message ignored": 0,
    "db upgrade --sql aa:dd": 0,
    "db downgrade -1": 1,
    "db downgrade base": 0,
    "db stamp --sql dd": 0,
    "db stamp dd": 0,
    "db upgrae": 2,
    "db upgrade --nothing": 2,
    "db upgrade one two": 2,
    "db show nothing": 1,
    "db": 2,
    "db -?": 0,
    "db --help": 0,
    "db downgrade -?": 0,
    "db greet 1 2": 0,
    "db greet -?": 0,
    "db drop user": 4,
    "db nothing": 2,
    "nothing": 2,
    "": 2,
}

PLACE_AND_TIME = re.compile(r'"(?:path|created)": ".*"')


def typed(python: str | os.PathLike[str], folder: Path, path: str = "") -> dict[str, dict]:
    """Type all lines in a folder; return how each one ended."""
    folder.mkdir()
    (folder / "manage.py").write_text(MANAGE_PY, encoding="utf-8")
    lines = folder / "lines.json"
    lines.write_text(json.dumps([shlex.split(line) for line in LINES]), encoding="utf-8")
    done = subprocess.run(
        [python, Path(__file__).parent / "typist.py", lines],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "100", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(LINES, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def genuine(tmp_path_factory):
    try:
        python = genuine_python()
    except GenuineMissing as reason:
        do_without(f"No genuine Flask-Script: {reason}.")
    return typed(python, tmp_path_factory.mktemp("genuine") / "project", str(ROOT / "src"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return typed(sys.executable, tmp_path_factory.mktemp("ours") / "project")


@pytest.mark.parametrize("line", LINES)
def test_a_line_ends_alike(genuine, ours, line):
    assert genuine[line]["code"] == LINES[line], genuine[line]["err"]
    for what in ("code", "tables", "files"):
        assert genuine[line][what] == ours[line][what]


def is_told_by_flask_script(line):
    return line in ("", "nothing") or "?" in line or "help" in line or line == "db"


@pytest.mark.parametrize("line", [line for line in LINES if not is_told_by_flask_script(line)])
def test_a_line_prints_the_same_results(genuine, ours, line):
    same, other = (PLACE_AND_TIME.sub("", done[line]["out"]) for done in (genuine, ours))
    assert same == other
