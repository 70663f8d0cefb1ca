"""Document 000: its program ends in `manager.run()`, so the same commands run by manage.py."""

import pytest

from tests.seeds.terminal import Terminal
from tests.seeds.test_000_flask_db import COMMANDS, PROGRAM


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.write("manage.py", PROGRAM)
    return terminal


def test_basic_usage_makes_the_table(terminal):
    terminal.type("python manage.py db init")
    terminal.type("python manage.py db migrate")
    terminal.type("python manage.py db upgrade")
    assert terminal.tables()["user"] == ["id", "name"]


def test_help_lists_every_command_of_the_table(terminal):
    shown = terminal.type("python manage.py db --help").stdout
    assert [c for c in COMMANDS if f"\n    {c} " not in shown] == []


def test_init_takes_multidb(terminal):
    terminal.type("python manage.py db init --multidb")
    assert "engines" in (terminal.folder / "migrations" / "env.py").read_text(encoding="utf-8")
