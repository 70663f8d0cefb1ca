"""An upgrade that is killed at any statement goes on, and ends as if it had not been."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "kill_everywhere.py"


def test_an_upgrade_killed_before_or_after_any_statement_ends_as_if_undisturbed(
    database_url, tmp_path
):
    done = subprocess.run(
        [sys.executable, str(PROGRAM), database_url, str(tmp_path / "migrations")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", done.stderr
