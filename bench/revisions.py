"""What commands cost when the history is long: 10 to 10,000 revisions, on SQLite."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.application import WITH, run_flask
from bench.environments import Environment
from bench.histories import Revision, line, with_merges, write
from bench.measure import Subject, alternating, median_of
from bench.report import Row

SIZES = (10, 1_000, 5_000, 10_000)
MERGED = 5_000
COLD = (1_000, 10_000)


@dataclass(frozen=True)
class Project:
    """An application with a history, for one of the two releases."""

    environment: Environment
    folder: Path
    ids: Sequence[str]

    @classmethod
    def written(cls, environment: Environment, folder: Path, history: list[Revision]) -> "Project":
        """Write it; its database stands at the newest revision."""
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(WITH)
        run_flask(environment, folder, "init")
        write(history, folder / "migrations" / "versions")
        project = cls(environment, folder, [revision.id for revision in history])
        project.stand_at(-1)
        return project

    def stand_at(self, number: int) -> None:
        """Let the database stand at a revision, and have no tables but the one that tells so."""
        database = self.folder / "instance" / "app.db"
        database.parent.mkdir(exist_ok=True)
        database.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
            connection.execute("INSERT INTO alembic_version VALUES (?)", [self.ids[number]])
            connection.commit()

    def forget(self) -> None:
        """Remove what was remembered of the revision files: bytecode and index."""
        for folder in list((self.folder / "migrations").rglob("__pycache__")):
            shutil.rmtree(folder)

    def subject(self, command: str, before: Callable[[], None] = lambda: None) -> Subject:
        """Return a command in this project; `before` is called before each run."""
        typed = (self.environment.python, "-m", "flask", "db", *command.split())
        return Subject(typed, self.folder, before)


def rows(
    environments: tuple[Environment, Environment],
    place: Path,
    runs: int,
    sizes: Sequence[int] = SIZES,
) -> Iterator[Row]:
    """Measure the commands at each size."""
    for size in sizes:
        pair = _pair(environments, place / f"line-{size}", list(line(size)))
        for command in ("heads", "current", "upgrade"):
            yield _row(command, size, [p.subject(command) for p in pair], runs)
        pending = [p.subject("upgrade", lambda p=p: p.stand_at(-2)) for p in pair]
        yield _row("upgrade, 1 pending", size, pending, runs)
        if size in COLD:
            cold = [p.subject("heads", p.forget) for p in pair]
            yield _row("heads, cold", size, cold, runs)
        shutil.rmtree(place / f"line-{size}")
    merged = [size for size in sizes if size <= MERGED][-1]
    pair = _pair(environments, place / "merges", list(with_merges(merged)))
    yield _row("history, with merges", merged, [p.subject("history") for p in pair], runs)


def _pair(
    environments: tuple[Environment, Environment], place: Path, history: list[Revision]
) -> list[Project]:
    plain = [Revision(r.id, r.parents, message=r.message) for r in history]
    return [Project.written(e, place / e.folder.name, plain) for e in environments]


def _row(command: str, size: int, subjects: list[Subject], runs: int) -> Row:
    other, this = alternating(subjects, runs)
    name = f"`{command.partition(',')[0]}`{''.join(command.partition(',')[1:])}"
    return Row(f"{name}, {size:,} revisions", median_of(other), median_of(this), (command, size))
