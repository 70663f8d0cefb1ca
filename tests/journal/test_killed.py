"""A command that is killed at any statement goes on, and ends as if it had not been."""

from pathlib import Path

import pytest

from tests.journal.long_revisions import SCENARIOS
from tests.journal.programs import run_program

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
    return run_program(PROGRAM, place, scenario, url, times)
