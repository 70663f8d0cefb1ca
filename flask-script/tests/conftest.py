"""A manage.py in a folder of its own, run as people run it."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from flask import Flask

from flask_script import Manager


class Program:
    """The program, with every warning an error."""

    def __init__(self, folder: Path, source: str) -> None:
        self.folder = folder
        self.command = [sys.executable, "-W", "error", "manage.py"]
        # The `flask` command sets FLASK_RUN_FROM_CLI, which keeps app.run() from serving.
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("FLASK_")}
        (folder / "manage.py").write_text(textwrap.dedent(source), encoding="utf-8")

    def __call__(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *args],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def program(tmp_path):
    return lambda source: Program(tmp_path, source)


@pytest.fixture
def app():
    return Flask("example")


@pytest.fixture
def manager(app):
    return Manager(app)


@pytest.fixture
def refused(capsys):
    """Return what is written when the manager refuses a command line with exit code 2."""

    def refuse(manager, *args):
        with pytest.raises(SystemExit) as caught:
            manager.handle("manage.py", args)
        assert caught.value.code == 2
        return capsys.readouterr().err

    return refuse


@pytest.fixture
def help_of(capsys):
    """Return the help that a command line asks for, which ends with exit code 0."""

    def ask(manager, *args):
        with pytest.raises(SystemExit) as caught:
            manager.handle("manage.py", args)
        assert caught.value.code == 0
        return capsys.readouterr().out

    return ask
