"""A user's project in a folder of its own: application, migrations, database."""

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

import flask_migrate

# click 8.2 always keeps stdout and stderr apart, and has no option for it any more.
APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}

REVISION = '''"""{message}"""
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {after!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


def upgrade():
    {upgrade}


def downgrade():
    pass
'''


@dataclass(frozen=True)
class Run:
    """What one command did."""

    code: int
    out: str
    err: str


class Project:
    """A folder with an application of one model, `User`, and what its user types there."""

    def __init__(self, folder: Path, url: str | sa.URL, **config: object) -> None:
        self.folder = folder
        self.migrations = folder / "migrations"
        self.versions = self.migrations / "versions"
        self.url = url
        self.config = {"SQLALCHEMY_DATABASE_URI": url, **config}

    def app(self) -> Flask:
        """Make the application anew, as each command does."""
        app = Flask("blog", root_path=str(self.folder), instance_path=str(self.folder))
        app.config.update(self.config)
        db = SQLAlchemy()
        type("User", (db.Model,), {"id": sa.Column(sa.Integer, primary_key=True)})
        db.init_app(app)
        flask_migrate.Migrate(app, db, directory=str(self.migrations))
        return app

    def init(self) -> "Project":
        """Create the migrations folder, as `flask db init` does."""
        with self.context():
            flask_migrate.init()
        return self

    def db(self, *arguments: str) -> Run:
        """Type `flask db ...`, within this process."""
        app = self.app()
        result = app.test_cli_runner(**APART).invoke(args=["db", *arguments])
        dispose(app)
        return Run(result.exit_code, result.stdout, result.stderr)

    def process(self, *arguments: str, **variables: str) -> Run:
        """Type `flask ...` in a process of its own, where app.py lies."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("FLASK_")
        }
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=self.folder,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def context(self) -> Iterator[Flask]:
        """Enter the application, to call the Python API."""
        app = self.app()
        with app.app_context():
            try:
                yield app
            finally:
                dispose(app)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def revision(
        self,
        id: str,  # noqa: A002 # as Alembic calls it
        after: str | tuple[str, ...] | None = None,
        upgrade: str = "pass",
        *,
        message: str = "",
        labels: object = None,
        depends_on: object = None,
        file: str | None = None,
    ) -> Path:
        """Write a revision file."""
        text = REVISION.format(
            id=id,
            after=after,
            labels=labels,
            depends_on=depends_on,
            upgrade=upgrade,
            message=message or f"message of {id}",
        )
        return self.write(f"migrations/versions/{file or id}.py", text)

    def state(self) -> tuple[dict[str, bytes], dict[str, list[tuple]]]:
        """Return every file of the project and every row of its database."""
        files = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db"
        }
        return files, rows(self.url)


def dispose(app: Flask) -> None:
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def rows(url: str | sa.URL) -> dict[str, list[tuple]]:
    """Return the rows of every table but the log; nothing where no database can be reached."""
    url = sa.make_url(url)
    file = (url.database or "").removeprefix("file:")
    if url.get_backend_name() == "sqlite" and not Path(file).is_file():
        return {}
    try:
        with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
            names = [n for n in sa.inspect(connection).get_table_names() if not n.endswith("_log")]
            every = sa.select(sa.text("*"))
            return {n: connection.execute(every.select_from(sa.table(n))).all() for n in names}
    except sa.exc.SQLAlchemyError:
        return {}
