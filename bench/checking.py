"""What `flask db check` costs when nothing is to be done, on each database.

Other than in the other sections, the time is what passes: much of it is the server's. It is
counted from the end of the application's import on; `import flask_migrate` brings Alembic along
in 4.1.0 and not here, so a second line has the whole command.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from tests.databases import mariadb, postgresql

from bench import schemas
from bench.application import run_flask
from bench.environments import Environment
from bench.measure import Cost, Subject, alternating, median_of
from bench.report import Row

TABLES = 1_000
GROWTH = (300, 3_000)
DELAY = {"BENCH_DELAY": "0.001"}
CREATE = """
from bare import app, db
with app.app_context():
    db.metadata.create_all(db.engine.execution_options(isolation_level="AUTOCOMMIT"))
"""
CASES = ("remembered", "one table changed", "nothing remembered", "1 ms a statement")
CHECK = ("-m", "flask", "db", "check")


def rows(
    environments: tuple[Environment, Environment], place: Path, runs: int, tables: int = TABLES
) -> Iterator[Row]:
    """Measure it on SQLite, PostgreSQL and MariaDB, and how it grows on SQLite."""
    for environment in environments:
        environment.pip("install", "--quiet", "psycopg2-binary", "pymysql")
    with ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{place}/check.db"}
        for name, module in (("PostgreSQL", postgresql), ("MariaDB", mariadb)):
            server = stack.enter_context(closing(module.open_server()))
            urls[name] = stack.enter_context(server.new_database())
        project = Project(environments, place / "usual", tables)
        for name, url in urls.items():
            project.create(url)
            yield from project.rows(name, runs, CASES)
    for size in GROWTH:
        project = Project(environments, place / str(size), size)
        project.create(f"sqlite:///{place}/{size}.db")
        yield from project.rows("SQLite", runs, ("remembered", "nothing remembered"))


@dataclass(frozen=True)
class Project:
    """The same application in a folder for each release."""

    environments: tuple[Environment, Environment]
    place: Path
    tables: int

    def create(self, url: str) -> None:
        """Create the tables, and the folders where there are none."""
        os.environ["BENCH_URL"] = url
        for environment, folder in zip(self.environments, self.folders, strict=True):
            if not folder.exists():
                schemas.write(folder, self.tables)
                run_flask(environment, folder, "init")
            (folder / schemas.EXTRA).unlink(missing_ok=True)
        command = [self.environments[1].python, "-c", CREATE]
        subprocess.run(command, cwd=self.folders[1], check=True)

    def rows(self, database: str, runs: int, cases: tuple[str, ...]) -> Iterator[Row]:
        """Measure some cases; what the other release does is the same in most of them."""
        delayed = "1 ms a statement" in cases
        others = [self._subject(0), *([self._subject(0, environment=DELAY)] if delayed else [])]
        ours = [self._case(case) for case in cases]
        found = [median_of(costs) for costs in alternating([*others, *ours], runs)]
        other, found = found[: len(others)], found[len(others) :]
        for case, this in zip(cases, found, strict=True):
            beside = other[-1] if case == "1 ms a statement" else other[0]
            yield self._row(database, case, beside, this)
            if case == "remembered":
                words = f"the same on {database}, the whole command with the application's import"
                yield Row(words, _whole(other[0]), _whole(this))

    @property
    def folders(self) -> tuple[Path, Path]:
        """The folders of the two applications."""
        found = [self.place / environment.folder.name for environment in self.environments]
        return found[0], found[1]

    def _row(self, database: str, case: str, other: Cost, this: Cost) -> Row:
        sent = f"{this.statements} statements, {other.statements:,} of 4.1.0"
        name = f"`check` on {database}, {self.tables:,} tables, {case} ({sent})"
        return Row(name, other, this, (f"check on {database}, {case}", self.tables))

    def _case(self, case: str) -> Subject:
        if case == "remembered":
            return self._subject(1)
        if case == "one table changed":
            return self._subject(1, self._changing())
        environment = DELAY if case == "1 ms a statement" else {}
        return self._subject(1, self._forget, environment)

    def _subject(
        self,
        number: int,
        before: Callable[[], None] = lambda: None,
        environment: dict[str, str] | None = None,
    ) -> Subject:
        command = (self.environments[number].python, *CHECK)
        folder = self.folders[number]
        return Subject(command, folder, before, True, environment or {}, schemas.TOLD)

    def _forget(self) -> None:
        for kept in self.folders[1].rglob("tables-*.index"):
            kept.unlink()

    def _changing(self) -> Callable[[], None]:
        """Return what gives a table one column more, in the database and in the models."""
        numbers = count(1)

        def change() -> None:
            number = next(numbers)
            engine = sa.create_engine(os.environ["BENCH_URL"])
            column = f"ALTER TABLE {schemas.CHANGED} ADD COLUMN extra_{number - 1} INTEGER"
            with engine.begin() as connection:
                connection.execute(sa.text(column))
            engine.dispose()
            for folder in self.folders:
                (folder / schemas.EXTRA).write_text(str(number))

        return change


def _whole(cost: Cost) -> Cost:
    return Cost(cost.whole, cost.megabytes)
