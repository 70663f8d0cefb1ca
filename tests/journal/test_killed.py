"""An upgrade that is killed at any statement goes on, and ends as if it had not been."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "kill_everywhere.py"


def complaints(url, folder, every):
    """Kill an upgrade again and again in a program of its own; return what went wrong."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), url, str(folder), str(every)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


def test_an_upgrade_killed_at_some_statements_ends_as_if_undisturbed(database_url, tmp_path):
    assert complaints(database_url, tmp_path / "migrations", 11)[0] == ""


@pytest.mark.soak
def test_an_upgrade_killed_before_or_after_every_statement_ends_as_if_undisturbed(
    database_url, tmp_path
):
    assert complaints(database_url, tmp_path / "migrations", 1)[0] == ""
