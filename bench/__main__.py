"""Measures what Flask-Migrate costs, beside 4.1.0, and writes bench/README.md and a picture."""

import argparse
import os
import platform
import tempfile
from pathlib import Path

from bench import applying, checking, goals, picture, revisions, startup
from bench.environments import OTHER, Environment, prepared, versions
from bench.report import put, table

PAGE = Path(__file__).parent / "README.md"
PICTURE = Path(__file__).parent / "growth.svg"

SECTIONS = {
    "startup": startup.rows,
    "revisions": revisions.rows,
    "check": checking.rows,
    "applying": applying.rows,
}
"""What is measured: each function is given the environments, a folder, the number of runs."""


def main() -> None:
    """Measure, print, write."""
    given = arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every run would compile everything
    environments = prepared()
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for name in given.sections:
            for row in SECTIONS[name](environments, Path(place, name), given.runs):
                print(row, flush=True)
                rows.append(row)
    told = circumstances(environments[1], given.runs)
    put(f"{table(rows, OTHER)}\n\n{told}\n\n{goals.table(rows)}", PAGE)
    picture.draw(rows, OTHER, PICTURE)


def arguments() -> argparse.Namespace:
    """Return what was typed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each process")
    parser.add_argument("sections", nargs="*", default=list(SECTIONS), help="what to measure")
    return parser.parse_args()


def circumstances(environment: Environment, runs: int) -> str:
    """Return with what the figures were made."""
    return (
        f"Medians of {runs} runs; Python {platform.python_version()}, {versions(environment)}, "
        f"{platform.system()}, {os.cpu_count()} cores."
    )


if __name__ == "__main__":
    main()
