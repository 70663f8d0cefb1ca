"""What applying costs: 1,000 revisions on an empty database, and one on a table of 1,000,000 rows.

The time is what passes. Beside each upgrade stands the database's own client, which runs one
file: what `flask db upgrade --sql` writes. Importing the application is taken off.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from tests.databases import mariadb, postgresql
from tests.databases.server import Server

from bench.application import run_flask
from bench.environments import Environment
from bench.histories import Revision, growing, write
from bench.measure import Cost, Subject, alternating, median_of
from bench.report import Row

REVISIONS = 1_000
ROWS = 1_000_000
APPLICATION = """\
import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_URL"]
db = SQLAlchemy(app)
Migrate(app, db)
"""
BIG = "CREATE TABLE big (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL, note TEXT)"
FILLED = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO big SELECT i, 'name ' || i, 'some words about ' || i FROM n
"""
IN_PLACE = {
    "renaming": ("alter_column('note', new_column_name='remark')", "RENAME note TO remark"),
    "dropping": ("drop_column('note')", "DROP COLUMN note"),
}
"""What is done to the big table: in a batch, and in SQLite's own words."""


@dataclass(frozen=True)
class Place:
    """A database that is made anew before each run."""

    name: str
    url: str
    client: list[str]
    """The command of its own client; nothing where there is none on this machine."""
    empty: Callable[[], None]


def rows(
    environments: tuple[Environment, Environment],
    place: Path,
    runs: int,
    revisions: int = REVISIONS,
    big: int = ROWS,
) -> Iterator[Row]:
    """Measure it on SQLite, PostgreSQL and MariaDB."""
    folders = [place / environment.folder.name for environment in environments]
    for environment, folder in zip(environments, folders, strict=True):
        environment.pip("install", "--quiet", "psycopg2-binary", "pymysql")
        _project(environment, folder, list(growing(revisions)))
    pairs = list(zip(environments, folders, strict=True))
    with ExitStack() as stack:
        for database in _places(place, stack):
            yield from _fresh(database, pairs, runs, revisions)
    yield from _in_place(environments, place, runs, big)


def _project(environment: Environment, folder: Path, history: Sequence[Revision]) -> None:
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(APPLICATION)
    os.environ["BENCH_URL"] = "sqlite://"
    run_flask(environment, folder, "init")
    write(history, folder / "migrations" / "versions")


def _fresh(
    database: Place, pairs: Sequence[tuple[Environment, Path]], runs: int, revisions: int
) -> Iterator[Row]:
    os.environ["BENCH_URL"] = database.url
    upgrades = [
        Subject(_flask(e, "upgrade"), f, elapsed=True, before=database.empty) for e, f in pairs
    ]
    imports = [Subject((e.python, "-c", "import app"), f, elapsed=True) for e, f in pairs]
    subjects = [*upgrades, *imports]
    if database.client:
        file = pairs[1][1].parent / f"{database.name}.sql"
        _write_file(file, *pairs[1])
        shell = ["sh", "-c", 'exec "$@" < "$0"', str(file), *database.client]
        subjects.append(Subject(shell, file.parent, elapsed=True, before=database.empty))
    other, this, other_import, this_import, *file_costs = map(
        median_of, alternating(subjects, runs)
    )
    ours = _beyond(this, this_import)
    name = f"{revisions:,} revisions on an empty {database.name}"
    series = f"upgrade of an empty {database.name}"
    yield Row(f"`upgrade`, {name}", _beyond(other, other_import), ours, (series, revisions))
    for cost in file_costs:
        told = f"`upgrade`, {name}, beside `{database.client[0]}` with one file"
        yield Row(told, cost, ours, (f"{series}, beside {database.client[0]}", revisions))


def _write_file(file: Path, environment: Environment, folder: Path) -> None:
    command = _flask(environment, "upgrade", "--sql")
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    file.write_text(done.stdout)


def _beyond(cost: Cost, without: Cost) -> Cost:
    return Cost(cost.milliseconds - without.milliseconds, cost.megabytes)


def _flask(environment: Environment, *words: str) -> tuple[str, ...]:
    return (environment.python, "-m", "flask", "db", *words)


def _places(place: Path, stack: ExitStack) -> Iterator[Place]:
    file = place / "empty.db"

    def remove() -> None:
        for each in place.glob("empty.db*"):
            each.unlink()

    yield Place("SQLite", f"sqlite:///{file}", _found("sqlite3", str(file)), remove)
    for name, module, client in (
        ("PostgreSQL", postgresql, _psql),
        ("MariaDB", mariadb, _mariadb),
    ):
        server = stack.enter_context(closing(module.open_server()))
        url = make_url(stack.enter_context(server.new_database()))
        yield Place(name, url.render_as_string(False), client(url), _emptying(server, url))


def _emptying(server: Server, url: URL) -> Callable[[], None]:
    def empty() -> None:
        with server.engine.connect() as connection:
            server.drop(connection, str(url.database))
            server.create(connection, str(url.database))

    return empty


def _psql(url: URL) -> list[str]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _found("psql", "--quiet", "--set=ON_ERROR_STOP=1", plain)


def _mariadb(url: URL) -> list[str]:
    login = (f"--user={url.username}", f"--password={url.password}", str(url.database))
    return _found("mariadb", f"--host={url.host}", f"--port={url.port}", *login)


def _found(program: str, *arguments: str) -> list[str]:
    return [program, *arguments] if shutil.which(program) else []


def _in_place(
    environments: tuple[Environment, Environment], place: Path, runs: int, big: int
) -> Iterator[Row]:
    """Measure a column of a big table renamed and dropped."""
    original, file = place / "original.db", place / "big.db"
    _fill(original, big)
    os.environ["BENCH_URL"] = f"sqlite:///{file}"
    for name, (operation, words) in IN_PLACE.items():
        pairs = []
        for environment in environments:
            folder = place / name / environment.folder.name
            _project(environment, folder, [_nothing(), _batch(operation)])
            pairs.append((environment, folder))
        os.environ["BENCH_URL"] = f"sqlite:///{file}"

        def renew() -> None:
            shutil.copyfile(original, file)

        plain = f"import sqlite3; sqlite3.connect({str(file)!r}).execute('ALTER TABLE big {words}')"
        subjects = [
            Subject(_flask(e, "upgrade", to), f, elapsed=True, before=renew)
            for e, f in pairs
            for to in ("head", "nothing")
        ]
        for code in (plain, "import sqlite3"):
            command = (environments[1].python, "-c", code)
            subjects.append(Subject(command, place, elapsed=True, before=renew))
        costs = list(map(median_of, alternating(subjects, runs)))
        other, _, this, nothing, sql, python = costs
        told = f"`upgrade`, {name} of a column in a batch, SQLite, {big:,} rows"
        yield Row(told, other, this, (f"{name}, in place", big))
        least = Cost(nothing.milliseconds + _beyond(sql, python).milliseconds, nothing.megabytes)
        beside = f"{told}, beside one without it and the plain `ALTER TABLE`"
        yield Row(beside, least, this, (f"{name}, beside ALTER TABLE", big))


def _fill(file: Path, rows_wanted: int) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(BIG)
        connection.execute(FILLED, [rows_wanted])


def _nothing() -> Revision:
    return Revision("nothing")


def _batch(operation: str) -> Revision:
    block = f'with op.batch_alter_table("big") as batch_op:\n        batch_op.{operation}'
    return Revision("change", ("nothing",), upgrade=block)
