"""A command that is killed at any statement goes on, and ends as if it had not been."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journal.long_revisions import SCENARIOS

ROOT = Path(__file__).parent.parent.parent
PROGRAM = Path(__file__).parent / "kill_everywhere.py"
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}
CASES = [
    pytest.param(scenario, kind, id=f"{scenario}-{kind}")
    for scenario, (revisions, _) in SCENARIOS.items()
    for kind, dialect in DIALECTS.items()
    if dialect in revisions
]


@pytest.mark.parametrize(("scenario", "kind"), CASES)
def test_what_was_killed_at_some_statement_ends_as_if_undisturbed(
    scenario, kind, new_database, tmp_path
):
    assert complaints(scenario, new_database(kind), tmp_path, times=5) == ""


@pytest.mark.soak
@pytest.mark.parametrize(("scenario", "kind"), CASES)
def test_what_was_killed_before_or_after_any_statement_ends_as_if_undisturbed(
    scenario, kind, new_database, tmp_path
):
    assert complaints(scenario, new_database(kind), tmp_path, times=0) == ""


def complaints(scenario, url, place, times):
    """Kill a command again and again in a program of its own; return what went wrong."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), scenario, url, str(times)],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    assert done.returncode == 0, done.stderr
    sys.stderr.write(done.stderr)
    return done.stdout.strip()
