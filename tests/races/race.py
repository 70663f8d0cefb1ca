"""Lets many processes upgrade at the same moment.

A program of its own, because it forks: ``python race.py FOLDER COUNT URLS...``. The URLs
lead to one database, and the processes spread over them; ``main=URL other=URL`` are two binds.
Prints how each process that failed did so.
"""

import os
import sys
import traceback
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

import flask_migrate

REVISIONS = {
    "r1": """
        op.create_table("parts", sa.Column("id", sa.Integer, primary_key=True))
        op.create_table("ran", sa.Column("revision", sa.String(10)))
        op.execute("INSERT INTO ran VALUES ('r1')")""",
    "r2": """
        op.add_column("parts", sa.Column("name", sa.String(20)))
        op.bulk_insert(parts, [{"id": number, "name": str(number)} for number in range(1, 21)])
        op.create_index("ix_parts", "parts", ["name"])
        op.execute("INSERT INTO ran VALUES ('r2')")""",
    "r3": """
        with {block}:
            op.execute("UPDATE parts SET id = id + 50")
            time.sleep(0.3)
            op.execute("UPDATE parts SET id = id + 50")
        op.execute("INSERT INTO ran VALUES ('r3')")
        op.drop_index("ix_parts", "parts")""",
}
FILE = """
import time
from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None
parts = sa.table("parts", sa.column("id"), sa.column("name"))


def upgrade({parameter}):
    for _ in [None]:{body}


def downgrade({parameter}):
    pass
"""


def write_revisions(folder: Path, *, several: bool = False) -> None:
    """Put revisions into a migrations folder that tell, each, when they run twice.

    Where there are several databases, none can commit half way.
    """
    parent, parameter = None, "engine_name" if several else ""
    block = "nullcontext()" if several else "op.get_context().autocommit_block()"
    for name, body in REVISIONS.items():
        body = body.replace("{block}", block)  # noqa: PLW2901
        text = FILE.format(id=name, parent=parent, body=body, parameter=parameter)
        (folder / "versions" / f"{name}.py").write_text(text)
        parent = name


def application(folder: Path, urls: dict[str | None, str]) -> Flask:
    """Make an application for a database and its binds."""
    app = Flask("race")
    app.config["SQLALCHEMY_DATABASE_URI"] = urls[None]
    app.config["SQLALCHEMY_BINDS"] = {bind: url for bind, url in urls.items() if bind}
    flask_migrate.Migrate(app, SQLAlchemy(app), directory=str(folder))
    return app


def wrong_in(url: str) -> list[str]:
    """Return what shows that a revision did not run exactly once."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    log = sa.text("SELECT revision, state FROM alembic_version_log WHERE id > 0 ORDER BY id")
    queries = {
        "SELECT revision FROM ran ORDER BY revision": [("r1",), ("r2",), ("r3",)],
        "SELECT count(*), min(id), max(id) FROM parts": [(20, 101, 120)],
        "SELECT version_num FROM alembic_version": [("r3",)],
        str(log): [("r1", "done"), ("r2", "done"), ("r3", "done")],
    }
    with engine.connect() as connection:
        found = {query: connection.execute(sa.text(query)).all() for query in queries}
    return [f"{query}: {found[query]}" for query in queries if found[query] != queries[query]]


def race(folder: Path, places: list[dict[str | None, str]], count: int) -> list[str]:
    """Upgrade in so many processes at once; return what was wrong with some of them."""
    _warm_up(folder, places[0])
    start, go = os.pipe()
    children = {}
    for number in range(count):
        urls = places[number % len(places)]
        if (child := os.fork()) == 0:
            os.close(go)
            os._exit(_upgrade(folder, urls, start))
        children[child] = number
    os.close(start)
    os.close(go)  # each child has waited for the end of this pipe
    ends = {children[child]: os.waitpid(child, 0)[1] for child in children}
    return [f"process {number} ended with {end}" for number, end in ends.items() if end != 0]


def _warm_up(folder: Path, urls: dict[str | None, str]) -> None:
    """Import all that an upgrade needs, so that the processes come to it at one moment."""
    for url in urls.values():
        sa.create_engine(url, poolclass=sa.NullPool).connect().close()
    with application(folder, dict.fromkeys(urls, "sqlite://")).app_context():
        flask_migrate.current()


def _upgrade(folder: Path, urls: dict[str | None, str], start: int) -> int:
    app = application(folder, urls)
    try:
        with app.app_context():
            os.read(start, 1)
            flask_migrate.upgrade()
    except BaseException:  # noqa: BLE001 # told to whoever reads the output
        traceback.print_exc()
        return 1
    return 0


def _places(words: list[str]) -> list[dict[str | None, str]]:
    pairs = [word.partition("=") for word in words]
    if pairs[0][0] == "main":
        return [{None if name == "main" else name: url for name, _, url in pairs}]
    return [{None: word} for word in words]


if __name__ == "__main__":
    folder, count, *words = sys.argv[1:]
    sys.stdout.write("\n".join(race(Path(folder), _places(words), int(count))))
