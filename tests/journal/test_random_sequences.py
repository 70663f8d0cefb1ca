"""However a database went up and down and was killed on the way, it comes to where it should."""

from pathlib import Path

import pytest

from tests.journal.programs import run_program

PROGRAM = Path(__file__).parent / "random_sequences.py"


@pytest.mark.parametrize("examples", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_after_random_upgrades_downgrades_and_kills_the_database_is_as_without_them(
    examples, database_url, tmp_path
):
    run_program(PROGRAM, tmp_path, database_url, examples)
