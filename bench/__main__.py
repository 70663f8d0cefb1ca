"""Measures what Flask-Migrate costs, beside 4.1.0, and writes the table into bench/README.md."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.application import written
from bench.environments import OTHER, Environment, prepared, versions
from bench.measure import Subject, alternating, median_of
from bench.report import Row, put, table

PAGE = Path(__file__).parent / "README.md"

COMMANDS = {
    "`flask db --help`": ("-m", "flask", "db", "--help"),
    "`flask db current`": ("-m", "flask", "db", "current"),
    "`flask db upgrade`, nothing to do": ("-m", "flask", "db", "upgrade"),
    "`import flask_migrate`": ("-c", "import flask_migrate"),
}

Place = tuple[Environment, Path]


def main() -> None:
    """Measure, print, write."""
    runs = arguments().runs
    other, this = prepared()
    with tempfile.TemporaryDirectory() as place:
        both = [(e, written(e, Path(place) / e.folder.name)) for e in (other, this)]
        rows = [*commands(both, runs), beyond_the_application(both, runs)]
    shown = f"{table(rows, OTHER)}\n\n{circumstances(this, runs)}"
    print(shown)
    put(shown, PAGE)


def arguments() -> argparse.Namespace:
    """Return what was typed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=11, help="measured runs of each process")
    return parser.parse_args()


def commands(both: list[Place], runs: int) -> Iterator[Row]:
    """Measure whole processes."""
    for name, command in COMMANDS.items():
        subjects = [Subject((e.python, *command), folder) for e, folder in both]
        other, this = alternating(subjects, runs)
        yield Row(name, median_of(other), median_of(this))


def beyond_the_application(both: list[Place], runs: int) -> Row:
    """Measure an application with Flask-Migrate, less the same one without."""
    subjects = [
        Subject((e.python, program), folder)
        for e, folder in both
        for program in ("without.py", "app.py")
    ]
    *other, this_without, this_with = alternating(subjects, runs)
    beyond = [
        median_of([with_ - without for without, with_ in zip(*pair, strict=True)])
        for pair in (other, (this_without, this_with))
    ]
    return Row("`Migrate(app, db)`, beyond the application without it", *beyond)


def circumstances(environment: Environment, runs: int) -> str:
    """Return with what the figures were made."""
    return (
        f"Medians of {runs} runs; Python {platform.python_version()}, {versions(environment)}, "
        f"{platform.system()}, {os.cpu_count()} cores."
    )


if __name__ == "__main__":
    main()
