"""A project whose commands run in processes of their own, to be stopped by signals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask

import flask_migrate

if TYPE_CHECKING:
    import signal
    from pathlib import Path

APP = """
import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate

app = Flask("stopped")
app.config["MIGRATE_LOCK_RETRY_FOR"] = 60
engine = sa.create_engine({url!r})
Migrate(app, sa.MetaData(), directory={directory!r}, engine=engine)
"""
REVISION = """
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None
HERE = Path({here!r})


def upgrade():
    {body}


def downgrade():
    pass
"""
SLEEP = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000000) "
    "SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
    "mysql": "SELECT SLEEP(60)",
}
"""A statement that takes about a minute."""


@dataclass(frozen=True)
class Ended:
    """What a command did that was stopped."""

    code: int
    out: str
    err: str
    seconds: float
    """From the signal to the end."""


class Project:
    """A folder with app.py and migrations."""

    def __init__(self, folder: Path, url: str, template: str | None = None) -> None:
        self.folder = folder
        self.url = url
        directory = str(folder / "migrations")
        folder.joinpath("app.py").write_text(APP.format(url=url, directory=directory))
        self.app = Flask("looking")
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        flask_migrate.Migrate(self.app, sa.MetaData(), directory=directory, engine=self.engine)
        with self.app.app_context():
            flask_migrate.init(template=template)
        self._parent: str | None = None

    @property
    def sleep(self) -> str:
        """Return a statement that takes about a minute."""
        return SLEEP[self.engine.dialect.name]

    def revision(self, id: str, *lines: str, after: str | None = None) -> None:  # noqa: A002 # as Alembic calls it
        """Add a revision of these lines; ``ready()`` is a line that makes a file."""
        body = "\n    ".join(line.replace("ready()", "(HERE / 'ready').touch()") for line in lines)
        text = REVISION.format(
            id=id, parent=after or self._parent, body=body, here=str(self.folder)
        )
        (self.folder / "migrations" / "versions" / f"{id}.py").write_text(text)
        self._parent = id

    def start(
        self, *arguments: str, program: tuple[str, ...] = ("-m", "flask")
    ) -> subprocess.Popen:
        """Type a command, and do not wait for it."""
        (self.folder / "ready").unlink(missing_ok=True)
        return subprocess.Popen(
            [sys.executable, *program, "db", *(arguments or ("upgrade",))],
            cwd=self.folder,
            env={k: v for k, v in os.environ.items() if not k.startswith("FLASK_")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until_ready(self, process: subprocess.Popen, moment: float = 0.4) -> None:
        """Wait until the revision has made its file, and a moment more."""
        until = time.monotonic() + 30
        while not (self.folder / "ready").exists():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise AssertionError(process.communicate())
            time.sleep(0.02)
        time.sleep(moment)

    def stopped_by(
        self, number: signal.Signals, *arguments: str, program: tuple[str, ...] = ("-m", "flask")
    ) -> Ended:
        """Type a command, and send it a signal when the revision says so."""
        process = self.start(*arguments, program=program)
        self.until_ready(process)
        return self.end(process, number)

    def end(self, process: subprocess.Popen, number: signal.Signals) -> Ended:
        """Send a signal and wait for the end."""
        began = time.monotonic()
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
        return Ended(process.returncode, out, err, time.monotonic() - began)

    def upgrade(self) -> tuple[str, ...]:
        """Upgrade in this process; the lock must be free at once. Return the revisions run."""
        self.app.config["MIGRATE_LOCK_WAIT"] = 1
        with self.app.app_context():
            return tuple(step.revision for step in flask_migrate.upgrade().steps)

    def tables(self) -> set[str]:
        """Return the names of the tables, ours left out."""
        return {t for t in sa.inspect(self.engine).get_table_names() if "alembic" not in t}

    def log(self) -> list[tuple[str, str, int]]:
        """Return revision, state and statements of each run that is written down."""
        query = "SELECT revision, state, statements FROM alembic_version_log WHERE id > 0"
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


def lines_of(text: str) -> list[dict[str, object]]:
    """Return the objects in lines of JSON."""
    return [json.loads(line) for line in text.splitlines()]
