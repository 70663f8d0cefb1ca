"""What Flask-Migrate costs an application that does not migrate, and a small one that does."""

from collections.abc import Iterator
from pathlib import Path

from bench.application import written
from bench.environments import Environment
from bench.measure import Subject, alternating, median_of
from bench.report import Row

COMMANDS = {
    "`flask db --help`": ("-m", "flask", "db", "--help"),
    "`flask db current`": ("-m", "flask", "db", "current"),
    "`flask db upgrade`, nothing to do": ("-m", "flask", "db", "upgrade"),
    "`import flask_migrate`": ("-c", "import flask_migrate"),
}

Place = tuple[Environment, Path]


def rows(environments: tuple[Environment, Environment], place: Path, runs: int) -> Iterator[Row]:
    """Measure whole processes of a small application."""
    place.mkdir()
    both = [(e, written(e, place / e.folder.name)) for e in environments]
    for name, command in COMMANDS.items():
        subjects = [Subject((e.python, *command), folder) for e, folder in both]
        other, this = alternating(subjects, runs)
        yield Row(name, median_of(other), median_of(this))
    yield _beyond_the_application(both, runs)


def _beyond_the_application(both: list[Place], runs: int) -> Row:
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
