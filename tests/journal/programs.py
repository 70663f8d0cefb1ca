"""Runs the programs of these tests, which fork and so are no part of the test run's process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def environment() -> dict[str, str]:
    """Return the variables with which a program imports what this process does."""
    path = [str(ROOT), *(os.path.abspath(folder) for folder in sys.path if folder)]  # noqa: PTH100 # of no file that need exist
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


def run_program(program: Path, place: Path, *words: object) -> str:
    """Run a program in a folder, and return what it prints; it must succeed."""
    done = subprocess.run(
        [sys.executable, str(program), *(str(word) for word in words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env=environment(),
    )
    sys.stderr.write(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
