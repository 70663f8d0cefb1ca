"""What `flask db check` costs when nothing has changed, on each database.

Other than in the other sections, the time is what passes: much of it is the server's.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from tests.databases import mariadb, postgresql

from bench import schemas
from bench.application import run_flask
from bench.environments import Environment
from bench.measure import Subject, alternating, median_of
from bench.report import Row

TABLES = 1_000
CREATE = "from app import app, db\nwith app.app_context(): db.create_all()"


def rows(
    environments: tuple[Environment, Environment], place: Path, runs: int, tables: int = TABLES
) -> Iterator[Row]:
    """Measure it on SQLite, PostgreSQL and MariaDB, and the import of the application alone."""
    for environment in environments:
        environment.pip("install", "--quiet", "psycopg2-binary", "pymysql")
        schemas.write(place / environment.folder.name, tables)
    with ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{place}/check.db"}
        for name, module in (("PostgreSQL", postgresql), ("MariaDB", mariadb)):
            server = stack.enter_context(closing(module.open_server()))
            urls[name] = stack.enter_context(server.new_database())
        for name, url in urls.items():
            yield from _on(name, url, environments, place, runs, tables)


def _on(
    name: str,
    url: str,
    environments: tuple[Environment, Environment],
    place: Path,
    runs: int,
    tables: int,
) -> Iterator[Row]:
    os.environ["BENCH_URL"] = url
    folders = [place / environment.folder.name for environment in environments]
    subprocess.run([environments[1].python, "-c", CREATE], cwd=folders[1], check=True)
    for environment, folder in zip(environments, folders, strict=True):
        if not (folder / "migrations").exists():
            run_flask(environment, folder, "init")
    pairs = list(zip(environments, folders, strict=True))
    if name == "SQLite":
        imported = [Subject((e.python, "-c", "import app"), f, elapsed=True) for e, f in pairs]
        other, this = alternating(imported, runs)
        yield Row(
            f"import of an application with {tables:,} tables", median_of(other), median_of(this)
        )
    checks = [Subject((e.python, "-m", "flask", "db", "check"), f, elapsed=True) for e, f in pairs]
    other, this = alternating(checks, runs)
    yield Row(
        f"`check` on {name}, {tables:,} tables, nothing changed", median_of(other), median_of(this)
    )
