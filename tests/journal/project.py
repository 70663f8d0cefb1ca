"""An application with a plain engine, and a folder of revisions that a test writes."""

import textwrap
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import flask_migrate
from flask_migrate import Migrate

HEAD = """
import os

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}
branch_labels = depends_on = None
"""


class Project:
    """A folder of revisions, r1, r2 and so on, and the database that they are for."""

    def __init__(self, url, folder, **options):
        self.url = url
        self.folder = Path(folder)
        self.app = Flask("journal")
        self.engine = sa.create_engine(url, **{"poolclass": sa.NullPool, **options})
        Migrate(self.app, sa.MetaData(), directory=str(self.folder), engine=self.engine)

    def write(self, number, upgrade, downgrade="pass", more=""):
        """Write a revision anew; what it does is Python."""
        parent = f"r{number - 1}" if number > 1 else None
        text = HEAD.format(id=f"r{number}", parent=parent) + more
        for name, body in (("upgrade", upgrade), ("downgrade", downgrade)):
            lines = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
            text += f"\n\ndef {name}():\n{lines}\n"
        (self.folder / "versions" / f"r{number}.py").write_text(text, encoding="utf-8")

    def rows(self, query):
        """Return what a query finds, on another connection."""
        with sa.create_engine(self.url, poolclass=sa.NullPool).connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def tables(self):
        """Return the names of the tables, without those that are ours."""
        names = sa.inspect(sa.create_engine(self.url, poolclass=sa.NullPool)).get_table_names()
        return {name for name in names if not name.startswith("alembic_version")}

    @property
    def at(self):
        """The revision at which the database stands."""
        found = flask_migrate.current()[0].revisions
        return found[0].revision if found else None

    @property
    def log(self):
        """What the log says of each revision run."""
        query = "SELECT revision, direction, state, statements FROM alembic_version_log"
        return self.rows(f"{query} WHERE id > 0 ORDER BY id")

    def write_env(self, *replacements):
        """Change the folder's env.py."""
        path = self.folder / "env.py"
        text = path.read_text()
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)


@contextmanager
def project(url, folder, **options):
    """Make a project, in the context of its application."""
    made = Project(url, folder, **options)
    with made.app.app_context():
        flask_migrate.init()
        try:
            yield made
        finally:
            if not made.engine.dialect.is_async:
                made.engine.dispose()
